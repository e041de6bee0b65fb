// SPDX-License-Identifier: GPL-2.0
/*
 * How one observation changes the record of an edge.
 */
#include "edge.h"

/* How long a tracer that has let go may come back on the same edge. */
#define LINGER_NS 1000000000ULL

/* Operations that change what the target does. */
#define OPS_CHANGE                                                             \
	(TSP_OPS_WRITE | TSP_OPS_REGS | TSP_OP_BIT(TSP_OP_PTRACE_SYSCALL))

static void add_step(struct tsp_edge_state *edge, u32 op, s32 result,
		     u64 time_ns, u64 count, u64 bytes)
{
	struct tsp_event *event = &edge->event;
	struct tsp_step *step;

	/* Once one was left out, the last kept step is not the one before. */
	if (event->n_step && !event->steps_omitted) {
		step = &event->step[event->n_step - 1];
		if (step->op == op && step->result == result) {
			step->count += count;
			step->bytes += bytes;
			return;
		}
	}
	if (!event->n_step)
		edge->first_ns = time_ns;

	if (event->n_step == TSP_STEP_MAX) {
		event->steps_omitted += count;
		event->present |= TSP_PRESENT(TSP_A_EVENT_STEPS_OMITTED);
		return;
	}

	step = &event->step[event->n_step++];
	step->op = op;
	step->result = result;
	step->offset_ns = time_ns - edge->first_ns;
	step->count = count;
	step->bytes = bytes;
}

void tsp_edge_begin(struct tsp_edge_state *edge, u64 number)
{
	*edge = (struct tsp_edge_state){
		.event.edge = number,
	};
}

static void add_deed(struct tsp_edge_state *edge, u32 op,
		     const struct tsp_deed *deed)
{
	if (deed->first_ns && deed->first_ns >= edge->last_ns)
		add_step(edge, op, 0, deed->first_ns, deed->count, deed->bytes);
}

void tsp_edge_add_life(struct tsp_edge_state *edge,
		       const struct tsp_memfd_life *life)
{
	bool sealed_first = life->sealed.first_ns < life->written.first_ns;

	add_deed(edge, TSP_OP_MEMFD_CREATE, &life->created);
	if (sealed_first)
		add_deed(edge, TSP_OP_MEMFD_SEAL, &life->sealed);
	add_deed(edge, TSP_OP_MEMFD_WRITE, &life->written);
	if (!sealed_first)
		add_deed(edge, TSP_OP_MEMFD_SEAL, &life->sealed);
	if (life->created.first_ns)
		edge->ops |= TSP_OP_BIT(TSP_OP_MEMFD_CREATE);
}

static void add_success(struct tsp_edge_state *edge,
			const struct tsp_observation *obs)
{
	u32 bit = TSP_OP_BIT(obs->op);

	if (tsp_observation_by_target(obs))
		return;
	edge->ops |= bit;
	if (bit & TSP_OPS_ATTACH) {
		edge->attach_ns = obs->time_ns;
		edge->attached++;
		edge->detached = false;
	}
	/* The kernel lets only a tracer poke: it attached before we looked. */
	if (bit & (TSP_OP_BIT(TSP_OP_PTRACE_WRITE) | TSP_OPS_REGS) &&
	    !edge->attached)
		edge->attached = 1;
	if (obs->op == TSP_OP_PTRACE_DETACH && edge->attached)
		edge->detached = !--edge->attached;
	if (bit & OPS_CHANGE)
		edge->changed_ns = obs->time_ns;
	if (bit & TSP_OPS_WRITE)
		edge->event.access.regions |= obs->regions;
	if (bit & (TSP_OPS_WRITE | TSP_OPS_FILELESS_RUN |
		   TSP_OP_BIT(TSP_OP_SELF_MEM_WRITE))) {
		edge->event.access.bytes += obs->bytes;
		edge->event.access.count++;
	}
}

void tsp_edge_add(struct tsp_edge_state *edge,
		  const struct tsp_observation *obs, u32 tick)
{
	add_step(edge, obs->op, obs->result, obs->time_ns, 1, obs->bytes);
	edge->last_ns = obs->time_ns;
	edge->tick = tick;
	edge->repeats = 0;
	edge->where = obs->where;
	if (!obs->result)
		add_success(edge, obs);
}

bool tsp_edge_idle(const struct tsp_edge_state *edge, u64 now_ns, u64 idle_ns)
{
	if (edge->detached && idle_ns > LINGER_NS)
		idle_ns = LINGER_NS;
	return !edge->attached && edge->last_ns + idle_ns <= now_ns;
}

void tsp_edge_conclude(struct tsp_edge_state *edge, u32 end, u64 now_ns)
{
	struct tsp_event *event = &edge->event;

	event->kind = TSP_KIND_SUMMARY;
	event->time_boot_ns = now_ns;
	event->end = edge->detached ? TSP_END_DETACH : end;
	event->duration_ns = edge->last_ns - edge->first_ns;
	event->present |= TSP_PRESENT(TSP_A_EVENT_END) |
			  TSP_PRESENT(TSP_A_EVENT_DURATION_NS);
}
