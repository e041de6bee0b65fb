// SPDX-License-Identifier: GPL-2.0
/*
 * The straight line from a hook's observation to what is told.
 *
 * Most observations only add to a record and are done. When one makes a
 * technique fit, the tracker is left, the parties and the touched mapping are
 * looked at, and the tracker is entered again, where the question whether it
 * fits is asked a second time. Of two threads that get so far, the second finds
 * it told. The edge is held meanwhile: even if its target exits at once, what
 * was done to it is told before the edge is concluded.
 */
#include "submit.h"

#include <linux/jiffies.h>
#include <linux/ktime.h>

#include "core/detector.h"
#include "deeds.h"
#include "memfd.h"
#include "party.h"
#include "policy.h"
#include "region.h"
#include "stats.h"
#include "tell.h"
#include "tracker.h"
#include "watch.h"

static u64 last_edge; /* protected by the tracker's lock */

/* A read of the target's memory map is the first step. Tracker locked. */
static void begin(struct tsp_edge *edge, const struct tsp_observation *obs)
{
	struct tsp_observation maps = { .op = TSP_OP_MAPS_ACCESS };
	u32 ago_ms;

	tsp_edge_begin(&edge->state, ++last_edge);
	if (!tsp_deeds_maps_read(edge->source, obs->target.tgid, &ago_ms))
		return;
	maps.time_ns = obs->time_ns - min(obs->time_ns, tsp_process_ns(ago_ms));
	tsp_edge_add(&edge->state, &maps, 0);
}

/*
 * The edge of an observation, made if need be; NULL if it is not worth one, or
 * if all edges there can be are held. Tracker locked.
 */
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
		tsp_watch_make_room(obs->time_ns);
		edge = tsp_tracker_edge_new(&obs->source, &obs->target);
		if (!edge)
			return NULL;
	}
	begin(edge, obs);
	tsp_watch_soon();
	return edge;
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
		tsp_deeds_note(edge->source, NULL, last->op,
			       edge->state.repeats);
}

static void add_life(struct tsp_edge *edge, const struct file *file)
{
	struct tsp_memfd_life life;

	if (tsp_memfd_life(file_inode(file), &life))
		tsp_edge_add_life(&edge->state, &life);
}

/* Tracker locked. */
static void taint(struct tsp_edge *edge, const struct tsp_observation *obs)
{
	if (edge->state.changed_ns == obs->time_ns &&
	    tsp_detector_taints(&edge->state, tsp_policy_get()))
		edge->target->state.tainted = true;
}

/* The edge is held, and let go of. */
static noinline void find_and_tell(struct tsp_edge *edge,
				   const struct tsp_observation *obs,
				   const struct tsp_actors *actors)
{
	struct tsp_finding finding;
	u32 techniques, ago_ms;

	tsp_finding_gather(obs, actors, &finding);

	tsp_tracker_lock();
	techniques = tsp_detector_fits(&edge->state, obs);
	if (techniques) {
		finding.around.tainted = edge->source->state.tainted;
		finding.around.maps_read = tsp_deeds_maps_read(
			edge->source, obs->target.tgid, &ago_ms);
		tsp_tell_finding(edge, obs, actors, techniques, &finding);
	} else if (!edge->state.known) {
		tsp_finding_learn(edge, &finding);
	}
	taint(edge, obs);
	edge->held--;
	if (!edge->held && edge->stage == TSP_STAGE_ENDING)
		tsp_watch_soon();
	tsp_tracker_unlock();

	tsp_finding_release(&finding);
}

void tsp_submit(struct tsp_observation *obs, const struct tsp_actors *given)
{
	struct tsp_actors actors = *given;
	struct tsp_edge *edge, *held = NULL;
	bool sequence = false;

	tsp_stats_inc(observations);
	rcu_read_lock();
	if (!actors.target)
		actors.target = tsp_party_find(&obs->target);
	if (TSP_OP_BIT(obs->op) & TSP_OPS_WRITE && !obs->where.end)
		tsp_region_find(actors.target, actors.ranges, obs);

	tsp_tracker_lock();
	/* Under the lock: what is added later has a later time. */
	obs->time_ns = ktime_get_boottime_ns();
	edge = edge_of(obs);
	if (edge) {
		note_repeats(edge);
		if (!obs->result && obs->op != TSP_OP_WX_FLIP)
			sequence = tsp_deeds_note(edge->source, actors.source,
						  obs->op, 1);
		if (actors.file)
			add_life(edge, actors.file);
		tsp_edge_add(&edge->state, obs, jiffies);
		taint(edge, obs);
		if (obs->op == TSP_OP_MEMFD_MAP_EXEC)
			tsp_deeds_follow(edge->target, obs, false);
		if (tsp_detector_fits(&edge->state, obs) ||
		    (edge->state.attached && !edge->state.known)) {
			edge->held++;
			held = edge;
		}
	}
	tsp_tracker_unlock();

	if (held)
		find_and_tell(held, obs, &actors);
	if (sequence)
		tsp_deeds_tell(actors.source, &obs->source);
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
	bool any = false;

	tsp_tracker_lock();
	process = tsp_tracker_process(id);
	if (process) {
		hlist_for_each_entry(edge, &process->as_source, of_source)
			end(edge, TSP_END_SOURCE_EXIT);
		hlist_for_each_entry(edge, &process->as_target, of_target)
			end(edge, TSP_END_TARGET_EXIT);
		any = tsp_tracker_first(TSP_STAGE_ENDING);
		tsp_tracker_process_gone(process);
	}
	tsp_tracker_unlock();
	if (any)
		tsp_watch_soon();
}
