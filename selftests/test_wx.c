// SPDX-License-Identifier: GPL-2.0
/*
 * Writable memory becomes executable in many ways. Every JIT compiler does
 * that, so by itself it is silent; in a process that another has written to it
 * is a step of that chain, with another kind of call it makes a sequence, and
 * in a program without an ordinary file it is told.
 */
#include "harness.h"

#include "expect.h"
#include "flip.h"
#include "program.h"
#include "writer.h"

#define SIZE 8

static char cell[SIZE] = { 1 };

FIXTURE(wx)
{
	struct events *events;
	struct program program;
	struct actor target, injector;
	enum flip how;
	pid_t pid;
};

FIXTURE_VARIANT(wx)
{
	enum flip how;
	const char *word; /* of the attack program "sequence" */
};

#define VARIANT(name, which, called)                                           \
	FIXTURE_VARIANT_ADD(wx, name)                                          \
	{                                                                      \
		.how = FLIP_##which, .word = called,                           \
	}

VARIANT(mmap, MMAP, "exec-memory");
VARIANT(mprotect, MPROTECT, "mprotect");
VARIANT(pkey_mprotect, PKEY, "pkey-mprotect");
VARIANT(shmat, SHM, "shmat");
VARIANT(remap_file_pages, REMAP, "remap-file-pages");
VARIANT(read_implies_exec, IMPLIED, "read-implies-exec");

FIXTURE_SETUP(wx)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	self->how = variant->how;
}

FIXTURE_TEARDOWN(wx)
{
	actor_end(&self->injector);
	actor_end(&self->target);
	events_close(self->events);
}

static int flip_own(void *arg)
{
	return !flip(*(enum flip *)arg);
}

static int inject(void *arg)
{
	return rewrite(WAY_VM_WRITE, *(pid_t *)arg, (unsigned long)cell,
		       SIZE) != SIZE;
}

TEST_F(wx, is_a_step_of_an_injection)
{
	ASSERT_EQ(0, actor_start(&self->target, 0, flip_own, &self->how));
	self->pid = self->target.id.pid;
	ASSERT_EQ(0, actor_start(&self->injector, 0, inject, &self->pid));
	ASSERT_EQ(0, actor_act(&self->injector));
	ASSERT_EQ(0, actor_act(&self->target));
	ASSERT_EVENT(
		WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_INJECTED_BEHAVIOUR, .target = self->pid),
		TSP_TECHNIQUE_INJECTED_BEHAVIOUR, &self->injector.id,
		&self->target.id, TSP_RELATION_SIBLING,
		.address = (unsigned long)cell, .length = SIZE,
		.region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }, { TSP_OP_WX_FLIP }));
}

/* A program of the disk, as a JIT compiler is one. */
TEST_F(wx, of_an_ordinary_program_is_silent)
{
	const char *const argv[] = { "sequence", variant->word, NULL };

	ASSERT_EQ(0, program_run(&self->program, argv));
	ASSERT_EQ(0, self->program.status);
	EXPECT_TOLD(0, self->events, .party = self->program.id.pid);
	EXPECT_TOLD(0, self->events,
		    .technique = TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
		    .source = self->program.id.pid);
}

TEST_F(wx, with_a_fork_is_a_sequence_and_no_more)
{
	const char *const argv[] = { "sequence", "fork", "pass=5",
				     variant->word, NULL };

	ASSERT_EQ(0, program_run(&self->program, argv));
	ASSERT_EQ(0, self->program.status);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
			      .source = self->program.id.pid),
		     TSP_TECHNIQUE_NATIVE_API_SEQUENCE, &self->program.id,
		     &self->program.id, TSP_RELATION_SELF,
		     STEPS({ TSP_OP_LIBC_MAP }, { TSP_OP_FORK },
			   { TSP_OP_WX_FLIP }));
	EXPECT_TOLD(0, self->events, .party = self->program.id.pid);
}

/* The same program from memory. */
TEST_F(wx, of_a_fileless_program_is_told)
{
	char sequence[PATH_MAX];
	const char *const argv[] = { "memfd_exec", sequence, variant->word,
				     NULL };
	const struct tsp_event *event;
	const struct tsp_step *last;

	attack_path("sequence", sequence);
	ASSERT_EQ(0, program_run(&self->program, argv));
	ASSERT_EQ(0, self->program.status);
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_WX_FLIP, .source = self->program.id.pid);
	ASSERT_NE(NULL, event);
	last = &event->step[event->n_step - 1];
	EXPECT_EQ(self->program.id.pid, event->target.pid);
	EXPECT_EQ(TSP_RELATION_SELF, event->relation);
	EXPECT_EQ(TSP_REGION_ANONYMOUS_EXEC, event->access.region);
	EXPECT_EQ(FLIP_SIZE, event->access.length);
	EXPECT_EQ(TSP_OP_WX_FLIP, last->op);
	EXPECT_EQ(1, last->count);
	EXPECT_EQ(FLIP_SIZE, last->bytes);
	EXPECT_LT(0, event_points(event, TSP_FACTOR_EXE_LOCATION));
}

TEST_HARNESS_MAIN
