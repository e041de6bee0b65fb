// SPDX-License-Identifier: GPL-2.0
/* The log: whole lines only, and a position that survives. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/pipeline.h"
#include "daemon/sink_file.h"
#include "fixture.h"

static char directory[32], path[64], rotated[80];
static struct tsp_sink_file sink;

static int make(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/trespass-sink-XXXXXX");
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/log/events.jsonl", directory);
	snprintf(rotated, sizeof(rotated), "%s.1", path);
	sink = (struct tsp_sink_file){ .path = path,
				       .group = "no-such-group",
				       .sync = TSP_SYNC_SECOND };
	assert_int_equal(tsp_sink_file_open(&sink), 0);
	return 0;
}

static int drop(void **state)
{
	char command[64];

	(void)state;
	tsp_sink_file_close(&sink);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command);
}

static void line(const char *text)
{
	assert_int_equal(tsp_sink_file_write(&sink, text, strlen(text)), 0);
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "a");

	fputs(text, file);
	fclose(file);
}

static void holds(const char *name, const char *want)
{
	char text[4096] = "";
	FILE *file = fopen(name, "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(text, want);
}

static void reopen(void)
{
	tsp_sink_file_close(&sink);
	assert_int_equal(tsp_sink_file_open(&sink), 0);
}

static void appends_lines(void **state)
{
	struct stat st;

	(void)state;
	line("one");
	reopen();
	line("two");
	holds(path, "one\ntwo\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void repairs_a_torn_line(void **state)
{
	(void)state;
	line("one");
	put(path, "{\"torn\":");
	reopen();
	line("two");
	holds(path, "one\ntwo\n");
}

static void repairs_a_file_that_is_all_torn(void **state)
{
	(void)state;
	put(path, "{\"torn\":");
	reopen();
	holds(path, "");
}

static void starts_a_new_file_after_rotation(void **state)
{
	(void)state;
	line("one");
	rename(path, rotated);
	tsp_sink_file_reopen(&sink);
	line("two");
	holds(rotated, "one\n");
	holds(path, "two\n");
}

static void notices_a_removed_file(void **state)
{
	(void)state;
	line("one");
	unlink(path);
	line("two");
	holds(path, "two\n");
}

static void writes_again_when_the_directory_is_back(void **state)
{
	char log[64];

	(void)state;
	snprintf(log, sizeof(log), "%s/log", directory);
	unlink(path);
	rmdir(log);
	put(log, "in the way");
	assert_int_equal(tsp_sink_file_write(&sink, "one", 3), -ENOTDIR);
	assert_true(sink.failing);
	unlink(log);
	line("one");
	assert_false(sink.failing);
	holds(path, "one\n");
}

/* A file size limit stands for a full disk: a part of the line would fit. */
static void takes_back_a_part_of_a_line(void **state)
{
	struct rlimit none, limit;

	(void)state;
	line("one");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &none), 0);
	limit = none;
	limit.rlim_cur = 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(tsp_sink_file_write(&sink, "0123456789", 10), -ENOSPC);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	holds(path, "one\n");
	line("0123456789");
	holds(path, "one\n0123456789\n");
}

static void refuses_what_is_no_file(void **state)
{
	struct tsp_sink_file other = { .path = "/dev/null", .group = "adm" };

	(void)state;
	assert_int_equal(tsp_sink_file_open(&other), -EINVAL);
}

static bool is(void *ctx, const char *text, size_t len)
{
	return strlen(ctx) == len && !strncmp(ctx, text, len);
}

static void finds_the_last_line(void **state)
{
	(void)state;
	line("one");
	line("");
	line("two");
	put(path, "thr");
	assert_true(tsp_sink_file_last(path, is, "two"));
	assert_true(tsp_sink_file_last(path, is, "one"));
	assert_false(tsp_sink_file_last(path, is, "thr"));
	assert_false(tsp_sink_file_last(path, is, "wo"));
	put(rotated, "zero\n");
	assert_true(tsp_sink_file_last(path, is, "zero"));
	assert_false(tsp_sink_file_last("/nowhere", is, "one"));
}

static void position_is(uint64_t want)
{
	struct tsp_pipeline pipeline = { .sink = sink };
	uint64_t instance = 0, seq = 0;

	assert_int_equal(tsp_pipeline_position(&pipeline, &instance, &seq),
			 want != 0);
	assert_int_equal(seq, want);
	if (want)
		assert_int_equal(instance, 0xfeedbeefcafe0001ULL);
}

#define EVENT(seq)                                                             \
	"{\"event\":{\"sequence\":" #seq ",\"action\":\"summary\"},"           \
	"\"trespass\":{\"instance\":\"0xfeedbeefcafe0001\"}}"

static void reads_the_position(void **state)
{
	(void)state;
	position_is(0);
	line(EVENT(7));
	position_is(7);
	line(EVENT(8));
	line("{\"event\":{\"action\":\"module-vanished\"},"
	     "\"trespass\":{\"instance\":\"0xfeedbeefcafe0001\"}}");
	line("not json");
	put(path, EVENT(9)); /* torn: no end of line */
	position_is(8);
	reopen();
	line("{\"trespass\":{\"instance\":\"0xfeedbeefcafe0001\","
	     "\"lost\":{\"first\":9,\"last\":12,\"count\":4}}}");
	position_is(12);
	rename(path, rotated);
	tsp_sink_file_reopen(&sink);
	position_is(12);
	line(EVENT(13));
	position_is(13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)
		TEST(appends_lines),
		TEST(repairs_a_torn_line),
		TEST(repairs_a_file_that_is_all_torn),
		TEST(starts_a_new_file_after_rotation),
		TEST(notices_a_removed_file),
		TEST(writes_again_when_the_directory_is_back),
		TEST(takes_back_a_part_of_a_line),
		TEST(refuses_what_is_no_file),
		TEST(finds_the_last_line),
		TEST(reads_the_position),
#undef TEST
	};

	return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
