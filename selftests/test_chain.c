// SPDX-License-Identifier: GPL-2.0
/*
 * What happens between two processes is one chain: steps in order, equal ones
 * counted together, told once when it fits a technique and once when it ends.
 */
#include "harness.h"

#include "expect.h"
#include "tracer.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <trespass/trespass.h>

#define BURST 20000
#define IDLE_MS 200

#define CHILD TSP_RELATION_CHILD

FIXTURE(chain)
{
	struct events *events;
	struct victim victim;
	struct identity self;
	struct tsp_policy policy;
	unsigned long data;
	pid_t pid;
};

FIXTURE_SETUP(chain)
{
	static const char *const argv[] = { "victim", NULL };

	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, tsp_policy_read(&self->policy, NULL));
	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	self->data = self->victim.at[TSP_REGION_DATA];
	self->pid = self->victim.id.pid;
}

FIXTURE_TEARDOWN(chain)
{
	const uint64_t idle = TSP_PRESENT(TSP_A_POLICY_EDGE_IDLE_MS);

	victim_stop(&self->victim);
	EXPECT_EQ(0, tsp_policy_write(&self->policy, idle, NULL));
	events_close(self->events);
}

static ssize_t vm_write(pid_t pid, unsigned long address, size_t size)
{
	static char bytes[64];
	struct iovec local = { bytes, size };
	struct iovec remote = { (void *)address, size };

	return process_vm_writev(pid, &local, 1, &remote, 1, 0);
}

static ssize_t mem_write(pid_t pid, unsigned long address, size_t size)
{
	static char bytes[64];
	char path[64];
	ssize_t n;
	int fd;

	sprintf(path, "/proc/%d/mem", pid);
	fd = open(path, O_RDWR);
	n = pwrite(fd, bytes, size, address);
	close(fd);
	return n;
}

static int poke(FIXTURE_DATA(chain) * self, unsigned int times)
{
	while (times--)
		if (ptrace(PTRACE_POKEDATA, self->pid, self->data, 0))
			return -1;
	return 0;
}

TEST_F(chain, steps_come_in_order)
{
	const struct tsp_event *event;

	ASSERT_EQ(self->pid, take(TAKE_SEIZE, self->pid));
	ASSERT_EQ(0, poke(self, 3));
	ASSERT_EQ(0, change(CHANGE_SETREGSET, self->pid, 0));
	ASSERT_EQ(0, change(CHANGE_SETFPREGSET, self->pid, 0));
	ASSERT_EQ(0, poke(self, 2));
	ASSERT_EQ(0, release(self->pid));
	event = WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = self->pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_PTRACE_INJECT, &self->self,
		     &self->victim.id, CHILD, .address = self->data,
		     .length = 8, .region = TSP_REGION_DATA, .bytes = 40,
		     .count = 5, .end = TSP_END_DETACH,
		     STEPS({ TSP_OP_PTRACE_SEIZE },
			   { TSP_OP_PTRACE_WRITE, .count = 3, .bytes = 24 },
			   { TSP_OP_PTRACE_REGS }, { TSP_OP_PTRACE_FPREGS },
			   { TSP_OP_PTRACE_WRITE, .count = 2, .bytes = 16 },
			   { TSP_OP_PTRACE_DETACH }));
	EXPECT_EQ(event->duration_ns, event->step[5].offset_ns);
	EXPECT_TOLD(2, self->events, .target = self->pid);
}

TEST_F(chain, burst_is_two_messages)
{
	struct tsp_status before, after;

	ASSERT_EQ(0, tsp_status_read(&before, NULL));
	ASSERT_EQ(self->pid, take(TAKE_ATTACH, self->pid));
	ASSERT_EQ(0, poke(self, BURST));
	ASSERT_EQ(0, release(self->pid));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY,
			      .target = self->pid),
		     TSP_TECHNIQUE_PTRACE_INJECT, &self->self, &self->victim.id,
		     CHILD, .bytes = 8 * BURST, .count = BURST,
		     .end = TSP_END_DETACH,
		     STEPS({ TSP_OP_PTRACE_ATTACH },
			   { TSP_OP_PTRACE_WRITE, .count = BURST,
			     .bytes = 8 * BURST },
			   { TSP_OP_PTRACE_DETACH }));
	EXPECT_TOLD(2, self->events, .target = self->pid);
	ASSERT_EQ(0, tsp_status_read(&after, NULL));
	EXPECT_LE(before.observations + BURST, after.observations);
	EXPECT_EQ(before.drop_ring_full, after.drop_ring_full);
	EXPECT_EQ(before.drop_no_memory, after.drop_no_memory);
}

/* More different steps than an event holds are counted, not forgotten. */
TEST_F(chain, long_chain_keeps_its_totals)
{
	const struct tsp_event *event;
	unsigned int i;

	ASSERT_EQ(self->pid, take(TAKE_ATTACH, self->pid));
	for (i = 0; i < TSP_STEP_MAX; i++) {
		ASSERT_EQ(0, poke(self, 1));
		ASSERT_EQ(0, change(CHANGE_SETREGSET, self->pid, 0));
	}
	ASSERT_EQ(0, release(self->pid));
	event = WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = self->pid);
	ASSERT_NE(NULL, event);
	EXPECT_EQ(TSP_STEP_MAX, event->n_step);
	EXPECT_EQ(2 * TSP_STEP_MAX + 2 - TSP_STEP_MAX, event->steps_omitted);
	EXPECT_EQ(TSP_STEP_MAX, event->access.count);
	EXPECT_EQ(8 * TSP_STEP_MAX, event->access.bytes);
}

TEST_F(chain, each_technique_is_told_once)
{
	const struct tsp_event *first, *second, *end;

	ASSERT_EQ(8, mem_write(self->pid, self->data, 8));
	ASSERT_EQ(16, vm_write(self->pid, self->data, 16));
	ASSERT_EQ(8, mem_write(self->pid, self->data, 8));
	ASSERT_EQ(16, vm_write(self->pid, self->data, 16));
	first = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_PROC_MEM_WRITE, .target = self->pid);
	second = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			  TSP_TECHNIQUE_VM_WRITE, .target = self->pid);
	ASSERT_EVENT(second, TSP_TECHNIQUE_VM_WRITE, &self->self,
		     &self->victim.id, CHILD, .address = self->data,
		     .length = 16, .region = TSP_REGION_DATA, .bytes = 24,
		     .count = 2,
		     STEPS({ TSP_OP_PROC_MEM_WRITE, .bytes = 8 },
			   { TSP_OP_VM_WRITE, .bytes = 16 }));
	ASSERT_NE(NULL, first);
	EXPECT_EQ(first->edge, second->edge);

	/* the summary names the gravest */
	EXPECT_LT(first->severity, second->severity);
	victim_stop(&self->victim);
	end = WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = self->pid);
	ASSERT_NE(NULL, end);
	EXPECT_EQ(TSP_TECHNIQUE_VM_WRITE, end->technique);
	EXPECT_EQ(second->severity, end->severity);
	EXPECT_EQ(48, end->access.bytes);
	EXPECT_EQ(4, end->access.count);
	EXPECT_TOLD(3, self->events, .target = self->pid);
}

/* Redirecting a process is part of the injection that wrote its code. */
TEST_F(chain, registers_complete_what_was_told)
{
	ASSERT_EQ(self->pid, take(TAKE_ATTACH, self->pid));
	ASSERT_EQ(8, vm_write(self->pid, self->data, 8));
	ASSERT_EQ(0, change(CHANGE_SETREGSET, self->pid, 0));
	ASSERT_EQ(0, release(self->pid));
	ASSERT_EVENT(
		WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = self->pid),
		TSP_TECHNIQUE_VM_WRITE, &self->self, &self->victim.id, CHILD,
		.address = self->data, .length = 8, .region = TSP_REGION_DATA,
		.bytes = 8, .count = 1, .end = TSP_END_DETACH,
		STEPS({ TSP_OP_PTRACE_ATTACH }, { TSP_OP_VM_WRITE, .bytes = 8 },
		      { TSP_OP_PTRACE_REGS }, { TSP_OP_PTRACE_DETACH }));
	EXPECT_TOLD(2, self->events, .target = self->pid);
}

static int write_once(void *arg)
{
	FIXTURE_DATA(chain) *self = arg;

	return vm_write(self->pid, self->data, 8) != 8;
}

TEST_F(chain, ends_with_its_source)
{
	struct actor actor;

	ASSERT_EQ(0, actor_start(&actor, 0, write_once, self));
	ASSERT_EQ(0, actor_act(&actor));
	actor_end(&actor);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY,
			      .target = self->pid),
		     TSP_TECHNIQUE_VM_WRITE, &actor.id, &self->victim.id,
		     TSP_RELATION_SIBLING, .bytes = 8, .count = 1,
		     .end = TSP_END_SOURCE_EXIT,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = 8 }));
	EXPECT_TOLD(2, self->events, .target = self->pid);
}

TEST_F(chain, ends_when_idle)
{
	const uint64_t which = TSP_PRESENT(TSP_A_POLICY_EDGE_IDLE_MS);
	const struct tsp_policy policy = { .edge_idle_ms = IDLE_MS };
	const struct tsp_event *first, *end;

	ASSERT_EQ(0, tsp_policy_write(&policy, which, NULL));
	ASSERT_EQ(8, vm_write(self->pid, self->data, 8));
	end = WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = self->pid);
	ASSERT_NE(NULL, end);
	EXPECT_EQ(TSP_END_IDLE, end->end);
	first = WAIT_FOR(self->events, .target = self->pid);
	EXPECT_LE(first->time_boot_ns + IDLE_MS * 1000000ULL,
		  end->time_boot_ns);

	/* what comes later is another chain */
	ASSERT_EQ(8, vm_write(self->pid, self->data, 8));
	EXPECT_LE(3, COUNT(self->events, .target = self->pid));
}

TEST_HARNESS_MAIN
