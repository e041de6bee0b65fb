// SPDX-License-Identifier: GPL-2.0
/*
 * An injector reads its target's memory map to find its way. If it writes
 * within the window after that, the read is the first step of the chain; by
 * itself, too long ago, or of another process, it is nothing.
 */
#include "harness.h"

#include "expect.h"
#include "tune.h"
#include "writer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>

#define SIZE 8

/**
 * struct plan - what an injector does
 * @file: which it opens of whose /proc, NULL for none
 * @pid: whose
 * @pass_ms: time that it lets pass then
 * @how: the write that follows, of SIZE bytes
 * @target: to whom
 * @address: where
 * @only_looks: it does not write
 */
struct plan {
	const char *file;
	pid_t pid;
	int pass_ms;
	enum way how;
	pid_t target;
	unsigned long address;
	bool only_looks;
};

static int carry_out(void *arg)
{
	const struct plan *plan = arg;
	char path[64];
	int fd;

	if (plan->file) {
		sprintf(path, "/proc/%d/%s", plan->pid, plan->file);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			return -1;
		close(fd);
	}
	/* the window is about time, so some must pass */
	if (plan->pass_ms)
		poll(NULL, 0, plan->pass_ms);
	return !plan->only_looks &&
	       rewrite(plan->how, plan->target, plan->address, SIZE) != SIZE;
}

FIXTURE(maps)
{
	struct events *events;
	struct victim victim;
	struct actor actor;
	struct plan plan;
};

FIXTURE_SETUP(maps)
{
	static const char *const argv[] = { "victim", NULL };

	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, victim_start(&self->victim, KIN_STRANGER, 0, argv));
	self->plan = (struct plan){
		.file = "maps",
		.pid = self->victim.id.pid,
		.how = WAY_VM_WRITE,
		.target = self->victim.id.pid,
		.address = self->victim.at[TSP_REGION_DATA],
	};
}

static void maps_end(FIXTURE_DATA(maps) * self)
{
	actor_end(&self->actor);
	victim_stop(&self->victim);
	events_close(self->events);
	tune_back();
}

FIXTURE_TEARDOWN(maps)
{
	maps_end(self);
}

static const struct expect_step steps[] = {
	[WAY_POKE] = { TSP_OP_PTRACE_WRITE, .bytes = SIZE },
	[WAY_VM_WRITE] = { TSP_OP_VM_WRITE, .bytes = SIZE },
	[WAY_PROC_MEM] = { TSP_OP_PROC_MEM_WRITE, .bytes = SIZE },
};

static const uint32_t techniques[] = {
	[WAY_POKE] = TSP_TECHNIQUE_PTRACE_INJECT,
	[WAY_VM_WRITE] = TSP_TECHNIQUE_VM_WRITE,
	[WAY_PROC_MEM] = TSP_TECHNIQUE_PROC_MEM_WRITE,
};

/* The write is told, with the read of the map before it or without. */
static void expect_write(struct __test_metadata *_metadata,
			 FIXTURE_DATA(maps) * self, bool read)
{
	const enum way how = self->plan.how;
	struct expect_step chain[3] = {};
	const struct tsp_event *event;
	unsigned int n = 0;

	ASSERT_EQ(0, actor_start(&self->actor, 0, carry_out, &self->plan));
	ASSERT_EQ(0, actor_act(&self->actor));
	if (read)
		chain[n++].op = TSP_OP_MAPS_ACCESS;
	if (how == WAY_POKE)
		chain[n++].op = TSP_OP_PTRACE_ATTACH;
	chain[n++] = steps[how];
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 .target = self->victim.id.pid);
	ASSERT_EVENT(event, techniques[how], &self->actor.id, &self->victim.id,
		     0, .address = self->plan.address, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     .steps = chain, .n_steps = n);
	EXPECT_EQ(read, event_points(event, TSP_FACTOR_MAPS_ACCESS) > 0);
}

FIXTURE(read)
{
	FIXTURE_DATA(maps) base;
};

FIXTURE_VARIANT(read)
{
	const char *file;
	enum way how;
};

#define READ(name, which, by)                                                  \
	FIXTURE_VARIANT_ADD(read, name)                                        \
	{                                                                      \
		.file = which, .how = WAY_##by,                                \
	}

READ(maps_and_vm_write, "maps", VM_WRITE);
READ(maps_and_mem_write, "maps", PROC_MEM);
READ(maps_and_poke, "maps", POKE);
READ(smaps_and_vm_write, "smaps", VM_WRITE);
READ(pagemap_and_vm_write, "pagemap", VM_WRITE);

FIXTURE_SETUP(read)
{
	maps_setup(_metadata, &self->base, NULL);
	self->base.plan.file = variant->file;
	self->base.plan.how = variant->how;
}

FIXTURE_TEARDOWN(read)
{
	maps_end(&self->base);
}

TEST_F(read, is_the_first_step)
{
	expect_write(_metadata, &self->base, true);
}

TEST_F(read, alone_is_silent)
{
	self->base.plan.only_looks = true;
	ASSERT_EQ(0, actor_start(&self->base.actor, 0, carry_out,
				 &self->base.plan));
	ASSERT_EQ(0, actor_act(&self->base.actor));
	EXPECT_TOLD(0, self->base.events, .source = self->base.actor.id.pid);
}

TEST_F(maps, write_alone_has_no_such_step)
{
	self->plan.file = NULL;
	expect_write(_metadata, self, false);
}

TEST_F(maps, other_files_are_no_map)
{
	self->plan.file = "status";
	expect_write(_metadata, self, false);
}

TEST_F(maps, map_of_another_process_is_no_step)
{
	self->plan.pid = getpid();
	expect_write(_metadata, self, false);
}

TEST_F(maps, too_long_ago_is_no_step)
{
	ASSERT_EQ(0, TUNE(map_access_window_ms, MAP_ACCESS_WINDOW_MS, 50));
	self->plan.pass_ms = 200;
	expect_write(_metadata, self, false);
}

TEST_F(maps, longer_window_reaches_further)
{
	self->plan.pass_ms = 200;
	expect_write(_metadata, self, true);
}

TEST_F(maps, window_of_zero_is_never)
{
	ASSERT_EQ(0, TUNE(map_access_window_ms, MAP_ACCESS_WINDOW_MS, 0));
	expect_write(_metadata, self, false);
}

TEST_HARNESS_MAIN
