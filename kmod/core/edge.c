// SPDX-License-Identifier: GPL-2.0
/*
 * How one observation changes the record of an edge.
 */
#include "edge.h"

static void add_step(struct tsp_edge_state *edge,
		     const struct tsp_observation *obs)
{
	struct tsp_event *event = &edge->event;
	struct tsp_step *step;

	/* Once one was left out, the last kept step is not the one before. */
	if (event->n_step && !event->steps_omitted) {
		step = &event->step[event->n_step - 1];
		if (step->op == obs->op && step->result == obs->result) {
			step->count++;
			step->bytes += obs->bytes;
			return;
		}
	}
	if (!event->n_step)
		edge->first_ns = obs->time_ns;

	if (event->n_step == TSP_STEP_MAX) {
		event->steps_omitted++;
		event->present |= TSP_PRESENT(TSP_A_EVENT_STEPS_OMITTED);
		return;
	}

	step = &event->step[event->n_step++];
	step->op = obs->op;
	step->result = obs->result;
	step->offset_ns = obs->time_ns - edge->first_ns;
	step->count = 1;
	step->bytes = obs->bytes;
}

void tsp_edge_begin(struct tsp_edge_state *edge, u64 number,
		    const struct tsp_observation *obs,
		    const struct tsp_process_state *self)
{
	*edge = (struct tsp_edge_state){
		.event.edge = number,
	};

	if (self && self->memfd_ns) {
		struct tsp_observation created = *obs;

		created.op = TSP_OP_MEMFD_CREATE;
		created.result = 0;
		created.time_ns = self->memfd_ns;
		created.bytes = 0;
		tsp_edge_add(edge, &created);
	}
}

void tsp_edge_add(struct tsp_edge_state *edge,
		  const struct tsp_observation *obs)
{
	u32 bit = TSP_OP_BIT(obs->op);

	add_step(edge, obs);
	edge->last_ns = obs->time_ns;
	if (obs->result)
		return;

	edge->ops |= bit;
	if (bit & TSP_OPS_ATTACH) {
		edge->attach_ns = obs->time_ns;
		edge->attached++;
	}
	/* The kernel lets only a tracer poke: it attached before we looked. */
	if (bit & (TSP_OP_BIT(TSP_OP_PTRACE_WRITE) | TSP_OPS_REGS) &&
	    !edge->attached)
		edge->attached = 1;
	if (obs->op == TSP_OP_PTRACE_DETACH && edge->attached)
		edge->attached--;
	if (bit & (TSP_OPS_WRITE | TSP_OPS_MEMFD_RUN)) {
		edge->event.access.bytes += obs->bytes;
		edge->event.access.count++;
	}
}

bool tsp_edge_idle(const struct tsp_edge_state *edge, u64 now_ns, u64 idle_ns)
{
	return !edge->attached && edge->last_ns + idle_ns <= now_ns;
}

void tsp_edge_conclude(struct tsp_edge_state *edge, u32 end, u64 now_ns)
{
	struct tsp_event *event = &edge->event;

	event->kind = TSP_KIND_SUMMARY;
	event->time_boot_ns = now_ns;
	event->end = end;
	event->duration_ns = edge->last_ns - edge->first_ns;
	event->present |= TSP_PRESENT(TSP_A_EVENT_END) |
			  TSP_PRESENT(TSP_A_EVENT_DURATION_NS);
}
