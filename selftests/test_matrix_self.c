// SPDX-License-Identifier: GPL-2.0
/*
 * The matrix of what a process does by itself, in 64-bit and in 32-bit programs
 * that run
 *
 *	as root
 *	as another user
 *	in a container: pid and mount namespaces of its own, of either user
 *
 * Each cell compares technique, the party with its user, its namespaces and its
 * pid in there, relation, region, address, bytes and the chain, in the
 * detections and in the summary. A native-api-sequence has neither edge nor
 * summary, and touches no region.
 *
 * What the kernel does not let happen is told as refused: proc-mem-self-patch
 * where /proc/PID/mem forces writes for tracers alone. A static program, as the
 * 32-bit ones are, has no dynamic linker to load a library from memory: it maps
 * it by itself, and makes its sequence without a C library.
 */
#include "harness.h"

#include "expect.h"
#include "flip.h"
#include "program.h"

#include <linux/sched.h>
#include <sys/stat.h>

#define PAGE 4096

/**
 * struct fileless - what a program becomes that executes another from memory
 * @id: who it is by then
 * @size: of the other program
 * @steps: the chain, and what the program does then
 */
struct fileless {
	struct identity id;
	size_t size;
	struct expect_step steps[4];
};

FIXTURE(matrix_self)
{
	struct events *events;
	struct program program;
	struct fileless fileless;
};

FIXTURE_VARIANT(matrix_self)
{
	uid_t uid;
	uint64_t namespaces;
	bool compat;
	const char *touch;
	const char *sequence;
	const char *memfd_exec;
};

#define WORD(name, user, contained, is_compat, bits)                           \
	FIXTURE_VARIANT_ADD(matrix_self, name)                                 \
	{                                                                      \
		.uid = user, .namespaces = contained, .compat = is_compat,     \
		.touch = "touch" bits, .sequence = "sequence" bits,            \
		.memfd_exec = "memfd_exec" bits,                               \
	}

#define WORD_NATIVE(name, user, contained)                                     \
	WORD(name, user, contained, false, "")
#define WORD_COMPAT(name, user, contained)                                     \
	WORD(name##_compat, user, contained, true, "32")

#define CONTAINED (CLONE_NEWPID | CLONE_NEWNS)

WORD_NATIVE(root, 0, 0);
WORD_COMPAT(root, 0, 0);
WORD_NATIVE(user, UID_VICTIM, 0);
WORD_COMPAT(user, UID_VICTIM, 0);
WORD_NATIVE(container, 0, CONTAINED);
WORD_COMPAT(container, 0, CONTAINED);
WORD_NATIVE(container_of_user, UID_VICTIM, CONTAINED);
WORD_COMPAT(container_of_user, UID_VICTIM, CONTAINED);

FIXTURE_SETUP(matrix_self)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
}

FIXTURE_TEARDOWN(matrix_self)
{
	events_close(self->events);
}

/* Run a program in the variant's way; the words are its name and arguments. */
#define ASSERT_RUNS(...)                                                       \
	do {                                                                   \
		const char *const argv_[] = { __VA_ARGS__, NULL };             \
		ASSERT_EQ(0, program_run_as(&self->program, variant->uid,      \
					    variant->namespaces, argv_));      \
		ASSERT_EQ(0, self->program.status);                            \
		ASSERT_EQ(variant->uid, self->program.id.uid);                 \
		ASSERT_EQ(variant->namespaces != 0,                            \
			  self->program.id.ns_pid == 1);                       \
	} while (0)

/* The rest of the words are members of struct expect. */
#define ASSERT_TOLD(event, what, before, after, ...)                           \
	ASSERT_EVENT(event, TSP_TECHNIQUE_##what, before, after,               \
		     TSP_RELATION_SELF, __VA_ARGS__)

#define DETECTION(what)                                                        \
	WAIT_FOR(self->events, TSP_KIND_DETECTION, TSP_TECHNIQUE_##what,       \
		 .source = self->program.id.pid)

#define SUMMARY()                                                              \
	WAIT_FOR(self->events, TSP_KIND_SUMMARY, .source = self->program.id.pid)

/* One detection and its summary, and nothing else. */
#define ASSERT_TOLD_AND_SUMMED(what, ...)                                      \
	do {                                                                   \
		const struct identity *id_ = &self->program.id;                \
		ASSERT_TOLD(DETECTION(what), what, id_, id_, __VA_ARGS__);     \
		ASSERT_TOLD(SUMMARY(), what, id_, id_, __VA_ARGS__,            \
			    .end = TSP_END_SOURCE_EXIT);                       \
		EXPECT_TOLD(2, self->events, .party = id_->pid);               \
	} while (0)

TEST_F(matrix_self, proc_mem_self_patch)
{
	const int32_t result = kernel_forces_writes() ? 0 : -EIO;
	const struct program *program = &self->program;
	size_t length, bytes;

	ASSERT_RUNS(variant->touch, "force-own", "0");
	ASSERT_EQ(-result, program_fact(program, "error"));
	length = program_fact(program, "length");
	bytes = program_fact(program, "bytes");
	ASSERT_EQ(result ? 0 : length, bytes);
	ASSERT_TOLD_AND_SUMMED(PROC_MEM_SELF_PATCH, .result = result,
			       .address = program_fact(program, "address"),
			       .length = length, .region = TSP_REGION_RODATA,
			       .bytes = bytes, .count = !result,
			       STEPS({ TSP_OP_SELF_MEM_WRITE, .bytes = bytes,
				       .result = result }));
}

TEST_F(matrix_self, memfd_map_exec)
{
	ASSERT_RUNS(variant->sequence, "fileless");
	ASSERT_TOLD_AND_SUMMED(MEMFD_MAP_EXEC,
			       .address =
				       program_fact(&self->program, "address"),
			       .length = PAGE, .region = TSP_REGION_MEMFD,
			       .bytes = PAGE, .count = 1,
			       STEPS({ TSP_OP_MEMFD_CREATE },
				     { TSP_OP_MEMFD_MAP_EXEC, .bytes = PAGE }));
	EXPECT_EQ(self->program.id.pid,
		  DETECTION(MEMFD_MAP_EXEC)->memfd_creator);
}

/* What memfd_exec becomes when it is given the program at @path. */
static void become_fileless(struct fileless *fileless, const char *path,
			    const struct identity *before)
{
	struct expect_step *steps = fileless->steps;
	struct stat file = {};

	stat(path, &file);
	fileless->size = file.st_size;
	fileless->id = *before;
	strcpy(fileless->id.exe, "/memfd:memfd_exec (deleted)");
	steps[0].op = TSP_OP_MEMFD_CREATE;
	steps[1].op = TSP_OP_MEMFD_WRITE;
	steps[1].most = file.st_size / PAGE + 1;
	steps[1].bytes = file.st_size;
	steps[2].op = TSP_OP_MEMFD_EXEC;
	steps[2].bytes = file.st_size;
	steps[3].op = TSP_OP_WX_FLIP;
	steps[3].bytes = FLIP_SIZE;
}

/* Run the program "sequence" with a word, from memory. */
#define ASSERT_RUNS_FILELESS(word)                                             \
	do {                                                                   \
		char path_[PATH_MAX];                                          \
		attack_path(variant->sequence, path_);                         \
		ASSERT_RUNS(variant->memfd_exec, path_, word);                 \
		become_fileless(&self->fileless, path_, &self->program.id);    \
	} while (0)

#define ASSERT_EXEC(event, why)                                                \
	ASSERT_TOLD(event, MEMFD_EXEC, &self->program.id, &self->fileless.id,  \
		    .region = TSP_REGION_MEMFD, .bytes = self->fileless.size,  \
		    .count = 1, .end = why, .steps = self->fileless.steps,     \
		    .n_steps = 3)

TEST_F(matrix_self, memfd_exec)
{
	const struct identity *id = &self->program.id;

	ASSERT_RUNS_FILELESS("data-memory");
	ASSERT_EXEC(DETECTION(MEMFD_EXEC), 0);
	EXPECT_EQ(id->pid, DETECTION(MEMFD_EXEC)->memfd_creator);
	ASSERT_EXEC(SUMMARY(), TSP_END_SOURCE_EXIT);
	EXPECT_TOLD(2, self->events, .party = id->pid);
}

#define ASSERT_FLIP(event, why)                                                \
	ASSERT_TOLD(event, WX_FLIP, &self->fileless.id, &self->fileless.id,    \
		    .address = program_fact(&self->program, "address"),        \
		    .length = FLIP_SIZE, .region = TSP_REGION_ANONYMOUS_EXEC,  \
		    .bytes = self->fileless.size, .count = 1, .end = why,      \
		    .steps = self->fileless.steps, .n_steps = 4)

/* Silent but for a program that is fileless itself, see test_wx. */
TEST_F(matrix_self, wx_flip)
{
	const struct identity *id = &self->program.id;

	ASSERT_RUNS_FILELESS("mprotect");
	ASSERT_FLIP(DETECTION(WX_FLIP), 0);
	ASSERT_FLIP(SUMMARY(), TSP_END_SOURCE_EXIT);
	EXPECT_TOLD(1, self->events, .technique = TSP_TECHNIQUE_MEMFD_EXEC,
		    .party = id->pid);
	EXPECT_TOLD(3, self->events, .party = id->pid);
}

/* A millisecond apart, so that their order is known. */
TEST_F(matrix_self, native_api_sequence)
{
	const struct identity *id = &self->program.id;
	const struct expect_step steps[] = {
		{ TSP_OP_LIBC_MAP },
		{ TSP_OP_FORK },
		{ TSP_OP_WX_FLIP },
	};
	const struct tsp_event *event;

	ASSERT_RUNS(variant->sequence, "fork", "pass=5", "exec-memory");
	event = DETECTION(NATIVE_API_SEQUENCE);
	ASSERT_TOLD(event, NATIVE_API_SEQUENCE, id, id,
		    .steps = steps + variant->compat,
		    .n_steps = ARRAY_SIZE(steps) - variant->compat);
	EXPECT_EQ(variant->compat ? TSP_C_LIBRARY_NONE : TSP_C_LIBRARY_GLIBC,
		  event->c_library);
	EXPECT_EQ(TSP_REGION_UNKNOWN, event->access.region);
	EXPECT_EQ(0, event->edge);
	EXPECT_TOLD(1, self->events,
		    .technique = TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
		    .source = id->pid);
	EXPECT_TOLD(0, self->events, .party = id->pid);
}

TEST_HARNESS_MAIN
