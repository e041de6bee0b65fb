// SPDX-License-Identifier: GPL-2.0
/*
 * A tracer that writes its tracee's memory or registers is told, however it got
 * hold of it and whatever it uses; one that only looks is not, at its own
 * children.
 *
 *	test --take--> victim	      test --take--> victim --fork--> tracee
 *	     --change->			   --change-------------------->
 *	     --detach->			   --detach-------------------->
 */
#include "harness.h"

#include "expect.h"
#include "tracer.h"

#include <signal.h>
#include <sys/syscall.h>

FIXTURE(ptrace)
{
	struct events *events;
	struct victim victim;
	struct identity self, target;
	pid_t tracee;
	uint32_t family;
};

FIXTURE_VARIANT(ptrace)
{
	enum take take;
	enum tsp_op take_op;
	enum change change;
	enum tsp_op op;
	enum tsp_region region;
	uint64_t bytes;
};

#define VARIANT(name, how, how_op, what, what_op, where, n)                    \
	FIXTURE_VARIANT_ADD(ptrace, name)                                      \
	{                                                                      \
		.take = TAKE_##how, .take_op = how_op,                         \
		.change = CHANGE_##what, .op = TSP_OP_PTRACE_##what_op,        \
		.region = TSP_REGION_##where, .bytes = n,                      \
	}

VARIANT(attach_poketext, ATTACH, TSP_OP_PTRACE_ATTACH, POKETEXT, WRITE, TEXT,
	8);
VARIANT(attach_pokedata, ATTACH, TSP_OP_PTRACE_ATTACH, POKEDATA, WRITE, DATA,
	8);
VARIANT(attach_setregs, ATTACH, TSP_OP_PTRACE_ATTACH, SETREGS, REGS, TEXT, 0);
VARIANT(attach_setregset, ATTACH, TSP_OP_PTRACE_ATTACH, SETREGSET, REGS, TEXT,
	0);
VARIANT(attach_pokeuser, ATTACH, TSP_OP_PTRACE_ATTACH, POKEUSER, REGS, TEXT, 0);
VARIANT(attach_setfpregs, ATTACH, TSP_OP_PTRACE_ATTACH, SETFPREGS, FPREGS, TEXT,
	0);
VARIANT(attach_setfpregset, ATTACH, TSP_OP_PTRACE_ATTACH, SETFPREGSET, FPREGS,
	TEXT, 0);
VARIANT(seize_poketext, SEIZE, TSP_OP_PTRACE_SEIZE, POKETEXT, WRITE, TEXT, 8);
VARIANT(seize_setregs, SEIZE, TSP_OP_PTRACE_SEIZE, SETREGS, REGS, TEXT, 0);
VARIANT(traceme_pokedata, TRACEME, TSP_OP_PTRACE_TRACEME, POKEDATA, WRITE, DATA,
	8);
VARIANT(traceme_setregs, TRACEME, TSP_OP_PTRACE_TRACEME, SETREGS, REGS, TEXT,
	0);
VARIANT(fork_poketext, FORK, TSP_OP_PTRACE_AUTO_ATTACH, POKETEXT, WRITE, TEXT,
	8);
VARIANT(fork_setregset, FORK, TSP_OP_PTRACE_AUTO_ATTACH, SETREGSET, REGS, TEXT,
	0);
VARIANT(stack_pokedata, ATTACH, TSP_OP_PTRACE_ATTACH, POKEDATA, WRITE, STACK,
	8);
VARIANT(heap_pokedata, ATTACH, TSP_OP_PTRACE_ATTACH, POKEDATA, WRITE, HEAP, 8);
VARIANT(vdso_poketext, ATTACH, TSP_OP_PTRACE_ATTACH, POKETEXT, WRITE, VDSO, 8);
VARIANT(rodata_pokedata, ATTACH, TSP_OP_PTRACE_ATTACH, POKEDATA, WRITE, RODATA,
	8);

FIXTURE_SETUP(ptrace)
{
	bool volunteers = variant->take == TAKE_TRACEME;
	const char *const argv[] = { "victim", volunteers ? "--traceme" : NULL,
				     NULL };

	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	self->tracee = take(variant->take, self->victim.id.pid);
	ASSERT_LT(0, self->tracee);
	ASSERT_EQ(0, identity_of(self->tracee, &self->target));
	self->family = variant->take == TAKE_FORK ? TSP_RELATION_DESCENDANT
						  : TSP_RELATION_CHILD;
}

FIXTURE_TEARDOWN(ptrace)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

/* What a change is told as: its way, and its place if that is one of its own.
 */
static unsigned int techniques(enum tsp_op op, enum tsp_region region,
			       uint32_t told[2])
{
	told[0] = op == TSP_OP_PTRACE_WRITE ? TSP_TECHNIQUE_PTRACE_INJECT
					    : TSP_TECHNIQUE_PTRACE_HIJACK;
	told[1] = region == TSP_REGION_VDSO ? TSP_TECHNIQUE_VDSO_HIJACK
					    : TSP_TECHNIQUE_TEXT_PATCH;
	return op == TSP_OP_PTRACE_WRITE && (region == TSP_REGION_VDSO ||
					     region == TSP_REGION_TEXT)
		       ? 2
		       : 1;
}

TEST_F(ptrace, change_is_told)
{
	const char *lacks = change_lacks(variant->change);
	const bool pokes = variant->bytes;
	const struct expect_step steps[] = {
		{ variant->take_op },
		{ variant->op, .bytes = variant->bytes },
		{ TSP_OP_PTRACE_DETACH },
	};
	const struct tsp_event *event, *gravest = NULL;
	unsigned long address = self->victim.at[variant->region];
	unsigned int i, n_told;
	uint32_t told[2];

	if (lacks)
		SKIP(return, "%s", lacks);
	n_told = techniques(variant->op, variant->region, told);
	if (!pokes)
		address = resumes_at(self->tracee);
	ASSERT_EQ(0, change(variant->change, self->tracee, address));
	for (i = 0; i < n_told; i++) {
		event = WAIT_FOR(self->events, TSP_KIND_DETECTION, told[i],
				 .target = self->tracee);
		ASSERT_EVENT(event, told[i], &self->self, &self->target,
			     self->family, .address = address,
			     .length = pokes ? sizeof(long)
					     : event->access.length,
			     .region = variant->region, .bytes = variant->bytes,
			     .count = pokes, .steps = steps, .n_steps = 2);
		EXPECT_EQ(pokes ? 1U << variant->region : 0,
			  event->access.regions);
		if (variant->take == TAKE_TRACEME) { /* as a debugger does */
			EXPECT_GT(50U, event->severity);
			EXPECT_GT(0,
				  event_points(event, TSP_FACTOR_VOLUNTEERED));
		}
		if (!gravest || event->severity > gravest->severity)
			gravest = event;
	}

	ASSERT_EQ(0, release(self->tracee));
	event = WAIT_FOR(self->events, TSP_KIND_SUMMARY,
			 .target = self->tracee);
	ASSERT_EVENT(event, gravest->technique, &self->self, &self->target,
		     self->family, .bytes = variant->bytes, .count = pokes,
		     .end = TSP_END_DETACH, .steps = steps, .n_steps = 3);
	EXPECT_EQ(gravest->severity, event->severity);
	EXPECT_EQ(gravest->edge, event->edge);
	EXPECT_TOLD(n_told + 1, self->events, .target = self->tracee);
}

/* Nor is it told at the end that it was there: it was for its own child. */
TEST_F(ptrace, looking_is_silent)
{
	unsigned long address = self->victim.at[variant->region];
	int pidfd = syscall(SYS_pidfd_open, self->tracee, 0);

	ASSERT_LE(0, pidfd);
	ASSERT_EQ(0, look(self->tracee, address));
	ASSERT_EQ(0, release(self->tracee));
	ASSERT_EQ(0, kill(self->tracee, SIGKILL));
	ASSERT_TRUE(readable(pidfd));
	EXPECT_TOLD(0, self->events, .party = self->tracee);
}

TEST_HARNESS_MAIN
