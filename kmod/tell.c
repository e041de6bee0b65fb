// SPDX-License-Identifier: GPL-2.0
/*
 * Telling: who and what it was, what speaks for how grave it is, and the event.
 *
 * The parties and the touched mapping are looked at under locks that must not
 * nest in the tracker's. So they are gathered first, and told with the tracker
 * locked.
 */
#include "tell.h"

#include <linux/ktime.h>
#include <linux/pagemap.h>

#include "core/technique.h"
#include "deliver.h"
#include "party.h"
#include "policy.h"
#include "region.h"
#include "ring.h"
#include "stats.h"
#include "submit.h"

/* For what is told without an edge; protected by the tracker's lock. */
static struct tsp_edge_state alone;

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

bool tsp_tell(struct tsp_edge_state *state, struct tsp_file *const *file,
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

void tsp_tell_at_end(struct tsp_edge *edge)
{
	static const struct tsp_circumstances around;
	struct tsp_observation obs = {
		.time_ns = edge->state.last_ns,
		.op = TSP_OP_PTRACE_ATTACH,
	};
	u32 techniques = tsp_detector_fits_at_end(&edge->state);

	if (techniques && edge->state.known)
		tsp_tell(&edge->state, edge->file, &obs, techniques, &around);
}

void tsp_tell_summary(struct tsp_edge *edge, u64 now_ns)
{
	tsp_edge_conclude(&edge->state, edge->end, now_ns);
	queue(&edge->state.event, edge->file, NULL, NULL);
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
	/* No memory was meant. */
	if (!obs->address && !obs->length)
		return NULL;

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

void tsp_finding_gather(const struct tsp_observation *obs,
			const struct tsp_actors *actors,
			struct tsp_finding *finding)
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

void tsp_finding_release(struct tsp_finding *finding)
{
	tsp_record_put_files(finding->file);
}

/* Tracker locked. */
static void learn_parties(struct tsp_edge *edge,
			  const struct tsp_finding *finding)
{
	struct tsp_event *event = &edge->state.event;

	event->source = finding->source.party;
	event->target = finding->target.party;
	event->relation = finding->relation;
	edge->state.known = true;
}

/* Tracker locked. */
static void learn_files(struct tsp_edge *edge,
			const struct tsp_finding *finding)
{
	tsp_record_put_files(edge->file);
	tsp_record_get_files(edge->file, finding->file);
}

void tsp_finding_learn(struct tsp_edge *edge, const struct tsp_finding *finding)
{
	learn_parties(edge, finding);
	learn_files(edge, finding);
}

static void learn_origin(struct tsp_event *event,
			 const struct tsp_finding *finding,
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

void tsp_tell_finding(struct tsp_edge *edge, const struct tsp_observation *obs,
		      const struct tsp_actors *actors, u32 techniques,
		      const struct tsp_finding *finding)
{
	struct tsp_event *event = &edge->state.event;
	struct tsp_access former = event->access;

	learn_parties(edge, finding);
	learn_origin(event, finding, actors);
	event->access = finding->access;
	event->access.bytes = former.bytes;
	event->access.count = former.count;
	event->access.regions = former.regions;

	if (tsp_tell(&edge->state, finding->file, obs, techniques,
		     &finding->around))
		learn_files(edge, finding);
	else
		event->access = former;
}

struct tsp_edge_state *tsp_tell_alone_begin(struct task_struct *task,
					    const struct tsp_id *id,
					    struct tsp_finding *finding)
{
	struct tsp_event *event = &alone.event;

	*finding = (struct tsp_finding){};
	rcu_read_lock();
	tsp_party_capture(task, id, &finding->source);
	rcu_read_unlock();
	finding->file[TSP_RECORD_SOURCE_EXE] = finding->source.exe;
	finding->file[TSP_RECORD_TARGET_EXE] =
		tsp_file_get(finding->source.exe);

	tsp_tracker_lock();
	tsp_edge_begin(&alone, 0);
	event->source = finding->source.party;
	event->target = finding->source.party;
	event->relation = TSP_RELATION_SELF;
	return &alone;
}

void tsp_tell_alone_end(struct tsp_finding *finding)
{
	tsp_tracker_unlock();
	tsp_finding_release(finding);
}

void tsp_tell_blind(u32 cause, u64 count)
{
	struct tsp_id id = tsp_party_id(current);
	struct tsp_observation obs = { .time_ns = ktime_get_boottime_ns() };
	struct tsp_finding finding;
	struct tsp_event *event;

	event = &tsp_tell_alone_begin(current, &id, &finding)->event;
	event->blind_cause = cause;
	event->present |= TSP_PRESENT(TSP_A_EVENT_BLIND_CAUSE);
	event->access.count = count;
	tsp_tell(&alone, finding.file, &obs,
		 TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_BLINDED), &finding.around);
	tsp_tell_alone_end(&finding);
}
