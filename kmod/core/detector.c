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
 * its own child as the same user must stay below 50, one on a process of the
 * same shell below 70, an injection into an unrelated process of the same user
 * above it, and one across users or containers near the top. What the policy
 * sets is not among them.
 */
enum points {
	POINTS_EXEC_REGION = 10,
	POINTS_SEQUENCE = 10,
	POINTS_CONTAINER = 15,
	POINTS_EXE_LOCATION = 10,
	POINTS_SENSITIVE = 20,
	POINTS_FORCED = 5,
	POINTS_WRITE_SIZE = 5,
	POINTS_MAPS_ACCESS = 5,
	POINTS_DOUBLE_MAPPING = 5,
	POINTS_SHELL = 15,
	POINTS_RATE = 5,
	POINTS_TAINTED = 15,
	POINTS_DESCENDANT = -25,
	POINTS_SIBLING = -20,
	POINTS_VOLUNTEERED = -15,
	POINTS_LINKED = -25,
	POINTS_DENIED = -30,
};

static bool lands(u32 place, const struct tsp_where *where)
{
	switch (place) {
	case TSP_PLACE_EXECUTABLE:
		return where->prot & TSP_PROT_EXEC &&
		       where->region != TSP_REGION_VDSO;
	case TSP_PLACE_RELRO:
		return where->region == TSP_REGION_RELRO;
	case TSP_PLACE_VDSO:
		return where->region == TSP_REGION_VDSO;
	default:
		return true;
	}
}

static bool fits(const struct tsp_technique_row *row,
		 const struct tsp_edge_state *edge,
		 const struct tsp_observation *obs)
{
	return (obs->result || !row->at_end) &&
	       row->by_target == tsp_observation_by_target(obs) &&
	       (obs->context || !row->needs_context) &&
	       (!row->after || edge->ops & row->after) &&
	       !(edge->ops & row->unless) && lands(row->place, &obs->where);
}

u32 tsp_detector_fits(const struct tsp_edge_state *edge,
		      const struct tsp_observation *obs)
{
	u32 technique, found = 0;
	u32 open = tsp_techniques_of(obs->op) & ~edge->settled;

	if (obs->result)
		open &= ~edge->refused;
	for (; open; open &= open - 1) {
		technique = __builtin_ctz(open);
		if (fits(&tsp_techniques[technique], edge, obs))
			found |= TSP_TECHNIQUE_BIT(technique);
	}
	return found;
}

u32 tsp_detector_fits_at_end(const struct tsp_edge_state *edge)
{
	const struct tsp_technique_row *row;
	u32 technique, found = 0;

	if (edge->settled)
		return 0;
	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++) {
		row = &tsp_techniques[technique];
		if (row->at_end && row->ops & edge->ops)
			found |= TSP_TECHNIQUE_BIT(technique);
	}
	return found;
}

void tsp_detector_settle(struct tsp_edge_state *edge, u32 technique, s32 result)
{
	if (result)
		edge->refused |= TSP_TECHNIQUE_BIT(technique);
	else
		edge->settled |= TSP_TECHNIQUE_BIT(technique);
}

bool tsp_detector_taints(const struct tsp_edge_state *edge,
			 const struct tsp_policy *policy)
{
	return edge->changed_ns && edge->known &&
	       !(edge->event.relation &
		 policy->process_relationship_constraint);
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
	       !!(ops & TSP_OPS_FILELESS_RUN);
}

static bool within_window(const struct tsp_edge_state *edge,
			  const struct tsp_observation *obs,
			  const struct tsp_policy *policy)
{
	u64 begin = edge->attach_ns ? edge->attach_ns : edge->first_ns;

	/* Another thread may have attached since @obs. */
	return obs->time_ns < begin ||
	       obs->time_ns - begin <= policy->write_window_ms * NS_PER_MS;
}

static void add(struct tsp_verdict *verdict, u32 factor, s32 points)
{
	struct tsp_reason *reason = &verdict->reason[verdict->n_reason];

	if (verdict->n_reason == TSP_REASON_MAX || !points)
		return;
	reason->factor = factor;
	reason->points = points;
	verdict->n_reason++;
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

/* Who did it to whom. */
static void weigh_parties(const struct tsp_edge_state *edge,
			  const struct tsp_policy *policy,
			  struct tsp_verdict *verdict)
{
	const struct tsp_event *event = &edge->event;
	u32 relation = event->relation;

	if (relation & policy->process_relationship_constraint)
		add(verdict, TSP_FACTOR_RELATION,
		    relation & TSP_RELATION_SIBLING ? POINTS_SIBLING
						    : POINTS_DESCENDANT);
	if (relation & TSP_RELATION_CROSS_UID)
		add(verdict, TSP_FACTOR_CREDENTIALS,
		    policy->user_context_mismatch);
	if (relation & TSP_RELATION_CROSS_CONTAINER)
		add(verdict, TSP_FACTOR_CONTAINER, POINTS_CONTAINER);
	if (event->source.exe_flags)
		add(verdict, TSP_FACTOR_EXE_LOCATION, POINTS_EXE_LOCATION);
	if (!(relation & TSP_RELATION_SELF) &&
	    event->target.pid <= policy->target_pid_threshold)
		add(verdict, TSP_FACTOR_SENSITIVE, POINTS_SENSITIVE);
}

/* What was touched. */
static void weigh_access(const struct tsp_edge_state *edge,
			 const struct tsp_observation *obs,
			 const struct tsp_policy *policy,
			 struct tsp_verdict *verdict)
{
	const struct tsp_access *access = &edge->event.access;
	u32 bit = TSP_OP_BIT(obs->op);

	if (bit & TSP_OPS_FILELESS_RUN) {
		if (access->region == TSP_REGION_TMPFS)
			add(verdict, TSP_FACTOR_LINKED, POINTS_LINKED);
		return;
	}
	if (access->region == TSP_REGION_TEXT ||
	    access->region == TSP_REGION_VDSO ||
	    access->region == TSP_REGION_ANONYMOUS_EXEC)
		add(verdict, TSP_FACTOR_REGION, POINTS_EXEC_REGION);
	else if (access->forced)
		add(verdict, TSP_FACTOR_FORCED, POINTS_FORCED);
	if (bit & TSP_OPS_WRITE && obs->bytes >= policy->file_write_threshold)
		add(verdict, TSP_FACTOR_WRITE_SIZE, POINTS_WRITE_SIZE);
}

static void weigh_circumstances(const struct tsp_circumstances *around,
				const struct tsp_policy *policy,
				struct tsp_verdict *verdict)
{
	if (around->maps_read)
		add(verdict, TSP_FACTOR_MAPS_ACCESS, POINTS_MAPS_ACCESS);
	if (around->tainted)
		add(verdict, TSP_FACTOR_TAINTED, POINTS_TAINTED);
	if (around->double_mapping)
		add(verdict, TSP_FACTOR_DOUBLE_MAPPING, POINTS_DOUBLE_MAPPING);
	if (around->shell)
		add(verdict, TSP_FACTOR_SHELL, POINTS_SHELL);
	if (policy->syscall_rate && around->calls >= policy->syscall_rate)
		add(verdict, TSP_FACTOR_RATE, POINTS_RATE);
}

void tsp_detector_weigh(const struct tsp_edge_state *edge,
			const struct tsp_observation *obs, u32 technique,
			const struct tsp_policy *policy,
			const struct tsp_circumstances *around,
			struct tsp_verdict *verdict)
{
	verdict->technique = technique;
	verdict->n_reason = 0;

	add(verdict, TSP_FACTOR_TECHNIQUE, tsp_techniques[technique].severity);
	weigh_parties(edge, policy, verdict);
	weigh_access(edge, obs, policy, verdict);
	weigh_circumstances(around, policy, verdict);
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
	/* It may come after the edge's summary. */
	event->present &= ~(TSP_PRESENT(TSP_A_EVENT_END) |
			    TSP_PRESENT(TSP_A_EVENT_DURATION_NS));
	event->time_boot_ns = obs->time_ns;
	event->technique = verdict->technique;
	event->severity = verdict->severity;
	event->result = obs->result;
	event->n_reason = verdict->n_reason;
	for (i = 0; i < verdict->n_reason; i++)
		event->reason[i] = verdict->reason[i];
}
