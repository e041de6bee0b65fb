// SPDX-License-Identifier: GPL-2.0
/*
 * What a process does once another has written to it goes on in the chain of
 * the writer, even if that is gone by then:
 *
 *	injector --writes--> target
 *	(injector exits)     target forks | executes | maps executable memory
 *
 * Injector and target are siblings. A target that nobody has written to does
 * the same and is silent.
 */
#include "harness.h"

#include "expect.h"
#include "tune.h"
#include "writer.h"

#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define SIZE 8
#define MAP_SIZE 4096UL

static char cell[SIZE] = { 1 };

static int do_fork(void *arg)
{
	pid_t pid = fork();

	(void)arg;
	if (!pid)
		_exit(0);
	return reap(pid);
}

static int run(const char *path)
{
	execl(path, path, "-c", ":", NULL);
	return 1;
}

static int do_exec(void *arg)
{
	(void)arg;
	return run("/bin/true");
}

static int do_shell(void *arg)
{
	(void)arg;
	return run("/bin/sh");
}

static int do_map(void *arg)
{
	(void)arg;
	return mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int do_protect(void *arg)
{
	void *map = mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)arg;
	*(char *)map = '\xc3'; /* memory that never was written holds no code */
	return mprotect(map, MAP_SIZE, PROT_READ | PROT_EXEC);
}

static int do_map_memfd(void *arg)
{
	int fd = memfd_create("injected", 0);

	(void)arg;
	return ftruncate(fd, MAP_SIZE) ||
	       mmap(NULL, MAP_SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd,
		    0) == MAP_FAILED;
}

/* What the target does, and the step that this is. */
static const struct deed {
	int (*act)(void *arg);
	struct expect_step step;
	bool executes;
	bool shell;
} deeds[] = {
	{ do_fork, { TSP_OP_FORK } },
	{ do_exec, { TSP_OP_EXEC }, .executes = true },
	{ do_shell, { TSP_OP_EXEC }, .executes = true, .shell = true },
	{ do_map, { TSP_OP_WX_FLIP } },
	{ do_protect, { TSP_OP_WX_FLIP } },
	{ do_map_memfd, { TSP_OP_MEMFD_MAP_EXEC, .bytes = MAP_SIZE } },
};
#define DEED_MAP_MEMFD (&deeds[5])

/**
 * struct injection - who writes to whom
 * @way: how
 * @target: its pid
 */
struct injection {
	enum way way;
	pid_t target;
};

static int inject(void *arg)
{
	const struct injection *injection = arg;

	return rewrite(injection->way, injection->target, (unsigned long)cell,
		       SIZE) != SIZE;
}

static int look_only(void *arg)
{
	const struct injection *injection = arg;
	char seen[SIZE];
	struct iovec local = { seen, SIZE }, remote = { cell, SIZE };

	return process_vm_readv(injection->target, &local, 1, &remote, 1, 0) !=
	       SIZE;
}

static int inject_in_vain(void *arg)
{
	const struct injection *injection = arg;
	struct iovec local = { cell, SIZE }, remote = { NULL, SIZE };

	return process_vm_writev(injection->target, &local, 1, &remote, 1, 0) !=
	       -1;
}

FIXTURE(behaviour)
{
	struct events *events;
	struct actor target, injector;
	struct injection injection;
};

FIXTURE_VARIANT(behaviour)
{
	enum way way;
	const struct deed *deed;
};

#define VARIANT(name, how, index)                                              \
	FIXTURE_VARIANT_ADD(behaviour, name)                                   \
	{                                                                      \
		.way = WAY_##how, .deed = &deeds[index],                       \
	}

VARIANT(fork_after_vm_write, VM_WRITE, 0);
VARIANT(exec_after_vm_write, VM_WRITE, 1);
VARIANT(shell_after_vm_write, VM_WRITE, 2);
VARIANT(map_after_vm_write, VM_WRITE, 3);
VARIANT(protect_after_vm_write, VM_WRITE, 4);
VARIANT(map_memfd_after_vm_write, VM_WRITE, 5);
VARIANT(fork_after_poke, POKE, 0);
VARIANT(shell_after_poke, POKE, 2);
VARIANT(map_after_poke, POKE, 3);
VARIANT(fork_after_mem_write, PROC_MEM, 0);
VARIANT(shell_after_mem_write, PROC_MEM, 2);
VARIANT(map_memfd_after_mem_write, PROC_MEM, 5);

static int start(FIXTURE_DATA(behaviour) * self, const struct deed *deed,
		 enum way way, int (*act)(void *arg))
{
	self->events = events_open();
	if (!self->events || actor_start(&self->target, 0, deed->act, NULL))
		return -1;
	self->injection = (struct injection){ .way = way, self->target.id.pid };
	return actor_start(&self->injector, 0, act, &self->injection);
}

static void stop(FIXTURE_DATA(behaviour) * self)
{
	actor_end(&self->injector);
	actor_end(&self->target);
	events_close(self->events);
	tune_back();
}

FIXTURE_SETUP(behaviour)
{
	/* However long this test takes. */
	ASSERT_EQ(0, TUNE(behaviour_window_ms, BEHAVIOUR_WINDOW_MS, HOUR_MS));
	ASSERT_EQ(0, start(self, variant->deed, variant->way, inject));
}

FIXTURE_TEARDOWN(behaviour)
{
	stop(self);
}

/* The steps of a write, and then the target's own. */
static unsigned int chain(enum way way, const struct deed *deed,
			  struct expect_step *steps)
{
	static const uint32_t ops[] = {
		[WAY_VM_WRITE] = TSP_OP_VM_WRITE,
		[WAY_PROC_MEM] = TSP_OP_PROC_MEM_WRITE,
		[WAY_POKE] = TSP_OP_PTRACE_WRITE,
	};
	unsigned int n = 0;

	if (way == WAY_POKE)
		steps[n++].op = TSP_OP_PTRACE_ATTACH;
	steps[n++] = (struct expect_step){ ops[way], .bytes = SIZE };
	if (way == WAY_POKE)
		steps[n++].op = TSP_OP_PTRACE_DETACH;
	steps[n++] = deed->step;
	return n;
}

/* The target acts; return what is told of it. */
static const struct tsp_event *
expect_behaviour(struct __test_metadata *_metadata,
		 FIXTURE_DATA(behaviour) * self, const struct deed *deed,
		 enum way way)
{
	struct expect_step steps[4] = {};
	unsigned int n_steps = chain(way, deed, steps);
	const struct tsp_event *event;

	EXPECT_EQ(deed->executes ? -1 : 0, actor_act(&self->target));
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_INJECTED_BEHAVIOUR,
			 .target = self->target.id.pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_INJECTED_BEHAVIOUR,
		     &self->injector.id, &self->target.id, TSP_RELATION_SIBLING,
		     .address = (unsigned long)cell, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     .steps = steps, .n_steps = n_steps);
	EXPECT_EQ(deed->shell, event_points(event, TSP_FACTOR_SHELL) > 0);
	EXPECT_LE(40U, event->severity);
	return event;
}

TEST_F(behaviour, goes_on_in_the_chain)
{
	const pid_t pid = self->target.id.pid;
	const struct tsp_event *write, *event, *summary;
	bool summed_up_before;

	ASSERT_EQ(0, actor_act(&self->injector));
	write = WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = pid);
	event = expect_behaviour(_metadata, self, variant->deed, variant->way);
	EXPECT_EQ(write->edge, event->edge);
	actor_end(&self->injector); /* it has inherited the other's pipe */
	actor_end(&self->target);

	summary = WAIT_FOR(self->events, TSP_KIND_SUMMARY,
			   .source = self->injector.id.pid, .target = pid);
	ASSERT_NE(NULL, summary);
	EXPECT_EQ(write->edge, summary->edge);
	/* of two that weigh the same it names the first */
	summed_up_before = summary->seq < event->seq;
	EXPECT_EQ(!summed_up_before && event->severity > write->severity
			  ? event->technique
			  : write->technique,
		  summary->technique);
	EXPECT_TOLD(3, self->events, .source = self->injector.id.pid,
		    .target = pid);
}

TEST_F(behaviour, outlives_the_injector)
{
	const pid_t pid = self->target.id.pid;
	const struct tsp_event *summary, *event;

	ASSERT_EQ(0, actor_act(&self->injector));
	actor_end(&self->injector);
	summary = WAIT_FOR(self->events, TSP_KIND_SUMMARY,
			   .source = self->injector.id.pid, .target = pid);
	ASSERT_NE(NULL, summary);
	event = expect_behaviour(_metadata, self, variant->deed, variant->way);
	EXPECT_EQ(summary->edge, event->edge);
	actor_end(&self->target);
	EXPECT_TOLD(3, self->events, .source = self->injector.id.pid,
		    .target = pid);
}

/* What a changed process does to itself weighs more, if a stranger did it. */
FIXTURE(taint)
{
	FIXTURE_DATA(behaviour) base;
};

FIXTURE_VARIANT(taint)
{
	uint32_t relatives; /* who is no stranger */
	bool tainted;
};

FIXTURE_VARIANT_ADD(taint, by_a_relative){
	.relatives = TSP_RELATION_SIBLING,
	.tainted = false,
};

FIXTURE_VARIANT_ADD(taint, by_a_stranger){
	.relatives = TSP_RELATION_CHILD,
	.tainted = true,
};

FIXTURE_SETUP(taint)
{
	ASSERT_EQ(0, TUNE(process_relationship_constraint,
			  PROCESS_RELATIONSHIP_CONSTRAINT, variant->relatives));
	ASSERT_EQ(0, start(&self->base, DEED_MAP_MEMFD, WAY_VM_WRITE, inject));
}

FIXTURE_TEARDOWN(taint)
{
	stop(&self->base);
}

TEST_F(taint, is_weighed)
{
	const pid_t pid = self->base.target.id.pid;
	const struct tsp_event *event;

	ASSERT_EQ(0, actor_act(&self->base.injector));
	ASSERT_EQ(0, actor_act(&self->base.target));
	event = WAIT_FOR(self->base.events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_MEMFD_MAP_EXEC, .source = pid);
	ASSERT_NE(NULL, event);
	EXPECT_EQ(variant->tainted,
		  event_points(event, TSP_FACTOR_TAINTED) > 0);
}

FIXTURE(silence)
{
	FIXTURE_DATA(behaviour) base;
};

FIXTURE_VARIANT(silence)
{
	const struct deed *deed;
};

#define SILENT(name, index)                                                    \
	FIXTURE_VARIANT_ADD(silence, name)                                     \
	{                                                                      \
		.deed = &deeds[index],                                         \
	}

SILENT(fork, 0);
SILENT(exec, 1);
SILENT(shell, 2);
SILENT(map, 3);
SILENT(protect, 4);

FIXTURE_SETUP(silence)
{
}

FIXTURE_TEARDOWN(silence)
{
	stop(&self->base);
}

#define EXPECT_SILENCE()                                                       \
	do {                                                                   \
		EXPECT_EQ(variant->deed->executes ? -1 : 0,                    \
			  actor_act(&self->base.target));                      \
		EXPECT_TOLD(0, self->base.events,                              \
			    .technique = TSP_TECHNIQUE_INJECTED_BEHAVIOUR,     \
			    .party = self->base.target.id.pid);                \
	} while (0)

TEST_F(silence, untouched)
{
	ASSERT_EQ(0, start(&self->base, variant->deed, WAY_VM_WRITE, inject));
	EXPECT_SILENCE();
	EXPECT_TOLD(0, self->base.events, .party = self->base.target.id.pid);
}

TEST_F(silence, read)
{
	ASSERT_EQ(0,
		  start(&self->base, variant->deed, WAY_VM_WRITE, look_only));
	ASSERT_EQ(0, actor_act(&self->base.injector));
	EXPECT_SILENCE();
	EXPECT_TOLD(0, self->base.events, .party = self->base.target.id.pid);
}

TEST_F(silence, refused)
{
	ASSERT_EQ(0, start(&self->base, variant->deed, WAY_VM_WRITE,
			   inject_in_vain));
	ASSERT_EQ(0, actor_act(&self->base.injector));
	EXPECT_SILENCE();
}

TEST_F(silence, after_the_window)
{
	const struct tsp_policy policy = {
		.behaviour_window_ms = 100,
		.edge_idle_ms = 500,
	};

	ASSERT_EQ(0, tune(&policy,
			  TSP_PRESENT(TSP_A_POLICY_BEHAVIOUR_WINDOW_MS) |
				  TSP_PRESENT(TSP_A_POLICY_EDGE_IDLE_MS)));
	ASSERT_EQ(0, start(&self->base, variant->deed, WAY_VM_WRITE, inject));
	ASSERT_EQ(0, actor_act(&self->base.injector));

	/* an edge that has been idle for so long is past the window, too */
	ASSERT_NE(NULL, WAIT_FOR(self->base.events, TSP_KIND_SUMMARY,
				 .target = self->base.target.id.pid));
	EXPECT_SILENCE();
}

TEST_F(silence, never)
{
	ASSERT_EQ(0, TUNE(behaviour_window_ms, BEHAVIOUR_WINDOW_MS, 0));
	ASSERT_EQ(0, start(&self->base, variant->deed, WAY_VM_WRITE, inject));
	ASSERT_EQ(0, actor_act(&self->base.injector));
	EXPECT_SILENCE();
}

TEST_HARNESS_MAIN
