// SPDX-License-Identifier: GPL-2.0
/* What a person sees of each kind of event. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render.h"
#include "fixture.h"

static struct tsp_event event;

static int make(void **state)
{
	(void)state;
	fixture_event(&event);
	return 0;
}

/* The event as it is shown, in memory that the caller frees. */
static char *render(void)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	tsp_render_event(to, &event, false);
	fclose(to);
	return text;
}

static void shows(const char *words)
{
	char *text = render();

	if (!strstr(text, words)) {
		print_message("# no '%s' in\n%s", words, text);
		free(text);
		fail();
	}
	free(text);
}

static void hides(const char *words)
{
	char *text = render();

	if (strstr(text, words)) {
		print_message("# '%s' in\n%s", words, text);
		free(text);
		fail();
	}
	free(text);
}

static void shows_what_was_touched(void **state)
{
	(void)state;
	event.access.present |= TSP_PRESENT(TSP_A_ACCESS_RANGES);
	event.access.ranges = 3;
	shows("75  T1055.008 ptrace-inject  /usr/bin/python3.11[812] -> "
	      "/usr/bin/sleep[810]\n");
	shows("64 bytes in 8 operations, text memory at 0x55d0c0ffe000 r-x");
	shows("forced into a read-only mapping");
	shows("3 ranges in one call");
	event.access.ranges = 1;
	hides("ranges");
	shows("also heap");
	shows("ptrace-attach > ptrace-write x8 64 B +1.2 ms > ptrace-regs");
	shows("succeeded; uid 0 on uid 0, sibling, same-uid\n");
}

static void shows_an_attach_that_touched_nothing(void **state)
{
	(void)state;
	event.technique = TSP_TECHNIQUE_PTRACE_ATTACH;
	event.access = (struct tsp_access){ .region = TSP_REGION_UNMAPPED };
	event.n_step = 1;
	event.step[0].result = event.result = -1;
	hides("memory");
	hides("0 bytes");
	shows("ptrace-attach refused: Operation not permitted\n");
}

static void shows_who_opened_the_memory(void **state)
{
	(void)state;
	event.opener_pid = 700;
	event.opener_uid = 1000;
	event.present = TSP_PRESENT(TSP_A_EVENT_OPENER_PID) |
			TSP_PRESENT(TSP_A_EVENT_OPENER_START_NS) |
			TSP_PRESENT(TSP_A_EVENT_OPENER_UID);
	shows("opened by [700] as uid 1000");
}

static void shows_the_life_of_a_memfd(void **state)
{
	(void)state;
	event.memfd_name = "pay\033load";
	event.memfd_creator = 812;
	event.memfd_flags = 3;
	event.memfd_seals = 0x48;
	event.present = TSP_PRESENT(TSP_A_EVENT_MEMFD_NAME) |
			TSP_PRESENT(TSP_A_EVENT_MEMFD_FLAGS) |
			TSP_PRESENT(TSP_A_EVENT_MEMFD_SEALS) |
			TSP_PRESENT(TSP_A_EVENT_MEMFD_CREATOR);
	shows("memfd \"pay\\x1bload\" made by [812]");
	shows("flags cloexec+allow-sealing");
	shows("seals write+0x40");
	event.memfd_seals = 0;
	shows("seals none");
}

static void shows_what_was_injected(void **state)
{
	(void)state;
	event.technique = TSP_TECHNIQUE_INJECTED_BEHAVIOUR;
	event.step[event.n_step++] =
		(struct tsp_step){ .op = TSP_OP_EXEC, .count = 1 };
	shows("/usr/bin/sleep[810] did exec after /usr/bin/python3.11[812] "
	      "had changed it\n");
}

static void alone(uint32_t technique)
{
	event.technique = technique;
	event.edge = 0;
	event.relation = TSP_RELATION_SELF;
	event.target = event.source;
	event.access = (struct tsp_access){ 0 };
}

static void shows_a_sequence(void **state)
{
	(void)state;
	alone(TSP_TECHNIQUE_NATIVE_API_SEQUENCE);
	event.c_library = TSP_C_LIBRARY_MUSL;
	event.present = TSP_PRESENT(TSP_A_EVENT_C_LIBRARY);
	shows("T1106 native-api-sequence  /usr/bin/python3.11[812]\n");
	shows("ptrace-attach > ptrace-write");
	shows("uid 0, C library musl\n");
	hides("->");
	hides("memory");
	hides("self");
}

static void shows_blindness(void **state)
{
	(void)state;
	alone(TSP_TECHNIQUE_BLINDED);
	event.n_step = 0;
	event.present = TSP_PRESENT(TSP_A_EVENT_BLIND_CAUSE);
	event.blind_cause = TSP_BLIND_CAUSE_KPROBES_OFF;
	shows("T1562.001 blinded  trespass made blind: probes switched off in "
	      "debugfs\n");
	hides("python");
	hides("succeeded");
	event.blind_cause = TSP_BLIND_CAUSE_PROBE_MISSED;
	event.access.count = 1;
	shows("1 hit not delivered");
	event.blind_cause = TSP_BLIND_CAUSE_UNLOAD;
	shows("the module is being unloaded\n");
	shows("by /usr/bin/python3.11[812], uid 0\n");
}

static void shows_a_summary(void **state)
{
	(void)state;
	event.kind = TSP_KIND_SUMMARY;
	event.end = TSP_END_DETACH;
	event.duration_ns = 2000000000;
	shows("=  ptrace-inject over (detach) /usr/bin/python3.11[812] -> ");
	shows("64 bytes in 8 operations within 2.00 s\n");
	event.access.bytes = event.access.count = 0;
	hides("0 bytes");
	shows("              within 2.00 s\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, make)
		TEST(shows_what_was_touched),
		TEST(shows_an_attach_that_touched_nothing),
		TEST(shows_who_opened_the_memory),
		TEST(shows_the_life_of_a_memfd),
		TEST(shows_what_was_injected),
		TEST(shows_a_sequence),
		TEST(shows_blindness),
		TEST(shows_a_summary),
#undef TEST
	};

	return cmocka_run_group_tests_name("render", tests, NULL, NULL);
}
