/* SPDX-License-Identifier: GPL-2.0 */
/* Enrichment: the systemd unit and the container that a process is in. */
#ifndef TSP_ENRICH_CGROUP_H
#define TSP_ENRICH_CGROUP_H

#include <json-c/json.h>

/**
 * tsp_enrich_cgroup() - cgroup path, systemd unit, container
 * @facts: fields are added, named as within an event, with dots
 * @process: from tsp_procfs_process()
 *
 * Context: Any thread; may sleep. Verify the process afterwards.
 */
void tsp_enrich_cgroup(struct json_object *facts, int process);

#endif /* TSP_ENRICH_CGROUP_H */
