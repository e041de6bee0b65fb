// SPDX-License-Identifier: GPL-2.0
/*
 * Every hook of the table is armed, and fires when the act that it is for is
 * really done. A symbol that exists is not yet one that is called.
 */
#include "harness.h"

#include "program.h"
#include "tracer.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/uio.h>
#include <trespass/trespass.h>

static int run_victim(struct victim *victim, const char *const *argv)
{
	return victim_start(victim, KIN_CHILD, 0, argv);
}

static int with_victim(int (*act)(struct victim *victim))
{
	static const char *const argv[] = { "victim", NULL };
	struct victim victim;
	int err = run_victim(&victim, argv);

	if (!err)
		err = act(&victim);
	victim_stop(&victim);
	return err;
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

static int mem_write(struct victim *victim)
{
	char path[64];

	sprintf(path, "/proc/%d/mem", victim->id.pid);
	return pwrite(open(path, O_RDWR), "", 1, victim->at[TSP_REGION_DATA]) !=
	       1;
}

static int do_attach(void)
{
	return with_victim(attach);
}

static int do_poke(void)
{
	return with_victim(poke);
}

static int do_vm_write(void)
{
	return with_victim(vm_write);
}

static int do_mem_write(void)
{
	return with_victim(mem_write);
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

static int do_memfd(void)
{
	return memfd_create("hook", 0) < 0;
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
} rows[] = {
	{ "ptrace-attach", do_attach },
	{ "ptrace-traceme", do_traceme },
	{ "ptrace-request", do_poke },
	{ "ptrace-request-compat", do_compat_poke },
	{ "vm-write", do_vm_write },
	{ "mem-write", do_mem_write },
	{ "mmap-exec", do_map },
	{ "memfd-create", do_memfd },
	{ "memfd-create-huge", do_huge_memfd },
	{ "exec", do_life },
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
HOOK(mem_write, 5);
HOOK(mmap_exec, 6);
HOOK(memfd_create, 7);
HOOK(memfd_create_huge, 8);
HOOK(exec, 9);
HOOK(process_fork, 10);
HOOK(process_exec, 11);
HOOK(process_exit, 12);

FIXTURE_SETUP(hook)
{
	self->before.name = variant->row->name;
	self->after.name = variant->row->name;
}

FIXTURE_TEARDOWN(hook)
{
}

TEST_F(hook, is_armed_and_fires)
{
	const struct tsp_hook *hook = &self->before.hook;

	ASSERT_EQ(0, tsp_hook_read(find, &self->before, NULL));
	ASSERT_TRUE(self->before.found);
	EXPECT_EQ(TSP_HOOK_STATE_ARMED, hook->state);
	EXPECT_EQ(0, hook->error);
	EXPECT_LT(0, strlen(hook->symbol));
	EXPECT_EQ(0, hook->missed);

	ASSERT_EQ(0, variant->row->act());
	ASSERT_EQ(0, tsp_hook_read(find, &self->after, NULL));
	EXPECT_LT(hook->hits, self->after.hook.hits);
}

TEST_HARNESS_MAIN
