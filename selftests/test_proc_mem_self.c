// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/PID/mem between relatives: a process may write its own writable
 * memory in silence, but not its child through a file that it opened for
 * itself; and code that nobody may write is forced, by the tracer or by anyone,
 * as far as the kernel lets them.
 */
#include "harness.h"

#include "expect.h"
#include "tracer.h"
#include "tune.h"

#include <errno.h>
#include <fcntl.h>

#define SIZE 8

FIXTURE(self_mem)
{
	struct events *events;
	struct identity self;
	int fd;
};

static char cell[SIZE] = { 1 };

FIXTURE_VARIANT(self_mem)
{
	const char *path;
};

FIXTURE_VARIANT_ADD(self_mem, self){
	.path = "/proc/self/mem",
};

FIXTURE_VARIANT_ADD(self_mem, thread_self){
	.path = "/proc/thread-self/mem",
};

FIXTURE_SETUP(self_mem)
{
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	self->fd = open(variant->path, O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(self_mem)
{
	tune_back();
	events_close(self->events);
}

static int write_cell(void *arg)
{
	FIXTURE_DATA(self_mem) *self = arg;

	return pwrite(self->fd, cell, SIZE, (unsigned long)cell) != SIZE;
}

TEST_F(self_mem, own_memory_is_silent)
{
	ASSERT_EQ(0, write_cell(self));
	EXPECT_TOLD(0, self->events, .party = getpid());
}

/* The descriptor still leads to the parent, which opened it. */
TEST_F(self_mem, write_by_a_child_is_told)
{
	const uint32_t way = TSP_TECHNIQUE_PROC_MEM_WRITE;
	const struct tsp_event *event;
	struct actor actor;

	/* However long this test takes. */
	ASSERT_EQ(0, TUNE(behaviour_window_ms, BEHAVIOUR_WINDOW_MS, HOUR_MS));
	ASSERT_EQ(0, actor_start(&actor, 0, write_cell, self));
	ASSERT_EQ(0, actor_act(&actor));
	actor_end(&actor);
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = getpid());
	ASSERT_EVENT(event, TSP_TECHNIQUE_PROC_MEM_WRITE, &actor.id,
		     &self->self, TSP_RELATION_PARENT,
		     .address = (unsigned long)cell, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     STEPS({ TSP_OP_PROC_MEM_WRITE, .bytes = SIZE }));
	EXPECT_EQ(getpid(), event->opener_pid);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY,
			      .target = getpid()),
		     TSP_TECHNIQUE_PROC_MEM_WRITE, &actor.id, &self->self,
		     TSP_RELATION_PARENT, .bytes = SIZE, .count = 1,
		     .end = TSP_END_SOURCE_EXIT,
		     STEPS({ TSP_OP_PROC_MEM_WRITE, .bytes = SIZE }));
	/* the fence makes us fork, and we have just been written */
	EXPECT_TOLD(2, self->events, .party = getpid(), .technique = way);
	EXPECT_TOLD(1, self->events, TSP_KIND_DETECTION,
		    TSP_TECHNIQUE_INJECTED_BEHAVIOUR, .target = getpid());
	EXPECT_TOLD(3, self->events, .party = getpid());
}

FIXTURE(code)
{
	struct events *events;
	struct victim victim;
	struct identity self;
};

FIXTURE_VARIANT(code)
{
	bool traced;
};

FIXTURE_VARIANT_ADD(code, traced){
	.traced = true,
};

FIXTURE_VARIANT_ADD(code, untraced){
	.traced = false,
};

FIXTURE_SETUP(code)
{
	static const char *const argv[] = { "victim", NULL };

	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, victim_start(&self->victim, KIN_STRANGER, 0, argv));
}

FIXTURE_TEARDOWN(code)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

/* One act, told for its way and for its place. */
static const uint32_t told[] = {
	TSP_TECHNIQUE_PROC_MEM_WRITE,
	TSP_TECHNIQUE_TEXT_PATCH,
};

static void assert_forced(struct __test_metadata *_metadata,
			  FIXTURE_DATA(code) * self)
{
	pid_t pid = self->victim.id.pid;
	const struct tsp_event *event;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(told); i++) {
		event = WAIT_FOR(self->events, TSP_KIND_DETECTION, told[i],
				 .target = pid);
		ASSERT_NE(NULL, event);
		EXPECT_EQ(0, event->result);
		EXPECT_EQ(TSP_REGION_TEXT, event->access.region);
		EXPECT_EQ(TSP_PROT_READ | TSP_PROT_EXEC, event->access.prot);
		EXPECT_TRUE(event->access.forced);
		ASSERT_NE(NULL, event->access.file);
		EXPECT_STREQ(self->victim.id.exe, event->access.file);
		EXPECT_EQ(TSP_RELATION_SAME_UID, event->relation);
		EXPECT_LE(50U, event->severity);
	}
	EXPECT_TOLD(2, self->events, .target = pid);
}

static void assert_refused(struct __test_metadata *_metadata,
			   FIXTURE_DATA(code) * self)
{
	pid_t pid = self->victim.id.pid;
	const struct tsp_event *event;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(told); i++) {
		event = WAIT_FOR(self->events, TSP_KIND_DETECTION, told[i],
				 .target = pid);
		ASSERT_EVENT(event, told[i], &self->self, &self->victim.id, 0,
			     .result = -EIO,
			     .address = self->victim.at[TSP_REGION_TEXT],
			     .length = SIZE, .region = TSP_REGION_TEXT,
			     STEPS({ TSP_OP_PROC_MEM_WRITE, .result = -EIO }));
		EXPECT_EQ(TSP_PROT_READ | TSP_PROT_EXEC, event->access.prot);
		EXPECT_FALSE(event->access.forced);
		EXPECT_GT(0, event_points(event, TSP_FACTOR_DENIED));
	}
	EXPECT_TOLD(2, self->events, .target = pid);
}

TEST_F(code, forcing_read_only_code_is_told)
{
	unsigned long text = self->victim.at[TSP_REGION_TEXT];
	pid_t pid = self->victim.id.pid;
	char path[64];
	long word = -1;
	int fd;

	if (variant->traced)
		ASSERT_EQ(pid, take(TAKE_ATTACH, pid));
	sprintf(path, "/proc/%d/mem", pid);
	fd = open(path, O_RDWR);
	ASSERT_EQ(SIZE, pread(fd, &word, SIZE, text));
	if (variant->traced || kernel_forces_writes()) {
		ASSERT_EQ(SIZE, pwrite(fd, &word, SIZE, text));
		assert_forced(_metadata, self);
	} else {
		ASSERT_EQ(-1, pwrite(fd, &word, SIZE, text));
		ASSERT_EQ(EIO, errno);
		assert_refused(_metadata, self);
	}
}

TEST_HARNESS_MAIN
