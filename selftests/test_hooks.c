// SPDX-License-Identifier: GPL-2.0
/*
 * Every hook of the table is armed, and fires when the act that it is for is
 * really done. A symbol that exists is not yet one that is called.
 */
#include "harness.h"

#include "means.h"
#include "parcel.h"
#include "program.h"
#include "tracer.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <trespass/trespass.h>

static int run_victim(struct victim *victim, const char *const *argv)
{
	return victim_start(victim, KIN_CHILD, 0, argv);
}

static int attach(struct victim *victim)
{
	return take(TAKE_ATTACH, victim->id.pid) < 0;
}

static int poke(struct victim *victim)
{
	return attach(victim) || change(CHANGE_POKEDATA, victim->id.pid,
					victim->at[TSP_REGION_DATA]);
}

static int vm_write(struct victim *victim)
{
	static char byte;
	struct iovec local = { &byte, 1 };
	struct iovec remote = { (void *)victim->at[TSP_REGION_DATA], 1 };

	return process_vm_writev(victim->id.pid, &local, 1, &remote, 1, 0) != 1;
}

static int open_proc(struct victim *victim, const char *name, int flags)
{
	char path[64];

	sprintf(path, "/proc/%d/%s", victim->id.pid, name);
	return open(path, flags);
}

static int mem_open(struct victim *victim)
{
	return open_proc(victim, "mem", O_RDWR) < 0;
}

static int mem_close(struct victim *victim)
{
	return close(open_proc(victim, "mem", O_RDWR));
}

static int mem_write(struct victim *victim)
{
	return pwrite(open_proc(victim, "mem", O_RDWR), "", 1,
		      victim->at[TSP_REGION_DATA]) != 1;
}

static int maps_open(struct victim *victim)
{
	return open_proc(victim, "maps", O_RDONLY) < 0;
}

static int steal(struct victim *victim)
{
	return syscall(__NR_pidfd_getfd, victim->pidfd, STDOUT_FILENO, 0) < 0;
}

/* Where in its executable an address of a victim is. */
static uint64_t file_offset(struct victim *victim, unsigned long address)
{
	FILE *maps = fdopen(open_proc(victim, "maps", O_RDONLY), "r");
	unsigned long begin, end, offset;
	uint64_t found = 0;
	char line[4352];

	while (!found && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %*s %lx", &begin, &end, &offset) ==
			    3 &&
		    begin <= address && address < end)
			found = address - begin + offset;
	fclose(maps);
	return found;
}

static int put_uprobe(struct victim *victim)
{
	uint64_t offset = file_offset(victim, victim->at[TSP_REGION_TEXT]);

	return uprobe_open(victim->id.pid, victim->id.exe, offset, true) < 0;
}

static int do_traceme(void)
{
	static const char *const argv[] = { "victim", "--traceme", NULL };
	struct victim victim;
	int err = run_victim(&victim, argv);

	if (!err)
		err = take(TAKE_TRACEME, victim.id.pid) < 0;
	victim_stop(&victim);
	return err;
}

static int do_compat_poke(void)
{
	static const char *const argv[] = { "victim32", NULL };
	char pid[16];
	const char *const attack[] = { "ptrace_inject32", pid, NULL };
	struct program program;
	struct victim victim;
	int err = run_victim(&victim, argv);

	sprintf(pid, "%d", victim.id.pid);
	if (!err)
		err = program_run(&program, attack) || program.status;
	victim_stop(&victim);
	return err;
}

/**
 * struct partner - a child that hands us one of its descriptors
 * @pid: the child
 * @fd: the descriptor
 * @page: a page of its own, at the same address as the caller's
 */
struct partner {
	pid_t pid;
	int fd;
	void *page;
};

static int partner_start(struct partner *partner, int (*make)(void *page),
			 void (*go_on)(void))
{
	int sockets[2];

	partner->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (partner->page == MAP_FAILED ||
	    socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets))
		return -1;
	partner->pid = fork();
	if (!partner->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (parcel_send(sockets[1], make(partner->page)))
			_exit(1);
		go_on();
		for (;;)
			pause();
	}
	close(sockets[1]);
	partner->fd = parcel_receive(sockets[0]);
	close(sockets[0]);
	return partner->fd < 0 ? -1 : 0;
}

static int make_userfaultfd(void *page)
{
	return uffd_register(page, 4096);
}

static void stay(void)
{
}

static int do_uffd_copy(void)
{
	struct partner partner;
	int err = partner_start(&partner, make_userfaultfd, stay);

	if (!err)
		err = uffd_copy(partner.fd, partner.page);
	idler_end(partner.pid);
	return err;
}

static int make_listener(void *unused)
{
	(void)unused;
	return supervised_start();
}

static void call_supervised(void)
{
	syscall(SYS_getppid);
}

static int do_addfd(void)
{
	struct partner partner;
	int err = partner_start(&partner, make_listener, call_supervised);

	if (!err)
		err = supervise(partner.fd, STDERR_FILENO);
	idler_end(partner.pid);
	return err;
}

static int do_memfd(void)
{
	return memfd_create("hook", 0) < 0;
}

static int do_memfd_write(void)
{
	return write(memfd_create("hook", 0), "hook", 4) != 4;
}

static int do_memfd_seal(void)
{
	return fcntl(memfd_create("hook", MFD_ALLOW_SEALING), F_ADD_SEALS,
		     F_SEAL_WRITE);
}

static int do_huge_memfd(void)
{
	return memfd_create("hook", MFD_HUGETLB) < 0;
}

static int do_map(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE,
		    memfd_create("hook", 0), 0) == MAP_FAILED;
}

/* A process is forked, executes a memfd and exits. */
static int do_life(void)
{
	static const char *const argv[] = { "memfd_exec", "--fork", "/bin/true",
					    NULL };
	struct program program;

	return program_run(&program, argv) || program.status;
}

/* Every row of the hook table, and the act that it is for. */
static const struct row {
	const char *name;
	int (*act)(void);
	int (*on_victim)(struct victim *victim);
} rows[] = {
	{ "ptrace-attach", .on_victim = attach },
	{ "ptrace-traceme", do_traceme },
	{ "ptrace-request", .on_victim = poke },
	{ "ptrace-request-compat", do_compat_poke },
	{ "vm-write", .on_victim = vm_write },
	{ "mem-open", .on_victim = mem_open },
	{ "mem-release", .on_victim = mem_close },
	{ "mem-write", .on_victim = mem_write },
	{ "maps-open", .on_victim = maps_open },
	{ "uffd-copy", do_uffd_copy },
	{ "uprobe-write", .on_victim = put_uprobe },
	{ "pidfd-getfd", .on_victim = steal },
	{ "seccomp-notify", do_addfd },
	{ "mmap-exec", do_map },
	{ "memfd-create", do_memfd },
	{ "memfd-write", do_memfd_write },
	{ "memfd-seal", do_memfd_seal },
	{ "exec", do_life },
	{ "exec-check", do_life },
	{ "exec-image", do_life },
	{ "process-fork", do_life },
	{ "process-exec", do_life },
	{ "process-exit", do_life },
};

/**
 * struct look - one look at the hook table
 * @name: the row wanted
 * @hook: that row
 * @found: it is there
 * @n: rows in all
 */
struct look {
	const char *name;
	struct tsp_hook hook;
	bool found;
	unsigned int n;
};

static int find(void *ctx, const struct tsp_hook *hook)
{
	struct look *look = ctx;

	look->n++;
	if (!strcmp(hook->name, look->name)) {
		look->hook = *hook;
		look->found = true;
	}
	return 0;
}

TEST(table_is_complete)
{
	struct look look = { .name = "" };
	struct tsp_status status;

	ASSERT_EQ(0, tsp_hook_read(find, &look, NULL));
	EXPECT_EQ(ARRAY_SIZE(rows), look.n);
	ASSERT_EQ(0, tsp_status_read(&status, NULL));
	EXPECT_EQ(status.hooks, look.n);
}

FIXTURE(hook)
{
	struct look before, after;
	struct victim victim;
};

FIXTURE_VARIANT(hook)
{
	const struct row *row;
};

#define HOOK(name, index)                                                      \
	FIXTURE_VARIANT_ADD(hook, name)                                        \
	{                                                                      \
		.row = &rows[index],                                           \
	}

HOOK(ptrace_attach, 0);
HOOK(ptrace_traceme, 1);
HOOK(ptrace_request, 2);
HOOK(ptrace_request_compat, 3);
HOOK(vm_write, 4);
HOOK(mem_open, 5);
HOOK(mem_release, 6);
HOOK(mem_write, 7);
HOOK(maps_open, 8);
HOOK(uffd_copy, 9);
HOOK(uprobe_write, 10);
HOOK(pidfd_getfd, 11);
HOOK(seccomp_notify, 12);
HOOK(mmap_exec, 13);
HOOK(memfd_create, 14);
HOOK(memfd_write, 15);
HOOK(memfd_seal, 16);
HOOK(exec, 17);
HOOK(exec_check, 18);
HOOK(exec_image, 19);
HOOK(process_fork, 20);
HOOK(process_exec, 21);
HOOK(process_exit, 22);

/* The same hook, the other way to its function. */
static const struct row huge = { "memfd-create", do_huge_memfd };

FIXTURE_VARIANT_ADD(hook, memfd_create_huge){
	.row = &huge,
};

FIXTURE_SETUP(hook)
{
	static const char *const argv[] = { "victim", NULL };

	if (variant->row->on_victim)
		ASSERT_EQ(0, run_victim(&self->victim, argv));
	self->before.name = variant->row->name;
	self->after.name = variant->row->name;
}

FIXTURE_TEARDOWN(hook)
{
	victim_stop(&self->victim);
}

TEST_F(hook, is_armed_and_fires)
{
	const struct tsp_hook *hook = &self->before.hook;
	const struct row *row = variant->row;

	ASSERT_EQ(0, tsp_hook_read(find, &self->before, NULL));
	ASSERT_TRUE(self->before.found);
	EXPECT_EQ(TSP_HOOK_STATE_ARMED, hook->state);
	EXPECT_EQ(0, hook->error);
	EXPECT_LT(0, strlen(hook->symbol));
	EXPECT_EQ(0, hook->missed);

	ASSERT_EQ(0, row->act ? row->act() : row->on_victim(&self->victim));
	ASSERT_EQ(0, tsp_hook_read(find, &self->after, NULL));
	EXPECT_LT(hook->hits, self->after.hook.hits);
}

TEST_HARNESS_MAIN
