// SPDX-License-Identifier: GPL-2.0
/*
 * What a process does by itself, and the native-api-sequence.
 */
#include "process.h"

/* Which kind of call an operation is; TSP_CALLS if it is of none. */
static u32 call_of(u32 op)
{
	u32 bit = TSP_OP_BIT(op);

	if (op == TSP_OP_FORK)
		return TSP_CALL_FORK;
	if (bit & (TSP_OPS_FILELESS_RUN | TSP_OP_BIT(TSP_OP_WX_FLIP)))
		return TSP_CALL_EXEC_MEMORY;
	if (bit & TSP_OPS_WRITE)
		return TSP_CALL_WRITE;
	if (bit & (TSP_OP_BIT(TSP_OP_PTRACE_ATTACH) |
		   TSP_OP_BIT(TSP_OP_PTRACE_SEIZE) | TSP_OPS_REGS))
		return TSP_CALL_PTRACE;
	return TSP_CALLS;
}

void tsp_process_note(struct tsp_process_state *state, u32 op, u32 count,
		      u64 now_ns, u32 window_ms)
{
	u32 call = call_of(op), now_ms = tsp_process_ms(now_ns);
	struct tsp_burst *burst;

	if (call == TSP_CALLS)
		return;
	burst = &state->call[call];
	if (now_ms - burst->last_ms > window_ms)
		burst->count = 0;
	burst->last_ms = now_ms;
	burst->op = op;
	if (burst->count + count < 1U << 24)
		burst->count += count;
}

bool tsp_process_flip(struct tsp_process_state *state, u64 now_ns,
		      u32 window_ms)
{
	u32 now_ms = tsp_process_ms(now_ns);

	if (state->flipped && now_ms - state->flip_ms <= window_ms)
		return false;
	state->flipped = true;
	state->flip_ms = now_ms;
	return true;
}

static bool counts(const struct tsp_process_state *state, u32 call, u32 now_ms,
		   const struct tsp_policy *policy)
{
	const struct tsp_burst *burst = &state->call[call];

	return burst->count && policy->syscall_type & 1U << call &&
	       now_ms - burst->last_ms <= policy->time_window_ms;
}

bool tsp_process_fits(const struct tsp_process_state *state, u64 now_ns,
		      const struct tsp_policy *policy)
{
	u32 call, kinds = 0, now_ms = tsp_process_ms(now_ns);

	for (call = 0; call < TSP_CALLS; call++)
		kinds += !!state->call[call].count;
	if (state->told || kinds < 2)
		return false;

	kinds = 0;
	for (call = 0; call < TSP_CALLS; call++)
		kinds += counts(state, call, now_ms, policy);
	/* There is but one kind that aims at nothing, fork. */
	return kinds >= 2;
}

static void add_step(struct tsp_event *event, u32 op, u32 at_ms, u32 count,
		     u32 now_ms)
{
	struct tsp_step *steps = event->step;
	u64 ago = now_ms - at_ms;
	u32 i = event->n_step++;

	/* As "how long ago" for the time being; the oldest goes first. */
	for (; i && steps[i - 1].offset_ns < ago; i--)
		steps[i] = steps[i - 1];
	steps[i] = (struct tsp_step){
		.op = op,
		.offset_ns = ago,
		.count = count,
	};
}

u32 tsp_process_chain(const struct tsp_process_state *state, u64 now_ns,
		      const struct tsp_policy *policy, struct tsp_event *event)
{
	u32 call, i, total = 0, now_ms = tsp_process_ms(now_ns);
	u64 oldest;

	event->n_step = 0;
	if (state->libc != TSP_C_LIBRARY_NONE &&
	    state->libc != TSP_C_LIBRARY_UNKNOWN)
		add_step(event, TSP_OP_LIBC_MAP, state->libc_ms, 1, now_ms);
	for (call = 0; call < TSP_CALLS; call++) {
		if (!counts(state, call, now_ms, policy))
			continue;
		add_step(event, state->call[call].op, state->call[call].last_ms,
			 state->call[call].count, now_ms);
		total += state->call[call].count;
	}

	oldest = event->step[0].offset_ns;
	for (i = 0; i < event->n_step; i++)
		event->step[i].offset_ns =
			tsp_process_ns(oldest - event->step[i].offset_ns);
	return total;
}
