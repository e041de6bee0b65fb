// SPDX-License-Identifier: GPL-2.0
/*
 * How observations change the record of an edge.
 */
#include <errno.h>

#include "observe.h"

static void equal_steps_coalesce(void **unused)
{
	struct tsp_edge_state edge;
	int i;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 5, 0, 0);
	for (i = 0; i < 20000; i++)
		observe(&edge, TSP_OP_PTRACE_WRITE, 6 + i, 0, 8);
	observe(&edge, TSP_OP_PTRACE_REGS, 30000, 0, 0);

	assert_int_equal(edge.event.n_step, 3);
	assert_int_equal(edge.event.step[0].offset_ns, 0);
	assert_int_equal(edge.event.step[1].op, TSP_OP_PTRACE_WRITE);
	assert_int_equal(edge.event.step[1].offset_ns, 1 * MS);
	assert_int_equal(edge.event.step[1].count, 20000);
	assert_int_equal(edge.event.step[1].bytes, 160000);
	assert_int_equal(edge.event.access.count, 20000);
	assert_int_equal(edge.event.access.bytes, 160000);
}

static void refused_steps_stand_apart(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_VM_WRITE, 1, -EPERM, 16);
	observe(&edge, TSP_OP_VM_WRITE, 2, 0, 16);

	assert_int_equal(edge.event.n_step, 2);
	assert_int_equal(edge.event.step[0].result, -EPERM);
	assert_int_equal(edge.event.step[1].result, 0);
	assert_int_equal(edge.event.access.count, 1);
	assert_int_equal(edge.event.access.bytes, 16);
}

static void long_chains_keep_exact_totals(void **unused)
{
	struct tsp_edge_state edge;
	int i;

	(void)unused;
	begin(&edge);
	for (i = 0; i < 100; i++) {
		observe(&edge, TSP_OP_PTRACE_WRITE, i, 0, 8);
		observe(&edge, TSP_OP_PTRACE_REGS, i, 0, 0);
	}
	assert_int_equal(edge.event.n_step, TSP_STEP_MAX);
	assert_int_equal(edge.event.steps_omitted, 200 - TSP_STEP_MAX);
	assert_true(edge.event.present &
		    TSP_PRESENT(TSP_A_EVENT_STEPS_OMITTED));
	assert_int_equal(edge.event.access.count, 100);
}

static void traced_targets_are_never_idle(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	assert_false(tsp_edge_idle(&edge, 3600000 * MS, 10000 * MS));
	observe(&edge, TSP_OP_PTRACE_DETACH, 1, 0, 0);
	assert_true(tsp_edge_idle(&edge, 3600000 * MS, 10000 * MS));

	/* Who pokes has attached, seen or not. */
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_WRITE, 0, 0, 8);
	assert_int_equal(edge.attached, 1);
}

static void quiet_edges_are_idle(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_VM_WRITE, 100, 0, 8);
	assert_false(tsp_edge_idle(&edge, 10099 * MS, 10000 * MS));
	assert_true(tsp_edge_idle(&edge, 10100 * MS, 10000 * MS));
}

static void memfd_of_the_past_is_the_first_step(void **unused)
{
	struct tsp_process_state self = { .memfd_ns = 3 * MS };
	struct tsp_observation obs = observation(TSP_OP_MEMFD_EXEC, 8, 0, 64);
	struct tsp_edge_state edge;

	(void)unused;
	tsp_edge_begin(&edge, 1, &obs, &self);
	tsp_edge_add(&edge, &obs);
	assert_int_equal(edge.event.n_step, 2);
	assert_int_equal(edge.event.step[0].op, TSP_OP_MEMFD_CREATE);
	assert_int_equal(edge.event.step[1].offset_ns, 5 * MS);
	assert_int_equal(edge.event.access.count, 1);
	assert_int_equal(edge.event.access.bytes, 64);
}

static void summary_says_why_and_how_long(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_VM_WRITE, 10, 0, 8);
	observe(&edge, TSP_OP_VM_WRITE, 25, 0, 8);
	tsp_edge_conclude(&edge, TSP_END_IDLE, 99 * MS);
	assert_int_equal(edge.event.kind, TSP_KIND_SUMMARY);
	assert_int_equal(edge.event.end, TSP_END_IDLE);
	assert_int_equal(edge.event.duration_ns, 15 * MS);
	assert_int_equal(edge.event.time_boot_ns, 99 * MS);
	assert_int_equal(edge.event.edge, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_steps_coalesce),
		cmocka_unit_test(refused_steps_stand_apart),
		cmocka_unit_test(long_chains_keep_exact_totals),
		cmocka_unit_test(traced_targets_are_never_idle),
		cmocka_unit_test(quiet_edges_are_idle),
		cmocka_unit_test(memfd_of_the_past_is_the_first_step),
		cmocka_unit_test(summary_says_why_and_how_long),
	};

	return cmocka_run_group_tests_name("edge", tests, NULL, NULL);
}
