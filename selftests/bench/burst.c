// SPDX-License-Identifier: GPL-2.0
/*
 * Writes one cell of its own child's memory very often and tells what one write
 * costs.
 *
 *	burst poke|vm-write [COUNT]
 */
#include "../attack/common.h"

#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

static const char *const ways[] = { "poke", "vm-write", NULL };

static long cell;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static uint64_t poke(pid_t pid, unsigned long count)
{
	uint64_t begin_ns, end_ns;
	unsigned long i;

	if (ptrace(PTRACE_ATTACH, pid, 0, 0) ||
	    waitpid(pid, NULL, __WALL) != pid)
		err(1, "attach");
	begin_ns = now_ns();
	for (i = 0; i < count; i++)
		if (ptrace(PTRACE_POKEDATA, pid, &cell, i))
			err(1, "poke %lu", i);
	end_ns = now_ns();
	if (ptrace(PTRACE_DETACH, pid, 0, 0))
		err(1, "detach");
	return end_ns - begin_ns;
}

static uint64_t vm_write(pid_t pid, unsigned long count)
{
	struct iovec iov = { &cell, sizeof(cell) };
	uint64_t begin_ns = now_ns();
	unsigned long i;

	for (i = 0; i < count; i++)
		if (process_vm_writev(pid, &iov, 1, &iov, 1, 0) != sizeof(cell))
			err(1, "write %lu", i);
	return now_ns() - begin_ns;
}

int main(int argc, char **argv)
{
	unsigned long count = 200000;
	uint64_t took_ns;
	pid_t pid;
	int way;

	if (argc < 2 || argc > 3)
		errx(2, "usage: %s poke|vm-write [COUNT]", argv[0]);
	way = parse_word("the way to write", argv[1], ways);
	if (argc == 3)
		count = parse_number("COUNT", argv[2]);

	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	took_ns = way == 0 ? poke(pid, count) : vm_write(pid, count);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);

	printf("burst pid=%d target=%d way=%s count=%lu bytes=%zu ns_per_op=%lu\n",
	       getpid(), pid, argv[1], count, count * sizeof(cell),
	       (unsigned long)(count ? took_ns / count : 0));
	return 0;
}
