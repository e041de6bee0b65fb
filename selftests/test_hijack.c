// SPDX-License-Identifier: GPL-2.0
/*
 * Control flow is taken by registers alone, however they are set. With a write
 * it is an injection besides; looking at registers, and setting the debug
 * registers as debuggers do, is neither.
 */
#include "harness.h"

#include "tracer.h"
#include "trial.h"

FIXTURE(hijack)
{
	struct trial trial;
};

FIXTURE_VARIANT(hijack)
{
	const char *act;
	bool compat;
};

#define WORD_NATIVE(name, how)                                                 \
	FIXTURE_VARIANT_ADD(hijack, name)                                      \
	{                                                                      \
		.act = how,                                                    \
	}

#define WORD_COMPAT(name, how)                                                 \
	FIXTURE_VARIANT_ADD(hijack, name##_compat)                             \
	{                                                                      \
		.act = how, .compat = true,                                    \
	}

WORD_NATIVE(setregs, "setregs");
WORD_COMPAT(setregs, "setregs");
WORD_NATIVE(setregset, "setregset");
WORD_COMPAT(setregset, "setregset");
WORD_NATIVE(pokeuser, "pokeuser");
WORD_COMPAT(pokeuser, "pokeuser");
WORD_NATIVE(setfpregs, "setfpregs");
WORD_COMPAT(setfpregs, "setfpregs");
WORD_NATIVE(setfpregset, "setfpregset");
WORD_COMPAT(setfpregset, "setfpregset");

FIXTURE_SETUP(hijack)
{
	self->trial = (struct trial){
		.act = variant->act,
		.kin = KIN_STRANGER,
		.compat = variant->compat,
	};
	ASSERT_EQ(0, trial_start(&self->trial));
}

FIXTURE_TEARDOWN(hijack)
{
	trial_stop(&self->trial);
}

TEST_F(hijack, is_told)
{
	const char *lacks = trial_lacks(&self->trial);

	if (lacks)
		SKIP(return, "%s", lacks);
	ASSERT_TRIAL(&self->trial);
}

FIXTURE(tracee)
{
	struct events *events;
	struct victim victim;
	struct identity self;
	unsigned long data;
};

FIXTURE_SETUP(tracee)
{
	static const char *const argv[] = { "victim", NULL };

	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	ASSERT_EQ(0, victim_start(&self->victim, KIN_STRANGER, 0, argv));
	self->data = self->victim.at[TSP_REGION_DATA];
	ASSERT_EQ(self->victim.id.pid, take(TAKE_ATTACH, self->victim.id.pid));
}

FIXTURE_TEARDOWN(tracee)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

#define ASSERT_TOLD(what, ...)                                                 \
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,                \
			      TSP_TECHNIQUE_##what,                            \
			      .target = self->victim.id.pid),                  \
		     TSP_TECHNIQUE_##what, &self->self, &self->victim.id, 0,   \
		     __VA_ARGS__)

/* The summary names what was told first of two that weigh the same. */
TEST_F(tracee, write_after_a_hijack_is_told_too)
{
	const pid_t pid = self->victim.id.pid;

	ASSERT_EQ(0, change(CHANGE_SETREGSET, pid, 0));
	ASSERT_TOLD(PTRACE_HIJACK,
		    STEPS({ TSP_OP_PTRACE_ATTACH }, { TSP_OP_PTRACE_REGS }));
	ASSERT_EQ(0, change(CHANGE_POKEDATA, pid, self->data));
	ASSERT_TOLD(PTRACE_INJECT, .address = self->data, .length = 8,
		    .region = TSP_REGION_DATA, .bytes = 8, .count = 1,
		    STEPS({ TSP_OP_PTRACE_ATTACH }, { TSP_OP_PTRACE_REGS },
			  { TSP_OP_PTRACE_WRITE, .bytes = 8 }));
	ASSERT_EQ(0, release(pid));
	victim_stop(&self->victim);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = pid),
		     TSP_TECHNIQUE_PTRACE_HIJACK, &self->self, &self->victim.id,
		     0, .bytes = 8, .count = 1, .end = TSP_END_DETACH,
		     STEPS({ TSP_OP_PTRACE_ATTACH }, { TSP_OP_PTRACE_REGS },
			   { TSP_OP_PTRACE_WRITE, .bytes = 8 },
			   { TSP_OP_PTRACE_DETACH }));
	EXPECT_TOLD(3, self->events, .target = pid);
}

/* Where memory was written, registers only carry on what has been told. */
TEST_F(tracee, registers_after_a_write_are_no_hijack)
{
	const pid_t pid = self->victim.id.pid;

	ASSERT_EQ(0, change(CHANGE_POKEDATA, pid, self->data));
	ASSERT_EQ(0, change(CHANGE_SETREGSET, pid, 0));
	ASSERT_EQ(0, release(pid));
	ASSERT_TOLD(PTRACE_INJECT, .address = self->data, .length = 8,
		    .region = TSP_REGION_DATA, .bytes = 8, .count = 1,
		    STEPS({ TSP_OP_PTRACE_ATTACH },
			  { TSP_OP_PTRACE_WRITE, .bytes = 8 }));
	EXPECT_TOLD(0, self->events, .technique = TSP_TECHNIQUE_PTRACE_HIJACK,
		    .target = pid);
}

TEST_F(tracee, looking_is_no_hijack)
{
	const pid_t pid = self->victim.id.pid;

	ASSERT_EQ(0, look(pid, self->data));
	ASSERT_EQ(0, release(pid));
	ASSERT_TOLD(PTRACE_ATTACH,
		    STEPS({ TSP_OP_PTRACE_ATTACH }, { TSP_OP_PTRACE_DEBUGREGS },
			  { TSP_OP_PTRACE_DETACH }));
	EXPECT_TOLD(0, self->events, .technique = TSP_TECHNIQUE_PTRACE_HIJACK,
		    .target = pid);
	EXPECT_TOLD(0, self->events, .technique = TSP_TECHNIQUE_PTRACE_INJECT,
		    .target = pid);
}

TEST_HARNESS_MAIN
