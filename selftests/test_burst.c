// SPDX-License-Identifier: GPL-2.0
/*
 * A flood of writes loses nothing: two messages, exact totals, no drop.
 */
#include "harness.h"

#include "events.h"
#include "program.h"

#include <trespass/trespass.h>

FIXTURE(burst)
{
	struct events *events;
	struct tsp_status before;
};

FIXTURE_VARIANT(burst)
{
	const char *way;
	enum tsp_op op;
	enum tsp_end end;
};

FIXTURE_VARIANT_ADD(burst, poke){
	.way = "poke",
	.op = TSP_OP_PTRACE_WRITE,
	.end = TSP_END_DETACH,
};

FIXTURE_VARIANT_ADD(burst, vm_write){
	.way = "vm-write",
	.op = TSP_OP_VM_WRITE,
	.end = TSP_END_TARGET_EXIT,
};

FIXTURE_SETUP(burst)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, tsp_status_read(&self->before, NULL));
}

FIXTURE_TEARDOWN(burst)
{
	events_close(self->events);
}

TEST_F(burst, loses_nothing)
{
	const char *const argv[] = { "bench/burst", variant->way, NULL };
	const struct tsp_event *end;
	const struct tsp_step *step;
	struct program program;
	struct tsp_status after;
	uint64_t count;

	ASSERT_EQ(0, program_run(&program, argv));
	ASSERT_EQ(0, program.status);
	count = program_fact(&program, "count");
	ASSERT_EQ(200000, count);

	end = WAIT_FOR(self->events, TSP_KIND_SUMMARY,
		       .source = program.id.pid);
	ASSERT_NE(NULL, end);
	EXPECT_EQ(variant->end, end->end);
	EXPECT_EQ(count, end->access.count);
	EXPECT_EQ(program_fact(&program, "bytes"), end->access.bytes);
	step = &end->step[variant->op == TSP_OP_PTRACE_WRITE];
	EXPECT_EQ(variant->op, step->op);
	EXPECT_EQ(count, step->count);
	EXPECT_TOLD(2, self->events, .source = program.id.pid);
	/* a child made and written: the program's own chain, once */
	EXPECT_TOLD(1, self->events, TSP_KIND_DETECTION,
		    TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
		    .source = program.id.pid);

	ASSERT_EQ(0, tsp_status_read(&after, NULL));
	EXPECT_LE(self->before.observations + count, after.observations);
	EXPECT_EQ(0, after.drop_ring_full);
	EXPECT_EQ(0, after.drop_no_memory);
	EXPECT_EQ(0, after.probes_missed);
}

TEST_HARNESS_MAIN
