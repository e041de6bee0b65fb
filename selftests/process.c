// SPDX-License-Identifier: GPL-2.0
/* Processes of the tests: identities, paths, waiting, actors. */
#include "process.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS_PER_S 1000000000ULL

static int read_proc(pid_t pid, const char *name, size_t size, char *text)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, text, size - 1);
	close(fd);
	if (n < 0)
		return -1;
	text[n] = 0;
	return 0;
}

/* stat's fields after the name in parentheses, which may hold anything */
static int read_stat(struct identity *id)
{
	char text[2048], *rest;
	unsigned long long start;

	if (read_proc(id->pid, "stat", sizeof(text), text))
		return -1;
	rest = strrchr(text, ')');
	if (!rest ||
	    sscanf(rest + 1,
		   " %*c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		   &id->ppid, &id->session, &start) != 3)
		return -1;
	id->start_ticks = start;
	return 0;
}

static int read_ids(struct identity *id)
{
	char text[2048], *line;

	if (read_proc(id->pid, "status", sizeof(text), text))
		return -1;
	line = strstr(text, "\nUid:");
	if (!line || sscanf(line, "\nUid: %u", &id->uid) != 1)
		return -1;
	line = strstr(text, "\nNSpid:");
	if (!line)
		return -1;
	line[1 + strcspn(line + 1, "\n")] = 0;
	id->ns_pid = strtol(strrchr(line, '\t'), NULL, 10);
	return 0;
}

static uint32_t namespace_of(pid_t pid, const char *kind)
{
	struct stat file;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, kind);
	return stat(path, &file) ? 0 : file.st_ino;
}

uint64_t start_ticks(uint64_t start_ns)
{
	return start_ns / (NS_PER_S / sysconf(_SC_CLK_TCK));
}

int identity_of(pid_t pid, struct identity *id)
{
	char path[64];

	memset(id, 0, sizeof(*id));
	id->pid = pid;
	id->tid = pid;
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	if (readlink(path, id->exe, sizeof(id->exe) - 1) < 0)
		id->exe[0] = 0;
	id->pid_ns = namespace_of(pid, "pid");
	id->mnt_ns = namespace_of(pid, "mnt");
	return read_stat(id) || read_ids(id) ? -1 : 0;
}

void self_path(const char *name, char *path)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n < 0)
		n = 0;
	while (n > 0 && exe[n - 1] != '/')
		n--;
	if (snprintf(path, PATH_MAX, "%.*s%s", (int)n, exe, name) >= PATH_MAX)
		path[0] = 0;
}

void attack_path(const char *name, char *path)
{
	char beside[64];

	snprintf(beside, sizeof(beside), "%s%s",
		 strchr(name, '/') ? "" : "attack/", name);
	self_path(beside, path);
}

bool wait_until(bool (*is_so)(void *arg), void *arg)
{
	int waited_ms;

	for (waited_ms = 0; waited_ms < WAIT_MS; waited_ms += 10) {
		if (is_so(arg))
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

bool readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, WAIT_MS) == 1;
}

int reap(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, __WALL) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

int become(uid_t uid)
{
	if (uid == getuid())
		return 0;
	return setgroups(0, NULL) || setresgid(uid, uid, uid) ||
			       setresuid(uid, uid, uid)
		       ? -1
		       : 0;
}

static _Noreturn void actor_main(int go, int done, uid_t uid,
				 int (*act)(void *arg), void *arg)
{
	char byte;
	int result;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (become(uid) || write(done, "", 1) != 1 || read(go, &byte, 1) != 1)
		_exit(1);
	result = act(arg);
	if (write(done, &result, sizeof(result)) != sizeof(result))
		_exit(1);
	if (read(go, &byte, 1))
		_exit(1);
	_exit(0);
}

int actor_start(struct actor *actor, uid_t uid, int (*act)(void *arg),
		void *arg)
{
	int go[2], done[2];
	pid_t pid;
	char byte;

	if (pipe(go) || pipe(done))
		return -1;
	pid = fork();
	if (pid < 0)
		return -1;
	if (!pid) {
		close(go[1]);
		close(done[0]);
		actor_main(go[0], done[1], uid, act, arg);
	}
	close(go[0]);
	close(done[1]);
	actor->go = go[1];
	actor->done = done[0];
	if (!readable(done[0]) || read(done[0], &byte, 1) != 1)
		return -1;
	return identity_of(pid, &actor->id);
}

int actor_act(struct actor *actor)
{
	int result;

	if (write(actor->go, "", 1) != 1 || !readable(actor->done) ||
	    read(actor->done, &result, sizeof(result)) != sizeof(result))
		return -1;
	return result;
}

void actor_end(struct actor *actor)
{
	if (!actor->done)
		return;
	close(actor->go);
	close(actor->done);
	reap(actor->id.pid);
	actor->done = 0;
}

pid_t fork_into(uint64_t flags, pid_t pid)
{
	struct clone_args args = {
		.flags = flags,
		.exit_signal = SIGCHLD,
		.set_tid = pid ? (uintptr_t)&pid : 0,
		.set_tid_size = !!pid,
	};

	return syscall(SYS_clone3, &args, sizeof(args));
}

pid_t idler_start(uint64_t flags, pid_t pid)
{
	pid_t child = fork_into(flags, pid);

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

void idler_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
}

bool kernel_forces_writes(void)
{
	const size_t size = sysconf(_SC_PAGESIZE);
	void *page =
		mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	bool forces = pwrite(fd, "", 1, (uintptr_t)page) == 1;

	close(fd);
	munmap(page, size);
	return forces;
}
