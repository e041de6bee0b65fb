// SPDX-License-Identifier: GPL-2.0
/*
 * Whoever makes trespass blind is told, or fails: probes switched off in
 * debugfs, functions no longer traced, return probes run out, the module
 * unloaded. Each test puts back what it has changed.
 */
#include "harness.h"

#include "expect.h"
#include "means.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <trespass/trespass.h>

#define PAGE 4096UL

/* More than there are return probes to a hook. */
#define CALLERS 200

#define KPROBES "/sys/kernel/debug/kprobes/enabled"
#define FTRACE "/proc/sys/kernel/ftrace_enabled"

FIXTURE(blinded)
{
	struct events *events;
	struct identity self;
	struct actor actor;
};

FIXTURE_SETUP(blinded)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
}

static int set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY), err = 0;

	if (fd < 0 || write(fd, value, 1) != 1)
		err = -1;
	if (fd >= 0)
		close(fd);
	return err;
}

static char get(const char *path)
{
	int fd = open(path, O_RDONLY);
	char value = 0;

	if (read(fd, &value, 1) != 1)
		value = 0;
	close(fd);
	return value;
}

static int module_path(char *path)
{
	struct utsname name;

	return uname(&name) < 0 ||
	       snprintf(path, PATH_MAX, "/usr/lib/modules/%s/extra/trespass.ko",
			name.release) >= PATH_MAX;
}

static int load(void)
{
	char path[PATH_MAX];
	int fd, err;

	if (module_path(path))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	err = syscall(SYS_finit_module, fd, "", 0);
	close(fd);
	return err;
}

static bool try_to_unload(void *err)
{
	*(int *)err = syscall(SYS_delete_module, "trespass", O_NONBLOCK);
	return !*(int *)err || errno != EWOULDBLOCK;
}

/* While the daemon is being answered, the module is in use. */
static int unload(void)
{
	int err = -1;

	wait_until(try_to_unload, &err);
	return err;
}

FIXTURE_TEARDOWN(blinded)
{
	struct tsp_status status;

	actor_end(&self->actor);
	events_close(self->events);
	set(KPROBES, "1");
	set(FTRACE, "1");
	if (tsp_status_read(&status, NULL))
		load();
}

static const struct tsp_event *expect_blind(struct __test_metadata *_metadata,
					    FIXTURE_DATA(blinded) * self,
					    uint32_t cause)
{
	const struct tsp_event *event = WAIT_FOR(
		self->events, TSP_KIND_DETECTION, TSP_TECHNIQUE_BLINDED);

	ASSERT_NE(NULL, event);
	EXPECT_EQ(0, event->edge);
	EXPECT_LE(70U, event->severity);
	EXPECT_EQ(cause, event->blind_cause);
	EXPECT_EQ(event->source.pid, event->target.pid);
	EXPECT_EQ(TSP_RELATION_SELF, event->relation);
	return event;
}

TEST_F(blinded, nothing_is_told_while_all_is_well)
{
	EXPECT_TOLD(0, self->events, .technique = TSP_TECHNIQUE_BLINDED);
}

TEST_F(blinded, probes_switched_off_are_told)
{
	if (access(KPROBES, W_OK))
		mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	ASSERT_EQ('1', get(KPROBES));
	ASSERT_EQ(0, set(KPROBES, "0"));
	expect_blind(_metadata, self, TSP_BLIND_CAUSE_KPROBES_OFF);
	ASSERT_EQ(0, set(KPROBES, "1"));

	/* once, and all is seen again */
	EXPECT_TOLD(1, self->events, .technique = TSP_TECHNIQUE_BLINDED);
}

TEST_F(blinded, untraced_functions_are_refused_or_told)
{
	if (set(FTRACE, "0")) {
		/* by us, or since 7.3 by the kernel itself */
		EXPECT_TRUE(errno == EBUSY || errno == EOPNOTSUPP);
		EXPECT_EQ('1', get(FTRACE));
		EXPECT_TOLD(0, self->events,
			    .technique = TSP_TECHNIQUE_BLINDED);
		return;
	}
	expect_blind(_metadata, self, TSP_BLIND_CAUSE_FTRACE_OFF);
	ASSERT_EQ(0, set(FTRACE, "1"));
	EXPECT_TOLD(1, self->events, .technique = TSP_TECHNIQUE_BLINDED);
}

/* Each writes to a page that its owner lets nobody have. */
static void *write_and_wait(void *page)
{
	char byte = 0;
	struct iovec local = { &byte, 1 }, remote = { page, 1 };

	process_vm_writev(getppid(), &local, 1, &remote, 1, 0);
	return NULL;
}

static int exhaust(void *page)
{
	pthread_attr_t small;
	pthread_t thread;
	int i;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	for (i = 0; i < CALLERS; i++)
		if (pthread_create(&thread, &small, write_and_wait, page))
			return -1;
	return 0;
}

/* Too many calls are under way at once for each to be seen. */
TEST_F(blinded, calls_that_outnumber_the_probes_are_told)
{
	const struct tsp_event *event;
	struct tsp_status status;
	void *page;
	int fd;

	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, page);
	fd = uffd_register(page, PAGE);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, actor_start(&self->actor, 0, exhaust, page));
	ASSERT_EQ(0, actor_act(&self->actor));
	event = expect_blind(_metadata, self, TSP_BLIND_CAUSE_PROBE_MISSED);
	EXPECT_LT(0, event->access.count);
	ASSERT_EQ(0, tsp_status_read(&status, NULL));
	EXPECT_LT(0, status.probes_missed);

	/* the others begin with a clean count */
	close(fd);
	actor_end(&self->actor);
	ASSERT_EQ(0, unload());
	ASSERT_EQ(0, load());
}

TEST_F(blinded, unloading_is_told)
{
	const struct tsp_event *event;

	ASSERT_EQ(0, unload());
	event = expect_blind(_metadata, self, TSP_BLIND_CAUSE_UNLOAD);
	EXPECT_EQ(getpid(), event->source.pid);
	EXPECT_STREQ(self->self.exe, event->source.exe);
	ASSERT_EQ(0, load());
}

TEST_HARNESS_MAIN
