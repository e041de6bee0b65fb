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
}

/* Who pokes has attached, seen or not; who was refused has not. */
static void who_holds_the_target(void **unused)
{
	static const struct {
		u32 op;
		s32 result;
		u32 attached;
	} rows[] = {
		{ TSP_OP_PTRACE_ATTACH, 0, 1 },
		{ TSP_OP_PTRACE_SEIZE, 0, 1 },
		{ TSP_OP_PTRACE_TRACEME, 0, 1 },
		{ TSP_OP_PTRACE_AUTO_ATTACH, 0, 1 },
		{ TSP_OP_PTRACE_WRITE, 0, 1 },
		{ TSP_OP_PTRACE_REGS, 0, 1 },
		{ TSP_OP_PTRACE_FPREGS, 0, 1 },
		{ TSP_OP_PTRACE_ATTACH, -EPERM, 0 },
		{ TSP_OP_PTRACE_DETACH, 0, 0 },
		{ TSP_OP_VM_WRITE, 0, 0 },
		{ TSP_OP_PROC_MEM_WRITE, 0, 0 },
		{ TSP_OP_UFFD_COPY, 0, 0 },
	};
	struct tsp_edge_state edge;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		begin(&edge);
		observe(&edge, rows[i].op, 0, rows[i].result, 8);
		assert_int_equal(edge.attached, rows[i].attached);
	}
}

/* Each thread is attached to by itself; the last one lets the target go. */
static void threads_are_let_go_one_by_one(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 1, 0, 0);
	observe(&edge, TSP_OP_PTRACE_DETACH, 2, 0, 0);
	assert_false(edge.detached);
	assert_false(tsp_edge_idle(&edge, 3600000 * MS, 10000 * MS));
	observe(&edge, TSP_OP_PTRACE_DETACH, 3, 0, 0);
	assert_true(edge.detached);
	assert_true(tsp_edge_idle(&edge, 3600000 * MS, 10000 * MS));
}

/* Who let go lingers a second, or as long as an edge may be idle if less. */
static void a_tracer_that_let_go_lingers(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	observe(&edge, TSP_OP_PTRACE_DETACH, 10, 0, 0);
	assert_false(tsp_edge_idle(&edge, 1009 * MS, 10000 * MS));
	assert_true(tsp_edge_idle(&edge, 1010 * MS, 10000 * MS));
	assert_false(tsp_edge_idle(&edge, 209 * MS, 200 * MS));
	assert_true(tsp_edge_idle(&edge, 210 * MS, 200 * MS));

	/* back within that second, it holds the target again */
	observe(&edge, TSP_OP_PTRACE_SEIZE, 500, 0, 0);
	assert_false(edge.detached);
	assert_false(tsp_edge_idle(&edge, 3600000 * MS, 10000 * MS));
}

/* However it comes to its end, who had let go before has detached. */
static void a_detach_is_why_it_ends(void **unused)
{
	struct tsp_edge_state edge;
	u32 end;

	(void)unused;
	for (end = 1; end < TSP_END_COUNT; end++) {
		begin(&edge);
		observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
		tsp_edge_conclude(&edge, end, 5 * MS);
		assert_int_equal(edge.event.end, end);

		begin(&edge);
		observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
		observe(&edge, TSP_OP_PTRACE_DETACH, 1, 0, 0);
		tsp_edge_conclude(&edge, end, 5 * MS);
		assert_int_equal(edge.event.end, TSP_END_DETACH);

		begin(&edge);
		observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
		observe(&edge, TSP_OP_PTRACE_DETACH, 1, 0, 0);
		observe(&edge, TSP_OP_PTRACE_ATTACH, 2, 0, 0);
		tsp_edge_conclude(&edge, end, 5 * MS);
		assert_int_equal(edge.event.end, end);
	}
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

static const struct tsp_memfd_life whole_life = {
	.created = { .first_ns = 3 * MS, .count = 1 },
	.written = { .first_ns = 4 * MS, .count = 5, .bytes = 20000 },
	.sealed = { .first_ns = 6 * MS, .count = 2 },
};

static void a_files_life_comes_first(void **unused)
{
	static const struct tsp_step expected[] = {
		{ TSP_OP_MEMFD_CREATE, 0, 0, 1, 0 },
		{ TSP_OP_MEMFD_WRITE, 0, 1 * MS, 5, 20000 },
		{ TSP_OP_MEMFD_SEAL, 0, 3 * MS, 2, 0 },
		{ TSP_OP_MEMFD_EXEC, 0, 5 * MS, 1, 64 },
	};
	struct tsp_observation obs = own(TSP_OP_MEMFD_EXEC, 8, 64);
	struct tsp_edge_state edge;
	size_t i;

	(void)unused;
	begin(&edge);
	tsp_edge_add_life(&edge, &whole_life);
	tsp_edge_add(&edge, &obs, 1);
	assert_int_equal(edge.event.n_step, ARRAY_SIZE(expected));
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_int_equal(edge.event.step[i].op, expected[i].op);
		assert_int_equal(edge.event.step[i].offset_ns,
				 expected[i].offset_ns);
		assert_int_equal(edge.event.step[i].count, expected[i].count);
		assert_int_equal(edge.event.step[i].bytes, expected[i].bytes);
	}
	/* what was written to the file is not what was run of it */
	assert_int_equal(edge.event.access.count, 1);
	assert_int_equal(edge.event.access.bytes, 64);
	assert_true(edge.ops & TSP_OP_BIT(TSP_OP_MEMFD_CREATE));
}

static void what_did_not_happen_is_no_step(void **unused)
{
	const struct tsp_memfd_life made = {
		.created = { .first_ns = 3 * MS, .count = 1 },
	};
	const struct tsp_memfd_life none = {};
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	tsp_edge_add_life(&edge, &made);
	assert_int_equal(edge.event.n_step, 1);
	begin(&edge);
	tsp_edge_add_life(&edge, &none);
	assert_int_equal(edge.event.n_step, 0);
	assert_int_equal(edge.ops, 0);
}

/* A second run of the same file tells only what is new about it. */
static void a_life_before_the_last_step_is_left_out(void **unused)
{
	struct tsp_observation obs = own(TSP_OP_MEMFD_MAP_EXEC, 5, 64);
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	tsp_edge_add_life(&edge, &whole_life);
	tsp_edge_add(&edge, &obs, 1);
	assert_int_equal(edge.event.n_step, 4);
	tsp_edge_add_life(&edge, &whole_life);
	assert_int_equal(edge.event.n_step, 5);
	assert_int_equal(edge.event.step[4].op, TSP_OP_MEMFD_SEAL);
	assert_true(edge.ops & TSP_OP_BIT(TSP_OP_MEMFD_CREATE));

	/* at the very moment of the last step is not before it */
	begin(&edge);
	observe(&edge, TSP_OP_MEMFD_MAP_EXEC, 6, 0, 64);
	tsp_edge_add_life(&edge, &whole_life);
	assert_int_equal(edge.event.n_step, 2);
	begin(&edge);
	observe(&edge, TSP_OP_MEMFD_MAP_EXEC, 7, 0, 64);
	tsp_edge_add_life(&edge, &whole_life);
	assert_int_equal(edge.event.n_step, 1);
}

static bool repeat(struct tsp_edge_state *edge,
		   const struct tsp_observation *obs, u32 tick)
{
	return tsp_edge_repeat(edge, obs->op, obs->result ?: (s64)obs->bytes,
			       obs->address, obs->length, tick);
}

/* The same calls on the way of repetitions and on the long one. */
static void repetitions_are_equal_in_total(void **unused)
{
	static const struct {
		u32 op;
		s32 result;
		u64 bytes;
	} rows[] = {
		{ TSP_OP_PTRACE_WRITE, 0, 8 },
		{ TSP_OP_VM_WRITE, 0, 100 },
		{ TSP_OP_PROC_MEM_WRITE, 0, 1 },
		{ TSP_OP_UFFD_COPY, 0, 4096 },
		{ TSP_OP_UPROBE, 0, 1 },
		{ TSP_OP_PTRACE_WRITE, -EIO, 8 },
		{ TSP_OP_VM_WRITE, -EFAULT, 8 },
	};
	struct tsp_edge_state quick, slow;
	struct tsp_observation obs;
	size_t i;
	int n;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		obs = observation(rows[i].op, 1, rows[i].result, rows[i].bytes);
		begin(&quick);
		begin(&slow);
		assert_false(repeat(&quick, &obs, 1));
		tsp_edge_add(&quick, &obs, 1);
		tsp_edge_add(&slow, &obs, 1);
		for (n = 1; n < 1000; n++) {
			assert_true(repeat(&quick, &obs, 1));
			tsp_edge_add(&slow, &obs, 1);
		}
		assert_int_equal(quick.repeats, 999);
		assert_int_equal(slow.repeats, 0);
		quick.repeats = 0;
		assert_memory_equal(&quick, &slow, sizeof(quick));

		/* what comes next finds both alike, and counts anew */
		tsp_edge_add(&quick, &obs, 2);
		tsp_edge_add(&slow, &obs, 2);
		assert_memory_equal(&quick, &slow, sizeof(quick));
		assert_int_equal(quick.event.step[0].count, 1001);
	}
}

/* Whatever is not the same again goes the long way, and nothing was done. */
static void only_repetitions_are_quick(void **unused)
{
	const struct tsp_observation first =
		observation(TSP_OP_VM_WRITE, 1, 0, 8);
	struct tsp_edge_state edge, before;
	struct tsp_observation obs;

#define EXPECT_SLOW(tick)                                                      \
	do {                                                                   \
		before = edge;                                                 \
		assert_false(repeat(&edge, &obs, tick));                       \
		assert_memory_equal(&edge, &before, sizeof(edge));             \
		obs = first;                                                   \
	} while (0)

	(void)unused;
	begin(&edge);
	tsp_edge_add(&edge, &first, 4);
	obs = first;
	EXPECT_SLOW(5);
	obs.op = TSP_OP_PROC_MEM_WRITE;
	EXPECT_SLOW(4);
	obs.result = -EPERM;
	EXPECT_SLOW(4);
	obs.address = in_data.start - 1;
	EXPECT_SLOW(4);
	obs.address = in_data.end - 7;
	EXPECT_SLOW(4);
	obs.address = in_text.start;
	EXPECT_SLOW(4);

	/* to the last byte of the mapping */
	obs.address = in_data.end - 8;
	assert_true(repeat(&edge, &obs, 4));

	/* the last step is not known once one was left out */
	begin(&edge);
	tsp_edge_add(&edge, &first, 4);
	edge.event.steps_omitted = 1;
	obs = first;
	EXPECT_SLOW(4);

	/* a mapping that could not be looked at */
	begin(&edge);
	obs = first;
	obs.where = (struct tsp_where){ .region = TSP_REGION_UNMAPPED };
	tsp_edge_add(&edge, &obs, 4);
	EXPECT_SLOW(4);
#undef EXPECT_SLOW
}

/* What a target does by itself is a step, and neither a write nor a change. */
static void a_targets_deed_is_a_step(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_VM_WRITE, 1, 0, 8);
	observe(&edge, TSP_OP_MEMFD_MAP_EXEC, 2, 0, 4096);
	observe(&edge, TSP_OP_EXEC, 3, 0, 0);
	assert_int_equal(edge.event.n_step, 3);
	assert_int_equal(edge.event.step[1].op, TSP_OP_MEMFD_MAP_EXEC);
	assert_int_equal(edge.event.access.count, 1);
	assert_int_equal(edge.event.access.bytes, 8);
	assert_int_equal(edge.changed_ns, 1 * MS);
	assert_int_equal(edge.ops, TSP_OP_BIT(TSP_OP_VM_WRITE));
}

/* When the target was changed for the last time, and by what. */
static void changes_are_dated(void **unused)
{
	static const struct {
		u32 op;
		s32 result;
		bool change;
	} rows[] = {
		{ TSP_OP_PTRACE_ATTACH, 0, false },
		{ TSP_OP_PTRACE_WRITE, 0, true },
		{ TSP_OP_PTRACE_WRITE, -EIO, false },
		{ TSP_OP_PTRACE_REGS, 0, true },
		{ TSP_OP_PTRACE_FPREGS, 0, true },
		{ TSP_OP_PTRACE_DEBUGREGS, 0, false },
		{ TSP_OP_VM_WRITE, 0, true },
		{ TSP_OP_PROC_MEM_WRITE, 0, true },
		{ TSP_OP_PTRACE_SYSCALL, 0, true },
		{ TSP_OP_UFFD_COPY, 0, true },
		{ TSP_OP_UPROBE, 0, true },
		{ TSP_OP_FD_STEAL, 0, false },
		{ TSP_OP_SECCOMP_ADDFD, 0, false },
		{ TSP_OP_MAPS_ACCESS, 0, false },
	};
	struct tsp_edge_state edge;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		begin(&edge);
		observe(&edge, rows[i].op, 9, rows[i].result, 8);
		assert_int_equal(edge.changed_ns, rows[i].change ? 9 * MS : 0);
		assert_int_equal(edge.last_ns, 9 * MS);
	}
}

/* Only what was really written is in a region. */
static void regions_are_those_written(void **unused)
{
	struct tsp_observation obs = observation(TSP_OP_VM_WRITE, 1, -EIO, 8);
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	obs.regions = 1U << TSP_REGION_DATA;
	tsp_edge_add(&edge, &obs, 1);
	assert_int_equal(edge.event.access.regions, 0);
	obs = observation(TSP_OP_PTRACE_REGS, 2, 0, 0);
	tsp_edge_add(&edge, &obs, 2);
	assert_int_equal(edge.event.access.regions, 0);
	obs = observation(TSP_OP_PTRACE_WRITE, 3, 0, 8);
	obs.regions = 1U << TSP_REGION_TEXT | 1U << TSP_REGION_DATA;
	tsp_edge_add(&edge, &obs, 3);
	assert_int_equal(edge.event.access.regions, obs.regions);
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
		cmocka_unit_test(who_holds_the_target),
		cmocka_unit_test(threads_are_let_go_one_by_one),
		cmocka_unit_test(a_tracer_that_let_go_lingers),
		cmocka_unit_test(a_detach_is_why_it_ends),
		cmocka_unit_test(quiet_edges_are_idle),
		cmocka_unit_test(a_files_life_comes_first),
		cmocka_unit_test(what_did_not_happen_is_no_step),
		cmocka_unit_test(a_life_before_the_last_step_is_left_out),
		cmocka_unit_test(repetitions_are_equal_in_total),
		cmocka_unit_test(only_repetitions_are_quick),
		cmocka_unit_test(a_targets_deed_is_a_step),
		cmocka_unit_test(changes_are_dated),
		cmocka_unit_test(regions_are_those_written),
		cmocka_unit_test(summary_says_why_and_how_long),
	};

	return cmocka_run_group_tests_name("edge", tests, NULL, NULL);
}
