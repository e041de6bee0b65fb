/* SPDX-License-Identifier: GPL-2.0 */
/* The heartbeat: what went through, and what did not. */
#ifndef TSP_METRICS_H
#define TSP_METRICS_H

#include <trespass/trespass.h>

/**
 * struct tsp_metrics - what the last heartbeat saw
 * @client: the client's counters
 * @module: the module's, or as it was when it appeared
 */
struct tsp_metrics {
	struct tsp_client_stats client;
	struct tsp_status module;
};

/**
 * tsp_metrics_beat() - say what has happened since the last heartbeat
 * @metrics: zero before the first
 * @client: the client's counters now
 *
 * Context: One thread; may sleep a few seconds if the module does not answer.
 */
void tsp_metrics_beat(struct tsp_metrics *metrics,
		      struct tsp_client_stats client);

#endif /* TSP_METRICS_H */
