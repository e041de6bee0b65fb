// SPDX-License-Identifier: GPL-2.0
/*
 * The books of one edge.
 */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/technique.h"

#define OP(name) TSP_OP_BIT(TSP_OP_##name)
#define TECHNIQUE(name) TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_##name)

/* Operations whose bytes are totalled, written out anew on purpose. */
#define MOVES_BYTES                                                            \
	(OP(PTRACE_WRITE) | OP(VM_WRITE) | OP(PROC_MEM_WRITE) |                \
	 OP(UFFD_COPY) | OP(UPROBE) | OP(MEMFD_EXEC) | OP(MEMFD_MAP_EXEC) |    \
	 OP(SELF_MEM_WRITE))

_Noreturn void must_failed(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

static void add_run(struct ledger *ledger, const struct run *run)
{
	struct run *last = ledger->run + ledger->n_run - 1;

	if (!ledger->n_run)
		ledger->first_ns = run->time_ns;
	if (ledger->omitted) {
		ledger->omitted += run->count;
	} else if (ledger->n_run && last->op == run->op &&
		   last->result == run->result) {
		last->count += run->count;
		last->bytes += run->bytes;
	} else if (ledger->n_run == TSP_STEP_MAX) {
		ledger->omitted = run->count;
	} else {
		ledger->run[ledger->n_run++] = *run;
	}
}

/* Who pokes or sets registers holds a thread, whether we saw that or not. */
static void trace(struct ledger *ledger, u32 op)
{
	switch (op) {
	case TSP_OP_PTRACE_ATTACH:
	case TSP_OP_PTRACE_SEIZE:
	case TSP_OP_PTRACE_TRACEME:
	case TSP_OP_PTRACE_AUTO_ATTACH:
		ledger->traced++;
		ledger->let_go = false;
		break;
	case TSP_OP_PTRACE_WRITE:
	case TSP_OP_PTRACE_REGS:
	case TSP_OP_PTRACE_FPREGS:
		if (!ledger->traced)
			ledger->traced = 1;
		break;
	case TSP_OP_PTRACE_DETACH:
		if (ledger->traced)
			ledger->let_go = !--ledger->traced;
		break;
	default:
		break;
	}
}

void ledger_add(struct ledger *ledger, const struct tsp_observation *obs)
{
	const struct run run = {
		.op = obs->op,
		.result = obs->result,
		.time_ns = obs->time_ns,
		.count = 1,
		.bytes = obs->bytes,
	};
	u32 bit = TSP_OP_BIT(obs->op);

	add_run(ledger, &run);
	if (obs->result || tsp_observation_by_target(obs))
		return;
	ledger->done |= bit;
	trace(ledger, obs->op);
	if (bit & MOVES_BYTES) {
		ledger->writes++;
		ledger->bytes += obs->bytes;
	}
	if (bit & TSP_OPS_WRITE)
		ledger->regions |= obs->regions;
}

void ledger_add_deed(struct ledger *ledger, u32 op, const struct tsp_deed *deed)
{
	const struct run run = {
		.op = op,
		.time_ns = deed->first_ns,
		.count = deed->count,
		.bytes = deed->bytes,
	};

	add_run(ledger, &run);
}

void ledger_tell(struct ledger *ledger, u32 technique, s32 result)
{
	u32 bit = TSP_TECHNIQUE_BIT(technique);

	MUST(!(ledger->told & bit));
	if (result) {
		MUST(!(ledger->told_refused & bit));
		ledger->told_refused |= bit;
	} else {
		ledger->told |= bit;
	}
}

/* A write is told by its way, and again by where it lands. */
static u32 of_write(const struct tsp_observation *obs)
{
	u32 found = 0;

	switch (obs->op) {
	case TSP_OP_PTRACE_WRITE:
		found = TECHNIQUE(PTRACE_INJECT);
		break;
	case TSP_OP_VM_WRITE:
		found = TECHNIQUE(VM_WRITE);
		break;
	case TSP_OP_PROC_MEM_WRITE:
		found = TECHNIQUE(PROC_MEM_WRITE);
		break;
	case TSP_OP_UFFD_COPY:
	case TSP_OP_UPROBE:
		found = TECHNIQUE(REMOTE_CONTROL);
		break;
	default:
		return 0;
	}
	if (obs->where.region == TSP_REGION_VDSO)
		found |= TECHNIQUE(VDSO_HIJACK);
	else if (obs->where.prot & TSP_PROT_EXEC)
		found |= TECHNIQUE(TEXT_PATCH);
	if (obs->where.region == TSP_REGION_RELRO)
		found |= TECHNIQUE(GOT_OVERWRITE);
	return found;
}

static u32 of_other(const struct tsp_observation *obs, u32 before)
{
	switch (obs->op) {
	case TSP_OP_PTRACE_REGS:
	case TSP_OP_PTRACE_FPREGS:
		return before & TSP_OPS_WRITE ? 0 : TECHNIQUE(PTRACE_HIJACK);
	case TSP_OP_PTRACE_SYSCALL:
	case TSP_OP_SECCOMP_ADDFD:
		return TECHNIQUE(REMOTE_CONTROL);
	case TSP_OP_SELF_MEM_WRITE:
		return TECHNIQUE(PROC_MEM_SELF_PATCH);
	case TSP_OP_MEMFD_EXEC:
		return TECHNIQUE(MEMFD_EXEC);
	case TSP_OP_FD_STEAL:
		return obs->context ? TECHNIQUE(FD_THEFT) : 0;
	case TSP_OP_PTRACE_ATTACH:
	case TSP_OP_PTRACE_SEIZE:
		return obs->result ? TECHNIQUE(PTRACE_ATTACH) : 0;
	default:
		return 0;
	}
}

u32 ledger_expects(const struct ledger *ledger,
		   const struct tsp_observation *obs, u32 before)
{
	u32 wanted = of_write(obs) | of_other(obs, before);

	wanted &= ~ledger->told;
	return obs->result ? wanted & ~ledger->told_refused : wanted;
}

void ledger_compare(const struct ledger *ledger,
		    const struct tsp_edge_state *edge)
{
	const struct tsp_event *event = &edge->event;
	const struct tsp_step *step = event->step;
	u32 i;

	MUST(event->n_step <= TSP_STEP_MAX);
	MUST(event->n_step == ledger->n_run);
	for (i = 0; i < event->n_step; i++) {
		MUST(step[i].op == ledger->run[i].op);
		MUST(step[i].result == ledger->run[i].result);
		MUST(step[i].count == ledger->run[i].count);
		MUST(step[i].bytes == ledger->run[i].bytes);
		MUST(!i || step[i].offset_ns >= step[i - 1].offset_ns);
	}
	MUST(!event->n_step || !step[0].offset_ns);
	MUST(event->steps_omitted == ledger->omitted);
	MUST(!event->steps_omitted ==
	     !(event->present & TSP_PRESENT(TSP_A_EVENT_STEPS_OMITTED)));
	MUST(event->access.count == ledger->writes);
	MUST(event->access.bytes == ledger->bytes);
	MUST(event->access.regions == ledger->regions);
	MUST(edge->attached == ledger->traced);
	MUST(edge->detached == ledger->let_go);
	MUST(edge->settled == ledger->told);
	MUST(edge->refused == ledger->told_refused);
}
