// SPDX-License-Identifier: GPL-2.0
/*
 * Threads on either side, and refusals. An edge joins processes, whichever of
 * their threads acts or is acted upon; the parties name the threads.
 */
#include "harness.h"

#include "expect.h"
#include "tracer.h"

#include <pthread.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <trespass/trespass.h>

FIXTURE(thread)
{
	struct events *events;
	struct victim victim;
	struct identity self;
	unsigned long data;
	int result;
};

FIXTURE_SETUP(thread)
{
	static const char *const argv[] = { "victim", "--thread", NULL };

	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	self->data = self->victim.at[TSP_REGION_DATA];
}

FIXTURE_TEARDOWN(thread)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

static int poke_and_release(pid_t pid, unsigned long address)
{
	pid_t tracee = take(TAKE_ATTACH, pid);

	return tracee < 0 || change(CHANGE_POKEDATA, tracee, address) ||
	       release(tracee);
}

static void *poke_from_here(void *arg)
{
	FIXTURE_DATA(thread) *self = arg;

	self->self.tid = syscall(SYS_gettid);
	self->result = poke_and_release(self->victim.id.pid, self->data);
	return NULL;
}

/* One poke by the test into its victim, detection and summary. */
#define ASSERT_POKE_TOLD()                                                     \
	do {                                                                   \
		const struct tsp_event *event_ =                               \
			WAIT_FOR(self->events, TSP_KIND_DETECTION,             \
				 .target = self->victim.id.pid);               \
		ASSERT_EVENT(event_, TSP_TECHNIQUE_PTRACE_INJECT, &self->self, \
			     &self->victim.id, TSP_RELATION_CHILD,             \
			     .address = self->data, .length = sizeof(long),    \
			     .region = TSP_REGION_DATA, .bytes = sizeof(long), \
			     .count = 1,                                       \
			     STEPS({ TSP_OP_PTRACE_ATTACH },                   \
				   { TSP_OP_PTRACE_WRITE, .bytes = 8 }));      \
		ASSERT_NE(NULL, WAIT_FOR(self->events, TSP_KIND_SUMMARY,       \
					 .target = self->victim.id.pid));      \
		EXPECT_TOLD(2, self->events, .target = self->victim.id.pid);   \
	} while (0)

TEST_F(thread, other_thread_of_the_tracer)
{
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, poke_from_here, self));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	ASSERT_EQ(0, self->result);
	ASSERT_NE(self->self.pid, self->self.tid);
	ASSERT_POKE_TOLD();
}

TEST_F(thread, other_thread_of_the_tracee)
{
	self->victim.id.tid = self->victim.thread;
	ASSERT_NE(self->victim.id.pid, self->victim.id.tid);
	ASSERT_EQ(0, poke_and_release(self->victim.thread, self->data));
	ASSERT_POKE_TOLD();
}

/* It weighs nothing: the tracee is the tracer's own child. */
TEST_F(thread, attach_alone_is_silent)
{
	struct tsp_status before, after;
	pid_t pid = self->victim.id.pid;

	ASSERT_EQ(0, tsp_status_read(&before, NULL));
	ASSERT_LT(0, take(TAKE_ATTACH, pid));
	ASSERT_EQ(0, release(pid));
	victim_stop(&self->victim);
	EXPECT_TOLD(0, self->events, .party = pid);
	ASSERT_EQ(0, tsp_status_read(&after, NULL));
	EXPECT_EQ(before.untold + 1, after.untold);
}

static int attach_fails(void *arg)
{
	FIXTURE_DATA(thread) *self = arg;

	return take(TAKE_ATTACH, self->victim.id.pid) >= 0 || errno != EPERM;
}

/* To a stranger's process; the attempt at a sibling's weighs nothing. */
TEST_F(thread, refused_attach_is_told)
{
	static const char *const argv[] = { "victim", NULL };
	const struct tsp_event *event;
	struct actor actor;

	victim_stop(&self->victim);
	ASSERT_EQ(0, victim_start(&self->victim, KIN_STRANGER, 0, argv));
	ASSERT_EQ(0, actor_start(&actor, UID_ATTACKER, attach_fails, self));
	EXPECT_EQ(0, actor_act(&actor));
	actor_end(&actor);
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 .target = self->victim.id.pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_PTRACE_ATTACH, &actor.id,
		     &self->victim.id, 0, .result = -EPERM,
		     STEPS({ TSP_OP_PTRACE_ATTACH, .result = -EPERM }));
	EXPECT_GT(0, event_points(event, TSP_FACTOR_DENIED));
	EXPECT_LT(0, event_points(event, TSP_FACTOR_CREDENTIALS));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY,
			      .target = self->victim.id.pid),
		     TSP_TECHNIQUE_PTRACE_ATTACH, &actor.id, &self->victim.id,
		     0, .result = -EPERM, .end = TSP_END_SOURCE_EXIT,
		     STEPS({ TSP_OP_PTRACE_ATTACH, .result = -EPERM }));
	EXPECT_TOLD(2, self->events, .party = self->victim.id.pid);
}

/* A write that fails is told as refused, the first that succeeds once more. */
TEST_F(thread, refused_write_is_told)
{
	const unsigned long nowhere = sizeof(long);
	pid_t pid = self->victim.id.pid;
	const struct tsp_event *refused, *done;

	ASSERT_EQ(pid, take(TAKE_ATTACH, pid));
	ASSERT_EQ(-1, ptrace(PTRACE_POKEDATA, pid, nowhere, 0));
	ASSERT_EQ(EIO, errno);
	refused = WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = pid);
	ASSERT_EVENT(refused, TSP_TECHNIQUE_PTRACE_INJECT, &self->self,
		     &self->victim.id, TSP_RELATION_CHILD, .result = -EIO,
		     .address = nowhere, .length = sizeof(long),
		     .region = TSP_REGION_UNMAPPED,
		     STEPS({ TSP_OP_PTRACE_ATTACH },
			   { TSP_OP_PTRACE_WRITE, .result = -EIO }));

	ASSERT_EQ(0, change(CHANGE_POKEDATA, pid, self->data));
	ASSERT_EQ(0, release(pid));
	ASSERT_NE(NULL,
		  WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = pid));
	EXPECT_TOLD(3, self->events, .target = pid);
	EXPECT_TOLD(1, self->events, .target = pid, .failed = true);
	done = WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = pid,
			.succeeded = true);
	ASSERT_EVENT(done, TSP_TECHNIQUE_PTRACE_INJECT, &self->self,
		     &self->victim.id, TSP_RELATION_CHILD,
		     .address = self->data, .length = sizeof(long),
		     .region = TSP_REGION_DATA, .bytes = 8, .count = 1,
		     STEPS({ TSP_OP_PTRACE_ATTACH },
			   { TSP_OP_PTRACE_WRITE, .result = -EIO },
			   { TSP_OP_PTRACE_WRITE, .bytes = 8 }));
	EXPECT_GT(done->severity, refused->severity);
	EXPECT_GT(0, event_points(refused, TSP_FACTOR_DENIED));
	EXPECT_EQ(0, event_points(done, TSP_FACTOR_DENIED));
}

TEST_HARNESS_MAIN
