// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command among many processes that are worth watching.
 *
 *	crowd PROCESSES EDGES CMD [ARG...]
 *
 * Each of the processes makes a file in memory and maps executable memory, and
 * then waits for its end. This program writes into the first EDGES of them, so
 * that as many pairs of source and target are known; these have memory of their
 * own. The others share ours, which makes them many times cheaper: records are
 * kept by process. Exits as CMD did.
 */
#include "../attack/common.h"

#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define PAGE 4096
#define STACK (4 * PAGE)

static char cell[64];

static int ready[2];

static int be_one(void *unused)
{
	void *code;

	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (code == MAP_FAILED || memfd_create("crowd", 0) < 0 ||
	    write(ready[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static pid_t *make_crowd(unsigned long count, unsigned long own_memory)
{
	pid_t *pids = calloc(count + 1, sizeof(*pids));
	char *stacks = mmap(NULL, (count + 1) * STACK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	unsigned long i;
	int flags;
	char byte;

	if (!pids || stacks == MAP_FAILED || pipe(ready))
		err(1, "crowd");
	for (i = 0; i < count; i++) {
		flags = i < own_memory ? SIGCHLD : SIGCHLD | CLONE_VM;
		pids[i] = clone(be_one, stacks + (i + 1) * STACK, flags, NULL);
		if (pids[i] < 0)
			err(1, "process %lu", i);
		if (read(ready[0], &byte, 1) != 1)
			errx(1, "process %lu failed", i);
	}
	close(ready[0]);
	close(ready[1]);
	return pids;
}

static void write_into(pid_t pid)
{
	struct iovec iov = { cell, sizeof(cell) };

	if (process_vm_writev(pid, &iov, 1, &iov, 1, 0) != sizeof(cell))
		err(1, "process_vm_writev");
}

static int run(char **command)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "%s", command[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	unsigned long count, edges, i;
	pid_t *pids;
	int status;

	if (argc < 4)
		errx(2, "usage: %s PROCESSES EDGES CMD [ARG...]", argv[0]);
	count = parse_number("PROCESSES", argv[1]);
	edges = parse_number("EDGES", argv[2]);
	if (edges > count)
		errx(2, "no more edges than processes");

	pids = make_crowd(count, edges);
	for (i = 0; i < edges; i++)
		write_into(pids[i]);
	status = run(argv + 3);

	for (i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	free(pids);
	return status;
}
