/* SPDX-License-Identifier: GPL-2.0 */
/* Enrichment: who started whom. */
#ifndef TSP_ENRICH_LINEAGE_H
#define TSP_ENRICH_LINEAGE_H

#include <json-c/json.h>

#include "procfs.h"

/**
 * struct tsp_lineage_clock - what makes times and names out of ticks
 * @boot_id: of this boot
 * @boot_real_ns: CLOCK_REALTIME when CLOCK_BOOTTIME was 0
 */
struct tsp_lineage_clock {
	const char *boot_id;
	uint64_t boot_real_ns;
};

/**
 * tsp_lineage_entity_id() - a name for a process that never comes again
 * @clock: see there
 * @procfs: gives the tick that start times are rounded to, so that the name is
 *   the same whether the module or /proc tells of the process
 * @pid: the process
 * @start_ns: CLOCK_BOOTTIME of its start
 *
 * Context: Any thread. The caller owns the value.
 * Return: a string.
 */
struct json_object *tsp_lineage_entity_id(const struct tsp_lineage_clock *clock,
					  const struct tsp_procfs *procfs,
					  uint32_t pid, uint64_t start_ns);

/**
 * tsp_enrich_lineage() - a party's ancestors, nearest first
 * @facts: fields are added, named as within an event, with dots
 * @procfs: opened
 * @party: as the event tells
 * @clock: see there
 * @max: most ancestors
 *
 * A process that holds the parent's pid and started no later than the child
 * was there when the child was born: it is the parent, even if the child has
 * exited by now. One that started later got the pid from somebody else, and
 * ends the list.
 *
 * Context: Any thread; may sleep.
 */
void tsp_enrich_lineage(struct json_object *facts,
			const struct tsp_procfs *procfs,
			const struct tsp_party *party,
			const struct tsp_lineage_clock *clock,
			unsigned int max);

#endif /* TSP_ENRICH_LINEAGE_H */
