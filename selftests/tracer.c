// SPDX-License-Identifier: GPL-2.0
/* Takes hold of tracees and changes them. */
#include "tracer.h"

#include "attack/arch.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define REGSET_MAX 4096

/* Wait until a tracee stops for @why, a signal and an event in bits 8 up. */
static int wait_stop(pid_t pid, int why)
{
	int status;

	return waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status) &&
			       (!why || status >> 8 == why)
		       ? 0
		       : -1;
}

static pid_t take_fork(pid_t pid)
{
	const int forked = SIGTRAP | PTRACE_EVENT_FORK << 8;
	unsigned long child;

	if (take(TAKE_ATTACH, pid) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK) ||
	    ptrace(PTRACE_CONT, pid, 0, 0) || kill(pid, SIGUSR1) ||
	    wait_stop(pid, SIGUSR1) || ptrace(PTRACE_CONT, pid, 0, SIGUSR1) ||
	    wait_stop(pid, forked) ||
	    ptrace(PTRACE_GETEVENTMSG, pid, 0, &child) || wait_stop(child, 0))
		return -1;
	return child;
}

pid_t take(enum take how, pid_t pid)
{
	switch (how) {
	case TAKE_ATTACH:
		if (ptrace(PTRACE_ATTACH, pid, 0, 0))
			return -1;
		break;
	case TAKE_SEIZE:
		if (ptrace(PTRACE_SEIZE, pid, 0, 0) ||
		    ptrace(PTRACE_INTERRUPT, pid, 0, 0))
			return -1;
		break;
	case TAKE_TRACEME:
		break;
	case TAKE_FORK:
		return take_fork(pid);
	}
	return wait_stop(pid, 0) ? -1 : pid;
}

static int poke(pid_t tracee, int peek, int request, unsigned long address)
{
	long word;

	errno = 0;
	word = ptrace(peek, tracee, address, 0);
	return errno ? -1 : ptrace(request, tracee, address, word);
}

static int set(pid_t tracee, int get, int request)
{
	union {
		struct user_regs_struct regs;
		struct user_fpregs_struct fpregs;
	} old;

	return ptrace(get, tracee, 0, &old) || ptrace(request, tracee, 0, &old);
}

static int set_regset(pid_t tracee, unsigned long type, size_t size)
{
	char old[REGSET_MAX];
	struct iovec iov = { old, size };

	return ptrace(PTRACE_GETREGSET, tracee, type, &iov) ||
	       ptrace(PTRACE_SETREGSET, tracee, type, &iov);
}

int stop_at_call(pid_t tracee)
{
	if (ptrace(PTRACE_SETOPTIONS, tracee, 0, PTRACE_O_TRACESYSGOOD) ||
	    ptrace(PTRACE_SYSCALL, tracee, 0, 0))
		return -1;
	return wait_stop(tracee, SIGTRAP | 0x80);
}

static int set_call(pid_t tracee)
{
	char old[256] = {}; /* greater than any kernel's structure */

	return stop_at_call(tracee) ||
	       ptrace(GET_SYSCALL_INFO, tracee, sizeof(old), old) < 0 ||
	       ptrace(SET_SYSCALL_INFO, tracee, sizeof(old), old);
}

int change(enum change how, pid_t tracee, unsigned long address)
{
	switch (how) {
	case CHANGE_POKETEXT:
		return poke(tracee, PTRACE_PEEKTEXT, PTRACE_POKETEXT, address);
	case CHANGE_POKEDATA:
		return poke(tracee, PTRACE_PEEKDATA, PTRACE_POKEDATA, address);
	case CHANGE_SETREGS:
		return set(tracee, PTRACE_GETREGS, PTRACE_SETREGS);
	case CHANGE_SETREGSET:
		return set_regset(tracee, NT_PRSTATUS, REGSET_MAX);
	case CHANGE_POKEUSER:
		return poke(tracee, PTRACE_PEEKUSER, PTRACE_POKEUSER, USER_IP);
	case CHANGE_SETFPREGS:
		return set(tracee, PTRACE_GETFPREGS, PTRACE_SETFPREGS);
	case CHANGE_SETFPREGSET:
		return set_regset(tracee, FP_REGSET, REGSET_MAX);
	case CHANGE_SYSCALL:
		return set_call(tracee);
	}
	return -1;
}

const char *change_lacks(enum change how)
{
	if (HAS_SETREGS)
		return NULL;
	switch (how) {
	case CHANGE_SETREGS:
		return "this processor has no PTRACE_SETREGS";
	case CHANGE_POKEUSER:
		return "this processor has no PTRACE_POKEUSER";
	case CHANGE_SETFPREGS:
		return "this processor has no PTRACE_SETFPREGS";
	default:
		return NULL;
	}
}

/* Read registers by the requests that only some processors have. */
static int look_at_user(pid_t tracee)
{
	struct user_fpregs_struct fpregs;
	struct user_regs_struct regs;

	if (!HAS_SETREGS)
		return 0;
	errno = 0;
	ptrace(PTRACE_PEEKUSER, tracee, USER_IP, 0);
	return errno || ptrace(PTRACE_GETREGS, tracee, 0, &regs) ||
	       ptrace(PTRACE_GETFPREGS, tracee, 0, &fpregs);
}

static int set_debug_registers(pid_t tracee)
{
#ifdef USER_DEBUG
	return poke(tracee, PTRACE_PEEKUSER, PTRACE_POKEUSER, USER_DEBUG);
#else
	/* the first of them: a few words, and an address and its control */
	return set_regset(tracee, NT_ARM_HW_BREAK, 24);
#endif
}

int look(pid_t tracee, unsigned long address)
{
	struct user_regs_struct regs;
	struct iovec iov = { &regs, sizeof(regs) };

	errno = 0;
	ptrace(PTRACE_PEEKTEXT, tracee, address, 0);
	ptrace(PTRACE_PEEKDATA, tracee, address, 0);
	return errno || look_at_user(tracee) ||
	       ptrace(PTRACE_GETREGSET, tracee, NT_PRSTATUS, &iov) ||
	       set_debug_registers(tracee);
}

unsigned long resumes_at(pid_t tracee)
{
	struct user_regs_struct regs = {};
	struct iovec iov = { &regs, sizeof(regs) };

	ptrace(PTRACE_GETREGSET, tracee, NT_PRSTATUS, &iov);
	return REGS_IP(regs);
}

int release(pid_t tracee)
{
	return ptrace(PTRACE_DETACH, tracee, 0, 0);
}
