// SPDX-License-Identifier: GPL-2.0
/*
 * The straight line from a hook's observation to the queue of events.
 *
 * Most observations only add to a record and are done. When one makes a
 * technique fit, the parties and the touched mapping are looked at, which needs
 * locks that must not nest in the tracker's; so the tracker is left and entered
 * again, and the question whether it fits is asked a second time. Of two
 * threads that get so far, the second finds it told.
 *
 * Edges end in the watch, whatever ends them, so that a process with many of
 * them cannot flood the queue by exiting.
 */
#include "submit.h"

#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "core/detector.h"
#include "core/edge.h"
#include "core/process.h"
#include "core/technique.h"
#include "deliver.h"
#include "memfd.h"
#include "party.h"
#include "policy.h"
#include "region.h"
#include "ring.h"
#include "stats.h"
#include "tracker.h"

/* How often quiet edges are looked for, at least and at most. */
#define WATCH_MIN_MS 50
#define WATCH_MAX_MS 1000

/* Edges that end before the queue is waited for. */
#define BATCH 16

static u64 last_edge; /* protected by the tracker's lock */
/* For what is told without an edge; protected by the tracker's lock. */
static struct tsp_edge_state scratch;

static void watch(struct work_struct *work);
static DECLARE_DELAYED_WORK(watch_work, watch);
static struct irq_work watch_irq;
static struct workqueue_struct *watch_wq;

/**
 * struct finding - what is needed to tell, gathered without the tracker's lock
 * @source: who acted
 * @target: who was acted on
 * @relation: how they relate
 * @access: what was touched
 * @file: the files to name, counted references
 * @life: of the in-memory file that is run
 * @seals: of the in-memory file that is run
 * @around: what weighs besides
 */
struct finding {
	struct tsp_identity source;
	struct tsp_identity target;
	u32 relation;
	struct tsp_access access;
	struct tsp_file *file[TSP_RECORD_FILES];
	struct tsp_memfd_life life;
	u32 seals;
	struct tsp_circumstances around;
};

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

/*
 * Weigh the techniques that fit and tell each, unless it is beneath the policy.
 * Tracker locked. Returns whether the gravest so far is among them; then the
 * edge's event says so.
 */
static bool tell(struct tsp_edge_state *state, struct tsp_file *const *file,
		 const struct tsp_observation *obs, u32 techniques,
		 const struct tsp_circumstances *around)
{
	const struct tsp_policy *policy = tsp_policy_get();
	struct tsp_event *event = &state->event;
	struct tsp_verdict verdict, gravest = {};
	u32 technique;

	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++) {
		if (!(techniques & TSP_TECHNIQUE_BIT(technique)))
			continue;
		tsp_detector_weigh(state, obs, technique, policy, around,
				   &verdict);
		tsp_detector_settle(state, technique, obs->result);
		if (verdict.severity < policy->min_severity) {
			tsp_stats_inc(untold);
			continue;
		}
		queue(event, file, &verdict, obs);
		if (verdict.severity > gravest.severity || !gravest.technique)
			gravest = verdict;
	}
	if (!gravest.technique ||
	    (state->told && gravest.severity <= event->severity))
		return false;
	tsp_verdict_apply(&gravest, obs, event);
	state->told = true;
	return true;
}

/* What came of an edge without more; it tells from what is known. */
static void tell_at_end(struct tsp_edge *edge)
{
	static const struct tsp_circumstances around;
	struct tsp_observation obs = {
		.time_ns = edge->state.last_ns,
		.op = TSP_OP_PTRACE_ATTACH,
	};
	u32 techniques = tsp_detector_fits_at_end(&edge->state);

	if (techniques && edge->state.known)
		tell(&edge->state, edge->file, &obs, techniques, &around);
}

/* May what was done to the target still show in what it does? */
static bool is_followed(const struct tsp_edge_state *state, u64 now_ns)
{
	const struct tsp_policy *policy = tsp_policy_get();

	return state->changed_ns &&
	       now_ns - state->changed_ns <=
		       policy->behaviour_window_ms * (u64)NSEC_PER_MSEC;
}

/* End an edge: tell its totals if it has told anything. Tracker locked. */
static void conclude(struct tsp_edge *edge, u64 now_ns)
{
	struct tsp_edge_state *state = &edge->state;

	tell_at_end(edge);
	if (state->told) {
		tsp_edge_conclude(state, edge->end, now_ns);
		queue(&state->event, edge->file, NULL, NULL);
	}
	if (state->told && !edge->target->dead &&
	    edge->target != edge->source && edge->end != TSP_END_UNLOAD &&
	    is_followed(state, now_ns))
		tsp_tracker_edge_over(edge);
	else
		tsp_tracker_edge_free(edge);
}

/* The table is full: let an edge go that is of least use. Tracker locked. */
static void make_room(u64 now_ns)
{
	struct tsp_edge *edge = tsp_tracker_first(TSP_STAGE_OVER);

	if (edge) {
		tsp_tracker_edge_free(edge);
		return;
	}
	edge = tsp_tracker_first(TSP_STAGE_ENDING);
	if (!edge) {
		edge = tsp_tracker_first(TSP_STAGE_LIVE);
		tsp_stats_inc(edges_evicted);
		tsp_tracker_edge_end(edge, TSP_END_EVICTED);
	}
	conclude(edge, now_ns);
	edge = tsp_tracker_first(TSP_STAGE_OVER);
	if (edge)
		tsp_tracker_edge_free(edge);
}

/*
 * The clock of the processes' records: cheap, and as coarse as they are. It may
 * be a tick behind the other, so the two are never compared.
 */
static u64 process_clock_ns(void)
{
	return ktime_get_coarse_boottime_ns();
}

static bool read_maps_of(const struct tsp_process_state *source, u32 tgid)
{
	u32 window_ms = tsp_policy_get()->map_access_window_ms;

	return source->maps_tgid == tgid && window_ms &&
	       tsp_process_ms(process_clock_ns()) - source->maps_ms <=
		       window_ms;
}

/* A read of the target's memory map is the first step. Tracker locked. */
static void begin(struct tsp_edge *edge, const struct tsp_observation *obs)
{
	const struct tsp_process_state *source = &edge->source->state;
	struct tsp_observation maps = { .op = TSP_OP_MAPS_ACCESS };
	u64 ago_ms;

	tsp_edge_begin(&edge->state, ++last_edge);
	if (!read_maps_of(source, obs->target.tgid))
		return;
	ago_ms = tsp_process_ms(process_clock_ns()) - source->maps_ms;
	maps.time_ns = obs->time_ns - min(obs->time_ns, ago_ms << 20);
	tsp_edge_add(&edge->state, &maps, 0);
}

/* The edge of an observation, made if need be. Tracker locked. */
static struct tsp_edge *edge_of(const struct tsp_observation *obs)
{
	struct tsp_edge *edge;

	edge = tsp_tracker_edge(&obs->source, &obs->target);
	if (edge) {
		tsp_tracker_edge_touch(edge);
		return edge;
	}
	if (obs->op == TSP_OP_PTRACE_DETACH)
		return NULL;

	edge = tsp_tracker_edge_new(&obs->source, &obs->target);
	if (!edge) {
		make_room(obs->time_ns);
		edge = tsp_tracker_edge_new(&obs->source, &obs->target);
	}
	begin(edge, obs);
	irq_work_queue(&watch_irq);
	return edge;
}

static struct file *gather_access(const struct tsp_observation *obs,
				  const struct tsp_actors *actors,
				  struct tsp_access *access)
{
	struct file *file;

	*access = (struct tsp_access){
		.address = obs->address,
		.length = obs->length,
	};
	if (obs->ranges > 1) {
		access->ranges = obs->ranges;
		access->present |= TSP_PRESENT(TSP_A_ACCESS_RANGES);
	}
	if (actors->file) {
		access->region = tsp_file_region(actors->file);
		tsp_region_set_file(access, actors->file);
		return get_file(actors->file);
	}

	file = tsp_region_describe(actors->target, access);
	/* The caller of a hook that says where holds the mappings' lock. */
	if (access->region == TSP_REGION_UNKNOWN && obs->where.end) {
		access->region = obs->where.region;
		access->prot = obs->where.prot;
		access->present |= TSP_PRESENT(TSP_A_ACCESS_PROT);
	}
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

	finding->around = (struct tsp_circumstances){};
	finding->life = (struct tsp_memfd_life){};
	if (actors->file) {
		tsp_memfd_life(file_inode(actors->file), &finding->life);
		finding->seals = tsp_file_seals(actors->file);
		finding->around.double_mapping =
			mapping_writably_mapped(actors->file->f_mapping);
	}
}

/* Tracker locked. */
static void learn_parties(struct tsp_edge *edge, const struct finding *finding)
{
	struct tsp_event *event = &edge->state.event;

	event->source = finding->source.party;
	event->target = finding->target.party;
	event->relation = finding->relation;
	edge->state.known = true;
}

/* Tracker locked. */
static void learn_files(struct tsp_edge *edge, const struct finding *finding)
{
	tsp_record_put_files(edge->file);
	tsp_record_get_files(edge->file, finding->file);
}

static void learn_origin(struct tsp_event *event, const struct finding *finding,
			 const struct tsp_actors *actors)
{
	if (finding->life.created.first_ns) {
		event->memfd_flags = finding->life.flags;
		event->memfd_seals = finding->seals;
		event->memfd_creator = finding->life.creator.tgid;
		event->present |= TSP_PRESENT(TSP_A_EVENT_MEMFD_FLAGS) |
				  TSP_PRESENT(TSP_A_EVENT_MEMFD_SEALS) |
				  TSP_PRESENT(TSP_A_EVENT_MEMFD_CREATOR);
	}
	if (actors->opener) {
		event->opener_pid = actors->opener->tgid;
		event->opener_start_ns = actors->opener->start_ns;
		event->opener_uid = actors->opener_uid;
		event->present |= TSP_PRESENT(TSP_A_EVENT_OPENER_PID) |
				  TSP_PRESENT(TSP_A_EVENT_OPENER_START_NS) |
				  TSP_PRESENT(TSP_A_EVENT_OPENER_UID);
	}
}

/* Tell with what has been found. Tracker locked. */
static void tell_finding(struct tsp_edge *edge,
			 const struct tsp_observation *obs,
			 const struct tsp_actors *actors, u32 techniques,
			 struct finding *finding)
{
	const struct tsp_process_state *source = &edge->source->state;
	struct tsp_event *event = &edge->state.event;
	struct tsp_access former = event->access;

	learn_parties(edge, finding);
	learn_origin(event, finding, actors);
	event->access = finding->access;
	event->access.bytes = former.bytes;
	event->access.count = former.count;
	event->access.regions = former.regions;
	finding->around.tainted = source->tainted;
	finding->around.maps_read = read_maps_of(source, obs->target.tgid);

	if (tell(&edge->state, finding->file, obs, techniques,
		 &finding->around))
		learn_files(edge, finding);
	else
		event->access = former;
}

static noinline void find_and_tell(const struct tsp_observation *obs,
				   const struct tsp_actors *actors, u64 number)
{
	struct finding finding;
	struct tsp_edge *edge;
	unsigned long flags;
	u32 techniques;

	gather(obs, actors, &finding);

	flags = tsp_tracker_lock();
	edge = tsp_tracker_edge(&obs->source, &obs->target);
	if (edge && edge->state.event.edge == number) {
		techniques = tsp_detector_fits(&edge->state, obs);
		if (techniques) {
			tell_finding(edge, obs, actors, techniques, &finding);
		} else if (!edge->state.known) {
			learn_parties(edge, &finding);
			learn_files(edge, &finding);
		}
	}
	tsp_tracker_unlock(flags);

	tsp_record_put_files(finding.file);
}

/*
 * Tell what no edge tells, of one process. Fills in all but the verdict; the
 * tracker is locked on return.
 */
static unsigned long scratch_begin(struct task_struct *task,
				   const struct tsp_id *id,
				   struct finding *finding)
{
	struct tsp_event *event = &scratch.event;
	unsigned long flags;

	*finding = (struct finding){};
	rcu_read_lock();
	tsp_party_capture(task, id, &finding->source);
	rcu_read_unlock();
	finding->file[TSP_RECORD_SOURCE_EXE] = finding->source.exe;
	finding->file[TSP_RECORD_TARGET_EXE] =
		tsp_file_get(finding->source.exe);

	flags = tsp_tracker_lock();
	tsp_edge_begin(&scratch, 0);
	event->source = finding->source.party;
	event->target = finding->source.party;
	event->relation = TSP_RELATION_SELF;
	return flags;
}

static noinline void tell_sequence(struct task_struct *task,
				   const struct tsp_id *id)
{
	struct tsp_observation obs = { .time_ns = ktime_get_boottime_ns() };
	struct tsp_event *event = &scratch.event;
	const struct tsp_policy *policy;
	struct tsp_process *process;
	struct finding finding;
	unsigned long flags;
	u64 now_ns;

	flags = scratch_begin(task, id, &finding);
	policy = tsp_policy_get();
	now_ns = process_clock_ns();
	process = tsp_tracker_process(id);
	if (process && tsp_process_fits(&process->state, now_ns, policy)) {
		process->state.told = true;
		finding.around.tainted = process->state.tainted;
		finding.around.calls = tsp_process_chain(&process->state,
							 now_ns, policy, event);
		event->c_library = process->state.libc;
		event->present |= TSP_PRESENT(TSP_A_EVENT_C_LIBRARY);
		tell(&scratch, finding.file, &obs,
		     TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_NATIVE_API_SEQUENCE),
		     &finding.around);
	}
	tsp_tracker_unlock(flags);
	tsp_record_put_files(finding.file);
}

void tsp_submit_blind(u32 cause, u64 count)
{
	struct tsp_id id = tsp_party_id(current);
	struct tsp_observation obs = { .time_ns = ktime_get_boottime_ns() };
	struct tsp_event *event = &scratch.event;
	struct finding finding;
	unsigned long flags;

	flags = scratch_begin(current, &id, &finding);
	event->blind_cause = cause;
	event->present |= TSP_PRESENT(TSP_A_EVENT_BLIND_CAUSE);
	event->access.count = count;
	tell(&scratch, finding.file, &obs,
	     TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_BLINDED), &finding.around);
	tsp_tracker_unlock(flags);
	tsp_record_put_files(finding.file);
}

/*
 * Note what a process has called. Returns whether that makes a sequence, and it
 * is a process in which sequences are looked for. Tracker locked.
 */
static bool note_calls(struct tsp_process *process,
		       const struct task_struct *task, u32 op, u32 count)
{
	const struct tsp_policy *policy;
	u64 now_ns;

	/* What has been told needs no more counting. */
	if (process->state.told || !(TSP_OP_BIT(op) & TSP_OPS_CALL))
		return false;
	policy = tsp_policy_get();
	now_ns = process_clock_ns();
	tsp_process_note(&process->state, op, count, now_ns,
			 policy->time_window_ms);
	return tsp_process_fits(&process->state, now_ns, policy) && task &&
	       strstarts(task->comm, policy->process_name);
}

/* Note what has only been counted since the last operation. Tracker locked. */
static void note_repeats(struct tsp_edge *edge)
{
	const struct tsp_event *event = &edge->state.event;
	const struct tsp_step *last;

	if (!edge->state.repeats)
		return;
	last = &event->step[event->n_step - 1];
	if (!last->result)
		note_calls(edge->source, NULL, last->op, edge->state.repeats);
}

/*
 * What a process does by itself goes on in the chain of whoever changed it.
 * Tracker locked.
 */
static void follow(struct tsp_process *process,
		   const struct tsp_observation *deed, bool shell)
{
	struct tsp_circumstances around = { .shell = shell };
	struct tsp_observation obs = *deed;
	u64 now_ns = deed->time_ns;
	struct tsp_edge_state *state;
	struct tsp_edge *edge;
	u32 techniques;

	hlist_for_each_entry(edge, &process->as_target, of_target) {
		state = &edge->state;
		if (edge->source == process || edge->stage == TSP_STAGE_ENDING)
			continue;
		if (obs.op != TSP_OP_EXEC && !is_followed(state, now_ns))
			continue;
		obs.source = edge->source->id;
		tsp_edge_add(state, &obs, 0);
		techniques = tsp_detector_fits(state, &obs);
		if (!techniques || !state->known || !is_followed(state, now_ns))
			continue;
		around.tainted = edge->source->state.tainted;
		tell(state, edge->file, &obs, techniques, &around);
	}
}

static void follow_deed(struct tsp_process *process, u32 op, bool shell)
{
	struct tsp_observation deed = { .target = process->id, .op = op };

	if (hlist_empty(&process->as_target))
		return;
	deed.time_ns = ktime_get_boottime_ns();
	follow(process, &deed, shell);
}

static void add_life(struct tsp_edge *edge, const struct file *file)
{
	struct tsp_memfd_life life;

	if (tsp_memfd_life(file_inode(file), &life))
		tsp_edge_add_life(&edge->state, &life);
}

void tsp_submit(struct tsp_observation *obs, const struct tsp_actors *given)
{
	struct tsp_actors actors = *given;
	bool sequence = false;
	struct tsp_edge *edge;
	unsigned long flags;
	u64 number = 0;

	tsp_stats_inc(observations);
	rcu_read_lock();
	if (!actors.target)
		actors.target = tsp_party_find(&obs->target);
	if (TSP_OP_BIT(obs->op) & TSP_OPS_WRITE && !obs->where.end)
		tsp_region_find(actors.target, actors.ranges, obs);

	flags = tsp_tracker_lock();
	/* Under the lock: what is added later has a later time. */
	obs->time_ns = ktime_get_boottime_ns();
	edge = edge_of(obs);
	if (edge) {
		note_repeats(edge);
		if (!obs->result && obs->op != TSP_OP_WX_FLIP)
			sequence = note_calls(edge->source, actors.source,
					      obs->op, 1);
		if (actors.file)
			add_life(edge, actors.file);
		tsp_edge_add(&edge->state, obs, jiffies);
		if (edge->state.changed_ns == obs->time_ns)
			edge->target->state.tainted = true;
		if (obs->op == TSP_OP_MEMFD_MAP_EXEC)
			follow(edge->target, obs, false);
		if (tsp_detector_fits(&edge->state, obs) ||
		    (edge->state.attached && !edge->state.known))
			number = edge->state.event.edge;
	}
	tsp_tracker_unlock(flags);

	if (number)
		find_and_tell(obs, &actors, number);
	if (sequence)
		tell_sequence(actors.source, &obs->source);
	rcu_read_unlock();
}

bool tsp_submit_repeat(const struct tsp_id *target, u32 op, s64 returned,
		       u64 address, u64 length)
{
	struct tsp_id source = tsp_party_id(current);

	if (!tsp_tracker_repeat(target, op, returned, address, length, &source))
		return false;
	tsp_stats_inc(observations);
	return true;
}

bool tsp_submit_deed(struct task_struct *task, u32 op)
{
	struct tsp_id id = tsp_party_id(task);
	bool sequence = false, first = false;
	struct tsp_process *process;
	unsigned long flags;

	flags = tsp_tracker_lock();
	process = tsp_tracker_process_new(&id);
	if (process) {
		sequence = note_calls(process, task, op, 1);
		if (op == TSP_OP_WX_FLIP)
			first = tsp_process_flip(
				&process->state, process_clock_ns(),
				tsp_policy_get()->time_window_ms);
		follow_deed(process, op, false);
	}
	tsp_tracker_unlock(flags);

	if (sequence)
		tell_sequence(task, &id);
	return first;
}

void tsp_submit_exec(struct task_struct *task, bool shell)
{
	struct tsp_id id = tsp_party_id(task);
	struct tsp_process *process;
	unsigned long flags;

	flags = tsp_tracker_lock();
	process = tsp_tracker_process(&id);
	if (process)
		follow_deed(process, TSP_OP_EXEC, shell);
	tsp_tracker_unlock(flags);
}

void tsp_submit_image(const struct tsp_id *id)
{
	struct tsp_process *process;
	unsigned long flags;

	flags = tsp_tracker_lock();
	process = tsp_tracker_process_new(id);
	if (process)
		process->state = (struct tsp_process_state){};
	tsp_tracker_unlock(flags);
}

/* Which C library a file is, by its name; policy's maps-path adds to them. */
static u32 c_library(const char *name, const struct tsp_policy *policy)
{
	if (strstarts(name, "ld-musl-"))
		return TSP_C_LIBRARY_MUSL;
	if (strstarts(name, "libc.so.6") || strstarts(name, "libc-2."))
		return TSP_C_LIBRARY_GLIBC;
	if (*policy->maps_path && strstarts(name, policy->maps_path))
		return TSP_C_LIBRARY_OTHER;
	return TSP_C_LIBRARY_NONE;
}

void tsp_submit_code_file(const struct tsp_id *id, const struct file *file)
{
	const char *name = file->f_path.dentry->d_name.name;
	u32 library = c_library(name, tsp_policy_get());
	struct tsp_process *process;
	unsigned long flags;

	if (library == TSP_C_LIBRARY_NONE)
		return;
	flags = tsp_tracker_lock();
	process = tsp_tracker_process_new(id);
	if (process) {
		process->state.libc = library;
		process->state.libc_ms = tsp_process_ms(process_clock_ns());
	}
	tsp_tracker_unlock(flags);
}

void tsp_submit_maps(const struct tsp_id *source, u32 tgid)
{
	struct tsp_process *process;
	unsigned long flags;

	tsp_stats_inc(observations);
	flags = tsp_tracker_lock();
	process = tsp_tracker_process_new(source);
	if (process) {
		process->state.maps_tgid = tgid;
		process->state.maps_ms = tsp_process_ms(process_clock_ns());
	}
	tsp_tracker_unlock(flags);
}

void tsp_submit_memfd(const struct inode *inode, u32 op, u64 detail)
{
	struct tsp_id id = tsp_party_id(current);

	tsp_stats_inc(observations);
	if (op == TSP_OP_MEMFD_CREATE)
		tsp_memfd_created(inode, &id, detail);
	else
		tsp_memfd_deed(inode, op, detail);
}

/* An edge of a process that exits is to be concluded. Tracker locked. */
static void end(struct tsp_edge *edge, u32 why)
{
	if (edge->stage == TSP_STAGE_LIVE)
		tsp_tracker_edge_end(edge, why);
}

void tsp_submit_process_exit(const struct tsp_id *id)
{
	struct tsp_process *process;
	struct tsp_edge *edge;
	unsigned long flags;
	bool any = false;

	flags = tsp_tracker_lock();
	process = tsp_tracker_process(id);
	if (process) {
		hlist_for_each_entry(edge, &process->as_source, of_source)
			end(edge, TSP_END_SOURCE_EXIT);
		hlist_for_each_entry(edge, &process->as_target, of_target)
			end(edge, TSP_END_TARGET_EXIT);
		any = tsp_tracker_first(TSP_STAGE_ENDING);
		tsp_tracker_process_gone(process);
	}
	tsp_tracker_unlock(flags);
	if (any)
		irq_work_queue(&watch_irq);
}

/* A tracer that has not gone further within the window: tell it by now. */
static bool is_overdue(const struct tsp_edge_state *state, u64 now_ns)
{
	return state->attached && state->known && !state->settled &&
	       now_ns - state->attach_ns >
		       tsp_policy_get()->write_window_ms * (u64)NSEC_PER_MSEC;
}

/* Look after the live edges, a few at a time. Tracker locked. */
static int tend_live(u64 now_ns)
{
	u64 idle_ns = tsp_policy_get()->edge_idle_ms * (u64)NSEC_PER_MSEC;
	struct tsp_edge *edge, *next;
	int done = 0;

	for (edge = tsp_tracker_first(TSP_STAGE_LIVE); edge && done < BATCH;
	     edge = next) {
		next = tsp_tracker_next(edge);
		if (tsp_edge_idle(&edge->state, now_ns, idle_ns)) {
			tsp_tracker_edge_end(edge, TSP_END_IDLE);
			done++;
		} else if (is_overdue(&edge->state, now_ns)) {
			tell_at_end(edge);
			done++;
		}
	}
	return done;
}

/* Conclude what has ended, and forget what is over. Tracker locked. */
static int tend_ended(u64 now_ns)
{
	struct tsp_edge *edge;
	int done = 0;

	while (done < BATCH && (edge = tsp_tracker_first(TSP_STAGE_ENDING))) {
		conclude(edge, now_ns);
		done++;
	}
	while ((edge = tsp_tracker_first(TSP_STAGE_OVER)) &&
	       (edge->target->dead || !is_followed(&edge->state, now_ns)))
		tsp_tracker_edge_free(edge);
	return done;
}

/* Returns whether there is anything to look after again. */
static bool tend(void)
{
	unsigned long flags;
	u64 now_ns;
	int done;
	bool any;

	do {
		flags = tsp_tracker_lock();
		now_ns = ktime_get_boottime_ns();
		done = tend_live(now_ns) + tend_ended(now_ns);
		any = tsp_tracker_first(TSP_STAGE_LIVE) ||
		      tsp_tracker_first(TSP_STAGE_OVER);
		tsp_tracker_unlock(flags);
		if (done)
			tsp_deliver_flush();
	} while (done);
	return any;
}

static void watch(struct work_struct *work)
{
	u64 wait;

	if (!tend())
		return;
	preempt_disable();
	wait = tsp_policy_get()->edge_idle_ms / 4;
	preempt_enable();
	wait = clamp_t(u64, wait, WATCH_MIN_MS, WATCH_MAX_MS);
	queue_delayed_work(watch_wq, &watch_work, msecs_to_jiffies(wait));
}

static void watch_now(struct irq_work *work)
{
	mod_delayed_work(watch_wq, &watch_work, 0);
}

int tsp_submit_init(void)
{
	init_irq_work(&watch_irq, watch_now);
	watch_wq = alloc_workqueue("trespass_watch", WQ_UNBOUND, 1);
	return watch_wq ? 0 : -ENOMEM;
}

void tsp_submit_exit(void)
{
	struct tsp_edge *edge;
	unsigned long flags;

	irq_work_sync(&watch_irq);
	cancel_delayed_work_sync(&watch_work);
	destroy_workqueue(watch_wq);

	flags = tsp_tracker_lock();
	while ((edge = tsp_tracker_first(TSP_STAGE_LIVE)))
		tsp_tracker_edge_end(edge, TSP_END_UNLOAD);
	while ((edge = tsp_tracker_first(TSP_STAGE_OVER)))
		tsp_tracker_edge_free(edge);
	tsp_tracker_unlock(flags);
	tend();
}
