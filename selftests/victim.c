// SPDX-License-Identifier: GPL-2.0
/* Victims: started so that they are related as wanted, and talked to. */
#include "program.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The words of the victim's first line that name an address each. */
static const struct {
	const char *word;
	enum tsp_region region;
} places[] = {
	{ "text", TSP_REGION_TEXT },
	{ "rodata", TSP_REGION_RODATA },
	{ "data", TSP_REGION_DATA },
	{ "heap", TSP_REGION_HEAP },
	{ "stack", TSP_REGION_STACK },
	{ "vdso", TSP_REGION_VDSO },
	{ "anonymous", TSP_REGION_ANONYMOUS },
	{ "anonymous-exec", TSP_REGION_ANONYMOUS_EXEC },
	{ "memfd", TSP_REGION_MEMFD },
	{ "shared", TSP_REGION_SHARED },
	{ "relro", TSP_REGION_RELRO },
};

static _Noreturn void become_victim(int out, uid_t uid, const char *const *argv)
{
	char path[PATH_MAX];

	attack_path(argv[0], path);
	dup2(out, STDOUT_FILENO);
	if (become(uid))
		_exit(126);
	execv(path, (char *const *)argv);
	perror(path);
	_exit(127);
}

static int spawn(int out, enum kin kin, uid_t uid, const char *const *argv)
{
	pid_t pid = fork();

	if (pid)
		return kin == KIN_CHILD || pid < 0 ? pid : reap(pid);
	if (kin == KIN_CHILD) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		become_victim(out, uid, argv);
	}
	if (kin == KIN_STRANGER)
		setsid();
	if (kin == KIN_CONTAINED && unshare(CLONE_NEWPID | CLONE_NEWNS))
		_exit(1);
	pid = fork();
	if (!pid)
		become_victim(out, uid, argv);
	_exit(pid < 0);
}

int victim_line(struct victim *victim, const char *start, size_t size,
		char *line)
{
	size_t n = 0;

	for (;;) {
		if (!readable(victim->out) ||
		    read(victim->out, line + n, 1) != 1)
			return -1;
		if (line[n] == '\n') {
			line[n] = 0;
			if (!strncmp(line, start, strlen(start)))
				return 0;
			n = 0;
		} else if (n + 1 < size) {
			n++;
		}
	}
}

int victim_start(struct victim *victim, enum kin kin, uid_t uid,
		 const char *const *argv)
{
	char line[1024];
	int out[2];
	size_t i;

	memset(victim, 0, sizeof(*victim));
	if (pipe2(out, O_CLOEXEC) || spawn(out[1], kin, uid, argv) < 0) {
		perror("victim");
		return -1;
	}
	close(out[1]);
	victim->out = out[0];
	if (victim_line(victim, "victim ", sizeof(line), line) ||
	    identity_of(line_fact(line, "pid"), &victim->id)) {
		fprintf(stderr, "%s did not come up\n", argv[0]);
		return -1;
	}
	victim->pidfd = syscall(SYS_pidfd_open, victim->id.pid, 0);
	victim->thread = line_fact(line, "thread");
	victim->pointer = line_fact(line, "pointer");
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		victim->at[places[i].region] = line_fact(line, places[i].word);
	return 0;
}

void victim_stop(struct victim *victim)
{
	if (victim->pidfd <= 0)
		return;
	syscall(SYS_pidfd_send_signal, victim->pidfd, SIGKILL, NULL, 0);
	readable(victim->pidfd);
	waitpid(victim->id.pid, NULL, __WALL);
	close(victim->pidfd);
	close(victim->out);
	victim->pidfd = -1;
}
