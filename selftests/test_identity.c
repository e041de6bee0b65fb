// SPDX-License-Identifier: GPL-2.0
/*
 * Who is who: a process is its pid and its start time. It stays itself over an
 * exec; a child is another one, and so is whoever gets its pid later.
 */
#include "harness.h"

#include "expect.h"
#include "program.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define SIZE 8
#define CHILD TSP_RELATION_CHILD

static char cell[SIZE] = { 1 };

FIXTURE(identity)
{
	struct events *events;
	struct identity self;
};

FIXTURE_SETUP(identity)
{
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
}

FIXTURE_TEARDOWN(identity)
{
	events_close(self->events);
}

static ssize_t write_to(pid_t pid, unsigned long address)
{
	struct iovec local = { cell, SIZE };
	struct iovec remote = { (void *)address, SIZE };

	return process_vm_writev(pid, &local, 1, &remote, 1, 0);
}

/* Clock ticks are coarse: wait until a new process gets a new start time. */
static pid_t clone_later(const struct identity *earlier)
{
	struct identity now;
	pid_t pid;

	do {
		pid = idler_start(0, earlier->pid);
		if (pid < 0 || identity_of(pid, &now))
			return -1;
		if (now.start_ticks != earlier->start_ticks)
			return pid;
		idler_end(pid);
	} while (true);
}

TEST_F(identity, reused_pid_is_another_process)
{
	const unsigned long address = (unsigned long)cell;
	const struct tsp_event *first, *second, *end;
	struct identity earlier, later;
	pid_t pid = idler_start(0, 0);

	ASSERT_EQ(0, identity_of(pid, &earlier));
	ASSERT_EQ(SIZE, write_to(pid, address));
	idler_end(pid);
	first = WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = pid);
	end = WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = pid);

	ASSERT_EQ(pid, clone_later(&earlier));
	ASSERT_EQ(0, identity_of(pid, &later));
	ASSERT_EQ(SIZE, write_to(pid, address));
	ASSERT_EQ(3, COUNT(self->events, .target = pid));
	second = WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = pid,
			  .after = end);
	idler_end(pid);

	ASSERT_EVENT(first, TSP_TECHNIQUE_VM_WRITE, &self->self, &earlier,
		     CHILD, .address = address, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }));
	ASSERT_EVENT(second, TSP_TECHNIQUE_VM_WRITE, &self->self, &later, CHILD,
		     .address = address, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }));
	EXPECT_NE(first->edge, second->edge);
	EXPECT_NE(first->target.start_ns, second->target.start_ns);
}

static uint32_t namespace_of_mine(const char *name)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	return stat(path, &st) ? 0 : st.st_ino;
}

TEST_F(identity, namespaces_are_those_that_proc_shows)
{
	const struct tsp_event *event;
	pid_t pid = idler_start(0, 0);

	ASSERT_EQ(SIZE, write_to(pid, (unsigned long)cell));
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .target = pid);
	idler_end(pid);

	EXPECT_EQ(namespace_of_mine("mnt"), event->source.mnt_ns);
	EXPECT_EQ(namespace_of_mine("pid"), event->source.pid_ns);
	EXPECT_EQ(namespace_of_mine("user"), event->source.user_ns);
	EXPECT_EQ(event->source.mnt_ns, event->target.mnt_ns);
}

/* An address of a victim that has executed itself, or of its child. */
static unsigned long told_again(struct victim *victim, const char *word,
				int signal)
{
	char line[1024];

	if (kill(victim->id.pid, signal) ||
	    victim_line(victim, word, sizeof(line), line))
		return 0;
	return line_fact(line, signal == SIGUSR1 ? "pid" : "data");
}

FIXTURE(victim)
{
	FIXTURE_DATA(identity) base;
	struct victim victim;
	unsigned long data;
};

FIXTURE_SETUP(victim)
{
	static const char *const argv[] = { "victim", NULL };

	identity_setup(_metadata, &self->base, NULL);
	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	self->data = self->victim.at[TSP_REGION_DATA];
	ASSERT_EQ(SIZE, write_to(self->victim.id.pid, self->data));
}

FIXTURE_TEARDOWN(victim)
{
	victim_stop(&self->victim);
	events_close(self->base.events);
}

TEST_F(victim, exec_stays_the_same_process)
{
	pid_t pid = self->victim.id.pid;
	unsigned long data;

	data = told_again(&self->victim, "victim ", SIGUSR2);
	ASSERT_NE(0, data);
	ASSERT_EQ(SIZE, write_to(pid, data));
	victim_stop(&self->victim);
	ASSERT_EVENT(WAIT_FOR(self->base.events, TSP_KIND_SUMMARY,
			      .target = pid),
		     TSP_TECHNIQUE_VM_WRITE, &self->base.self, &self->victim.id,
		     CHILD, .address = self->data, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = 2 * SIZE, .count = 2,
		     .end = TSP_END_TARGET_EXIT,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }, { TSP_OP_EXEC },
			   { TSP_OP_WX_FLIP } /* the victim's own */,
			   { TSP_OP_VM_WRITE, .bytes = SIZE }));
	EXPECT_TOLD(1, self->base.events, TSP_KIND_DETECTION,
		    TSP_TECHNIQUE_VM_WRITE, .target = pid);
	/* it executed what it was told to, but that after it was written */
	EXPECT_TOLD(1, self->base.events, TSP_KIND_DETECTION,
		    TSP_TECHNIQUE_INJECTED_BEHAVIOUR, .target = pid);
	EXPECT_TOLD(3, self->base.events, .target = pid);
}

TEST_F(victim, child_is_another_process)
{
	struct identity child;
	pid_t pid;

	pid = told_again(&self->victim, "child ", SIGUSR1);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, identity_of(pid, &child));
	ASSERT_EQ(self->victim.id.pid, child.ppid);
	ASSERT_EQ(SIZE, write_to(pid, self->data));
	ASSERT_EVENT(WAIT_FOR(self->base.events, TSP_KIND_DETECTION,
			      .target = pid),
		     TSP_TECHNIQUE_VM_WRITE, &self->base.self, &child,
		     TSP_RELATION_DESCENDANT, .address = self->data,
		     .length = SIZE, .region = TSP_REGION_DATA, .bytes = SIZE,
		     .count = 1, STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }));
	EXPECT_TOLD(1, self->base.events, .target = pid);

	/* that it was made is what its written parent did */
	ASSERT_EVENT(
		WAIT_FOR(self->base.events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_INJECTED_BEHAVIOUR,
			 .target = self->victim.id.pid),
		TSP_TECHNIQUE_INJECTED_BEHAVIOUR, &self->base.self,
		&self->victim.id, CHILD, .address = self->data, .length = SIZE,
		.region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }, { TSP_OP_FORK }));
	EXPECT_TOLD(2, self->base.events, .target = self->victim.id.pid);
}

TEST_HARNESS_MAIN
