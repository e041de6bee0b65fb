// SPDX-License-Identifier: GPL-2.0
/*
 * The rare ways into another process of which test_matrix is told, used on
 * oneself, or only to look: they are silent.
 */
#include "harness.h"

#include "expect.h"
#include "means.h"
#include "parcel.h"
#include "tracer.h"

#include <elf.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define PAGE 4096UL

FIXTURE(remote)
{
	struct events *events;
	struct actor actor;
	struct victim victim;
	int sockets[2];
};

FIXTURE_SETUP(remote)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, self->sockets));
}

FIXTURE_TEARDOWN(remote)
{
	actor_end(&self->actor);
	victim_stop(&self->victim);
	events_close(self->events);
}

TEST_F(remote, own_userfaultfd_is_silent)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, uffd_copy(uffd_register(page, PAGE), page));
	EXPECT_TOLD(0, self->events, .source = getpid(), .target = getpid());
}

static void no_code(void)
{
}

TEST_F(remote, own_uprobe_is_silent)
{
	const unsigned long begin = getauxval(AT_PHDR) & -PAGE;
	int fd = uprobe_open(0, "/proc/self/exe",
			     (unsigned long)(uintptr_t)no_code - begin, true);

	if (fd < 0)
		SKIP(return, "no uprobes here: %s", strerror(errno));
	close(fd);
	EXPECT_TOLD(0, self->events, .source = getpid(), .target = getpid());
}

static int be_supervised(void *arg)
{
	FIXTURE_DATA(remote) *self = arg;
	int fd = supervised_start();

	if (fd < 0 || parcel_send(self->sockets[0], fd))
		return -1;
	close(fd);
	return syscall(SYS_getppid);
}

TEST_F(remote, answer_of_a_supervisor_is_silent)
{
	ASSERT_EQ(0, actor_start(&self->actor, 0, be_supervised, self));
	ASSERT_EQ(1, write(self->actor.go, "", 1));
	ASSERT_EQ(0, supervise(parcel_receive(self->sockets[1]), -1));
	EXPECT_TOLD(0, self->events, .target = self->actor.id.pid);
}

static void *be_supervised_thread(void *arg)
{
	return (void *)(uintptr_t)be_supervised(arg);
}

/* The filter is of the thread alone. */
static int supervise_a_thread(void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, be_supervised_thread, arg))
		return -1;
	return pthread_join(thread, NULL);
}

TEST_F(remote, descriptor_for_a_thread_is_told)
{
	struct identity me;

	ASSERT_EQ(0, identity_of(getpid(), &me));
	ASSERT_EQ(0, actor_start(&self->actor, 0, supervise_a_thread, self));
	ASSERT_EQ(1, write(self->actor.go, "", 1));
	ASSERT_EQ(0, supervise(parcel_receive(self->sockets[1]),
			       self->sockets[0]));
	self->actor.id.tid = 0; /* whichever */
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      .target = self->actor.id.pid),
		     TSP_TECHNIQUE_REMOTE_CONTROL, &me, &self->actor.id,
		     TSP_RELATION_CHILD, STEPS({ TSP_OP_SECCOMP_ADDFD }));
	actor_end(&self->actor);
	ASSERT_NE(NULL, WAIT_FOR(self->events, TSP_KIND_SUMMARY,
				 .target = self->actor.id.pid));
	EXPECT_TOLD(2, self->events, .target = self->actor.id.pid);
}

#ifdef __aarch64__
/* Here it is a register set of its own, on every kernel. */
TEST_F(remote, other_system_call_by_register_set)
{
	static const char *const argv[] = { "victim", NULL };
	struct identity me;
	struct iovec iov;
	pid_t pid;
	int call;

	ASSERT_EQ(0, identity_of(getpid(), &me));
	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	pid = self->victim.id.pid;
	ASSERT_EQ(pid, take(TAKE_ATTACH, pid));
	ASSERT_EQ(0, stop_at_call(pid));
	iov = (struct iovec){ &call, sizeof(call) };
	ASSERT_EQ(0, ptrace(PTRACE_GETREGSET, pid, NT_ARM_SYSTEM_CALL, &iov));
	ASSERT_EQ(0, ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &iov));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      TSP_TECHNIQUE_REMOTE_CONTROL, .target = pid),
		     TSP_TECHNIQUE_REMOTE_CONTROL, &me, &self->victim.id,
		     TSP_RELATION_CHILD,
		     STEPS({ TSP_OP_PTRACE_ATTACH },
			   { TSP_OP_PTRACE_SYSCALL }));
}
#endif

TEST_F(remote, looking_at_a_system_call_is_silent)
{
	static const char *const argv[] = { "victim", NULL };
	char info[256];
	pid_t pid;

	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	pid = self->victim.id.pid;
	ASSERT_EQ(pid, take(TAKE_ATTACH, pid));
	ASSERT_EQ(0, stop_at_call(pid));
	ASSERT_LT(0, ptrace(GET_SYSCALL_INFO, pid, sizeof(info), info));
	victim_stop(&self->victim);
	EXPECT_TOLD(0, self->events, .target = pid);
}

TEST_HARNESS_MAIN
