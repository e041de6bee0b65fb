// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of core share: an edge to begin with and observations to add.
 */
#include "observe.h"

const struct tsp_policy default_policy = {
	.write_window_ms = 10000,
	.edge_idle_ms = 10000,
};

struct tsp_observation observation(u32 op, u64 at_ms, s32 result, u64 bytes)
{
	return (struct tsp_observation){
		.time_ns = at_ms * MS,
		.source = { .tgid = 100, .start_ns = 1 },
		.target = { .tgid = 200, .start_ns = 2 },
		.op = op,
		.result = result,
		.bytes = result ? 0 : bytes,
		.length = bytes,
	};
}

u32 observe(struct tsp_edge_state *edge, u32 op, u64 at_ms, s32 result,
	    u64 bytes)
{
	struct tsp_observation obs = observation(op, at_ms, result, bytes);
	u32 technique;

	tsp_edge_add(edge, &obs);
	technique = tsp_detector_fits(edge, &obs);
	if (technique)
		tsp_detector_settle(edge, technique, result);
	return technique;
}

void begin(struct tsp_edge_state *edge)
{
	struct tsp_observation obs = observation(TSP_OP_PTRACE_ATTACH, 0, 0, 0);

	tsp_edge_begin(edge, 7, &obs, NULL);
	edge->event.relation = TSP_RELATION_SAME_UID;
	edge->event.access.region = TSP_REGION_HEAP;
}
