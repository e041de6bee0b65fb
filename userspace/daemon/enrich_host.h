/* SPDX-License-Identifier: GPL-2.0 */
/* Enrichment: which host this is. */
#ifndef TSP_ENRICH_HOST_H
#define TSP_ENRICH_HOST_H

#include <json-c/json.h>

/**
 * struct tsp_host - what does not change while the daemon runs
 * @hostname: as the kernel has it
 * @machine_id: of this installation, empty if it has none
 * @boot_id: of this boot
 * @kernel: release
 */
struct tsp_host {
	char hostname[256];
	char machine_id[64];
	char boot_id[64];
	char kernel[128];
};

/**
 * tsp_host_read() - find out
 * @host: filled; empty where something cannot be known
 *
 * Context: Any thread; may sleep.
 */
void tsp_host_read(struct tsp_host *host);

/**
 * tsp_enrich_host() - say which host an event is from
 * @root: fields are added
 * @host: from tsp_host_read()
 *
 * Context: Any thread.
 */
void tsp_enrich_host(struct json_object *root, const struct tsp_host *host);

#endif /* TSP_ENRICH_HOST_H */
