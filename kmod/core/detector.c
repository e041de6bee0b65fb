// SPDX-License-Identifier: GPL-2.0
/*
 * Does a chain of operations fit a technique, and how grave is it?
 */
#include "detector.h"

#include "technique.h"

#define NS_PER_MS 1000000ULL
#define SEVERITY_MAX 100

/*
 * Points that facts add to what the technique weighs by itself. A debugger on
 * its own child as the same user must stay below 50, an injection into an
 * unrelated process of the same user above it, and one across users or
 * containers near the top.
 */
enum points {
	POINTS_EXEC_REGION = 10,
	POINTS_SEQUENCE = 10,
	POINTS_CREDENTIALS = 15,
	POINTS_CONTAINER = 15,
	POINTS_DESCENDANT = -25,
	POINTS_VOLUNTEERED = -15,
	POINTS_DENIED = -30,
};

u32 tsp_detector_fits(const struct tsp_edge_state *edge,
		      const struct tsp_observation *obs)
{
	u32 op = TSP_OP_BIT(obs->op);

	/* The way of every poke but the first. */
	if (edge->settled & op || (obs->result && edge->refused & op))
		return 0;
	return tsp_technique_of(op);
}

void tsp_detector_settle(struct tsp_edge_state *edge, u32 technique, s32 result)
{
	u32 ops = tsp_technique_row(technique)->ops;

	if (result)
		edge->refused |= ops;
	else
		edge->settled |= ops | TSP_OPS_REGS;
}

/*
 * The steps of an injection that have succeeded: the target was taken, written,
 * redirected; or a file was made in memory and then run.
 */
static u32 kinds_of_steps(const struct tsp_edge_state *edge)
{
	u32 ops = edge->ops;

	return !!(ops & TSP_OPS_ATTACH) + !!(ops & TSP_OPS_WRITE) +
	       !!(ops & TSP_OPS_REGS) +
	       !!(ops & TSP_OP_BIT(TSP_OP_MEMFD_CREATE)) +
	       !!(ops & TSP_OPS_MEMFD_RUN);
}

static bool within_window(const struct tsp_edge_state *edge,
			  const struct tsp_observation *obs,
			  const struct tsp_policy *policy)
{
	u64 begin = edge->attach_ns ? edge->attach_ns : edge->first_ns;

	return obs->time_ns - begin <= policy->write_window_ms * NS_PER_MS;
}

static void add(struct tsp_verdict *verdict, u32 factor, s32 points)
{
	struct tsp_reason *reason = &verdict->reason[verdict->n_reason++];

	reason->factor = factor;
	reason->points = points;
}

static u32 sum(const struct tsp_verdict *verdict)
{
	s32 total = 0;
	u32 i;

	for (i = 0; i < verdict->n_reason; i++)
		total += verdict->reason[i].points;
	if (total < 0)
		return 0;
	return total > SEVERITY_MAX ? SEVERITY_MAX : total;
}

void tsp_detector_weigh(const struct tsp_edge_state *edge,
			const struct tsp_observation *obs, u32 technique,
			const struct tsp_policy *policy,
			struct tsp_verdict *verdict)
{
	u32 relation = edge->event.relation;
	u32 region = edge->event.access.region;

	verdict->technique = technique;
	verdict->n_reason = 0;

	add(verdict, TSP_FACTOR_TECHNIQUE,
	    tsp_technique_row(technique)->severity);
	if (region == TSP_REGION_TEXT || region == TSP_REGION_VDSO ||
	    region == TSP_REGION_ANONYMOUS_EXEC)
		add(verdict, TSP_FACTOR_REGION, POINTS_EXEC_REGION);
	if (relation & (TSP_RELATION_CHILD | TSP_RELATION_DESCENDANT))
		add(verdict, TSP_FACTOR_RELATION, POINTS_DESCENDANT);
	if (relation & TSP_RELATION_CROSS_UID)
		add(verdict, TSP_FACTOR_CREDENTIALS, POINTS_CREDENTIALS);
	if (relation & TSP_RELATION_CROSS_CONTAINER)
		add(verdict, TSP_FACTOR_CONTAINER, POINTS_CONTAINER);
	if (kinds_of_steps(edge) > 1 && within_window(edge, obs, policy))
		add(verdict, TSP_FACTOR_SEQUENCE, POINTS_SEQUENCE);
	if (edge->ops & TSP_OP_BIT(TSP_OP_PTRACE_TRACEME))
		add(verdict, TSP_FACTOR_VOLUNTEERED, POINTS_VOLUNTEERED);
	if (obs->result)
		add(verdict, TSP_FACTOR_DENIED, POINTS_DENIED);

	verdict->severity = sum(verdict);
}

void tsp_verdict_apply(const struct tsp_verdict *verdict,
		       const struct tsp_observation *obs,
		       struct tsp_event *event)
{
	u32 i;

	event->kind = TSP_KIND_DETECTION;
	event->time_boot_ns = obs->time_ns;
	event->technique = verdict->technique;
	event->severity = verdict->severity;
	event->result = obs->result;
	event->n_reason = verdict->n_reason;
	for (i = 0; i < verdict->n_reason; i++)
		event->reason[i] = verdict->reason[i];
}
