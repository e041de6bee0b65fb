// SPDX-License-Identifier: GPL-2.0
/*
 * The end of edges: when, and what is still owed then.
 *
 * Edges end here, in a worker, whatever ends them, so that a process with many
 * of them cannot flood the queue by exiting.
 */
#include "watch.h"

#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "deeds.h"
#include "deliver.h"
#include "policy.h"
#include "stats.h"
#include "tell.h"

/* How often quiet edges are looked for, at least and at most. */
#define WATCH_MIN_MS 50
#define WATCH_MAX_MS 1000

/* Edges that end before the queue is waited for. */
#define BATCH 16

static void watch(struct work_struct *work);
static DECLARE_DELAYED_WORK(watch_work, watch);
static struct irq_work watch_irq;
static struct workqueue_struct *watch_wq;

/* End an edge: tell its totals if it has told anything. Tracker locked. */
static void conclude(struct tsp_edge *edge, u64 now_ns)
{
	struct tsp_edge_state *state = &edge->state;

	tsp_tell_at_end(edge);
	if (state->told)
		tsp_tell_summary(edge, now_ns);
	if (state->told && !edge->target->dead &&
	    edge->target != edge->source && edge->end != TSP_END_UNLOAD &&
	    tsp_deeds_followed(state, now_ns))
		tsp_tracker_edge_over(edge);
	else
		tsp_tracker_edge_free(edge);
}

void tsp_watch_make_room(u64 now_ns)
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
		if (!edge)
			return;
		tsp_tracker_edge_end(edge, TSP_END_EVICTED);
	}
	conclude(edge, now_ns);
	edge = tsp_tracker_first(TSP_STAGE_OVER);
	if (edge)
		tsp_tracker_edge_free(edge);
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
			tsp_tell_at_end(edge);
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
	       (edge->target->dead ||
		!tsp_deeds_followed(&edge->state, now_ns)))
		tsp_tracker_edge_free(edge);
	return done;
}

/* Returns whether there is anything to look after again. */
static bool tend(void)
{
	u32 edges, processes;
	u64 now_ns;
	int done;

	do {
		tsp_tracker_lock();
		now_ns = ktime_get_boottime_ns();
		done = tend_live(now_ns) + tend_ended(now_ns);
		tsp_tracker_count(&edges, &processes);
		tsp_tracker_unlock();
		if (done)
			tsp_deliver_flush();
	} while (done);
	return edges;
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

void tsp_watch_soon(void)
{
	irq_work_queue(&watch_irq);
}

int tsp_watch_init(void)
{
	init_irq_work(&watch_irq, watch_now);
	watch_wq = alloc_workqueue("trespass_watch", WQ_UNBOUND, 1);
	return watch_wq ? 0 : -ENOMEM;
}

void tsp_watch_exit(void)
{
	struct tsp_edge *edge;

	irq_work_sync(&watch_irq);
	cancel_delayed_work_sync(&watch_work);
	destroy_workqueue(watch_wq);

	tsp_tracker_lock();
	while ((edge = tsp_tracker_first(TSP_STAGE_LIVE)))
		tsp_tracker_edge_end(edge, TSP_END_UNLOAD);
	while ((edge = tsp_tracker_first(TSP_STAGE_OVER)))
		tsp_tracker_edge_free(edge);
	tsp_tracker_unlock();
	tend();
}
