// SPDX-License-Identifier: GPL-2.0
/*
 * Anonymous in-memory files: told when they are executed or mapped executable,
 * not when they only hold data.
 */
#include "harness.h"

#include "expect.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/stat.h>

#define MAP_SIZE (2UL << 20) /* one huge page, or many small ones */

FIXTURE(memfd_exec)
{
	struct events *events;
	struct victim victim;
};

FIXTURE_VARIANT(memfd_exec)
{
	const char *how;
	bool forks;
};

FIXTURE_VARIANT_ADD(memfd_exec, fexecve){
	.how = "fexecve",
};

FIXTURE_VARIANT_ADD(memfd_exec, execveat){
	.how = "execveat",
};

FIXTURE_VARIANT_ADD(memfd_exec, path){
	.how = "path",
};

FIXTURE_VARIANT_ADD(memfd_exec, forked){
	.how = "fexecve",
	.forks = true,
};

FIXTURE_SETUP(memfd_exec)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
}

FIXTURE_TEARDOWN(memfd_exec)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

/* The victim itself comes out of a memfd. */
TEST_F(memfd_exec, execution_is_told)
{
	char program[PATH_MAX];
	const char *const argv[] = {
		"memfd_exec", "--name",	    "evil name",
		"--how",      variant->how, variant->forks ? "--fork" : "--",
		program,      NULL
	};
	struct expect_step steps[] = {
		{ TSP_OP_MEMFD_CREATE },
		{ TSP_OP_MEMFD_WRITE },
		{ TSP_OP_MEMFD_EXEC },
		{ TSP_OP_WX_FLIP, .bytes = 4096 },
	};
	const struct tsp_event *event;
	struct identity before;
	uint32_t severity;
	struct stat file;
	pid_t pid;

	self_path("attack/victim", program);
	ASSERT_EQ(0, stat(program, &file));
	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	pid = self->victim.id.pid;
	EXPECT_STREQ("/memfd:evil name (deleted)", self->victim.id.exe);
	before = self->victim.id;
	self_path("attack/memfd_exec", before.exe);

	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_MEMFD_EXEC, .source = pid);
	steps[1].bytes = file.st_size;
	steps[1].most = (file.st_size + 4095) / 4096;
	steps[2].bytes = file.st_size;
	ASSERT_EVENT(event, TSP_TECHNIQUE_MEMFD_EXEC, &before, &self->victim.id,
		     TSP_RELATION_SELF, .bytes = file.st_size, .count = 1,
		     .steps = steps, .n_steps = 3);
	severity = event->severity;
	EXPECT_LE(50U, severity);
	EXPECT_TRUE(event->target.exe_flags & TSP_EXE_FLAG_MEMFD);
	EXPECT_FALSE(event->source.exe_flags & TSP_EXE_FLAG_MEMFD);
	ASSERT_NE(NULL, event->memfd_name);
	EXPECT_STREQ("evil name", event->memfd_name);
	EXPECT_EQ(variant->forks ? before.ppid : pid, event->memfd_creator);
	EXPECT_EQ(0, event->memfd_flags);

	/* what is writable and executable in such a program is told as well */
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_WX_FLIP, .source = pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_WX_FLIP, &self->victim.id,
		     &self->victim.id, TSP_RELATION_SELF,
		     .address = self->victim.at[TSP_REGION_ANONYMOUS_EXEC],
		     .length = 4096, .region = TSP_REGION_ANONYMOUS_EXEC,
		     .bytes = file.st_size, .count = 1, .steps = steps,
		     .n_steps = 4);
	EXPECT_LT(0, event_points(event, TSP_FACTOR_EXE_LOCATION));
	EXPECT_LT(severity, event->severity);

	/* and is the gravest, so that the summary is of it */
	victim_stop(&self->victim);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY, .source = pid),
		     TSP_TECHNIQUE_WX_FLIP, &self->victim.id, &self->victim.id,
		     TSP_RELATION_SELF, .bytes = file.st_size, .count = 1,
		     .end = TSP_END_SOURCE_EXIT, .steps = steps, .n_steps = 4);
	EXPECT_TOLD(3, self->events, .party = pid);
}

FIXTURE(memfd)
{
	struct events *events;
	struct identity self;
	int fd;
};

FIXTURE_SETUP(memfd)
{
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	self->fd = -1;
}

FIXTURE_TEARDOWN(memfd)
{
	events_close(self->events);
}

/* Map a file, as @prot, and expect its detection. */
static void map_and_expect(struct __test_metadata *_metadata,
			   FIXTURE_DATA(memfd) * self, uint32_t file_flags,
			   int prot, int flags)
{
	const struct tsp_event *event;
	void *map;

	map = mmap(NULL, MAP_SIZE, prot, flags, self->fd, 0);
	ASSERT_NE(MAP_FAILED, map);
	event = WAIT_FOR(self->events, .party = getpid());
	ASSERT_EVENT(event, TSP_TECHNIQUE_MEMFD_MAP_EXEC, &self->self,
		     &self->self, TSP_RELATION_SELF,
		     .address = (unsigned long)map, .length = MAP_SIZE,
		     .region = TSP_REGION_MEMFD, .bytes = MAP_SIZE, .count = 1,
		     STEPS({ TSP_OP_MEMFD_CREATE },
			   { TSP_OP_MEMFD_MAP_EXEC, .bytes = MAP_SIZE }));
	ASSERT_NE(NULL, event->memfd_name);
	EXPECT_STREQ("mapped", event->memfd_name);
	EXPECT_EQ(getpid(), event->memfd_creator);
	EXPECT_EQ(file_flags, event->memfd_flags);
	/* who may write the file may write the code */
	EXPECT_EQ(flags & MAP_SHARED && prot & PROT_WRITE,
		  event_points(event, TSP_FACTOR_DOUBLE_MAPPING) > 0);
	EXPECT_TOLD(1, self->events, .party = getpid());
}

TEST_F(memfd, executable_mapping_is_told)
{
	self->fd = memfd_create("mapped", 0);
	ASSERT_EQ(0, ftruncate(self->fd, MAP_SIZE));
	map_and_expect(_metadata, self, 0, PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

TEST_F(memfd, executable_shared_mapping_is_told)
{
	self->fd = memfd_create("mapped", 0);
	ASSERT_EQ(0, ftruncate(self->fd, MAP_SIZE));
	map_and_expect(_metadata, self, 0, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_SHARED);
}

TEST_F(memfd, executable_huge_mapping_is_told)
{
	self->fd = memfd_create("mapped", MFD_HUGETLB);
	if (self->fd < 0)
		SKIP(return, "no huge pages here: %s", strerror(errno));
	map_and_expect(_metadata, self, MFD_HUGETLB, PROT_READ | PROT_EXEC,
		       MAP_PRIVATE | MAP_NORESERVE);
}

TEST_F(memfd, data_is_silent)
{
	self->fd = memfd_create("data", 0);
	ASSERT_EQ(0, ftruncate(self->fd, MAP_SIZE));
	ASSERT_NE(MAP_FAILED, mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, self->fd, 0));
	ASSERT_NE(MAP_FAILED,
		  mmap(NULL, MAP_SIZE, PROT_READ, MAP_PRIVATE, self->fd, 0));
	EXPECT_TOLD(0, self->events, .party = getpid());
}

TEST_F(memfd, ordinary_library_is_silent)
{
	self->fd = open("/proc/self/exe", O_RDONLY);
	ASSERT_NE(MAP_FAILED, mmap(NULL, 4096, PROT_READ | PROT_EXEC,
				   MAP_PRIVATE, self->fd, 0));
	ASSERT_NE(MAP_FAILED,
		  mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	EXPECT_TOLD(0, self->events, .party = getpid());
}

TEST_F(memfd, ordinary_execution_is_silent)
{
	static const char *const argv[] = { "victim", NULL };
	struct victim victim;
	pid_t pid;

	ASSERT_EQ(0, victim_start(&victim, KIN_CHILD, 0, argv));
	pid = victim.id.pid;
	victim_stop(&victim);
	EXPECT_TOLD(0, self->events, .party = pid);
}

TEST_HARNESS_MAIN
