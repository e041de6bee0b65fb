// SPDX-License-Identifier: GPL-2.0
/*
 * How a target relates to its source; and the table of techniques.
 */
#include "observe.h"

static const struct tsp_party stranger = {
	.pid = 100,
	.start_ns = 1,
	.ppid = 1,
	.uid = 1000,
	.session = 100,
	.pid_ns = 5,
};
static const struct tsp_party other = {
	.pid = 200,
	.start_ns = 2,
	.ppid = 1,
	.uid = 1000,
	.session = 200,
	.pid_ns = 5,
};

static void relations(void **unused)
{
	const struct tsp_kinship none = { .same_mnt_ns = true };
	const struct tsp_kinship apart = {};
	const struct tsp_kinship below = { .target_descends = true,
					   .same_mnt_ns = true };
	const struct tsp_kinship above = { .source_descends = true,
					   .same_mnt_ns = true };
	struct tsp_party target = other;

	(void)unused;
	assert_int_equal(tsp_relation(&stranger, &stranger, &none),
			 TSP_RELATION_SELF);
	assert_int_equal(tsp_relation(&stranger, &target, &none),
			 TSP_RELATION_SAME_UID);
	assert_int_equal(tsp_relation(&stranger, &target, &below),
			 TSP_RELATION_DESCENDANT | TSP_RELATION_SAME_UID);
	assert_int_equal(tsp_relation(&stranger, &target, &above),
			 TSP_RELATION_ANCESTOR | TSP_RELATION_SAME_UID);

	target.ppid = stranger.pid;
	target.session = stranger.session;
	assert_int_equal(tsp_relation(&stranger, &target, &below),
			 TSP_RELATION_CHILD | TSP_RELATION_SAME_UID |
				 TSP_RELATION_SAME_SESSION);
	assert_int_equal(tsp_relation(&target, &stranger, &above),
			 TSP_RELATION_PARENT | TSP_RELATION_SAME_UID |
				 TSP_RELATION_SAME_SESSION);

	target = other;
	target.uid = 0;
	target.pid_ns = 6;
	assert_int_equal(tsp_relation(&stranger, &target, &none),
			 TSP_RELATION_CROSS_UID | TSP_RELATION_CROSS_PIDNS);
	assert_int_equal(tsp_relation(&stranger, &target, &apart),
			 TSP_RELATION_CROSS_UID | TSP_RELATION_CROSS_PIDNS |
				 TSP_RELATION_CROSS_CONTAINER);
}

static void sharing_init_as_a_parent_is_no_kinship(void **unused)
{
	const struct tsp_kinship none = { .same_mnt_ns = true };
	struct tsp_party source = stranger, target = other;

	(void)unused;
	assert_false(tsp_relation(&source, &target, &none) &
		     TSP_RELATION_SIBLING);
	source.ppid = 50;
	target.ppid = 50;
	assert_true(tsp_relation(&source, &target, &none) &
		    TSP_RELATION_SIBLING);
}

static void a_reused_pid_is_another_process(void **unused)
{
	const struct tsp_kinship none = { .same_mnt_ns = true };
	struct tsp_party target = stranger;

	(void)unused;
	target.start_ns++;
	assert_false(tsp_relation(&stranger, &target, &none) &
		     TSP_RELATION_SELF);
}

static void every_technique_is_complete(void **unused)
{
	/* told by the module itself, and of a process by itself */
	static const u32 without_operation =
		ONE(BLINDED) | ONE(NATIVE_API_SEQUENCE);
	const struct tsp_technique_row *row;
	u32 technique, bit;

	(void)unused;
	assert_null(tsp_technique_row(0));
	assert_null(tsp_technique_row(TSP_TECHNIQUE_COUNT));
	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++) {
		row = tsp_technique_row(technique);
		bit = TSP_TECHNIQUE_BIT(technique);
		assert_non_null(row);
		assert_non_null(row->title);
		assert_non_null(row->attack[0]);
		assert_int_equal(!row->analytic, bit == ONE(BLINDED));
		assert_int_equal(!row->ops, !!(bit & without_operation));
		assert_true(row->severity >= 1 && row->severity <= 100);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relations),
		cmocka_unit_test(sharing_init_as_a_parent_is_no_kinship),
		cmocka_unit_test(a_reused_pid_is_another_process),
		cmocka_unit_test(every_technique_is_complete),
	};

	return cmocka_run_group_tests_name("relation", tests, NULL, NULL);
}
