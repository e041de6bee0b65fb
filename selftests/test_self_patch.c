// SPDX-License-Identifier: GPL-2.0
/*
 * A process that writes its own memory through /proc needs that detour only to
 * force what it may not write, as DDexec and its kin do with code that is
 * mapped read-only. Newer kernels refuse, which is told as refused. What the
 * process could write anyway is silent.
 */
#include "harness.h"

#include "expect.h"
#include "writer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define SIZE 8
#define PAGE 4096

static const char rodata[SIZE] = { 1 };
static char data[SIZE] = { 1 };

/* How the process reaches its memory. */
enum path { PATH_SELF, PATH_PID, PATH_THREAD_SELF, PATH_TASK };

/* Where it writes. */
enum place { PLACE_TEXT, PLACE_RODATA, PLACE_ANONYMOUS, PLACE_DATA };

/**
 * struct patch - what an actor does to itself
 * @path: how
 * @address: where
 * @written: result: bytes, or the negative errno
 */
struct patch {
	enum path path;
	void *address;
	ssize_t written;
};

static int open_own(enum path path)
{
	char name[64];

	switch (path) {
	case PATH_SELF:
		return open("/proc/self/mem", O_RDWR);
	case PATH_THREAD_SELF:
		return open("/proc/thread-self/mem", O_RDWR);
	case PATH_PID:
		return mem_open(getpid(), O_RDWR);
	case PATH_TASK:
		sprintf(name, "/proc/self/task/%d/mem", getpid());
		return open(name, O_RDWR);
	}
	return -1;
}

static int patch(void *arg)
{
	struct patch *patch = arg;
	int fd = open_own(patch->path);
	char bytes[SIZE];

	if (fd < 0)
		return -1;
	memcpy(bytes, patch->address, SIZE);
	patch->written = pwrite(fd, bytes, SIZE, (uintptr_t)patch->address);
	if (patch->written < 0)
		patch->written = -errno;
	close(fd);
	return 0;
}

FIXTURE(self_patch)
{
	struct events *events;
	struct patch *patch; /* shared with the actor */
	struct actor actor;
};

FIXTURE_VARIANT(self_patch)
{
	enum path path;
	enum place place;
};

#define VARIANT(name, how, where)                                              \
	FIXTURE_VARIANT_ADD(self_patch, name)                                  \
	{                                                                      \
		.path = PATH_##how, .place = PLACE_##where,                    \
	}

VARIANT(text_by_self, SELF, TEXT);
VARIANT(text_by_pid, PID, TEXT);
VARIANT(text_by_thread_self, THREAD_SELF, TEXT);
VARIANT(text_by_task, TASK, TEXT);
VARIANT(rodata_by_self, SELF, RODATA);
VARIANT(anonymous_by_self, SELF, ANONYMOUS);
VARIANT(data_by_self, SELF, DATA);
VARIANT(data_by_pid, PID, DATA);

static void *address_of(enum place place)
{
	switch (place) {
	case PLACE_TEXT:
		return (void *)address_of;
	case PLACE_RODATA:
		return (void *)rodata;
	case PLACE_ANONYMOUS:
		return mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	default:
		return data;
	}
}

static const enum tsp_region regions[] = {
	[PLACE_TEXT] = TSP_REGION_TEXT,
	[PLACE_RODATA] = TSP_REGION_RODATA,
	[PLACE_ANONYMOUS] = TSP_REGION_ANONYMOUS,
};

FIXTURE_SETUP(self_patch)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	self->patch = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->patch);
	self->patch->path = variant->path;
	self->patch->address = address_of(variant->place);
	ASSERT_EQ(0, actor_start(&self->actor, 0, patch, self->patch));
}

FIXTURE_TEARDOWN(self_patch)
{
	actor_end(&self->actor);
	events_close(self->events);
}

TEST_F(self_patch, is_told_if_it_forces)
{
	const bool harmless = variant->place == PLACE_DATA;
	const ssize_t written =
		harmless || kernel_forces_writes() ? SIZE : -EIO;
	const int32_t result = written < 0 ? written : 0;
	const size_t bytes = written < 0 ? 0 : written;
	const pid_t pid = self->actor.id.pid;
	const struct tsp_event *event;

	ASSERT_EQ(0, actor_act(&self->actor));
	ASSERT_EQ(written, self->patch->written);
	if (harmless) {
		EXPECT_TOLD(0, self->events, .party = pid);
		return;
	}
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .party = pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_PROC_MEM_SELF_PATCH, &self->actor.id,
		     &self->actor.id, TSP_RELATION_SELF, .result = result,
		     .address = (unsigned long)self->patch->address,
		     .length = SIZE, .region = regions[variant->place],
		     .bytes = bytes, .count = !!bytes,
		     STEPS({ TSP_OP_SELF_MEM_WRITE, .bytes = bytes,
			     .result = result }));
	EXPECT_EQ(bytes > 0, event->access.forced);

	actor_end(&self->actor);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY, .party = pid),
		     TSP_TECHNIQUE_PROC_MEM_SELF_PATCH, &self->actor.id,
		     &self->actor.id, TSP_RELATION_SELF, .result = result,
		     .bytes = bytes, .count = !!bytes,
		     .end = TSP_END_SOURCE_EXIT,
		     STEPS({ TSP_OP_SELF_MEM_WRITE, .bytes = bytes,
			     .result = result }));
	EXPECT_TOLD(2, self->events, .party = pid);
}

TEST_F(self_patch, reading_is_silent)
{
	char bytes[SIZE];
	int fd = open_own(variant->path);

	ASSERT_LE(0, fd);
	ASSERT_EQ(SIZE,
		  pread(fd, bytes, SIZE, (uintptr_t)self->patch->address));
	EXPECT_TOLD(0, self->events, .source = getpid(), .target = getpid());
}

TEST_HARNESS_MAIN
