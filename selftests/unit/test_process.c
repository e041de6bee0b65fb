// SPDX-License-Identifier: GPL-2.0
/*
 * What a process does by itself, and when that is a native-api-sequence.
 */
#include "observe.h"

/* The unit of the process's times: a millisecond of 2^20 ns. */
#define UNIT (1ULL << 20)

/* Some time after boot, so that nothing is 0 by chance. */
#define BEGIN (5000 * UNIT)

#define WINDOW 10000

static void note(struct tsp_process_state *state, u32 op, u64 at)
{
	tsp_process_note(state, op, 1, BEGIN + at * UNIT, WINDOW);
}

static bool fits(const struct tsp_process_state *state, u64 at)
{
	return tsp_process_fits(state, BEGIN + at * UNIT, &default_policy);
}

/* Every operation, and the kind of call that it is. */
static const struct {
	u32 op;
	u32 call;
} kinds[] = {
	{ TSP_OP_PTRACE_ATTACH, TSP_CALL_PTRACE },
	{ TSP_OP_PTRACE_SEIZE, TSP_CALL_PTRACE },
	{ TSP_OP_PTRACE_TRACEME, TSP_CALLS },
	{ TSP_OP_PTRACE_WRITE, TSP_CALL_WRITE },
	{ TSP_OP_PTRACE_REGS, TSP_CALL_PTRACE },
	{ TSP_OP_PTRACE_FPREGS, TSP_CALL_PTRACE },
	{ TSP_OP_PTRACE_DEBUGREGS, TSP_CALLS },
	{ TSP_OP_PTRACE_DETACH, TSP_CALLS },
	{ TSP_OP_VM_WRITE, TSP_CALL_WRITE },
	{ TSP_OP_PROC_MEM_WRITE, TSP_CALL_WRITE },
	{ TSP_OP_MEMFD_CREATE, TSP_CALLS },
	{ TSP_OP_MEMFD_EXEC, TSP_CALL_EXEC_MEMORY },
	{ TSP_OP_MEMFD_MAP_EXEC, TSP_CALL_EXEC_MEMORY },
	{ TSP_OP_EXEC, TSP_CALLS },
	{ TSP_OP_PTRACE_AUTO_ATTACH, TSP_CALLS },
	{ TSP_OP_PTRACE_SYSCALL, TSP_CALLS },
	{ TSP_OP_SELF_MEM_WRITE, TSP_CALLS },
	{ TSP_OP_MAPS_ACCESS, TSP_CALLS },
	{ TSP_OP_MEMFD_WRITE, TSP_CALLS },
	{ TSP_OP_MEMFD_SEAL, TSP_CALLS },
	{ TSP_OP_WX_FLIP, TSP_CALL_EXEC_MEMORY },
	{ TSP_OP_FD_STEAL, TSP_CALLS },
	{ TSP_OP_UFFD_COPY, TSP_CALL_WRITE },
	{ TSP_OP_UPROBE, TSP_CALL_WRITE },
	{ TSP_OP_SECCOMP_ADDFD, TSP_CALLS },
	{ TSP_OP_FORK, TSP_CALL_FORK },
	{ TSP_OP_LIBC_MAP, TSP_CALLS },
};

static void each_operation_is_of_its_kind(void **unused)
{
	struct tsp_process_state state;
	size_t i;
	u32 call;

	(void)unused;
	assert_int_equal(ARRAY_SIZE(kinds), TSP_OP_COUNT - 1);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		assert_int_equal(kinds[i].op, i + 1);
		state = (struct tsp_process_state){};
		note(&state, kinds[i].op, 0);
		for (call = 0; call < TSP_CALLS; call++)
			assert_int_equal(state.call[call].count,
					 call == kinds[i].call);
		if (kinds[i].call != TSP_CALLS)
			assert_int_equal(state.call[kinds[i].call].op,
					 kinds[i].op);
	}
}

/* One operation of each kind. */
static const u32 calls[TSP_CALLS] = {
	[TSP_CALL_FORK] = TSP_OP_FORK,
	[TSP_CALL_EXEC_MEMORY] = TSP_OP_WX_FLIP,
	[TSP_CALL_PTRACE] = TSP_OP_PTRACE_ATTACH,
	[TSP_CALL_WRITE] = TSP_OP_VM_WRITE,
};

/* Every set of kinds under every set that the policy asks for. */
static void two_kinds_make_a_sequence(void **unused)
{
	struct tsp_policy policy = default_policy;
	struct tsp_process_state state;
	u32 made, call;

	(void)unused;
	for (made = 0; made < 1U << TSP_CALLS; made++) {
		state = (struct tsp_process_state){};
		for (call = 0; call < TSP_CALLS; call++)
			if (made & 1U << call)
				note(&state, calls[call], 0);
		for (policy.syscall_type = 0;
		     policy.syscall_type < 1U << TSP_CALLS;
		     policy.syscall_type++)
			assert_int_equal(
				tsp_process_fits(&state, BEGIN, &policy),
				__builtin_popcount(made &
						   policy.syscall_type) >= 2);
	}
}

static void the_bits_are_those_of_the_contract(void **unused)
{
	(void)unused;
	assert_int_equal(1 << TSP_CALL_FORK, TSP_SYSCALL_TYPE_FORK);
	assert_int_equal(1 << TSP_CALL_EXEC_MEMORY,
			 TSP_SYSCALL_TYPE_EXEC_MEMORY);
	assert_int_equal(1 << TSP_CALL_PTRACE, TSP_SYSCALL_TYPE_PTRACE);
	assert_int_equal(1 << TSP_CALL_WRITE, TSP_SYSCALL_TYPE_WRITE);
}

static void many_calls_of_a_kind_are_none(void **unused)
{
	struct tsp_process_state state = {};
	int i;

	(void)unused;
	for (i = 0; i < 1000; i++) {
		note(&state, TSP_OP_FORK, i);
		assert_false(fits(&state, i));
	}
}

static void it_is_told_once(void **unused)
{
	struct tsp_process_state state = {};

	(void)unused;
	note(&state, TSP_OP_FORK, 0);
	note(&state, TSP_OP_VM_WRITE, 1);
	assert_true(fits(&state, 1));
	state.told = true;
	assert_false(fits(&state, 1));
}

/* The window is from the last call of a kind, its last moment included. */
static void calls_too_far_apart_are_none(void **unused)
{
	struct tsp_process_state state = {};

	(void)unused;
	note(&state, TSP_OP_FORK, 0);
	note(&state, TSP_OP_VM_WRITE, WINDOW);
	assert_true(fits(&state, WINDOW));
	assert_false(fits(&state, WINDOW + 1));

	state = (struct tsp_process_state){};
	note(&state, TSP_OP_FORK, 0);
	note(&state, TSP_OP_VM_WRITE, WINDOW + 1);
	assert_false(fits(&state, WINDOW + 1));
	note(&state, TSP_OP_FORK, WINDOW + 2);
	assert_true(fits(&state, WINDOW + 2));
}

/* Whatever kind comes second, and however long the first has been going on. */
static void steady_calls_stay_within_the_window(void **unused)
{
	const u32 lasting = 7 * WINDOW, every = WINDOW / 10;
	struct tsp_process_state state;
	u32 steady, call, at;

	(void)unused;
	for (steady = 0; steady < TSP_CALLS; steady++) {
		for (call = 0; call < TSP_CALLS; call++) {
			state = (struct tsp_process_state){};
			for (at = 0; at <= lasting; at += every)
				note(&state, calls[steady], at);
			note(&state, calls[call], lasting + WINDOW);
			assert_int_equal(fits(&state, lasting + WINDOW),
					 call != steady);
			assert_false(fits(&state, lasting + WINDOW + 1));
		}
	}
}

static void the_window_is_the_policys(void **unused)
{
	struct tsp_policy policy = default_policy;
	struct tsp_process_state state = {};

	(void)unused;
	policy.time_window_ms = 5;
	tsp_process_note(&state, TSP_OP_FORK, 1, BEGIN, 5);
	tsp_process_note(&state, TSP_OP_VM_WRITE, 1, BEGIN + 5 * UNIT, 5);
	assert_true(tsp_process_fits(&state, BEGIN + 5 * UNIT, &policy));
	policy.time_window_ms = 4;
	assert_false(tsp_process_fits(&state, BEGIN + 5 * UNIT, &policy));
}

static void a_burst_counts_and_begins_anew(void **unused)
{
	struct tsp_process_state state = {};
	const struct tsp_burst *burst = &state.call[TSP_CALL_WRITE];

	(void)unused;
	note(&state, TSP_OP_VM_WRITE, 0);
	note(&state, TSP_OP_PTRACE_WRITE, 7);
	tsp_process_note(&state, TSP_OP_VM_WRITE, 40, BEGIN + WINDOW * UNIT,
			 WINDOW);
	assert_int_equal(burst->count, 42);
	assert_int_equal(burst->op, TSP_OP_VM_WRITE);
	assert_int_equal(burst->last_ms, tsp_process_ms(BEGIN + WINDOW * UNIT));

	note(&state, TSP_OP_UPROBE, 2 * WINDOW);
	assert_int_equal(burst->count, 43);
	assert_int_equal(burst->op, TSP_OP_UPROBE);

	note(&state, TSP_OP_PTRACE_WRITE, 3 * WINDOW + 1);
	assert_int_equal(burst->count, 1);
	assert_int_equal(burst->op, TSP_OP_PTRACE_WRITE);
	assert_int_equal(burst->last_ms,
			 tsp_process_ms(BEGIN + (3 * WINDOW + 1) * UNIT));
}

/* A counter that is full stays full; it never becomes few, or none. */
static void a_full_counter_stays_full(void **unused)
{
	struct tsp_process_state state = {};
	const struct tsp_burst *burst = &state.call[TSP_CALL_WRITE];
	const u32 most = (1U << 24) - 1;

	(void)unused;
	note(&state, TSP_OP_VM_WRITE, 0);
	tsp_process_note(&state, TSP_OP_VM_WRITE, most - 1, BEGIN, WINDOW);
	assert_int_equal(burst->count, most);
	note(&state, TSP_OP_VM_WRITE, 1);
	assert_int_equal(burst->count, most);
	tsp_process_note(&state, TSP_OP_VM_WRITE, most, BEGIN, WINDOW);
	assert_int_equal(burst->count, most);
}

/* Bursts over the moment when 32 bits of milliseconds wrap. */
static void times_wrap(void **unused)
{
	const u64 wrap = (1ULL << 32) * UNIT;
	struct tsp_process_state state = {};
	struct tsp_event event = {};

	(void)unused;
	state.libc = TSP_C_LIBRARY_GLIBC;
	state.libc_ms = tsp_process_ms(wrap - 20 * UNIT);
	tsp_process_note(&state, TSP_OP_FORK, 1, wrap - 3 * UNIT, WINDOW);
	tsp_process_note(&state, TSP_OP_FORK, 1, wrap + 4 * UNIT, WINDOW);
	assert_int_equal(state.call[TSP_CALL_FORK].count, 2);
	tsp_process_note(&state, TSP_OP_VM_WRITE, 1, wrap + 5 * UNIT, WINDOW);
	assert_true(tsp_process_fits(&state, wrap + 5 * UNIT, &default_policy));
	assert_true(tsp_process_fits(&state, wrap + (WINDOW + 4) * UNIT,
				     &default_policy));
	assert_false(tsp_process_fits(&state, wrap + (WINDOW + 5) * UNIT,
				      &default_policy));

	assert_int_equal(tsp_process_chain(&state, wrap + 5 * UNIT,
					   &default_policy, &event),
			 3);
	assert_int_equal(event.n_step, 3);
	assert_int_equal(event.step[0].op, TSP_OP_LIBC_MAP);
	assert_int_equal(event.step[1].op, TSP_OP_FORK);
	assert_int_equal(event.step[1].offset_ns, 24 * UNIT);
	assert_int_equal(event.step[2].op, TSP_OP_VM_WRITE);
	assert_int_equal(event.step[2].offset_ns, 25 * UNIT);
}

/* Whatever order they were made in, the chain is in that order. */
static void the_chain_is_in_order(void **unused)
{
	static const u8 orders[][TSP_CALLS] = {
		{ 0, 1, 2, 3 }, { 0, 1, 3, 2 }, { 0, 2, 1, 3 }, { 0, 2, 3, 1 },
		{ 0, 3, 1, 2 }, { 0, 3, 2, 1 }, { 1, 0, 2, 3 }, { 1, 0, 3, 2 },
		{ 1, 2, 0, 3 }, { 1, 2, 3, 0 }, { 1, 3, 0, 2 }, { 1, 3, 2, 0 },
		{ 2, 0, 1, 3 }, { 2, 0, 3, 1 }, { 2, 1, 0, 3 }, { 2, 1, 3, 0 },
		{ 2, 3, 0, 1 }, { 2, 3, 1, 0 }, { 3, 0, 1, 2 }, { 3, 0, 2, 1 },
		{ 3, 1, 0, 2 }, { 3, 1, 2, 0 }, { 3, 2, 0, 1 }, { 3, 2, 1, 0 },
	};
	struct tsp_process_state state;
	struct tsp_event event;
	size_t i;
	u32 n;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		state = (struct tsp_process_state){};
		for (n = 0; n < TSP_CALLS; n++)
			tsp_process_note(&state, calls[orders[i][n]], n + 1,
					 BEGIN + 10 * n * UNIT, WINDOW);
		event = (struct tsp_event){ .n_step = 9 };
		assert_int_equal(tsp_process_chain(&state, BEGIN + 99 * UNIT,
						   &default_policy, &event),
				 1 + 2 + 3 + 4);
		assert_int_equal(event.n_step, TSP_CALLS);
		for (n = 0; n < TSP_CALLS; n++) {
			assert_int_equal(event.step[n].op, calls[orders[i][n]]);
			assert_int_equal(event.step[n].count, n + 1);
			assert_int_equal(event.step[n].offset_ns,
					 10 * n * UNIT);
			assert_int_equal(event.step[n].result, 0);
		}
		assert_int_equal(event.step[n].offset_ns, 0);
	}
}

/* What a process did within one millisecond is in the order of the kinds. */
static void what_is_as_old_is_in_order(void **unused)
{
	struct tsp_process_state state = { .libc = TSP_C_LIBRARY_MUSL,
					   .libc_ms = tsp_process_ms(BEGIN) };
	struct tsp_event event = {};
	u32 call;

	(void)unused;
	for (call = TSP_CALLS; call-- > 0;)
		note(&state, calls[call], 0);
	tsp_process_chain(&state, BEGIN, &default_policy, &event);
	assert_int_equal(event.n_step, 1 + TSP_CALLS);
	assert_int_equal(event.step[0].op, TSP_OP_LIBC_MAP);
	for (call = 0; call < TSP_CALLS; call++) {
		assert_int_equal(event.step[1 + call].op, calls[call]);
		assert_int_equal(event.step[1 + call].offset_ns, 0);
	}
}

/* The C library is a step of its own, but no call, and however long ago. */
static void the_c_library_is_a_step(void **unused)
{
	static const struct {
		u32 libc;
		bool step;
	} libraries[] = {
		{ TSP_C_LIBRARY_NONE, false },	  { TSP_C_LIBRARY_GLIBC, true },
		{ TSP_C_LIBRARY_MUSL, true },	  { TSP_C_LIBRARY_OTHER, true },
		{ TSP_C_LIBRARY_UNKNOWN, false },
	};
	struct tsp_process_state state;
	struct tsp_event event = {};
	const u64 later = BEGIN + 3 * WINDOW * UNIT;
	size_t i;

	(void)unused;
	assert_int_equal(ARRAY_SIZE(libraries), TSP_C_LIBRARY_COUNT);
	for (i = 0; i < ARRAY_SIZE(libraries); i++) {
		state = (struct tsp_process_state){
			.libc = libraries[i].libc,
			.libc_ms = tsp_process_ms(BEGIN),
		};
		tsp_process_note(&state, TSP_OP_FORK, 1, later, WINDOW);
		assert_false(tsp_process_fits(&state, later, &default_policy));
		tsp_process_note(&state, TSP_OP_VM_WRITE, 1, later, WINDOW);
		assert_true(tsp_process_fits(&state, later, &default_policy));
		assert_int_equal(tsp_process_chain(&state, later,
						   &default_policy, &event),
				 2);
		assert_int_equal(event.n_step, 2 + libraries[i].step);
		assert_int_equal(event.step[0].offset_ns, 0);
		if (!libraries[i].step)
			continue;
		assert_int_equal(event.step[0].op, TSP_OP_LIBC_MAP);
		assert_int_equal(event.step[0].count, 1);
		assert_int_equal(event.step[1].offset_ns, later - BEGIN);
	}
}

/* What is too old, or not asked for, is no step. */
static void the_chain_leaves_out_what_does_not_count(void **unused)
{
	struct tsp_policy policy = default_policy;
	struct tsp_process_state state = {};
	struct tsp_event event = {};

	(void)unused;
	note(&state, TSP_OP_FORK, 0);
	note(&state, TSP_OP_WX_FLIP, WINDOW);
	note(&state, TSP_OP_PTRACE_SEIZE, WINDOW);
	note(&state, TSP_OP_VM_WRITE, WINDOW + 1);
	policy.syscall_type &= ~TSP_SYSCALL_TYPE_PTRACE;
	assert_int_equal(tsp_process_chain(&state, BEGIN + (WINDOW + 1) * UNIT,
					   &policy, &event),
			 2);
	assert_int_equal(event.n_step, 2);
	assert_int_equal(event.step[0].op, TSP_OP_WX_FLIP);
	assert_int_equal(event.step[1].op, TSP_OP_VM_WRITE);
	assert_int_equal(event.step[1].offset_ns, UNIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_operation_is_of_its_kind),
		cmocka_unit_test(two_kinds_make_a_sequence),
		cmocka_unit_test(the_bits_are_those_of_the_contract),
		cmocka_unit_test(many_calls_of_a_kind_are_none),
		cmocka_unit_test(it_is_told_once),
		cmocka_unit_test(calls_too_far_apart_are_none),
		cmocka_unit_test(steady_calls_stay_within_the_window),
		cmocka_unit_test(the_window_is_the_policys),
		cmocka_unit_test(a_burst_counts_and_begins_anew),
		cmocka_unit_test(a_full_counter_stays_full),
		cmocka_unit_test(times_wrap),
		cmocka_unit_test(the_chain_is_in_order),
		cmocka_unit_test(what_is_as_old_is_in_order),
		cmocka_unit_test(the_c_library_is_a_step),
		cmocka_unit_test(the_chain_leaves_out_what_does_not_count),
	};

	return cmocka_run_group_tests_name("process", tests, NULL, NULL);
}
