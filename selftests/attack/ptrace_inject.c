// SPDX-License-Identifier: GPL-2.0
/*
 * Injects code into a running process with ptrace: attach, save its registers,
 * write code over the place where it stands, redirect it there, let it run to
 * the trap at its end, put everything back, detach.
 *
 *	ptrace_inject [--seize] [--regs setregs|setregset] [--fpregs]
 *		      [--at ADDRESS] PID
 *
 * --at writes the code there instead of where the process stands.
 * --fpregs also sets the floating-point registers, to what they were.
 */
#include "arch.h"
#include "common.h"

#include <elf.h>
#include <getopt.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum how { SETREGS, SETREGSET };

static const char *const hows[] = { "setregs", "setregset", NULL };

static unsigned long pokes;

static void trace(int request, pid_t pid, unsigned long addr, void *data)
{
	if (ptrace(request, pid, addr, data))
		err(1, "ptrace request %#x", request);
}

static void wait_stop(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		errx(1, "%d did not stop", pid);
}

static void stop(pid_t pid, int seize)
{
	trace(seize ? PTRACE_SEIZE : PTRACE_ATTACH, pid, 0, NULL);
	if (seize)
		trace(PTRACE_INTERRUPT, pid, 0, NULL);
	wait_stop(pid);
}

/* Swap @size bytes, a multiple of a word, of the target and of @code. */
static void swap(pid_t pid, unsigned long address, void *code, size_t size)
{
	unsigned long *word = code;
	unsigned long end = address + size;
	long old;

	for (; address < end; address += sizeof(*word), word++) {
		errno = 0;
		old = ptrace(PTRACE_PEEKTEXT, pid, address, NULL);
		if (errno)
			err(1, "read at %#lx", address);
		trace(PTRACE_POKETEXT, pid, address, (void *)*word);
		*word = old;
		pokes++;
	}
}

static void get_regs(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
}

static void set_regs(pid_t pid, enum how how, struct user_regs_struct *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	switch (how) {
	case SETREGS:
		trace(PTRACE_SETREGS, pid, 0, regs);
		break;
	case SETREGSET:
		trace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov);
		break;
	}
}

/* Run the code at @address to its trap, and come back as if nothing had been.
 */
static void run(pid_t pid, unsigned long address, enum how how)
{
	struct user_regs_struct saved, regs;

	get_regs(pid, &saved);
	regs = saved;
	regs_redirect(&regs, address);
	set_regs(pid, how, &regs);
	trace(PTRACE_CONT, pid, 0, NULL);
	wait_stop(pid);
	set_regs(pid, how, &saved);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seize", no_argument, NULL, 's' },
		{ "regs", required_argument, NULL, 'r' },
		{ "fpregs", no_argument, NULL, 'f' },
		{ "at", required_argument, NULL, 'a' },
		{ 0 },
	};
	unsigned char code[SHELLCODE_MAX + sizeof(long)] = {};
	int option, seize = 0, fpregs = 0;
	struct user_fpregs_struct fp;
	struct user_regs_struct regs;
	unsigned long address = 0;
	enum how how = HAS_SETREGS ? SETREGS : SETREGSET;
	char message[64];
	size_t size;
	pid_t pid;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			seize = 1;
		else if (option == 'r')
			how = parse_word("--regs", optarg, hows);
		else if (option == 'f')
			fpregs = 1;
		else if (option == 'a')
			address = parse_number("--at", optarg);
		else
			return 2;
	}
	if (optind + 1 != argc)
		errx(2, "usage: %s [options] PID", argv[0]);
	pid = parse_number("PID", argv[optind]);

	pwned_message(sizeof(message), message);
	size = shellcode_build(code, message, 1);
	size = (size + sizeof(long) - 1) & -sizeof(long);

	stop(pid, seize);
	get_regs(pid, &regs);
	if (!address)
		address = REGS_IP(regs);
	if (fpregs) {
		trace(PTRACE_GETFPREGS, pid, 0, &fp);
		trace(PTRACE_SETFPREGS, pid, 0, &fp);
	}
	swap(pid, address, code, size);
	run(pid, address, how);
	swap(pid, address, code, size);
	trace(PTRACE_DETACH, pid, 0, NULL);

	printf("ptrace_inject pid=%d target=%d address=%#lx count=%lu bytes=%lu\n",
	       getpid(), pid, address, pokes,
	       (unsigned long)(pokes * sizeof(long)));
	return 0;
}
