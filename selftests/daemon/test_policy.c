// SPDX-License-Identifier: GPL-2.0
/* The policy as people write and read it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

static struct tsp_policy policy;
static uint64_t which;
static struct tsp_error error;

static int make(void **state)
{
	(void)state;
	memset(&policy, 0, sizeof(policy));
	which = 0;
	return 0;
}

static int parse(const char *assignment)
{
	memset(&error, 0, sizeof(error));
	return tsp_policy_parse(&policy, &which, assignment, &error);
}

static void complains(const char *assignment, const char *words)
{
	assert_int_equal(parse(assignment), -EINVAL);
	assert_int_equal(error.code, -EINVAL);
	if (!strstr(error.text, words))
		fail_msg("'%s' says: %s", assignment, error.text);
}

static const struct tsp_field *field(uint16_t attr)
{
	return &tsp_policy_set.fields[attr - 1];
}

static void knows_both_names(void **state)
{
	(void)state;
	assert_int_equal(parse("time-window-ms=1"), 0);
	assert_int_equal(policy.time_window_ms, 1);
	assert_int_equal(which, TSP_PRESENT(TSP_A_POLICY_TIME_WINDOW_MS));
	assert_int_equal(parse("TimeWindow=2"), 0);
	assert_int_equal(policy.time_window_ms, 2);
	assert_int_equal(parse("timewindow=3"), 0);
	assert_int_equal(policy.time_window_ms, 3);
	assert_int_equal(parse("TIME_WINDOW=4"), 0);
	assert_int_equal(policy.time_window_ms, 4);
	assert_int_equal(which, TSP_PRESENT(TSP_A_POLICY_TIME_WINDOW_MS));
	assert_int_equal(parse("MAPS Path=libfoo"), 0);
	assert_string_equal(policy.maps_path, "libfoo");
	assert_int_equal(which, TSP_PRESENT(TSP_A_POLICY_TIME_WINDOW_MS) |
					TSP_PRESENT(TSP_A_POLICY_MAPS_PATH));
}

/* Each value can be named by what is shown of it, and shown as it was. */
static void understands_what_it_shows(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < tsp_policy_set.n_fields; i++) {
		const struct tsp_field *at = &tsp_policy_set.fields[i];

		for (size_t n = 0; n < 2; n++) {
			const char *name = n ? tsp_policy_attack(at) : at->name;
			char text[TSP_POLICY_TEXT], assignment[1024];
			struct tsp_policy before;

			if (!name)
				continue;
			memset(&policy, 0, sizeof(policy));
			if (at->type == TSP_T_CHARS)
				strcpy((char *)&policy + at->offset, "a b=c");
			else
				memcpy((char *)&policy + at->offset,
				       &(uint32_t){ 13 }, 4);
			before = policy;
			tsp_policy_format(at, &policy, text, sizeof(text));
			snprintf(assignment, sizeof(assignment), "%s=%s", name,
				 text);
			memset(&policy, 0xff, sizeof(policy));
			assert_int_equal(parse(assignment), 0);
			assert_memory_equal((char *)&policy + at->offset,
					    (char *)&before + at->offset,
					    at->type == TSP_T_CHARS ? 16 : 4);
		}
	}
}

static void knows_units(void **state)
{
	(void)state;
	assert_int_equal(parse("edge-idle-ms=250ms"), 0);
	assert_int_equal(policy.edge_idle_ms, 250);
	assert_int_equal(parse("edge-idle-ms=5s"), 0);
	assert_int_equal(policy.edge_idle_ms, 5000);
	assert_int_equal(parse("edge-idle-ms=2 min"), 0);
	assert_int_equal(policy.edge_idle_ms, 120000);
	assert_int_equal(parse("FileWriteThreshold=4KiB"), 0);
	assert_int_equal(policy.file_write_threshold, 4096);
	complains("edge-idle-ms=5KiB", "ms, s, min, h");
	complains("FileWriteThreshold=5s", "B, KiB");
	complains("min-severity=5s", "min-severity takes a whole number");
}

static void refuses_what_is_no_number(void **state)
{
	static const char *const bad[] = { "",	 "x",	"-1",	"+1",
					   " 1", "1.5", "0x10", "1 2" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char assignment[64];

		snprintf(assignment, sizeof(assignment), "min-severity=%s",
			 bad[i]);
		complains(assignment, "whole number");
	}
	complains("min-severity=4294967296", "so large");
	complains("edge-idle-ms=4294968s", "so large");
	complains("edge-idle-ms=99999999999999999999", "so large");
	assert_int_equal(parse("syscall-rate=4294967295"), 0);
	complains("min-severity=101", "0 to 100 points");
	complains("UserContextMismatch=101", "0 to 100 points");
}

static void knows_names_of_bits(void **state)
{
	(void)state;
	assert_int_equal(parse("syscall-type=fork,write"), 0);
	assert_int_equal(policy.syscall_type,
			 TSP_SYSCALL_TYPE_FORK | TSP_SYSCALL_TYPE_WRITE);
	assert_int_equal(parse("SyscallType=EXEC-MEMORY"), 0);
	assert_int_equal(policy.syscall_type, TSP_SYSCALL_TYPE_EXEC_MEMORY);
	assert_int_equal(parse("SyscallType=none"), 0);
	assert_int_equal(policy.syscall_type, 0);
	complains(
		"syscall-type=fork,clone",
		"knows no 'clone': it takes fork, exec-memory, ptrace, write, "
		"or none");
	complains("syscall-type=", "knows no ''");
	complains("syscall-type=fork,", "knows no ''");
	complains("ProcessRelationshipConstraint=friend", "cross-container");
}

static void refuses_long_text(void **state)
{
	(void)state;
	assert_int_equal(parse("process-name=fifteen_letters"), 0);
	complains("process-name=sixteen__letters", "at most 15 bytes");
	assert_int_equal(parse("process-name="), 0);
	assert_string_equal(policy.process_name, "");
}

static void refuses_unknown_names(void **state)
{
	(void)state;
	complains("nonsense=1", "no 'nonsense'");
	complains("time-window=", "whole number");
	complains("=1", "no ''");
	complains("min-severity", "NAME=VALUE");
	complains("\033[31m=1", "\\x1b[31m");
}

static void shows_unknown_bits(void **state)
{
	char text[TSP_POLICY_TEXT];

	(void)state;
	policy.syscall_type = 1U << 31 | 1;
	tsp_policy_format(field(TSP_A_POLICY_SYSCALL_TYPE), &policy, text,
			  sizeof(text));
	assert_string_equal(text, "fork,unknown-31");
	policy.process_relationship_constraint = ~0U;
	tsp_policy_format(field(TSP_A_POLICY_PROCESS_RELATIONSHIP_CONSTRAINT),
			  &policy, text, sizeof(text));
	assert_true(strlen(text) < sizeof(text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, make)
		TEST(knows_both_names),	     TEST(understands_what_it_shows),
		TEST(knows_units),	     TEST(refuses_what_is_no_number),
		TEST(knows_names_of_bits),   TEST(refuses_long_text),
		TEST(refuses_unknown_names), TEST(shows_unknown_bits),
#undef TEST
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
