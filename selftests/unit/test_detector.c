// SPDX-License-Identifier: GPL-2.0
/*
 * Which chains fit a technique, and how grave they are.
 */
#include <errno.h>

#include "observe.h"

static u32 severity_of(const struct tsp_edge_state *edge, u32 technique, u32 op,
		       u64 at_ms, s32 result)
{
	struct tsp_observation obs = observation(op, at_ms, result, 8);
	struct tsp_verdict verdict;
	s32 sum = 0;
	u32 i;

	tsp_detector_weigh(edge, &obs, technique, &default_policy, &verdict);
	for (i = 0; i < verdict.n_reason; i++)
		sum += verdict.reason[i].points;
	if (sum >= 0 && sum <= 100)
		assert_int_equal(verdict.severity, sum);
	assert_true(verdict.severity <= 100);
	return verdict.severity;
}

static void every_operation_finds_its_technique(void **unused)
{
	static const struct {
		u32 op;
		u32 technique;
	} rows[] = {
		{ TSP_OP_PTRACE_ATTACH, 0 },
		{ TSP_OP_PTRACE_SEIZE, 0 },
		{ TSP_OP_PTRACE_TRACEME, 0 },
		{ TSP_OP_PTRACE_WRITE, TSP_TECHNIQUE_PTRACE_INJECT },
		{ TSP_OP_PTRACE_REGS, TSP_TECHNIQUE_PTRACE_INJECT },
		{ TSP_OP_PTRACE_FPREGS, TSP_TECHNIQUE_PTRACE_INJECT },
		{ TSP_OP_PTRACE_DEBUGREGS, 0 },
		{ TSP_OP_PTRACE_DETACH, 0 },
		{ TSP_OP_VM_WRITE, TSP_TECHNIQUE_VM_WRITE },
		{ TSP_OP_PROC_MEM_WRITE, TSP_TECHNIQUE_PROC_MEM_WRITE },
		{ TSP_OP_MEMFD_CREATE, 0 },
		{ TSP_OP_MEMFD_EXEC, TSP_TECHNIQUE_MEMFD_EXEC },
		{ TSP_OP_MEMFD_MAP_EXEC, TSP_TECHNIQUE_MEMFD_MAP_EXEC },
		{ TSP_OP_EXEC, 0 },
	};
	struct tsp_edge_state edge;
	size_t i;

	(void)unused;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), TSP_OP_COUNT - 1);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		begin(&edge);
		assert_int_equal(observe(&edge, rows[i].op, 1, 0, 8),
				 rows[i].technique);
	}
}

static void each_technique_is_told_once(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	assert_true(observe(&edge, TSP_OP_PTRACE_WRITE, 1, 0, 8));
	assert_false(observe(&edge, TSP_OP_PTRACE_WRITE, 2, 0, 8));
	assert_false(observe(&edge, TSP_OP_PTRACE_WRITE, 3, -EIO, 8));
	assert_false(observe(&edge, TSP_OP_PTRACE_REGS, 4, 0, 0));
	assert_int_equal(observe(&edge, TSP_OP_VM_WRITE, 5, 0, 8),
			 TSP_TECHNIQUE_VM_WRITE);
	assert_false(observe(&edge, TSP_OP_VM_WRITE, 6, 0, 8));
}

static void registers_complete_what_was_told(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	assert_int_equal(observe(&edge, TSP_OP_VM_WRITE, 1, 0, 8),
			 TSP_TECHNIQUE_VM_WRITE);
	assert_false(observe(&edge, TSP_OP_PTRACE_REGS, 2, 0, 0));
}

static void success_after_refusal_is_told(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	assert_true(observe(&edge, TSP_OP_VM_WRITE, 1, -EPERM, 8));
	assert_false(observe(&edge, TSP_OP_VM_WRITE, 2, -EPERM, 8));
	assert_true(observe(&edge, TSP_OP_VM_WRITE, 3, 0, 8));
	assert_false(observe(&edge, TSP_OP_VM_WRITE, 4, 0, 8));
}

static void a_debugger_on_its_child_stays_low(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	edge.event.relation = TSP_RELATION_CHILD | TSP_RELATION_SAME_UID;
	edge.event.access.region = TSP_REGION_TEXT;
	observe(&edge, TSP_OP_PTRACE_TRACEME, 0, 0, 0);
	observe(&edge, TSP_OP_PTRACE_WRITE, 1, 0, 8);
	observe(&edge, TSP_OP_PTRACE_REGS, 2, 0, 0);
	assert_true(severity_of(&edge, TSP_TECHNIQUE_PTRACE_INJECT,
				TSP_OP_PTRACE_WRITE, 2, 0) < 50);
}

static void a_stranger_is_never_low(void **unused)
{
	struct tsp_edge_state edge;
	u32 technique;

	(void)unused;
	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++) {
		begin(&edge);
		assert_true(severity_of(&edge, technique, TSP_OP_VM_WRITE, 2,
					0) >= 50);
	}
}

static void facts_raise_the_severity(void **unused)
{
	struct tsp_edge_state edge;
	u32 plain, text, foreign, contained;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_VM_WRITE, 1, 0, 8);
	plain = severity_of(&edge, TSP_TECHNIQUE_VM_WRITE, TSP_OP_VM_WRITE, 1,
			    0);
	edge.event.access.region = TSP_REGION_TEXT;
	text = severity_of(&edge, TSP_TECHNIQUE_VM_WRITE, TSP_OP_VM_WRITE, 1,
			   0);
	edge.event.relation = TSP_RELATION_CROSS_UID;
	foreign = severity_of(&edge, TSP_TECHNIQUE_VM_WRITE, TSP_OP_VM_WRITE, 1,
			      0);
	edge.event.relation |= TSP_RELATION_CROSS_CONTAINER;
	contained = severity_of(&edge, TSP_TECHNIQUE_VM_WRITE, TSP_OP_VM_WRITE,
				1, 0);
	assert_true(plain < text);
	assert_true(text < foreign);
	assert_true(foreign < contained);
	assert_true(contained <= 100);
	assert_true(severity_of(&edge, TSP_TECHNIQUE_VM_WRITE, TSP_OP_VM_WRITE,
				1, -EPERM) < contained);
}

static void the_window_scores_and_never_gates(void **unused)
{
	struct tsp_edge_state edge;
	u32 quick, late;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	observe(&edge, TSP_OP_PTRACE_WRITE, 10000, 0, 8);
	quick = severity_of(&edge, TSP_TECHNIQUE_PTRACE_INJECT,
			    TSP_OP_PTRACE_WRITE, 10000, 0);
	late = severity_of(&edge, TSP_TECHNIQUE_PTRACE_INJECT,
			   TSP_OP_PTRACE_WRITE, 10001, 0);
	assert_true(late < quick);

	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	assert_true(observe(&edge, TSP_OP_PTRACE_WRITE, 3600000, 0, 8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_finds_its_technique),
		cmocka_unit_test(each_technique_is_told_once),
		cmocka_unit_test(registers_complete_what_was_told),
		cmocka_unit_test(success_after_refusal_is_told),
		cmocka_unit_test(a_debugger_on_its_child_stays_low),
		cmocka_unit_test(a_stranger_is_never_low),
		cmocka_unit_test(facts_raise_the_severity),
		cmocka_unit_test(the_window_scores_and_never_gates),
	};

	return cmocka_run_group_tests_name("detector", tests, NULL, NULL);
}
