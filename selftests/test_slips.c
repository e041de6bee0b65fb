// SPDX-License-Identifier: GPL-2.0
/*
 * What slips past such detectors, as far as no other test is about it already;
 * SLIPS.md says which test each of them has.
 */
#include "harness.h"

#include "expect.h"
#include "program.h"
#include "tracer.h"
#include "writer.h"

#include "attack/arch.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <trespass/trespass.h>

#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif

#define SIZE 8
#define WRITERS 200
#define HASTY 100

static char cell[SIZE] = { 1 };
static volatile char cue;

static ssize_t write_cell(pid_t pid, unsigned long address)
{
	struct iovec local = { cell, SIZE };
	struct iovec remote = { (void *)address, SIZE };

	return process_vm_writev(pid, &local, 1, &remote, 1, 0);
}

/**
 * struct aim - where an actor writes
 * @pid: to whom, by the number that the actor knows it by
 * @address: where there
 * @prepare: what it does before, or NULL
 */
struct aim {
	pid_t pid;
	unsigned long address;
	int (*prepare)(void);
};

static int write_to(void *arg)
{
	const struct aim *aim = arg;

	if (aim->prepare && aim->prepare())
		return -1;
	return write_cell(aim->pid, aim->address) != SIZE;
}

FIXTURE(slip)
{
	struct events *events;
	struct victim victim;
	struct actor actor, target;
	struct identity self;
	struct aim aim;
};

FIXTURE_SETUP(slip)
{
	static const char *const argv[] = { "victim", "--thread", NULL };

	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	ASSERT_EQ(0, victim_start(&self->victim, KIN_STRANGER, 0, argv));
	self->aim = (struct aim){
		.pid = self->victim.id.pid,
		.address = self->victim.at[TSP_REGION_DATA],
	};
}

FIXTURE_TEARDOWN(slip)
{
	actor_end(&self->actor);
	actor_end(&self->target);
	victim_stop(&self->victim);
	events_close(self->events);
}

/* One detection of an actor's write. */
static const struct tsp_event *expect_write(struct __test_metadata *_metadata,
					    FIXTURE_DATA(slip) * self,
					    const struct identity *target,
					    uint32_t family)
{
	const struct tsp_event *event =
		WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 .source = self->actor.id.pid, .target = target->pid);

	ASSERT_EVENT(event, TSP_TECHNIQUE_VM_WRITE, &self->actor.id, target,
		     family, .address = self->aim.address, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }));
	return event;
}

static void *stay(void *line)
{
	pid_t tid = syscall(SYS_gettid);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	write(*(int *)line, &tid, sizeof(tid));
	for (;;)
		pause();
}

/* Leave the process to a thread that says its tid, once @line has ended. */
static void live_on(int line)
{
	pthread_t thread;
	char byte;

	if (!pthread_create(&thread, NULL, stay, &line))
		read(line, &byte, 1);
	syscall(SYS_exit, 0);
}

static bool main_thread_is_gone(void *pid)
{
	char path[64], exe[PATH_MAX];

	snprintf(path, sizeof(path), "/proc/%d/exe", *(pid_t *)pid);
	return readlink(path, exe, sizeof(exe)) < 0;
}

TEST_F(slip, process_without_its_main_thread)
{
	struct identity target;
	int line[2], memory;
	char path[64];
	pid_t tid;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, line));
	target.pid = fork();
	if (!target.pid) {
		close(line[0]);
		live_on(line[1]);
	}
	close(line[1]);
	ASSERT_TRUE(readable(line[0]));
	ASSERT_EQ(sizeof(tid), read(line[0], &tid, sizeof(tid)));
	ASSERT_EQ(0, identity_of(target.pid, &target));
	close(line[0]);
	ASSERT_TRUE(wait_until(main_thread_is_gone, &target.pid));

	target.tid = tid;
	ASSERT_EQ(SIZE, write_cell(tid, (unsigned long)cell));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      TSP_TECHNIQUE_VM_WRITE, .target = target.pid),
		     TSP_TECHNIQUE_VM_WRITE, &self->self, &target,
		     TSP_RELATION_CHILD, .address = (unsigned long)cell,
		     .length = SIZE, .region = TSP_REGION_DATA, .bytes = SIZE,
		     .count = 1, STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }));

	snprintf(path, sizeof(path), "/proc/%d/task/%d/mem", target.pid, tid);
	memory = open(path, O_WRONLY);
	ASSERT_LE(0, memory);
	ASSERT_EQ(SIZE, pwrite(memory, cell, SIZE, (unsigned long)cell));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      TSP_TECHNIQUE_PROC_MEM_WRITE,
			      .target = target.pid),
		     TSP_TECHNIQUE_PROC_MEM_WRITE, &self->self, &target,
		     TSP_RELATION_CHILD, .address = (unsigned long)cell,
		     .length = SIZE, .region = TSP_REGION_DATA,
		     .bytes = 2 * SIZE, .count = 2,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE },
			   { TSP_OP_PROC_MEM_WRITE, .bytes = SIZE }));
	close(memory);
	idler_end(target.pid);
}

static int be_gdb(void)
{
	return prctl(PR_SET_NAME, "gdb");
}

/*
 * The target acts on the write at once, and is gone: maybe before anybody could
 * look at it. Who it was is told, and who wrote how much.
 */
TEST_F(slip, write_that_ends_its_target_is_told)
{
	const struct tsp_event *event;
	struct identity target;
	struct iovec local = { cell, 1 }, remote = { (void *)&cue, 1 };
	int i;

	for (i = 0; i < HASTY; i++) {
		target.pid = fork();
		if (!target.pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			while (!cue)
				;
			_exit(0);
		}
		ASSERT_EQ(0, identity_of(target.pid, &target));
		ASSERT_EQ(1, process_vm_writev(target.pid, &local, 1, &remote,
					       1, 0));
		ASSERT_EQ(target.pid, waitpid(target.pid, NULL, 0));
		event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
				 .target = target.pid);
		ASSERT_NE(NULL, event);
		EXPECT_EQ(TSP_TECHNIQUE_VM_WRITE, event->technique);
		EXPECT_EQ(getpid(), event->source.pid);
		EXPECT_EQ(self->self.start_ticks,
			  start_ticks(event->source.start_ns));
		EXPECT_EQ(target.start_ticks,
			  start_ticks(event->target.start_ns));
		EXPECT_EQ((uintptr_t)&cue, event->access.address);
		EXPECT_EQ(1, event->access.bytes);
		EXPECT_EQ(1, event->access.count);
	}
}

/* The name is what it pretends; what it is and weighs, is not. */
TEST_F(slip, other_name_changes_nothing)
{
	const struct tsp_event *event;

	self->aim.prepare = be_gdb;
	ASSERT_EQ(0, actor_start(&self->actor, 0, write_to, &self->aim));
	ASSERT_EQ(0, actor_act(&self->actor));
	event = expect_write(_metadata, self, &self->victim.id, 0);
	EXPECT_STREQ("gdb", event->source.comm);
	EXPECT_STREQ(self->self.exe, event->source.exe);
	EXPECT_EQ(60, event->severity);
}

/* Names that others make exceptions for. */
TEST_F(slip, trusted_memfd_name_changes_nothing)
{
	static const char name[] = "runc_cloned:/proc/self/exe";
	const char *const argv[] = { "memfd_exec", "--name", name, "/bin/true",
				     NULL };
	const struct tsp_event *event;
	struct program program;

	ASSERT_EQ(0, program_run(&program, argv));
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 .source = program.id.pid);
	ASSERT_NE(NULL, event);
	EXPECT_EQ(TSP_TECHNIQUE_MEMFD_EXEC, event->technique);
	EXPECT_LE(55U, event->severity);
	ASSERT_NE(NULL, event->memfd_name);
	EXPECT_STREQ(name, event->memfd_name);
}

static int be_someone(void)
{
	return setresuid(-1, UID_VICTIM, -1);
}

/* What counts is who one is at that moment, not at the execution. */
TEST_F(slip, changed_credentials_of_the_source_are_told)
{
	const struct tsp_event *event;

	self->aim.prepare = be_someone;
	ASSERT_EQ(0, actor_start(&self->actor, 0, write_to, &self->aim));
	ASSERT_EQ(0, actor_act(&self->actor));
	event = expect_write(_metadata, self, &self->victim.id, 0);
	EXPECT_EQ(0, event->source.uid);
	EXPECT_EQ(UID_VICTIM, event->source.euid);
	EXPECT_EQ(UID_VICTIM, event->source.fsuid);
	EXPECT_EQ(0, event->source.cap_effective);
}

static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

TEST_F(slip, changed_credentials_of_the_target_are_told)
{
	const struct tsp_event *event;

	ASSERT_EQ(0, actor_start(&self->target, UID_VICTIM, nothing, NULL));
	self->aim.pid = self->target.id.pid;
	self->aim.address = (unsigned long)cell;
	ASSERT_EQ(0, actor_start(&self->actor, 0, write_to, &self->aim));
	ASSERT_EQ(0, actor_act(&self->actor));
	event = expect_write(_metadata, self, &self->target.id,
			     TSP_RELATION_SIBLING);
	EXPECT_EQ(UID_VICTIM, event->target.uid);
	EXPECT_LT(0, event_points(event, TSP_FACTOR_CREDENTIALS));
}

/* Inside a pid namespace the target has a number that means another outside. */
TEST_F(slip, both_in_one_pid_namespace)
{
	const struct tsp_event *event;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	ASSERT_EQ(0, actor_start(&self->target, 0, nothing, NULL));
	self->aim.pid = 1;
	self->aim.address = (unsigned long)cell;
	ASSERT_EQ(0, actor_start(&self->actor, 0, write_to, &self->aim));
	ASSERT_EQ(0, actor_act(&self->actor));
	event = expect_write(_metadata, self, &self->target.id,
			     TSP_RELATION_SIBLING);
	EXPECT_EQ(1, event->target.ns_pid);
	EXPECT_EQ(2, event->source.ns_pid);
	EXPECT_EQ(event->source.pid_ns, event->target.pid_ns);

	/* the fence needs processes, and its first one ends the namespace */
	actor_end(&self->actor);
	actor_end(&self->target);
}

static void *write_in_thread(void *arg)
{
	const struct aim *aim = arg;

	return (void *)(write_cell(aim->pid, aim->address) == SIZE
				? syscall(SYS_gettid)
				: 0L);
}

/* From a thread to a thread it is still one process to the other. */
TEST_F(slip, thread_to_thread)
{
	const pid_t pid = self->victim.id.pid;
	pthread_t thread;
	void *tid;

	ASSERT_NE(pid, self->victim.thread);
	self->aim.pid = self->victim.thread;
	ASSERT_EQ(0,
		  pthread_create(&thread, NULL, write_in_thread, &self->aim));
	ASSERT_EQ(0, pthread_join(thread, &tid));
	self->self.tid = (long)tid;
	ASSERT_LT(0, self->self.tid);
	self->victim.id.tid = 0;
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = pid),
		     TSP_TECHNIQUE_VM_WRITE, &self->self, &self->victim.id, 0,
		     .address = self->aim.address, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }));
	ASSERT_EQ(SIZE, write_cell(pid, self->aim.address));
	EXPECT_TOLD(1, self->events, .target = pid);
}

/* It asks to be traced while it is one program, and is another when written. */
TEST_F(slip, traceme_and_then_an_execution)
{
	char path[PATH_MAX];
	struct identity target;
	unsigned long address;
	int status;
	pid_t pid;

	attack_path("victim", path);
	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execl(path, path, NULL);
		_exit(1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_TRUE(WIFSTOPPED(status));
	ASSERT_EQ(0, identity_of(pid, &target));
	ASSERT_STREQ(path, target.exe);
	address = resumes_at(pid);
	ASSERT_EQ(0, change(CHANGE_POKETEXT, pid, address));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      TSP_TECHNIQUE_PTRACE_INJECT, .target = pid),
		     TSP_TECHNIQUE_PTRACE_INJECT, &self->self, &target,
		     TSP_RELATION_CHILD, .address = address,
		     .length = sizeof(long), .region = TSP_REGION_TEXT,
		     .bytes = sizeof(long), .count = 1,
		     STEPS({ TSP_OP_PTRACE_TRACEME }, { TSP_OP_EXEC },
			   { TSP_OP_PTRACE_WRITE, .bytes = sizeof(long) }));
	idler_end(pid);
}

/* An ordinary program runs the fileless one: the dynamic linker. */
TEST_F(slip, run_by_the_dynamic_linker)
{
	int fd = memfd_create("linked", 0), from = open("/bin/true", O_RDONLY);
	static char bytes[1 << 20];
	const struct tsp_event *event;
	ssize_t n = read(from, bytes, sizeof(bytes));
	char path[64];
	pid_t pid;

	ASSERT_LT(0, n);
	ASSERT_EQ(n, write(fd, bytes, n));
	sprintf(path, "/proc/self/fd/%d", fd);
	pid = fork();
	if (!pid) {
		execl(LINKER, LINKER, path, NULL);
		_exit(1);
	}
	ASSERT_EQ(0, reap(pid));
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_MEMFD_MAP_EXEC, .source = pid);
	ASSERT_NE(NULL, event);
	EXPECT_EQ(TSP_REGION_MEMFD, event->access.region);
	EXPECT_EQ(getpid(), event->memfd_creator);
}

/* Written while it is data, and made executable where it stands. */
TEST_F(slip, memfd_that_becomes_executable)
{
	const struct tsp_event *event;
	const size_t size = 4096;
	int fd = memfd_create("flipped", 0);
	char *map;

	ASSERT_EQ(0, ftruncate(fd, size));
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, map);
	memset(map, 0x90, size);
	ASSERT_EQ(0, mprotect(map, size, PROT_READ | PROT_EXEC));
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .source = getpid());
	ASSERT_EVENT(event, TSP_TECHNIQUE_MEMFD_MAP_EXEC, &self->self,
		     &self->self, TSP_RELATION_SELF,
		     .address = (unsigned long)map, .length = size,
		     .region = TSP_REGION_MEMFD, .bytes = size, .count = 1,
		     STEPS({ TSP_OP_MEMFD_CREATE },
			   { TSP_OP_MEMFD_MAP_EXEC, .bytes = size }));
}

/* Advice changes no memory that its owner would miss. */
TEST_F(slip, advice_is_silent)
{
	int pidfd = syscall(SYS_pidfd_open, self->victim.id.pid, 0);
	struct iovec range = {
		(void *)self->victim.at[TSP_REGION_ANONYMOUS],
		4096,
	};
	long advised =
		syscall(SYS_process_madvise, pidfd, &range, 1, MADV_COLD, 0);

	if (advised < 0)
		SKIP(return, "no process_madvise: %s", strerror(errno));
	EXPECT_EQ(range.iov_len, advised);
	close(pidfd);
	EXPECT_TOLD(0, self->events, .target = self->victim.id.pid);
}

/* The kernel knows no such write; if it ever does, this test fails. */
TEST_F(slip, splice_to_memory_is_refused)
{
	int fd = mem_open(self->victim.id.pid, O_RDWR);
	off64_t to = self->victim.at[TSP_REGION_DATA];
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	ASSERT_EQ(SIZE, write(ends[1], cell, SIZE));
	EXPECT_EQ(-1, splice(ends[0], NULL, fd, &to, SIZE, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_TOLD(0, self->events, .target = self->victim.id.pid);
}

struct found {
	pid_t target;
	uint64_t after;
	unsigned int n;
	int err;
};

static int count_detection(void *ctx, const struct tsp_event *event)
{
	struct found *found = ctx;

	found->n += event->kind == TSP_KIND_DETECTION &&
		    event->target.pid == (uint32_t)found->target;
	return 0;
}

static bool replay_has_it(void *arg)
{
	struct found *found = arg;

	found->err =
		tsp_event_replay(found->after, count_detection, found, NULL);
	return found->err || found->n;
}

/* Who comes later gets what there was. */
TEST_F(slip, nobody_need_listen)
{
	struct found found = { .target = self->victim.id.pid };
	struct tsp_status status;

	events_close(self->events);
	self->events = NULL;
	ASSERT_EQ(0, tsp_status_read(&status, NULL));
	ASSERT_EQ(SIZE, write_cell(self->aim.pid, self->aim.address));
	found.after = status.seq_last;
	ASSERT_TRUE(wait_until(replay_has_it, &found));
	ASSERT_EQ(0, found.err);
	EXPECT_EQ(1, found.n);
}

/* Many processes tell more than a socket holds, and nobody reads meanwhile. */
TEST_F(slip, slow_listener_loses_nothing)
{
	const pid_t pid = self->victim.id.pid;
	int i;

	for (i = 0; i < WRITERS; i++) {
		pid_t writer = fork();

		if (!writer)
			_exit(write_cell(pid, self->aim.address) != SIZE);
		ASSERT_EQ(0, reap(writer));
	}
	EXPECT_TOLD(WRITERS, self->events, TSP_KIND_DETECTION,
		    TSP_TECHNIQUE_VM_WRITE, .target = pid);
}

TEST_HARNESS_MAIN
