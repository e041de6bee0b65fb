/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's counters.
 */
#ifndef _TSP_STATS_H
#define _TSP_STATS_H

#include <linux/percpu.h>

/**
 * struct tsp_stats - what has happened, per CPU
 * @observations: operations that passed the hooks' filters
 * @untold: detections below the policy's minimum severity
 * @no_memory: events not sent for want of memory; they are kept
 * @unheard: events that no listener took when they were sent
 * @edges_evicted: quiet edges that had to make room
 * @processes_evicted: quiet processes that had to make room
 */
struct tsp_stats {
	u64 observations;
	u64 untold;
	u64 no_memory;
	u64 unheard;
	u64 edges_evicted;
	u64 processes_evicted;
};

DECLARE_PER_CPU(struct tsp_stats, tsp_stats);

/* Count one. Any context. */
#define tsp_stats_inc(counter) this_cpu_inc(tsp_stats.counter)

/**
 * tsp_stats_sum() - add up the counters of all CPUs
 * @sum: to be filled
 *
 * Context: Any. Not a snapshot: others go on counting.
 */
void tsp_stats_sum(struct tsp_stats *sum);

#endif /* _TSP_STATS_H */
