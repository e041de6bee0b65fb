// SPDX-License-Identifier: GPL-2.0
/* What the enrichers make of a /proc. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/enrich_cgroup.h"
#include "daemon/enrich_lineage.h"
#include "daemon/enrich_process.h"
#include "daemon/enrich_user.h"
#include "fakeproc.h"
#include "fixture.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct fakeproc fake;
static struct json_object *facts;
static int process;

static int make(void **state)
{
	(void)state;
	fakeproc_make(&fake);
	fakeproc_add(&fake, 42, "cat", 30, 1000);
	process = tsp_procfs_process(&fake.procfs, 42);
	facts = json_object_new_object();
	return 0;
}

static int drop(void **state)
{
	(void)state;
	json_object_put(facts);
	close(process);
	fakeproc_remove(&fake);
	return 0;
}

static struct json_object *fact(const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(facts, name, &value);
	return value;
}

static const char *text(const char *name)
{
	struct json_object *value = fact(name);

	return value ? json_object_get_string(value) : "(none)";
}

static void tells_how_it_was_called(void **state)
{
	static const char cmdline[] = "cat\0-n\0\0two words";

	(void)state;
	fakeproc_write(&fake, 42, "cmdline", cmdline, sizeof(cmdline));
	fakeproc_link(&fake, 42, "cwd", "/srv/data");
	fakeproc_link(&fake, 42, "exe", "/usr/bin/cat");
	tsp_enrich_process(facts, process, true);
	assert_string_equal(text("process.command_line"), "cat -n  two words");
	assert_string_equal(text("process.args"),
			    "[ \"cat\", \"-n\", \"\", \"two words\" ]");
	assert_string_equal(text("process.working_directory"), "/srv/data");
	assert_string_equal(text("process.executable"), "/usr/bin/cat");
}

static void keeps_secrets(void **state)
{
	(void)state;
	fakeproc_write(&fake, 42, "cmdline", "mysql\0-pgeheim", 15);
	tsp_enrich_process(facts, process, false);
	assert_null(fact("process.command_line"));
	assert_null(fact("process.args"));
}

static void defuses_hostile_arguments(void **state)
{
	static const char cmdline[] = "\033[2J\xff\xc3\xa9\n";

	(void)state;
	fakeproc_write(&fake, 42, "cmdline", cmdline, sizeof(cmdline));
	tsp_enrich_process(facts, process, true);
	assert_string_equal(text("process.command_line"),
			    "\\x1b[2J\\xff\xc3\xa9\\x0a");
}

static void bounds_arguments(void **state)
{
	char cmdline[8000];

	(void)state;
	for (size_t i = 0; i < sizeof(cmdline); i++)
		cmdline[i] = i % 2 ? '\0' : 'a';
	fakeproc_write(&fake, 42, "cmdline", cmdline, sizeof(cmdline));
	tsp_enrich_process(facts, process, true);
	assert_int_equal(json_object_array_length(fact("process.args")), 64);
	assert_true(json_object_get_string_len(fact("process.command_line")) <
		    4096);
}

static void says_nothing_of_a_kernel_thread(void **state)
{
	(void)state;
	fakeproc_write(&fake, 42, "cmdline", "", 0);
	tsp_enrich_process(facts, process, true);
	assert_int_equal(json_object_object_length(facts), 0);
}

static void knows_units_and_containers(void **state)
{
	static const struct {
		const char *cgroup, *unit, *user_unit, *container, *runtime;
	} rows[] = {
		{ "0::/\n", "(none)", "(none)", "(none)", "(none)" },
		{ "0::/system.slice/ssh.service\n", "ssh.service", "(none)",
		  "(none)", "(none)" },
		{ "0::/user.slice/user-1000.slice/session-3.scope\n",
		  "session-3.scope", "(none)", "(none)", "(none)" },
		{ "0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
		  "foot.service\n",
		  "user@1000.service", "foot.service", "(none)", "(none)" },
		{ "0::/system.slice/docker-" ID ".scope\n",
		  "docker-" ID ".scope", "(none)", ID, "docker" },
		{ "4:memory:/x\n1:name=systemd:/docker/" ID "\n", "(none)",
		  "(none)", ID, "docker" },
		{ "0::/machine.slice/libpod-" ID ".scope/container\n",
		  "libpod-" ID ".scope", "(none)", ID, "podman" },
		{ "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" ID
		  ".scope\n",
		  "cri-containerd-" ID ".scope", "(none)", ID, "containerd" },
		{ "0::/kubepods/burstable/pod1/" ID "\n", "(none)", "(none)",
		  ID, "containerd" },
		{ "0::/kubepods.slice/pod1.slice/crio-" ID ".scope\n",
		  "crio-" ID ".scope", "(none)", ID, "cri-o" },
		{ "0::/lxc.payload.web/init.scope\n", "init.scope", "(none)",
		  "web", "lxc" },
		{ "0::/lxc/web\n", "(none)", "(none)", "web", "lxc" },
		{ "0::/machine.slice/systemd-nspawn@deb.service/payload\n",
		  "systemd-nspawn@deb.service", "(none)", "deb",
		  "systemd-nspawn" },
		{ "0::/machine.slice/machine-deb.scope\n", "machine-deb.scope",
		  "(none)", "deb", "systemd-nspawn" },
		/* Nearly, but no. */
		{ "0::/system.slice/docker-0123.scope\n", "docker-0123.scope",
		  "(none)", "(none)", "(none)" },
		{ "0::/system.slice/" ID "\n", "(none)", "(none)", "(none)",
		  "(none)" },
		{ "nonsense\n", "(none)", "(none)", "(none)", "(none)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_object_put(facts);
		facts = json_object_new_object();
		fakeproc_write(&fake, 42, "cgroup", rows[i].cgroup,
			       strlen(rows[i].cgroup));
		tsp_enrich_cgroup(facts, process);
		assert_string_equal(text("process.systemd.unit"), rows[i].unit);
		assert_string_equal(text("process.systemd.user_unit"),
				    rows[i].user_unit);
		assert_string_equal(text("container.id"), rows[i].container);
		assert_string_equal(text("container.runtime"), rows[i].runtime);
	}
}

static void lineage(uint32_t ppid, uint64_t start_ns, unsigned int max)
{
	struct tsp_lineage_clock clock = { .boot_id = "boot" };
	struct tsp_party party = { .pid = 42,
				   .ppid = ppid,
				   .start_ns = start_ns };

	tsp_enrich_lineage(facts, &fake.procfs, &party, &clock, max);
}

static size_t generations(void)
{
	return json_object_array_length(fact("process.lineage"));
}

static void follows_ancestors(void **state)
{
	(void)state;
	fakeproc_add(&fake, 30, "sh", 20, 900);
	fakeproc_link(&fake, 30, "exe", "/bin/sh");
	fakeproc_add(&fake, 20, "sshd", 1, 800);
	fakeproc_add(&fake, 1, "init", 0, 0);
	lineage(30, 10000000000ULL, 16);
	assert_int_equal(generations(), 3);
	assert_string_equal(text("process.parent.executable"), "/bin/sh");
	assert_string_equal(text("process.parent.name"), "sh");
	assert_string_equal(text("process.parent.start"),
			    "1970-01-01T00:00:09.000000000Z");
	assert_string_equal(text("process.parent.entity_id"), "boot-30-900");
}

static void stops_at_the_bound(void **state)
{
	(void)state;
	for (uint32_t pid = 30; pid > 1; pid--)
		fakeproc_add(&fake, pid, "nest", pid - 1, pid);
	lineage(30, 10000000000ULL, 16);
	assert_int_equal(generations(), 16);
}

static void survives_a_circle(void **state)
{
	(void)state;
	fakeproc_add(&fake, 30, "a", 31, 5);
	fakeproc_add(&fake, 31, "b", 30, 5);
	lineage(30, 10000000000ULL, 16);
	assert_int_equal(generations(), 16);
}

static void does_not_believe_in_younger_parents(void **state)
{
	(void)state;
	fakeproc_add(&fake, 30, "usurper", 1, 1001);
	fakeproc_add(&fake, 1, "init", 0, 0);
	lineage(30, 10000000000ULL, 16);
	assert_int_equal(generations(), 0);
	assert_null(fact("process.parent.name"));
}

static void names_users(void **state)
{
	struct tsp_party party = { .uid = 0, .euid = 4000000000U };

	(void)state;
	tsp_enrich_user(facts, &party);
	assert_string_equal(text("process.user.name"), "root");
	assert_null(fact("process.effective_user.name"));
	assert_null(fact("process.login_user.name"));
	party.present = TSP_PRESENT(TSP_A_PARTY_LOGIN_UID);
	tsp_enrich_user(facts, &party);
	assert_string_equal(text("process.login_user.name"), "root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)
		TEST(tells_how_it_was_called),
		TEST(keeps_secrets),
		TEST(defuses_hostile_arguments),
		TEST(bounds_arguments),
		TEST(says_nothing_of_a_kernel_thread),
		TEST(knows_units_and_containers),
		TEST(follows_ancestors),
		TEST(stops_at_the_bound),
		TEST(survives_a_circle),
		TEST(does_not_believe_in_younger_parents),
		TEST(names_users),
#undef TEST
	};

	return cmocka_run_group_tests_name("enrich", tests, NULL, NULL);
}
