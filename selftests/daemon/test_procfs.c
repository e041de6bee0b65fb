// SPDX-License-Identifier: GPL-2.0
/* /proc is trusted only for the process that the event tells of. */
#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "fakeproc.h"
#include "fixture.h"

static struct fakeproc fake;
static struct tsp_party party;
static int process;

static int make(void **state)
{
	(void)state;
	fakeproc_make(&fake);
	party = (struct tsp_party){ .pid = 42, .start_ns = 1234567890123ULL };
	fakeproc_add(&fake, 42, "cat", 1, 123456);
	fakeproc_exe(&fake, 42, "cat", &party);
	process = tsp_procfs_process(&fake.procfs, 42);
	assert_true(process >= 0);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	close(process);
	fakeproc_remove(&fake);
	return 0;
}

static const char *verify(void)
{
	return tsp_procfs_verify(&fake.procfs, process, &party);
}

static void trusts_the_same_process(void **state)
{
	(void)state;
	assert_null(verify());
}

static void notices_a_reused_pid(void **state)
{
	(void)state;
	fakeproc_add(&fake, 42, "cat", 1, 123457);
	assert_string_equal(verify(),
			    "the pid belongs to another process by now");
}

static void notices_another_executable(void **state)
{
	struct tsp_party other = party;

	(void)state;
	fakeproc_exe(&fake, 42, "dog", &other);
	assert_string_equal(verify(),
			    "the process has executed another program since");
}

/* But not where files show other devices than their inodes carry inside. */
static void notices_another_device(void **state)
{
	struct statfs fs;

	(void)state;
	party.exe_dev ^= 1;
	assert_int_equal(statfs(fake.path, &fs), 0);
	if (fs.f_type == OVERLAYFS_SUPER_MAGIC ||
	    (uint32_t)fs.f_type == BTRFS_SUPER_MAGIC)
		assert_null(verify());
	else
		assert_string_equal(verify(),
				    "the process has executed another program "
				    "since");
}

static void notices_an_exited_process(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/42/exe", fake.path);
	unlink(path);
	assert_string_equal(verify(), "the process has exited");
	snprintf(path, sizeof(path), "%s/42/stat", fake.path);
	unlink(path);
	assert_string_equal(verify(), "the process has exited");
}

static void does_without_an_inode(void **state)
{
	(void)state;
	party.present = 0;
	party.exe_ino = 0;
	assert_null(verify());
}

static void says_that_there_is_no_process(void **state)
{
	(void)state;
	assert_int_equal(tsp_procfs_process(&fake.procfs, 43), -ENOENT);
}

static void parses_hostile_names(void **state)
{
	static const char *const names[] = { ") S 1 (",	 "a b) R 7 8 9", "((((",
					     "))))",	 "\033]0;x\a",	 "",
					     "new\nline" };
	struct tsp_procfs_stat stat;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		fakeproc_add(&fake, 42, names[i], 7, 123456);
		assert_int_equal(tsp_procfs_stat(&fake.procfs, process, &stat),
				 0);
		assert_string_equal(stat.comm, names[i]);
		assert_int_equal(stat.ppid, 7);
		assert_int_equal(stat.start_ns, 1234560000000ULL);
	}
}

static void refuses_garbage(void **state)
{
	static const char *const texts[] = {
		"",   "42",	    "42 (cat",	       "42 cat)",
		")(", "42 (cat) S", "42 (cat) S x y z"
	};
	struct tsp_procfs_stat stat;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		fakeproc_write(&fake, 42, "stat", texts[i], strlen(texts[i]));
		assert_int_equal(tsp_procfs_stat(&fake.procfs, process, &stat),
				 -EINVAL);
	}
}

static void reads_no_more_than_asked(void **state)
{
	char data[1000], buffer[100];

	(void)state;
	memset(data, 'x', sizeof(data));
	fakeproc_write(&fake, 42, "cmdline", data, sizeof(data));
	assert_int_equal(tsp_procfs_read(process, "cmdline", buffer,
					 sizeof(buffer)),
			 99);
	assert_int_equal(strlen(buffer), 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)
		TEST(trusts_the_same_process),
		TEST(notices_a_reused_pid),
		TEST(notices_another_executable),
		TEST(notices_another_device),
		TEST(notices_an_exited_process),
		TEST(does_without_an_inode),
		TEST(says_that_there_is_no_process),
		TEST(parses_hostile_names),
		TEST(refuses_garbage),
		TEST(reads_no_more_than_asked),
#undef TEST
	};

	return cmocka_run_group_tests_name("procfs", tests, NULL, NULL);
}
