// SPDX-License-Identifier: GPL-2.0
/*
 * A write to another process's memory through /proc is told, whatever the path
 * is called, however the writer came by the descriptor, whichever call writes.
 */
#include "harness.h"

#include "expect.h"
#include "parcel.h"
#include "uring.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define SIZE 24

enum path { PATH_PID, PATH_TASK, PATH_THREAD, PATH_OTHER_MOUNT };
enum holder { OPENER, HEIR, RECEIVER };
enum call { WRITE, PWRITE, PWRITEV, URING };

FIXTURE(proc_mem)
{
	struct events *events;
	struct victim victim;
	struct identity self;
	struct actor actor;
	char mount[32];
	unsigned long address;
	int fd;
	int sockets[2];
	enum call call;
};

FIXTURE_VARIANT(proc_mem)
{
	enum path path;
	enum holder holder;
	enum call call;
};

#define VARIANT(name, how, who, with)                                          \
	FIXTURE_VARIANT_ADD(proc_mem, name)                                    \
	{                                                                      \
		.path = PATH_##how, .holder = who, .call = with,               \
	}

VARIANT(pid_write, PID, OPENER, WRITE);
VARIANT(pid_pwrite, PID, OPENER, PWRITE);
VARIANT(pid_pwritev, PID, OPENER, PWRITEV);
VARIANT(pid_uring, PID, OPENER, URING);
VARIANT(task_pwrite, TASK, OPENER, PWRITE);
VARIANT(thread_pwrite, THREAD, OPENER, PWRITE);
VARIANT(other_mount_pwrite, OTHER_MOUNT, OPENER, PWRITE);
VARIANT(inherited_pwrite, PID, HEIR, PWRITE);
VARIANT(received_pwrite, PID, RECEIVER, PWRITE);

FIXTURE_SETUP(proc_mem)
{
	static const char *const argv[] = { "victim", "--thread", NULL };

	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	self->address = self->victim.at[TSP_REGION_DATA];
	self->fd = -1;
	self->call = variant->call;
}

FIXTURE_TEARDOWN(proc_mem)
{
	actor_end(&self->actor);
	victim_stop(&self->victim);
	events_close(self->events);
	if (self->mount[0]) {
		umount2(self->mount, MNT_DETACH);
		rmdir(self->mount);
	}
}

static int open_mem(FIXTURE_DATA(proc_mem) * self, enum path path, int flags)
{
	pid_t pid = self->victim.id.pid;
	char name[128];

	switch (path) {
	case PATH_PID:
		sprintf(name, "/proc/%d/mem", pid);
		break;
	case PATH_TASK:
		sprintf(name, "/proc/%d/task/%d/mem", pid, pid);
		break;
	case PATH_THREAD:
		sprintf(name, "/proc/%d/mem", self->victim.thread);
		break;
	case PATH_OTHER_MOUNT:
		strcpy(self->mount, "/tmp/procfs.XXXXXX");
		if (!mkdtemp(self->mount) ||
		    mount("proc", self->mount, "proc", 0, NULL))
			return -1;
		sprintf(name, "%s/%d/mem", self->mount, pid);
		break;
	}
	return open(name, flags);
}

static ssize_t mem_write(int fd, enum call call, unsigned long address)
{
	static char bytes[SIZE];
	struct iovec iov[] = { { bytes, SIZE / 2 }, { bytes, SIZE / 2 } };

	switch (call) {
	case WRITE:
		if (lseek(fd, address, SEEK_SET) < 0)
			return -1;
		return write(fd, bytes, SIZE);
	case PWRITE:
		return pwrite(fd, bytes, SIZE, address);
	case PWRITEV:
		return pwritev(fd, iov, 2, address);
	case URING:
		return uring_pwrite(fd, bytes, SIZE, address);
	}
	return -1;
}

static int act(void *arg)
{
	FIXTURE_DATA(proc_mem) *self = arg;

	if (self->fd < 0)
		self->fd = parcel_receive(self->sockets[0]);
	return mem_write(self->fd, self->call, self->address) != SIZE;
}

/* Let someone else than the opener write, and return who it was. */
static const struct identity *
delegate(struct __test_metadata *_metadata, FIXTURE_DATA(proc_mem) * self,
	 const FIXTURE_VARIANT(proc_mem) * variant)
{
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, self->sockets));
	if (variant->holder == HEIR)
		self->fd = open_mem(self, variant->path, O_RDWR);
	ASSERT_EQ(0, actor_start(&self->actor, 0, act, self));
	if (variant->holder == RECEIVER)
		ASSERT_EQ(0,
			  parcel_send(self->sockets[1],
				      open_mem(self, variant->path, O_RDWR)));
	ASSERT_EQ(0, actor_act(&self->actor));
	return &self->actor.id;
}

TEST_F(proc_mem, write_is_told)
{
	uint32_t family = TSP_RELATION_CHILD;
	const struct identity *source = &self->self;
	const struct tsp_event *event;
	pid_t pid = self->victim.id.pid;

	if (variant->holder == OPENER) {
		self->fd = open_mem(self, variant->path, O_RDWR);
		ASSERT_LE(0, self->fd);
		ASSERT_EQ(SIZE,
			  mem_write(self->fd, variant->call, self->address));
	} else {
		source = delegate(_metadata, self, variant);
		family = TSP_RELATION_SIBLING;
	}
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = pid);
	if (variant->call == URING) /* a worker acts, unknown to the test */
		self->self.tid = 0;
	ASSERT_EVENT(
		event, TSP_TECHNIQUE_PROC_MEM_WRITE, source, &self->victim.id,
		family, .address = self->address,
		.length = variant->call == PWRITEV ? SIZE / 2 : SIZE,
		.region = TSP_REGION_DATA,
		.bytes = variant->call == PWRITEV ? SIZE / 2 : SIZE, .count = 1,
		STEPS({ TSP_OP_PROC_MEM_WRITE,
			.bytes = variant->call == PWRITEV ? SIZE / 2 : SIZE }));
	/* who opened the file is told if it was another */
	EXPECT_EQ(variant->holder == OPENER ? 0 : getpid(), event->opener_pid);
	EXPECT_TOLD(1, self->events, .target = pid);
}

TEST_F(proc_mem, reading_is_silent)
{
	char bytes[SIZE];
	int fd = open_mem(self, variant->path, O_RDWR);

	ASSERT_LE(0, fd);
	ASSERT_EQ(SIZE, pread(fd, bytes, SIZE, self->address));
	EXPECT_TOLD(0, self->events, .party = self->victim.id.pid);
}

TEST_HARNESS_MAIN
