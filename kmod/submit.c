// SPDX-License-Identifier: GPL-2.0
/*
 * The straight line from a hook's observation to the queue of events.
 *
 * Most observations only add to a record and are done. When one makes a
 * technique fit, the parties and the touched mapping are looked at, which needs
 * locks that must not nest in the tracker's; so the tracker is left and entered
 * again, and the question whether it fits is asked a second time. Of two
 * threads that get so far, the second finds it told.
 */
#include "submit.h"

#include <linux/irq_work.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "core/detector.h"
#include "core/edge.h"
#include "deliver.h"
#include "party.h"
#include "policy.h"
#include "region.h"
#include "ring.h"
#include "stats.h"
#include "tracker.h"

/* How often idle edges are looked for, at least and at most. */
#define WATCH_MIN_MS 50
#define WATCH_MAX_MS 1000

/* Summaries that are queued at a time when the module is unloaded. */
#define UNLOAD_BATCH 16

static u64 last_edge; /* protected by the tracker's lock */

static void watch(struct work_struct *work);
static DECLARE_DELAYED_WORK(watch_work, watch);
static void watch_start(struct irq_work *work);
static struct irq_work watch_irq;
static struct workqueue_struct *watch_wq;

/* Hand on a copy of an event, with a verdict if it is a detection. */
static void queue(const struct tsp_event *event, struct tsp_file *const *file,
		  const struct tsp_verdict *verdict,
		  const struct tsp_observation *obs)
{
	u32 severity = verdict ? verdict->severity : event->severity;
	struct tsp_record *place = tsp_ring_reserve(severity);

	if (!place)
		return;
	place->event = *event;
	if (verdict)
		tsp_verdict_apply(verdict, obs, &place->event);
	tsp_record_get_files(place->file, file);
	tsp_ring_commit();
	tsp_deliver_kick();
}

/* End an edge: tell its totals if it has told anything. Tracker locked. */
static void conclude(struct tsp_edge *edge, u32 end, u64 now_ns)
{
	struct tsp_edge_state *state = &edge->state;

	if (state->told) {
		tsp_edge_conclude(state, end, now_ns);
		queue(&state->event, edge->file, NULL, NULL);
	}
	tsp_tracker_edge_free(edge);
}

/* The edge of an observation, made if need be. Tracker locked. */
static struct tsp_edge *edge_of(const struct tsp_observation *obs)
{
	const struct tsp_process_state *self = NULL;
	struct tsp_edge *edge;

	edge = tsp_tracker_edge(&obs->source, &obs->target);
	if (edge || obs->op == TSP_OP_PTRACE_DETACH)
		return edge;

	edge = tsp_tracker_edge_new(&obs->source, &obs->target);
	if (!edge) {
		tsp_stats_inc(edges_evicted);
		conclude(tsp_tracker_quietest(), TSP_END_EVICTED, obs->time_ns);
		edge = tsp_tracker_edge_new(&obs->source, &obs->target);
	}
	if (edge->source == edge->target)
		self = &edge->source->state;
	tsp_edge_begin(&edge->state, ++last_edge, obs, self);
	irq_work_queue(&watch_irq);
	return edge;
}

/**
 * struct finding - what is needed to tell, gathered without the tracker's lock
 * @source: who acted
 * @target: who was acted on
 * @relation: how they relate
 * @access: what was touched
 * @file: the files to name, counted references
 */
struct finding {
	struct tsp_identity source;
	struct tsp_identity target;
	u32 relation;
	struct tsp_access access;
	struct tsp_file *file[TSP_RECORD_FILES];
};

static struct file *gather_access(const struct tsp_observation *obs,
				  const struct tsp_actors *actors,
				  struct tsp_access *access)
{
	struct file *file;

	*access = (struct tsp_access){
		.address = obs->address,
		.length = obs->length,
	};
	if (actors->file) {
		access->region = TSP_REGION_MEMFD;
		tsp_region_set_file(access, actors->file);
		return get_file(actors->file);
	}

	file = tsp_region_describe(actors->target, access);
	if (obs->bytes && access->present & TSP_PRESENT(TSP_A_ACCESS_PROT) &&
	    !(access->prot & TSP_PROT_WRITE)) {
		access->forced = true;
		access->present |= TSP_PRESENT(TSP_A_ACCESS_FORCED);
	}
	return file;
}

static void gather(const struct tsp_observation *obs,
		   const struct tsp_actors *actors, struct finding *finding)
{
	struct tsp_kinship kin;

	if (actors->before) {
		finding->source = *actors->before;
		tsp_file_get(finding->source.exe);
	} else {
		tsp_party_capture(actors->source, &obs->source,
				  &finding->source);
	}
	tsp_party_capture(actors->target, &obs->target, &finding->target);
	tsp_party_kinship(actors->source, actors->target, &kin);
	finding->relation = tsp_relation(&finding->source.party,
					 &finding->target.party, &kin);

	finding->file[TSP_RECORD_SOURCE_EXE] = finding->source.exe;
	finding->file[TSP_RECORD_TARGET_EXE] = finding->target.exe;
	finding->file[TSP_RECORD_BACKING] =
		tsp_file_new(gather_access(obs, actors, &finding->access));
}

/*
 * Weigh a technique that fits, tell it, and let the record remember the gravest
 * one for its summary. Tracker locked.
 */
static void tell(struct tsp_edge *edge, const struct tsp_observation *obs,
		 u32 technique, struct finding *finding)
{
	struct tsp_edge_state *state = &edge->state;
	struct tsp_event *event = &state->event;
	struct tsp_access former = event->access;
	struct tsp_verdict verdict;
	struct tsp_policy policy;

	event->source = finding->source.party;
	event->target = finding->target.party;
	event->relation = finding->relation;
	event->access = finding->access;
	event->access.bytes = former.bytes;
	event->access.count = former.count;

	tsp_policy_read(&policy);
	tsp_detector_weigh(state, obs, technique, &policy, &verdict);
	tsp_detector_settle(state, technique, obs->result);

	if (verdict.severity < policy.min_severity) {
		tsp_stats_inc(untold);
		event->access = former;
		return;
	}

	queue(event, finding->file, &verdict, obs);
	if (!state->told || verdict.severity >= event->severity) {
		tsp_verdict_apply(&verdict, obs, event);
		tsp_record_put_files(edge->file);
		tsp_record_get_files(edge->file, finding->file);
	} else {
		event->access = former;
	}
	state->told = true;
}

static void find_and_tell(const struct tsp_observation *obs,
			  const struct tsp_actors *actors, u64 number)
{
	struct finding finding;
	struct tsp_edge *edge;
	unsigned long flags;
	u32 technique = 0;

	gather(obs, actors, &finding);

	flags = tsp_tracker_lock();
	edge = tsp_tracker_edge(&obs->source, &obs->target);
	if (edge && edge->state.event.edge == number)
		technique = tsp_detector_fits(&edge->state, obs);
	if (technique)
		tell(edge, obs, technique, &finding);
	tsp_tracker_unlock(flags);

	tsp_record_put_files(finding.file);
}

void tsp_submit(const struct tsp_observation *obs,
		const struct tsp_actors *actors)
{
	struct tsp_edge *edge;
	unsigned long flags;
	u64 number = 0;

	tsp_stats_inc(observations);
	flags = tsp_tracker_lock();
	edge = edge_of(obs);
	if (edge) {
		tsp_edge_add(&edge->state, obs);
		if (tsp_detector_fits(&edge->state, obs))
			number = edge->state.event.edge;
		else if (obs->op == TSP_OP_PTRACE_DETACH &&
			 !edge->state.attached)
			conclude(edge, TSP_END_DETACH, obs->time_ns);
	}
	tsp_tracker_unlock(flags);

	if (number)
		find_and_tell(obs, actors, number);
}

void tsp_submit_memfd(const struct tsp_id *id, u64 now_ns)
{
	struct tsp_observation obs = {
		.time_ns = now_ns,
		.source = *id,
		.target = *id,
		.op = TSP_OP_MEMFD_CREATE,
	};
	struct tsp_process *process;
	struct tsp_edge *edge;
	unsigned long flags;

	tsp_stats_inc(observations);
	flags = tsp_tracker_lock();
	process = tsp_tracker_process_new(id);
	if (process)
		process->state.memfd_ns = now_ns;
	edge = tsp_tracker_edge(id, id);
	if (edge)
		tsp_edge_add(&edge->state, &obs);
	tsp_tracker_unlock(flags);
}

void tsp_submit_fork(const struct tsp_id *parent, const struct tsp_id *child)
{
	struct tsp_process *from, *to;
	unsigned long flags;

	if (!tsp_tracker_may_know(parent->tgid))
		return;

	flags = tsp_tracker_lock();
	from = tsp_tracker_process(parent);
	if (from && from->state.memfd_ns) {
		struct tsp_process_state inherited = from->state;

		/* Making room may have evicted the parent's record. */
		to = tsp_tracker_process_new(child);
		if (to)
			to->state = inherited;
	}
	tsp_tracker_unlock(flags);
}

void tsp_submit_exec(const struct tsp_id *id)
{
	struct tsp_observation obs = { .target = *id, .op = TSP_OP_EXEC };
	struct tsp_process *process;
	struct tsp_edge *edge;
	unsigned long flags;

	if (!tsp_tracker_may_know(id->tgid))
		return;

	obs.time_ns = ktime_get_boottime_ns();
	flags = tsp_tracker_lock();
	process = tsp_tracker_process(id);
	if (process)
		list_for_each_entry(edge, &process->as_target, of_target)
			if (edge->source != process)
				tsp_edge_add(&edge->state, &obs);
	tsp_tracker_unlock(flags);
}

void tsp_submit_process_exit(const struct tsp_id *id)
{
	struct tsp_process *process;
	struct tsp_edge *edge, *next;
	unsigned long flags;
	u64 now_ns;

	if (!tsp_tracker_may_know(id->tgid))
		return;

	now_ns = ktime_get_boottime_ns();
	flags = tsp_tracker_lock();
	process = tsp_tracker_process(id);
	if (process) {
		list_for_each_entry_safe(edge, next, &process->as_source,
					 of_source)
			conclude(edge, TSP_END_SOURCE_EXIT, now_ns);
		list_for_each_entry_safe(edge, next, &process->as_target,
					 of_target)
			conclude(edge, TSP_END_TARGET_EXIT, now_ns);
		tsp_tracker_process_free(process);
	}
	tsp_tracker_unlock(flags);
}

static u64 idle_ms(void)
{
	struct tsp_policy policy;

	tsp_policy_read(&policy);
	return policy.edge_idle_ms;
}

static void watch_again(void)
{
	u64 wait = clamp_t(u64, idle_ms() / 4, WATCH_MIN_MS, WATCH_MAX_MS);

	queue_delayed_work(watch_wq, &watch_work, msecs_to_jiffies(wait));
}

/* The first edge was made: begin to look for idle ones. */
static void watch_start(struct irq_work *work)
{
	watch_again();
}

/* End the edges where nothing happens any more. */
static void watch(struct work_struct *work)
{
	u64 now_ns = ktime_get_boottime_ns();
	u64 idle_ns = idle_ms() * NSEC_PER_MSEC;
	struct tsp_edge *edge;
	unsigned long flags;
	bool again;

	do {
		flags = tsp_tracker_lock();
		edge = tsp_tracker_idle(now_ns, idle_ns);
		if (edge)
			conclude(edge, TSP_END_IDLE, now_ns);
		again = tsp_tracker_quietest();
		tsp_tracker_unlock(flags);
	} while (edge);

	if (again)
		watch_again();
}

int tsp_submit_init(void)
{
	init_irq_work(&watch_irq, watch_start);
	watch_wq = alloc_workqueue("trespass_watch", WQ_UNBOUND, 1);
	return watch_wq ? 0 : -ENOMEM;
}

void tsp_submit_exit(void)
{
	struct tsp_edge *edge;
	unsigned long flags;
	int batch;

	irq_work_sync(&watch_irq);
	cancel_delayed_work_sync(&watch_work);
	destroy_workqueue(watch_wq);

	/* In batches, so that the queue has room for every summary. */
	do {
		flags = tsp_tracker_lock();
		for (batch = 0; batch < UNLOAD_BATCH; batch++) {
			edge = tsp_tracker_quietest();
			if (!edge)
				break;
			conclude(edge, TSP_END_UNLOAD, ktime_get_boottime_ns());
		}
		tsp_tracker_unlock(flags);
		tsp_deliver_flush();
	} while (edge);
}
