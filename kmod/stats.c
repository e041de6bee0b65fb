// SPDX-License-Identifier: GPL-2.0
/*
 * The module's counters.
 */
#include "stats.h"

#include <linux/cpumask.h>
#include <linux/string.h>

DEFINE_PER_CPU(struct tsp_stats, tsp_stats);

void tsp_stats_sum(struct tsp_stats *sum)
{
	const struct tsp_stats *stats;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(&tsp_stats, cpu);
		sum->observations += READ_ONCE(stats->observations);
		sum->untold += READ_ONCE(stats->untold);
		sum->no_memory += READ_ONCE(stats->no_memory);
		sum->unheard += READ_ONCE(stats->unheard);
		sum->edges_evicted += READ_ONCE(stats->edges_evicted);
		sum->processes_evicted += READ_ONCE(stats->processes_evicted);
	}
}
