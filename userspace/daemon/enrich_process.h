/* SPDX-License-Identifier: GPL-2.0 */
/* Enrichment: how a process was called, and where. */
#ifndef TSP_ENRICH_PROCESS_H
#define TSP_ENRICH_PROCESS_H

#include <stdbool.h>

#include <json-c/json.h>

/**
 * tsp_enrich_process() - command line, working directory and executable
 * @facts: fields are added, named as within an event, with dots
 * @process: from tsp_procfs_process()
 * @command_line: whether command lines, which may hold secrets, are wanted
 *
 * What cannot be read is left out.
 *
 * Context: Any thread; may sleep. Verify the process afterwards.
 */
void tsp_enrich_process(struct json_object *facts, int process,
			bool command_line);

#endif /* TSP_ENRICH_PROCESS_H */
