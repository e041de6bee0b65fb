// SPDX-License-Identifier: GPL-2.0
/* What lands in the log, field by field. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ecs.h"
#include "daemon/json.h"
#include "daemon/pipeline.h"
#include "fakeproc.h"
#include "fixture.h"
#include "golden.h"

#define NOW_NS 1700000100000000042ULL

static struct tsp_config config = { .command_line = 1, .lineage_max = 16 };
static struct tsp_pipeline pipeline;
static struct fakeproc fake;
static struct tsp_event event;

static int make(void **state)
{
	(void)state;
	fixture_event(&event);
	fakeproc_make(&fake);
	pipeline = (struct tsp_pipeline){
		.config = &config,
		.procfs = fake.procfs,
		.host = { .hostname = "host",
			  .machine_id = "00112233445566778899aabbccddeeff",
			  .boot_id = "01234567-89ab-cdef-0123-456789abcdef",
			  .kernel = "6.1.0-test" },
	};
	return 0;
}

static int drop(void **state)
{
	(void)state;
	fakeproc_remove(&fake);
	return 0;
}

/* Both parties and their ancestors are still there. */
static void populate(void)
{
	static const char source[] = "python3\0inject.py";
	static const char target[] = "sleep\0"
				     "600";
	static const char cgroup[] = "0::/system.slice/cron.service\n";

	fakeproc_add(&fake, 812, "python3", 700, 1312);
	fakeproc_write(&fake, 812, "cmdline", source, sizeof(source));
	fakeproc_write(&fake, 812, "cgroup", cgroup, sizeof(cgroup) - 1);
	fakeproc_link(&fake, 812, "cwd", "/root");
	fakeproc_link(&fake, 812, "exe", "/usr/bin/python3.11");
	fakeproc_add(&fake, 810, "sleep", 700, 1310);
	fakeproc_write(&fake, 810, "cmdline", target, sizeof(target));
	fakeproc_link(&fake, 810, "cwd", "/");
	fakeproc_add(&fake, 700, "bash", 1, 1200);
	fakeproc_link(&fake, 700, "exe", "/usr/bin/bash");
	fakeproc_add(&fake, 1, "systemd", 0, 1);
}

static void writes_a_detection(void **state)
{
	(void)state;
	populate();
	golden_check("detection.json", tsp_pipeline_json(&pipeline, &event));
}

static void writes_a_detection_after_both_have_exited(void **state)
{
	(void)state;
	event.source.exe = NULL;
	event.source.present = 0;
	golden_check("exited.json", tsp_pipeline_json(&pipeline, &event));
}

static void writes_a_summary(void **state)
{
	(void)state;
	event.kind = TSP_KIND_SUMMARY;
	event.present = TSP_PRESENT(TSP_A_EVENT_END) |
			TSP_PRESENT(TSP_A_EVENT_DURATION_NS) |
			TSP_PRESENT(TSP_A_EVENT_STEPS_OMITTED);
	event.end = TSP_END_DETACH;
	event.duration_ns = 2000000000;
	event.steps_omitted = 5;
	golden_check("summary.json", tsp_ecs_event(&event));
}

static void writes_a_refused_memfd(void **state)
{
	(void)state;
	event.technique = TSP_TECHNIQUE_MEMFD_MAP_EXEC;
	event.result = -1;
	event.relation = TSP_RELATION_SELF;
	event.target = event.source;
	event.access.region = TSP_REGION_MEMFD;
	event.access.present = 0;
	event.access.forced = false;
	event.access.file = NULL;
	event.access.regions = 1U << TSP_REGION_MEMFD;
	event.memfd_name = "pay\033load\xff";
	event.memfd_flags = 3;
	event.memfd_seals = 0xf;
	event.memfd_creator = 812;
	event.step[0] =
		(struct tsp_step){ .op = TSP_OP_MEMFD_CREATE, .count = 1 };
	event.step[1].op = TSP_OP_MEMFD_WRITE;
	event.step[2].op = TSP_OP_MEMFD_MAP_EXEC;
	event.step[2].result = -1;
	event.present = TSP_PRESENT(TSP_A_EVENT_MEMFD_NAME) |
			TSP_PRESENT(TSP_A_EVENT_MEMFD_FLAGS) |
			TSP_PRESENT(TSP_A_EVENT_MEMFD_SEALS) |
			TSP_PRESENT(TSP_A_EVENT_MEMFD_CREATOR);
	golden_check("memfd.json", tsp_ecs_event(&event));
}

static void writes_who_opened_the_memory(void **state)
{
	(void)state;
	event.technique = TSP_TECHNIQUE_PROC_MEM_WRITE;
	event.opener_pid = 700;
	event.opener_start_ns = 12000000000;
	event.opener_uid = 1000;
	event.present = TSP_PRESENT(TSP_A_EVENT_OPENER_PID) |
			TSP_PRESENT(TSP_A_EVENT_OPENER_START_NS) |
			TSP_PRESENT(TSP_A_EVENT_OPENER_UID);
	golden_check("opener.json", tsp_ecs_event(&event));
}

static void writes_what_was_injected(void **state)
{
	(void)state;
	event.technique = TSP_TECHNIQUE_INJECTED_BEHAVIOUR;
	event.step[event.n_step++] = (struct tsp_step){ .op = TSP_OP_EXEC,
							.offset_ns = 2000000,
							.count = 1 };
	golden_check("behaviour.json", tsp_ecs_event(&event));
}

/* Told of no edge: nothing that such an event leaves out may be invented. */
static void alone(uint32_t technique)
{
	event.technique = technique;
	event.edge = 0;
	event.relation = TSP_RELATION_SELF;
	event.target = event.source;
	event.access = (struct tsp_access){ 0 };
	event.n_reason = 1;
}

static void writes_a_sequence(void **state)
{
	(void)state;
	alone(TSP_TECHNIQUE_NATIVE_API_SEQUENCE);
	event.step[0].op = TSP_OP_LIBC_MAP;
	event.step[1].op = TSP_OP_FORK;
	event.step[1].bytes = 0;
	event.step[2].op = TSP_OP_VM_WRITE;
	event.c_library = TSP_C_LIBRARY_GLIBC;
	event.present = TSP_PRESENT(TSP_A_EVENT_C_LIBRARY);
	golden_check("sequence.json", tsp_ecs_event(&event));
}

static void make_blind(uint32_t cause)
{
	alone(TSP_TECHNIQUE_BLINDED);
	event.n_step = 0;
	event.blind_cause = cause;
	event.present = TSP_PRESENT(TSP_A_EVENT_BLIND_CAUSE);
}

static void writes_that_it_was_made_blind(void **state)
{
	(void)state;
	make_blind(TSP_BLIND_CAUSE_KPROBES_OFF);
	golden_check("blinded.json", tsp_pipeline_json(&pipeline, &event));
}

static void writes_what_probes_have_missed(void **state)
{
	struct json_object *root;

	(void)state;
	make_blind(TSP_BLIND_CAUSE_PROBE_MISSED);
	event.access.count = 12;
	root = tsp_pipeline_json(&pipeline, &event);
	assert_int_equal(
		json_object_get_int(tsp_json_get(root, "trespass.missed")), 12);
	assert_string_equal(
		json_object_get_string(tsp_json_get(root, "event.outcome")),
		"unknown");
	assert_null(tsp_json_get(root, "process"));
	json_object_put(root);
}

static void writes_who_unloads(void **state)
{
	(void)state;
	make_blind(TSP_BLIND_CAUSE_UNLOAD);
	golden_check("unload.json", tsp_ecs_event(&event));
}

/* Every technique is somewhere in ATT&CK. */
static void names_a_tactic_for_each(void **state)
{
	(void)state;
	for (uint32_t t = 1; t < TSP_TECHNIQUE_COUNT; t++) {
		struct json_object *root;

		event.technique = t;
		root = tsp_ecs_event(&event);
		if (!tsp_json_get(root, "threat.tactic.id") ||
		    !tsp_json_get(root, "threat.tactic.name"))
			fail_msg("%s has no tactic", tsp_technique_name(t));
		json_object_put(root);
	}
}

static void writes_losses(void **state)
{
	struct tsp_loss loss = {
		.instance = 0x7f, .first = 5, .last = 9, .count = 5
	};

	(void)state;
	golden_check("lost.json", tsp_ecs_loss(&loss, NOW_NS));
	loss.last = loss.count = 0;
	golden_check("lost-unknown.json", tsp_ecs_loss(&loss, NOW_NS));
}

static void writes_that_the_module_went(void **state)
{
	(void)state;
	golden_check("module.json",
		     tsp_ecs_module("module-vanished", 0x7f, "gone", NOW_NS));
}

static void names_what_a_newer_module_says(void **state)
{
	struct json_object *root;

	(void)state;
	event.technique = 999;
	event.access.region = 998;
	event.relation = 1U << 31;
	root = tsp_ecs_event(&event);
	assert_string_equal(json_object_get_string(
				    tsp_json_get(root, "trespass.technique")),
			    "unknown-999");
	assert_string_equal(json_object_get_string(tsp_json_get(
				    root, "trespass.access.region")),
			    "unknown-998");
	assert_string_equal(
		json_object_get_string(tsp_json_get(root, "trespass.relation")),
		"[ \"unknown-31\" ]");
	json_object_put(root);
}

/* The field list that the project promises for every detection. */
static void has_what_was_promised(void **state)
{
	static const char *const paths[] = {
		"event.id",
		"event.sequence",
		"event.action",
		"event.outcome",
		"event.severity",
		"trespass.technique",
		"threat.technique.id",
		"process.pid",
		"process.thread.id",
		"process.start",
		"process.executable",
		"process.user.id",
		"process.parent.pid",
		"Target.process.pid",
		"Target.process.thread.id",
		"Target.process.start",
		"Target.process.executable",
		"Target.process.user.id",
		"Target.process.parent.pid",
		"trespass.access.bytes",
		"trespass.access.count",
		"trespass.access.address",
		"trespass.access.region",
		"trespass.steps",
		"trespass.relation",
	};
	struct json_object *root = tsp_pipeline_json(&pipeline, &event);

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (!tsp_json_get(root, paths[i]))
			fail_msg("%s is missing", paths[i]);
	json_object_put(root);
}

static void leaves_a_position(void **state)
{
	struct json_object *root = tsp_ecs_event(&event);
	uint64_t instance = 0, seq = 0;

	(void)state;
	assert_true(tsp_ecs_position(root, &instance, &seq));
	assert_int_equal(instance, event.instance);
	assert_int_equal(seq, event.seq);
	json_object_put(root);
}

static char reference[65536];
static bool undocumented;

static void append(const char *name)
{
	char path[256];
	size_t len = strlen(reference);
	FILE *file;

	snprintf(path, sizeof(path), TSP_SOURCE "/userspace/dist/%s", name);
	file = fopen(path, "r");
	assert_non_null(file);
	len += fread(reference + len, 1, sizeof(reference) - 1 - len, file);
	reference[len] = '\0';
	fclose(file);
}

static void look_up(const char *path)
{
	char quoted[256];

	if (!strncmp(path, "Target.", 7))
		path += 7;
	snprintf(quoted, sizeof(quoted), "`%s`", path);
	if (!strstr(reference, quoted)) {
		print_message("# %s is not documented\n", path);
		undocumented = true;
	}
}

static void writes_nothing_undocumented(void **state)
{
	struct json_object *root;

	(void)state;
	append("FIELDS.md");
	append("ENRICHMENT.md");
	populate();
	/* All that an event may carry, and what only blindness does. */
	event.present = ~0ULL;
	event.memfd_name = "name";
	event.blind_cause = TSP_BLIND_CAUSE_UNLOAD;
	root = tsp_pipeline_json(&pipeline, &event);
	golden_each_path(root, "", look_up);
	json_object_put(root);
	event.blind_cause = TSP_BLIND_CAUSE_PROBE_MISSED;
	root = tsp_pipeline_json(&pipeline, &event);
	golden_each_path(root, "", look_up);
	json_object_put(root);
	event.present &= ~TSP_PRESENT(TSP_A_EVENT_BLIND_CAUSE);
	root = tsp_pipeline_json(&pipeline, &event);
	golden_each_path(root, "", look_up);
	json_object_put(root);
	assert_false(undocumented);
}

/* The comparison of this file can fail. */
static void comparator_notices_everything(void **state)
{
	static const char *const others[] = {
		"{\"a\":{\"b\":2,\"c\":[1,2]}}",	 /* changed */
		"{\"a\":{\"b\":\"1\",\"c\":[1,2]}}",	 /* another type */
		"{\"a\":{\"c\":[1,2]}}",		 /* missing */
		"{\"a\":{\"b\":null,\"c\":[1,2]}}",	 /* null */
		"{\"a\":{\"b\":1,\"c\":[1,2],\"d\":1}}", /* too much */
		"{\"a\":{\"b\":1,\"c\":[2,1]}}",	 /* order */
		"{\"a\":{\"b\":1,\"c\":[1]}}",		 /* length */
		"{}",
	};
	struct json_object *want, *got;
	char where[128];

	(void)state;
	want = json_tokener_parse("{\"a\":{\"b\":1,\"c\":[1,2]}}");
	got = json_tokener_parse("{\"a\":{\"c\":[1,2],\"b\":1}}");
	assert_true(golden_same(want, got, where, sizeof(where)));
	json_object_put(got);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		got = json_tokener_parse(others[i]);
		assert_non_null(got);
		assert_false(golden_same(want, got, where, sizeof(where)));
		assert_string_not_equal(where, "");
		json_object_put(got);
	}
	json_object_put(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)
		TEST(writes_a_detection),
		TEST(writes_a_detection_after_both_have_exited),
		TEST(writes_a_summary),
		TEST(writes_a_refused_memfd),
		TEST(writes_who_opened_the_memory),
		TEST(writes_what_was_injected),
		TEST(writes_a_sequence),
		TEST(writes_that_it_was_made_blind),
		TEST(writes_what_probes_have_missed),
		TEST(writes_who_unloads),
		TEST(names_a_tactic_for_each),
		TEST(writes_losses),
		TEST(writes_that_the_module_went),
		TEST(names_what_a_newer_module_says),
		TEST(has_what_was_promised),
		TEST(leaves_a_position),
		TEST(writes_nothing_undocumented),
		TEST(comparator_notices_everything),
#undef TEST
	};

	return cmocka_run_group_tests_name("ecs", tests, NULL, NULL);
}
