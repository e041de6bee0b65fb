// SPDX-License-Identifier: GPL-2.0
/*
 * Rare ways into another process: its page faults answered through a
 * userfaultfd that it has passed on, a uprobe in its code, a descriptor put
 * into it by its seccomp supervisor, its system call changed by its tracer. The
 * same means used on oneself, or only to look, are silent.
 */
#include "harness.h"

#include "expect.h"
#include "means.h"
#include "parcel.h"
#include "tracer.h"

#include "attack/arch.h"

#include <elf.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

/* Younger than some of the headers. */
#define GET_SYSCALL_INFO 0x420e
#define SET_SYSCALL_INFO 0x4212

#define PAGE 4096UL

FIXTURE(remote)
{
	struct events *events;
	struct identity self;
	struct actor actor;
	struct victim victim;
	int sockets[2];
	char *page;
};

FIXTURE_SETUP(remote)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, self->sockets));
}

FIXTURE_TEARDOWN(remote)
{
	actor_end(&self->actor);
	victim_stop(&self->victim);
	events_close(self->events);
}

/* One detection of each technique that the same act makes. */
#define ASSERT_TOLD(what, whom, where, n, kind, ...)                           \
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,                \
			      TSP_TECHNIQUE_##what, .target = (whom)->pid),    \
		     TSP_TECHNIQUE_##what, &self->self, whom,                  \
		     TSP_RELATION_CHILD, .address = (unsigned long)(where),    \
		     .length = n, .region = TSP_REGION_##kind, .bytes = n,     \
		     .count = (n) > 0, __VA_ARGS__)

/* --- userfaultfd -----------------------------------------------------------
 */

static int map_page(char **page, int prot)
{
	*page = mmap(NULL, PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return *page == MAP_FAILED;
}

static int pass_uffd(void *arg)
{
	FIXTURE_DATA(remote) *self = arg;
	int fd = uffd_register(self->page, PAGE);

	return fd < 0 || parcel_send(self->sockets[0], fd);
}

/* Let the actor pass its userfaultfd, and fill a page of the actor's. */
static int fill(FIXTURE_DATA(remote) * self, int prot)
{
	if (map_page(&self->page, prot) ||
	    actor_start(&self->actor, 0, pass_uffd, self) ||
	    actor_act(&self->actor))
		return -1;
	return uffd_copy(parcel_receive(self->sockets[1]), self->page);
}

TEST_F(remote, passed_userfaultfd_is_told)
{
	ASSERT_EQ(0, fill(self, PROT_READ | PROT_WRITE));
	ASSERT_TOLD(REMOTE_CONTROL, &self->actor.id, self->page, PAGE,
		    ANONYMOUS, STEPS({ TSP_OP_UFFD_COPY, .bytes = PAGE }));
	EXPECT_TOLD(1, self->events, .target = self->actor.id.pid);
}

TEST_F(remote, code_by_a_passed_userfaultfd_is_a_patch)
{
	ASSERT_EQ(0, fill(self, PROT_READ | PROT_WRITE | PROT_EXEC));
	ASSERT_TOLD(REMOTE_CONTROL, &self->actor.id, self->page, PAGE,
		    ANONYMOUS_EXEC, STEPS({ TSP_OP_UFFD_COPY, .bytes = PAGE }));
	ASSERT_TOLD(TEXT_PATCH, &self->actor.id, self->page, PAGE,
		    ANONYMOUS_EXEC, STEPS({ TSP_OP_UFFD_COPY, .bytes = PAGE }));
}

TEST_F(remote, own_userfaultfd_is_silent)
{
	ASSERT_EQ(0, map_page(&self->page, PROT_READ | PROT_WRITE));
	ASSERT_EQ(0, uffd_copy(uffd_register(self->page, PAGE), self->page));
	EXPECT_TOLD(0, self->events, .source = getpid(), .target = getpid());
}

/* --- uprobes ---------------------------------------------------------------
 */

/**
 * struct spot - a place in a mapped file
 * @pid: the process whose mappings are searched
 * @address: there
 * @path: result: the file
 * @offset: result: the place in it
 */
struct spot {
	pid_t pid;
	unsigned long address;
	char path[PATH_MAX];
	unsigned long offset;
};

static int find(void *arg)
{
	unsigned long begin, end, offset;
	struct spot *spot = arg;
	char line[PATH_MAX + 128], name[64];
	int err = -1;
	FILE *maps;

	sprintf(name, "/proc/%d/maps", spot->pid);
	maps = fopen(name, "re");
	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %*s %lx %*s %*s %4095s", &begin, &end,
			   &offset, spot->path) == 4 &&
		    spot->address >= begin && spot->address < end) {
			spot->offset = spot->address - begin + offset;
			err = 0;
			break;
		}
	}
	if (maps)
		fclose(maps);
	return err;
}

/* Someone else reads the map, for that would be a step of the chain. */
static struct spot *find_elsewhere(pid_t pid, unsigned long address)
{
	struct spot *spot = mmap(NULL, sizeof(*spot), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct actor reader;
	int err;

	spot->pid = pid;
	spot->address = address;
	if (actor_start(&reader, 0, find, spot))
		return NULL;
	err = actor_act(&reader);
	actor_end(&reader);
	return err ? NULL : spot;
}

static int start_victim(FIXTURE_DATA(remote) * self)
{
	static const char *const argv[] = { "victim", NULL };

	return victim_start(&self->victim, KIN_CHILD, 0, argv);
}

static void no_code(void)
{
}

TEST_F(remote, uprobe_is_told)
{
	struct spot *spot;
	int fd;

	ASSERT_EQ(0, start_victim(self));
	spot = find_elsewhere(self->victim.id.pid,
			      self->victim.at[TSP_REGION_TEXT]);
	ASSERT_NE(NULL, spot);
	fd = uprobe_open(self->victim.id.pid, spot->path, spot->offset, false);
	if (fd < 0)
		SKIP(return, "no uprobes here: %s", strerror(errno));
	ASSERT_EQ(0, ioctl(fd, PERF_EVENT_IOC_ENABLE, 0));
	ASSERT_TOLD(REMOTE_CONTROL, &self->victim.id, spot->address, TRAP_SIZE,
		    TEXT, STEPS({ TSP_OP_UPROBE, .bytes = TRAP_SIZE }));
	ASSERT_TOLD(TEXT_PATCH, &self->victim.id, spot->address, TRAP_SIZE,
		    TEXT, STEPS({ TSP_OP_UPROBE, .bytes = TRAP_SIZE }));
	EXPECT_TOLD(2, self->events, .target = self->victim.id.pid);
	close(fd);
}

TEST_F(remote, own_uprobe_is_silent)
{
	struct spot *spot =
		find_elsewhere(getpid(), (unsigned long)(uintptr_t)no_code);
	int fd;

	ASSERT_NE(NULL, spot);
	fd = uprobe_open(0, spot->path, spot->offset, false);
	if (fd < 0)
		SKIP(return, "no uprobes here: %s", strerror(errno));
	EXPECT_EQ(0, ioctl(fd, PERF_EVENT_IOC_ENABLE, 0));
	close(fd);
	EXPECT_TOLD(0, self->events, .source = getpid(), .target = getpid());
}

/* --- seccomp ---------------------------------------------------------------
 */

static int be_supervised(void *arg)
{
	FIXTURE_DATA(remote) *self = arg;
	int fd = supervised_start();

	if (fd < 0 || parcel_send(self->sockets[0], fd))
		return -1;
	close(fd);
	return syscall(SYS_getppid);
}

/* Supervise one call of the actor's; put a descriptor into it if @put. */
static int supervise(FIXTURE_DATA(remote) * self, bool put)
{
	struct seccomp_notif_resp response = {};
	struct seccomp_notif_addfd add = {};
	struct seccomp_notif call = {};
	int fd, result;

	if (actor_start(&self->actor, 0, be_supervised, self) ||
	    write(self->actor.go, "", 1) != 1 || !readable(self->sockets[1]))
		return -1;
	fd = parcel_receive(self->sockets[1]);
	if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &call))
		return -1;
	add.id = call.id;
	add.srcfd = self->sockets[1];
	if (put && ioctl(fd, SECCOMP_IOCTL_NOTIF_ADDFD, &add) < 0)
		return -1;
	response.id = call.id;
	if (ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &response) ||
	    !readable(self->actor.done) ||
	    read(self->actor.done, &result, sizeof(result)) != sizeof(result))
		return -1;
	return result;
}

TEST_F(remote, descriptor_of_a_supervisor_is_told)
{
	ASSERT_EQ(0, supervise(self, true));
	ASSERT_TOLD(REMOTE_CONTROL, &self->actor.id, 0, 0, UNKNOWN,
		    STEPS({ TSP_OP_SECCOMP_ADDFD }));
	EXPECT_TOLD(1, self->events, .target = self->actor.id.pid);
}

TEST_F(remote, answer_of_a_supervisor_is_silent)
{
	ASSERT_EQ(0, supervise(self, false));
	EXPECT_TOLD(0, self->events, .target = self->actor.id.pid);
}

/* --- system calls of a tracee ----------------------------------------------
 */

/* Stop the victim at the entry of its next system call. */
static int stop_at_call(pid_t pid)
{
	int status;

	if (take(TAKE_ATTACH, pid) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD) ||
	    ptrace(PTRACE_SYSCALL, pid, 0, 0))
		return -1;
	return waitpid(pid, &status, __WALL) != pid ||
	       status >> 8 != (SIGTRAP | 0x80);
}

TEST_F(remote, changed_system_call_is_told)
{
	char info[256] = {}; /* greater than any kernel's structure */
	pid_t pid;

	ASSERT_EQ(0, start_victim(self));
	pid = self->victim.id.pid;
	ASSERT_EQ(0, stop_at_call(pid));
	ASSERT_LT(0, ptrace(GET_SYSCALL_INFO, pid, sizeof(info), info));
	if (ptrace(SET_SYSCALL_INFO, pid, sizeof(info), info)) {
		ASSERT_EQ(EIO, errno);
		SKIP(return, "this kernel has no PTRACE_SET_SYSCALL_INFO");
	}
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      TSP_TECHNIQUE_REMOTE_CONTROL, .target = pid),
		     TSP_TECHNIQUE_REMOTE_CONTROL, &self->self,
		     &self->victim.id, TSP_RELATION_CHILD,
		     STEPS({ TSP_OP_PTRACE_ATTACH },
			   { TSP_OP_PTRACE_SYSCALL }));
}

#ifdef __aarch64__
/* Here it is a register set of its own, on every kernel. */
TEST_F(remote, other_system_call_by_register_set)
{
	struct iovec iov;
	pid_t pid;
	int call;

	ASSERT_EQ(0, start_victim(self));
	pid = self->victim.id.pid;
	ASSERT_EQ(0, stop_at_call(pid));
	iov = (struct iovec){ &call, sizeof(call) };
	ASSERT_EQ(0, ptrace(PTRACE_GETREGSET, pid, NT_ARM_SYSTEM_CALL, &iov));
	ASSERT_EQ(0, ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &iov));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      TSP_TECHNIQUE_REMOTE_CONTROL, .target = pid),
		     TSP_TECHNIQUE_REMOTE_CONTROL, &self->self,
		     &self->victim.id, TSP_RELATION_CHILD,
		     STEPS({ TSP_OP_PTRACE_ATTACH },
			   { TSP_OP_PTRACE_SYSCALL }));
}
#endif

TEST_F(remote, looking_at_a_system_call_is_silent)
{
	char info[256];
	pid_t pid;

	ASSERT_EQ(0, start_victim(self));
	pid = self->victim.id.pid;
	ASSERT_EQ(0, stop_at_call(pid));
	ASSERT_LT(0, ptrace(GET_SYSCALL_INFO, pid, sizeof(info), info));
	victim_stop(&self->victim);
	EXPECT_TOLD(0, self->events, .target = pid);
}

TEST_HARNESS_MAIN
