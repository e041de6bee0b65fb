// SPDX-License-Identifier: GPL-2.0
/*
 * Programs and libraries without an ordinary file: executed, interpreted or
 * mapped from an in-memory file, one that no directory holds, or one on a
 * tmpfs; and what such an in-memory file went through before. Holding data in
 * them is silent.
 */
#include "harness.h"

#include "attack/fileless.h"
#include "expect.h"
#include "parcel.h"
#include "program.h"

#include <linux/memfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define MAP_SIZE 8192UL

/* Of a memfd that was written: how often depends on the kernel's pages. */
static uint64_t writes_of(const struct tsp_event *event)
{
	unsigned int i;

	for (i = 0; event && i < event->n_step; i++)
		if (event->step[i].op == TSP_OP_MEMFD_WRITE)
			return event->step[i].count;
	return 1;
}

/* The life of a file of which @size bytes were written, and then run. */
static unsigned int life(enum fileless kind, uint64_t size, uint64_t writes,
			 uint32_t op, uint64_t bytes, struct expect_step *steps)
{
	unsigned int n = 0;

	if (kind == FILELESS_MEMFD) {
		steps[n++].op = TSP_OP_MEMFD_CREATE;
		if (size)
			steps[n++] = (struct expect_step){
				.op = TSP_OP_MEMFD_WRITE,
				.count = writes,
				.bytes = size,
			};
	}
	steps[n++] = (struct expect_step){ .op = op, .bytes = bytes };
	return n;
}

static const enum tsp_region regions[] = {
	[FILELESS_MEMFD] = TSP_REGION_MEMFD,
	[FILELESS_TMPFILE] = TSP_REGION_DELETED,
	[FILELESS_UNLINKED] = TSP_REGION_DELETED,
	[FILELESS_TMPFS] = TSP_REGION_TMPFS,
};

static const char *const kinds[] = { "memfd", "tmpfile", "unlinked", "tmpfs" };

FIXTURE(run)
{
	struct events *events;
	struct victim victim;
};

FIXTURE_VARIANT(run)
{
	enum fileless kind;
	const char *how;
	bool compat;
};

#define WORD_NATIVE(name, which, by)                                           \
	FIXTURE_VARIANT_ADD(run, name)                                         \
	{                                                                      \
		.kind = FILELESS_##which, .how = by,                           \
	}

#define WORD_COMPAT(name, which, by)                                           \
	FIXTURE_VARIANT_ADD(run, name##_compat)                                \
	{                                                                      \
		.kind = FILELESS_##which, .how = by, .compat = true,           \
	}

WORD_NATIVE(memfd_by_descriptor, MEMFD, "execveat");
WORD_COMPAT(memfd_by_descriptor, MEMFD, "execveat");
WORD_NATIVE(memfd_by_path, MEMFD, "path");
WORD_COMPAT(memfd_by_path, MEMFD, "path");
WORD_NATIVE(tmpfile_by_descriptor, TMPFILE, "execveat");
WORD_COMPAT(tmpfile_by_descriptor, TMPFILE, "execveat");
WORD_NATIVE(tmpfile_by_path, TMPFILE, "path");
WORD_COMPAT(tmpfile_by_path, TMPFILE, "path");
WORD_NATIVE(unlinked_by_descriptor, UNLINKED, "fexecve");
WORD_COMPAT(unlinked_by_descriptor, UNLINKED, "fexecve");
WORD_NATIVE(unlinked_by_path, UNLINKED, "path");
WORD_COMPAT(unlinked_by_path, UNLINKED, "path");
WORD_NATIVE(tmpfs_by_descriptor, TMPFS, "execveat");
WORD_COMPAT(tmpfs_by_descriptor, TMPFS, "execveat");
WORD_NATIVE(tmpfs_by_path, TMPFS, "path");
WORD_COMPAT(tmpfs_by_path, TMPFS, "path");

FIXTURE_SETUP(run)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
}

FIXTURE_TEARDOWN(run)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

/* The victim makes executable memory by itself, which such a one may not. */
TEST_F(run, is_told)
{
	char program[PATH_MAX];
	const char *const argv[] = {
		variant->compat ? "memfd_exec32" : "memfd_exec",
		"--file",
		kinds[variant->kind],
		"--how",
		variant->how,
		program,
		NULL,
	};
	const struct tsp_event *event;
	struct expect_step steps[4] = {};
	struct identity before;
	unsigned int n_steps;
	struct stat file;
	pid_t pid;

	self_path(variant->compat ? "attack/victim32" : "attack/victim",
		  program);
	ASSERT_EQ(0, stat(program, &file));
	ASSERT_EQ(0, victim_start(&self->victim, KIN_CHILD, 0, argv));
	pid = self->victim.id.pid;
	before = self->victim.id;
	attack_path(argv[0], before.exe);

	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_MEMFD_EXEC, .source = pid);
	n_steps = life(variant->kind, file.st_size, writes_of(event),
		       TSP_OP_MEMFD_EXEC, file.st_size, steps);
	ASSERT_EVENT(event, TSP_TECHNIQUE_MEMFD_EXEC, &before, &self->victim.id,
		     TSP_RELATION_SELF, .bytes = file.st_size, .count = 1,
		     .steps = steps, .n_steps = n_steps);
	EXPECT_EQ(regions[variant->kind], event->access.region);
	EXPECT_EQ(variant->kind == FILELESS_TMPFS,
		  event_points(event, TSP_FACTOR_LINKED) < 0);
	EXPECT_EQ(variant->kind == FILELESS_MEMFD ? pid : 0,
		  event->memfd_creator);

	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_WX_FLIP, .source = pid);
	steps[n_steps++] =
		(struct expect_step){ TSP_OP_WX_FLIP, .bytes = 4096 };
	ASSERT_EVENT(event, TSP_TECHNIQUE_WX_FLIP, &self->victim.id,
		     &self->victim.id, TSP_RELATION_SELF,
		     .address = self->victim.at[TSP_REGION_ANONYMOUS_EXEC],
		     .length = 4096, .region = TSP_REGION_ANONYMOUS_EXEC,
		     .bytes = file.st_size, .count = 1, .steps = steps,
		     .n_steps = n_steps);
	EXPECT_LT(0, event_points(event, TSP_FACTOR_EXE_LOCATION));
	/* Not sooner: files are named when events are handed on. */
	if (variant->kind == FILELESS_TMPFS)
		unlink(self->victim.id.exe);
	EXPECT_TOLD(2, self->events, .party = pid);
}

FIXTURE(script)
{
	struct events *events;
	char path[32];
	char interpreter[PATH_MAX];
};

FIXTURE_VARIANT(script)
{
	enum fileless kind;
	const char *how;
};

FIXTURE_VARIANT_ADD(script, memfd){
	.kind = FILELESS_MEMFD,
	.how = "fexecve",
};

FIXTURE_VARIANT_ADD(script, memfd_by_path){
	.kind = FILELESS_MEMFD,
	.how = "path",
};

FIXTURE_VARIANT_ADD(script, unlinked){
	.kind = FILELESS_UNLINKED,
	.how = "execveat",
};

static const char script[] = "#!/bin/sh\nexit 0\n";

FIXTURE_SETUP(script)
{
	int fd;

	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	strcpy(self->path, "/var/tmp/script.XXXXXX");
	fd = mkstemp(self->path);
	ASSERT_EQ(sizeof(script) - 1, write(fd, script, sizeof(script) - 1));
	ASSERT_EQ(0, close(fd));
	ASSERT_NE(NULL, realpath("/bin/sh", self->interpreter));
}

FIXTURE_TEARDOWN(script)
{
	unlink(self->path);
	events_close(self->events);
}

/* What is fileless is the script, not the interpreter that runs. */
TEST_F(script, is_told)
{
	const char *const argv[] = {
		"memfd_exec", "--file",	    kinds[variant->kind],
		"--how",      variant->how, self->path,
		NULL
	};
	const size_t size = sizeof(script) - 1;
	const struct tsp_event *event;
	struct expect_step steps[4] = {};
	struct program program;
	struct identity after;
	unsigned int n_steps;

	ASSERT_EQ(0, program_run(&program, argv));
	ASSERT_EQ(0, program.status);
	after = program.id;
	strcpy(after.exe, self->interpreter);
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 .source = program.id.pid);
	n_steps = life(variant->kind, size, writes_of(event), TSP_OP_MEMFD_EXEC,
		       size, steps);
	ASSERT_EVENT(event, TSP_TECHNIQUE_MEMFD_EXEC, &program.id, &after,
		     TSP_RELATION_SELF, .bytes = size, .count = 1,
		     .steps = steps, .n_steps = n_steps);
	EXPECT_EQ(regions[variant->kind], event->access.region);
}

TEST_F(script, ordinary_one_is_silent)
{
	pid_t pid;

	ASSERT_EQ(0, chmod(self->path, 0700));
	pid = fork();
	if (!pid) {
		execl(self->path, self->path, NULL);
		_exit(1);
	}
	ASSERT_EQ(0, reap(pid));
	EXPECT_TOLD(0, self->events, .party = pid);
}

FIXTURE(map)
{
	struct events *events;
	struct identity self;
	char path[FILELESS_PATH_MAX];
	int fd;
};

FIXTURE_VARIANT(map)
{
	enum fileless kind;
};

FIXTURE_VARIANT_ADD(map, memfd){
	.kind = FILELESS_MEMFD,
};

FIXTURE_VARIANT_ADD(map, tmpfile){
	.kind = FILELESS_TMPFILE,
};

FIXTURE_VARIANT_ADD(map, unlinked){
	.kind = FILELESS_UNLINKED,
};

FIXTURE_VARIANT_ADD(map, tmpfs){
	.kind = FILELESS_TMPFS,
};

FIXTURE_SETUP(map)
{
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	self->fd = fileless_open(variant->kind, 0, "mapped", self->path);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ftruncate(self->fd, MAP_SIZE));
}

FIXTURE_TEARDOWN(map)
{
	if (self->path[0])
		unlink(self->path);
	events_close(self->events);
}

static const struct tsp_event *expect_map(struct __test_metadata *_metadata,
					  FIXTURE_DATA(map) * self,
					  enum fileless kind)
{
	void *map = mmap(NULL, MAP_SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE,
			 self->fd, 0);
	const struct tsp_event *event;
	struct expect_step steps[4] = {};
	unsigned int n_steps;

	ASSERT_NE(MAP_FAILED, map);
	n_steps = life(kind, 0, 0, TSP_OP_MEMFD_MAP_EXEC, MAP_SIZE, steps);
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .source = getpid());
	ASSERT_EVENT(event, TSP_TECHNIQUE_MEMFD_MAP_EXEC, &self->self,
		     &self->self, TSP_RELATION_SELF,
		     .address = (unsigned long)map, .length = MAP_SIZE,
		     .region = regions[kind], .bytes = MAP_SIZE, .count = 1,
		     .steps = steps, .n_steps = n_steps);
	EXPECT_EQ(kind == FILELESS_TMPFS,
		  event_points(event, TSP_FACTOR_LINKED) < 0);
	return event;
}

TEST_F(map, is_told)
{
	const struct tsp_event *event =
		expect_map(_metadata, self, variant->kind);

	EXPECT_EQ(0, event_points(event, TSP_FACTOR_DOUBLE_MAPPING));
	EXPECT_TOLD(1, self->events, .technique = TSP_TECHNIQUE_MEMFD_MAP_EXEC,
		    .party = getpid());
}

/* Written through one mapping, run in the other. */
TEST_F(map, double_mapping_weighs_more)
{
	ASSERT_NE(MAP_FAILED, mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, self->fd, 0));
	EXPECT_LT(0, event_points(expect_map(_metadata, self, variant->kind),
				  TSP_FACTOR_DOUBLE_MAPPING));
}

TEST_F(map, data_is_silent)
{
	ASSERT_NE(MAP_FAILED, mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE,
				   MAP_SHARED, self->fd, 0));
	ASSERT_NE(MAP_FAILED, mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE, self->fd, 0));
	EXPECT_TOLD(0, self->events, .party = getpid());
}

/* The record of one in-memory file. */
FIXTURE(life)
{
	struct events *events;
	struct identity self;
	int sockets[2];
	int fd;
};

FIXTURE_SETUP(life)
{
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, self->sockets));
	self->fd = -1;
}

FIXTURE_TEARDOWN(life)
{
	events_close(self->events);
}

TEST_F(life, is_told_with_its_flags_and_seals)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	static const char bytes[MAP_SIZE] = { 1 };
	const struct tsp_event *event;
	void *map;

	self->fd = memfd_create("life", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	ASSERT_EQ(MAP_SIZE, write(self->fd, bytes, MAP_SIZE));
	ASSERT_EQ(0, fcntl(self->fd, F_ADD_SEALS, seals));
	map = mmap(NULL, MAP_SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE, self->fd,
		   0);
	ASSERT_NE(MAP_FAILED, map);
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .source = getpid());
	ASSERT_EVENT(event, TSP_TECHNIQUE_MEMFD_MAP_EXEC, &self->self,
		     &self->self, TSP_RELATION_SELF,
		     .address = (unsigned long)map, .length = MAP_SIZE,
		     .region = TSP_REGION_MEMFD, .bytes = MAP_SIZE, .count = 1,
		     STEPS({ TSP_OP_MEMFD_CREATE },
			   { TSP_OP_MEMFD_WRITE, .count = writes_of(event),
			     .bytes = MAP_SIZE },
			   { TSP_OP_MEMFD_SEAL },
			   { TSP_OP_MEMFD_MAP_EXEC, .bytes = MAP_SIZE }));
	EXPECT_EQ(MFD_ALLOW_SEALING | MFD_CLOEXEC, event->memfd_flags);
	EXPECT_EQ(seals, event->memfd_seals);
	EXPECT_EQ(getpid(), event->memfd_creator);
	ASSERT_NE(NULL, event->memfd_name);
	EXPECT_STREQ("life", event->memfd_name);
}

static int run_passed(void *arg)
{
	static char *const argv[] = { "true", NULL };
	static char *const environment[] = { NULL };
	FIXTURE_DATA(life) *self = arg;

	if (self->fd < 0)
		self->fd = parcel_receive(self->sockets[0]);
	return fexecve(self->fd, argv, environment);
}

/* One process makes it, another runs it. */
static void expect_passed(struct __test_metadata *_metadata,
			  FIXTURE_DATA(life) * self, struct actor *actor,
			  size_t size)
{
	const struct tsp_event *event;
	struct identity after = actor->id;

	EXPECT_EQ(-1, actor_act(actor));
	strcpy(after.exe, "/memfd:passed (deleted)");
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 .source = actor->id.pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_MEMFD_EXEC, &actor->id, &after,
		     TSP_RELATION_SELF, .bytes = size, .count = 1,
		     STEPS({ TSP_OP_MEMFD_CREATE },
			   { TSP_OP_MEMFD_WRITE, .count = writes_of(event),
			     .bytes = size },
			   { TSP_OP_MEMFD_EXEC, .bytes = size }));
	EXPECT_EQ(getpid(), event->memfd_creator);
	actor_end(actor);
}

static int make_program(size_t *size)
{
	static char bytes[1 << 20];
	int from = open("/bin/true", O_RDONLY | O_CLOEXEC);
	int fd = memfd_create("passed", 0);

	*size = read(from, bytes, sizeof(bytes));
	close(from);
	return write(fd, bytes, *size) == (ssize_t)*size ? fd : -1;
}

TEST_F(life, inherited_one_names_its_maker)
{
	struct actor actor;
	size_t size;

	self->fd = make_program(&size);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, actor_start(&actor, 0, run_passed, self));
	expect_passed(_metadata, self, &actor, size);
}

TEST_F(life, received_one_names_its_maker)
{
	struct actor actor;
	size_t size;
	int fd;

	ASSERT_EQ(0, actor_start(&actor, 0, run_passed, self));
	fd = make_program(&size);
	ASSERT_EQ(0, parcel_send(self->sockets[1], fd));
	expect_passed(_metadata, self, &actor, size);
}

TEST_HARNESS_MAIN
