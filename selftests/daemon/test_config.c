// SPDX-License-Identifier: GPL-2.0
/* A wrong configuration is refused with file, line and advice. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config.h"
#include "daemon/sink_file.h"
#include "fixture.h"

static char path[32] = "/tmp/trespass-conf-XXXXXX";
static struct tsp_config config;
static struct tsp_config_error error;

static int read_text(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	error.text[0] = '\0';
	tsp_config_defaults(&config);
	return tsp_config_read(&config, path, &error);
}

static void refuses(const char *text, int line, const char *why)
{
	char want[600];

	assert_int_equal(read_text(text), -EINVAL);
	snprintf(want, sizeof(want), "%s:%d: %s", path, line, why);
	assert_string_equal(error.text, want);
}

static void accepts_nothing(void **state)
{
	(void)state;
	assert_int_equal(read_text("# nothing\n\n; at all\n"), 0);
	assert_string_equal(config.log_path, "/var/log/trespass/events.jsonl");
	assert_int_equal(config.policy_given, 0);
}

static void accepts_everything(void **state)
{
	(void)state;
	assert_int_equal(read_text("[log]\npath = /x/y\ngroup=wheel\n"
				   "sync = always\n"
				   "[daemon]\npid-file=/p\nheartbeat-s = 0\n"
				   "[enrich]\ncommand-line = no\n"
				   "lineage-max = 3\n"
				   "[policy]\nwrite-window-ms = 1\n"
				   "edge-idle-ms = 2s\nmin-severity = 0\n"
				   "SyscallType = fork, write\n"
				   "MAPS Path = libfoo\n"),
			 0);
	assert_string_equal(config.log_path, "/x/y");
	assert_string_equal(config.log_group, "wheel");
	assert_int_equal(config.log_sync, TSP_SYNC_ALWAYS);
	assert_string_equal(config.pid_file, "/p");
	assert_int_equal(config.heartbeat_s, 0);
	assert_int_equal(config.command_line, 0);
	assert_int_equal(config.lineage_max, 3);
	assert_int_equal(config.policy.write_window_ms, 1);
	assert_int_equal(config.policy.edge_idle_ms, 2000);
	assert_int_equal(config.policy.syscall_type,
			 TSP_SYSCALL_TYPE_FORK | TSP_SYSCALL_TYPE_WRITE);
	assert_string_equal(config.policy.maps_path, "libfoo");
	assert_int_equal(config.policy_given,
			 TSP_PRESENT(TSP_A_POLICY_WRITE_WINDOW_MS) |
				 TSP_PRESENT(TSP_A_POLICY_EDGE_IDLE_MS) |
				 TSP_PRESENT(TSP_A_POLICY_MIN_SEVERITY) |
				 TSP_PRESENT(TSP_A_POLICY_SYSCALL_TYPE) |
				 TSP_PRESENT(TSP_A_POLICY_MAPS_PATH));
}

static void accepts_what_is_shipped(void **state)
{
	(void)state;
	tsp_config_defaults(&config);
	assert_int_equal(tsp_config_read(&config,
					 TSP_SOURCE
					 "/userspace/dist/trespassd.conf",
					 &error),
			 0);
}

/* What the shipped file shows as defaults are the defaults. */
static void ships_the_defaults(void **state)
{
	struct tsp_config defaults;
	char line[256], text[8192] = "";
	FILE *file = fopen(TSP_SOURCE "/userspace/dist/trespassd.conf", "r");

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		strcat(text,
		       line[0] == '#' && line[1] != ' ' ? line + 1 : line);
	fclose(file);
	assert_int_equal(read_text(text), 0);
	assert_int_equal(__builtin_popcountll(config.policy_given),
			 TSP_A_POLICY_MAX);
	tsp_config_defaults(&defaults);
	memset(&config.policy, 0, sizeof(config.policy));
	config.policy_given = 0;
	assert_memory_equal(&config, &defaults, sizeof(config));
}

static void refuses_mistakes(void **state)
{
	(void)state;
	refuses("[log]\npath = /a\nfile = /b\n", 3,
		"[log] has no key 'file': it has path, group, sync");
	refuses("\n[logs]\npath = /a\n", 3,
		"there is no section [logs]: there are log, daemon, enrich, "
		"policy");
	refuses("path = /a\n", 1,
		"there is no section []: there are log, daemon, enrich, "
		"policy");
	refuses("[log]\nhello\n", 2, "neither a [section] nor key = value");
	refuses("[log]\npath = log\n", 2,
		"path must be an absolute path, not 'log'");
	refuses("[log]\ngroup =\n", 2, "group must have 1 to 63 characters");
	refuses("[log]\nsync = daily\n", 2,
		"sync must be one of never, second, always, not 'daily'");
	refuses("[policy]\nmin-severity = 101\n", 2,
		"min-severity takes 0 to 100 points, not 101");
	refuses("[policy]\nmin-severity = -1\n", 2,
		"min-severity takes a whole number, not '-1'");
	refuses("[policy]\nnonsense = 1\n", 2,
		"the policy has no 'nonsense': 'trespass policy' lists what it "
		"has");
	refuses("[enrich]\nlineage-max = 1\nlineage-max = 17\ncommand-line = x",
		3, "lineage-max must be a number from 0 to 16, not '17'");
}

static void says_when_there_is_no_file(void **state)
{
	(void)state;
	assert_int_equal(tsp_config_read(&config, "/nowhere/at/all", &error),
			 -ENOENT);
	assert_string_equal(error.text,
			    "cannot read /nowhere/at/all: No such file or "
			    "directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_nothing),
		cmocka_unit_test(accepts_everything),
		cmocka_unit_test(accepts_what_is_shipped),
		cmocka_unit_test(ships_the_defaults),
		cmocka_unit_test(refuses_mistakes),
		cmocka_unit_test(says_when_there_is_no_file),
	};
	int failed;

	close(mkstemp(path));
	failed = cmocka_run_group_tests_name("config", tests, NULL, NULL);
	unlink(path);
	return failed;
}
