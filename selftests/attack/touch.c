// SPDX-License-Identifier: GPL-2.0
/*
 * Does one thing to another process, and leaves it as it was: what it writes
 * stands there already.
 *
 *	touch ACT PID [ADDRESS [SIZE]]
 *
 * The rarer ones take what the victim offers from standard input, see victim.c.
 *
 * ADDRESS is where the acts that write memory do so, with SIZE bytes where the
 * act leaves the choice. A refusal is a fact too, and no failure.
 */
#include "arch.h"
#include "common.h"

#include "../means.h"
#include "../parcel.h"
#include "../tracer.h"
#include "../writer.h"

#include <sys/syscall.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

#define DEFAULT_SIZE 16
#define PAGE 4096UL

/* What is to be done, and what was. */
struct deed {
	pid_t pid;
	unsigned long address;
	size_t size;
	size_t bytes;
	int error;
	pid_t child;
};

static void trace(struct deed *deed, int how)
{
	deed->size = 0;
	if (take(how, deed->pid) < 0 || release(deed->pid))
		deed->error = errno;
}

static void trace_birth(struct deed *deed, int how)
{
	deed->size = 0;
	deed->child = take(how, deed->pid);
	if (deed->child < 0 || release(deed->child) || release(deed->pid))
		deed->error = errno;
}

static void poke(struct deed *deed, int how)
{
	deed->size = sizeof(long);
	if (take(TAKE_ATTACH, deed->pid) < 0 ||
	    change(how, deed->pid, deed->address))
		deed->error = errno;
	else
		deed->bytes = deed->size;
	release(deed->pid);
}

static void set(struct deed *deed, int how)
{
	deed->size = 0;
	if (take(TAKE_ATTACH, deed->pid) < 0) {
		deed->error = errno;
		return;
	}
	if (change(how, deed->pid, 0))
		deed->error = errno;
	deed->address = resumes_at(deed->pid);
	release(deed->pid);
}

static void write_by(struct deed *deed, int how)
{
	ssize_t written = rewrite(how, deed->pid, deed->address, deed->size);

	if (written < 0)
		deed->error = errno;
	else
		deed->bytes = written;
}

static void steal(struct deed *deed, int fd)
{
	int pidfd = syscall(SYS_pidfd_open, deed->pid, 0);

	deed->size = 0;
	if (syscall(SYS_pidfd_getfd, pidfd, fd, 0) < 0)
		deed->error = errno;
}

static void fill_page(struct deed *deed, int how)
{
	(void)how;
	deed->size = PAGE;
	if (uffd_copy(parcel_receive(STDIN_FILENO), (void *)deed->address))
		deed->error = errno;
	else
		deed->bytes = deed->size;
}

static void put_fd(struct deed *deed, int fd)
{
	deed->size = 0;
	if (supervise(parcel_receive(STDIN_FILENO), fd))
		deed->error = errno;
}

/* Where a program's file begins in its memory, in which nothing is lower. */
static unsigned long base_of(pid_t pid)
{
	unsigned long begin = 0;
	char path[64];
	FILE *maps;

	sprintf(path, "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	if (!maps || fscanf(maps, "%lx", &begin) != 1)
		err(1, "%s", path);
	fclose(maps);
	return begin;
}

/* Taken out again, which writes as much. */
static void put_uprobe(struct deed *deed, int how)
{
	char path[64];
	int fd;

	(void)how;
	sprintf(path, "/proc/%d/exe", deed->pid);
	deed->size = TRAP_SIZE;
	fd = uprobe_open(deed->pid, path, deed->address - base_of(deed->pid),
			 true);
	if (fd < 0)
		deed->error = errno;
	else
		deed->bytes = deed->size;
	close(fd);
}

/* Into the program's own read-only memory, whatever the pid. */
static void force_own(struct deed *deed, int how)
{
	static const char rodata[DEFAULT_SIZE] = { 1 };

	deed->pid = getpid();
	deed->address = (unsigned long)rodata;
	deed->size = sizeof(rodata);
	write_by(deed, how);
}

static const struct act {
	void (*act)(struct deed *deed, int how);
	int how;
} acts[] = {
	{ trace, TAKE_ATTACH },
	{ trace, TAKE_SEIZE },
	{ trace_birth, TAKE_FORK },
	{ poke, CHANGE_POKETEXT },
	{ poke, CHANGE_POKEDATA },
	{ set, CHANGE_SETREGS },
	{ set, CHANGE_SETREGSET },
	{ set, CHANGE_POKEUSER },
	{ set, CHANGE_SETFPREGS },
	{ set, CHANGE_SETFPREGSET },
	{ write_by, WAY_VM_WRITE },
	{ write_by, WAY_PROC_MEM },
	{ steal, STDOUT_FILENO },
	{ force_own, WAY_PROC_MEM },
	{ set, CHANGE_SYSCALL },
	{ put_fd, STDERR_FILENO },
	{ fill_page },
	{ put_uprobe },
};

static const char *const names[] = {
	"attach",   "seize",	 "auto-attach", "poketext",  "pokedata",
	"setregs",  "setregset", "pokeuser",	"setfpregs", "setfpregset",
	"vm-write", "mem-write", "getfd",	"force-own", "set-syscall",
	"addfd",    "uffd-copy", "uprobe",	NULL,
};

int main(int argc, char **argv)
{
	struct deed deed = { .size = DEFAULT_SIZE };
	const struct act *act;

	if (argc < 3 || argc > 5)
		errx(2, "usage: %s ACT PID [ADDRESS [SIZE]]", argv[0]);
	act = &acts[parse_word("ACT", argv[1], names)];
	deed.pid = parse_number("PID", argv[2]);
	if (argc > 3)
		deed.address = parse_number("ADDRESS", argv[3]);
	if (argc > 4)
		deed.size = parse_number("SIZE", argv[4]);

	act->act(&deed, act->how);
	printf("touch address=%#lx length=%zu bytes=%zu error=%d child=%d\n",
	       deed.address, deed.size, deed.bytes, deed.error, deed.child);
	return 0;
}
