// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of core share: an edge to begin with and observations to add.
 */
#include "observe.h"

#include "../default_policy.h"

const struct tsp_policy default_policy = DEFAULT_POLICY;

const struct tsp_where in_data = {
	.start = 0x10000,
	.end = 0x11000,
	.region = TSP_REGION_DATA,
	.prot = TSP_PROT_READ | TSP_PROT_WRITE,
};

const struct tsp_where in_text = {
	.start = 0x20000,
	.end = 0x21000,
	.region = TSP_REGION_TEXT,
	.prot = TSP_PROT_READ | TSP_PROT_EXEC,
};

struct tsp_observation observation(u32 op, u64 at_ms, s32 result, u64 bytes)
{
	return (struct tsp_observation){
		.time_ns = at_ms * MS,
		.source = { .tgid = 100, .start_ns = 1 },
		.target = { .tgid = 200, .start_ns = 2 },
		.op = op,
		.result = result,
		.address = in_data.start,
		.bytes = result ? 0 : bytes,
		.length = bytes,
		.where = in_data,
	};
}

struct tsp_observation own(u32 op, u64 at_ms, u64 bytes)
{
	struct tsp_observation obs = observation(op, at_ms, 0, bytes);

	obs.source = obs.target;
	return obs;
}

u32 add(struct tsp_edge_state *edge, const struct tsp_observation *obs)
{
	struct tsp_observation seen = *obs;
	u32 technique, techniques;

	seen.regions = 1U << obs->where.region;
	tsp_edge_add(edge, &seen, obs->time_ns / MS);
	techniques = tsp_detector_fits(edge, &seen);
	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++)
		if (techniques & TSP_TECHNIQUE_BIT(technique))
			tsp_detector_settle(edge, technique, obs->result);
	return techniques;
}

u32 observe(struct tsp_edge_state *edge, u32 op, u64 at_ms, s32 result,
	    u64 bytes)
{
	struct tsp_observation obs = observation(op, at_ms, result, bytes);

	return add(edge, &obs);
}

void begin(struct tsp_edge_state *edge)
{
	tsp_edge_begin(edge, 7);
	edge->event.relation = TSP_RELATION_SAME_UID;
	edge->event.source.pid = 100;
	edge->event.target.pid = 200;
	edge->event.access.region = TSP_REGION_DATA;
}
