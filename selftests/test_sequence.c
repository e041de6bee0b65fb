// SPDX-License-Identifier: GPL-2.0
/*
 * The native API as injectors use it (AN1466): two kinds of calls within the
 * time window, whichever comes first, are told once a program, with the C
 * library that was mapped, or none. One kind alone is silent, however often;
 * and so is what the tunables leave out.
 */
#include "harness.h"

#include "expect.h"
#include "program.h"
#include "tune.h"

#include <fcntl.h>
#include <sys/stat.h>

#define WORDS_MAX 8
#define DIR "/var/tmp/trespass-sequence"

/* Files of the kind that a C library is told by. */
#define MUSL DIR "/ld-musl-x86_64.so.1"
#define OTHER DIR "/libuClibc-1.0.so"

FIXTURE(sequence)
{
	struct events *events;
	struct victim victim;
	struct program program;
};

FIXTURE_SETUP(sequence)
{
	static const char *const files[] = { MUSL, OTHER };
	size_t i;

	mkdir(DIR, 0755);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		int fd = open(files[i], O_CREAT | O_RDWR, 0755);

		ASSERT_EQ(0, ftruncate(fd, 4096));
		ASSERT_EQ(0, close(fd));
	}
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
}

static void sequence_end(FIXTURE_DATA(sequence) * self)
{
	victim_stop(&self->victim);
	events_close(self->events);
	tune_back();
}

FIXTURE_TEARDOWN(sequence)
{
	sequence_end(self);
}

/* Run the attack program "sequence" with some words, on a victim of its kind.
 */
static int run(FIXTURE_DATA(sequence) * self, bool is_static,
	       const char *const *words)
{
	const char *const whom[] = { is_static ? "victim32" : "victim", NULL };
	const char *argv[4 + WORDS_MAX + 1] = {};
	char pid[16], address[32];
	size_t i;

	if (!self->victim.pidfd &&
	    victim_start(&self->victim, KIN_CHILD, 0, whom))
		return -1;
	sprintf(pid, "%d", self->victim.id.pid);
	sprintf(address, "%#lx", self->victim.at[TSP_REGION_DATA]);
	argv[0] = is_static ? "sequence32" : "sequence";
	argv[1] = "--on";
	argv[2] = pid;
	argv[3] = address;
	for (i = 0; i < WORDS_MAX && words[i]; i++)
		argv[4 + i] = words[i];
	return program_run(&self->program, argv) || self->program.status;
}

#define RUN(...)                                                               \
	run(self, false, (const char *const[WORDS_MAX + 1]){ __VA_ARGS__ })

#define EXPECT_SEQUENCES(n)                                                    \
	EXPECT_TOLD(n, self->events, TSP_KIND_DETECTION,                       \
		    TSP_TECHNIQUE_NATIVE_API_SEQUENCE,                         \
		    .source = self->program.id.pid)

static const struct tsp_event *
expect_sequence(struct __test_metadata *_metadata,
		FIXTURE_DATA(sequence) * self, uint32_t library,
		const struct expect_step *steps, unsigned int n_steps)
{
	const struct tsp_event *event =
		WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
			 .source = self->program.id.pid);

	ASSERT_EVENT(event, TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
		     &self->program.id, &self->program.id, TSP_RELATION_SELF,
		     .steps = steps, .n_steps = n_steps);
	EXPECT_EQ(0, event->edge);
	EXPECT_EQ(library, event->c_library);
	EXPECT_TRUE(event->present & TSP_PRESENT(TSP_A_EVENT_C_LIBRARY));
	return event;
}

/* The chain: the C library, if any, and what else is listed. */
#define EXPECT_SEQUENCE(library, ...)                                          \
	expect_sequence(_metadata, self, TSP_C_LIBRARY_##library,              \
			(const struct expect_step[]){ __VA_ARGS__ },           \
			sizeof((const struct expect_step[]){ __VA_ARGS__ }) /  \
				sizeof(struct expect_step))

/* Every order of two kinds, in a program with a C library and in one without.
 */
FIXTURE(order)
{
	FIXTURE_DATA(sequence) base;
};

FIXTURE_VARIANT(order)
{
	const char *words[2];
	uint32_t ops[2];
};

#define ORDER(name, first, first_op, second, second_op)                        \
	FIXTURE_VARIANT_ADD(order, name)                                       \
	{                                                                      \
		.words = { first, second },                                    \
		.ops = { TSP_OP_##first_op, TSP_OP_##second_op },              \
	}

ORDER(fork_and_memory, "fork", FORK, "exec-memory", WX_FLIP);
ORDER(memory_and_fork, "exec-memory", WX_FLIP, "fork", FORK);
ORDER(fork_and_fileless, "fork", FORK, "fileless", MEMFD_MAP_EXEC);
ORDER(fileless_and_fork, "fileless", MEMFD_MAP_EXEC, "fork", FORK);
ORDER(fork_and_ptrace, "fork", FORK, "attach", PTRACE_ATTACH);
ORDER(ptrace_and_fork, "attach", PTRACE_ATTACH, "fork", FORK);
ORDER(fork_and_write, "fork", FORK, "write", VM_WRITE);
ORDER(write_and_fork, "write", VM_WRITE, "fork", FORK);
ORDER(memory_and_ptrace, "exec-memory", WX_FLIP, "attach", PTRACE_ATTACH);
ORDER(ptrace_and_memory, "attach", PTRACE_ATTACH, "exec-memory", WX_FLIP);
ORDER(memory_and_write, "exec-memory", WX_FLIP, "write", VM_WRITE);
ORDER(write_and_memory, "write", VM_WRITE, "exec-memory", WX_FLIP);
ORDER(ptrace_and_write, "attach", PTRACE_ATTACH, "write", VM_WRITE);
ORDER(write_and_ptrace, "write", VM_WRITE, "attach", PTRACE_ATTACH);

FIXTURE_SETUP(order)
{
	sequence_setup(_metadata, &self->base, NULL);
}

FIXTURE_TEARDOWN(order)
{
	sequence_end(&self->base);
}

/* Two in the same millisecond are told in the order of their kinds. */
static void sort(const struct tsp_event *event, struct expect_step *steps)
{
	struct expect_step first = steps[0];

	if (event && event->n_step > 1 &&
	    event->step[event->n_step - 1].offset_ns ==
		    event->step[event->n_step - 2].offset_ns &&
	    event->step[event->n_step - 1].op == first.op) {
		steps[0] = steps[1];
		steps[1] = first;
	}
}

static const struct tsp_event *order_told(FIXTURE_DATA(order) * self)
{
	return WAIT_FOR(self->base.events, TSP_KIND_DETECTION,
			TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
			.source = self->base.program.id.pid);
}

TEST_F(order, is_told)
{
	const char *const words[WORDS_MAX + 1] = { variant->words[0],
						   variant->words[1] };
	struct expect_step steps[] = {
		{ TSP_OP_LIBC_MAP },
		{ variant->ops[0] },
		{ variant->ops[1] },
	};

	ASSERT_EQ(0, run(&self->base, false, words));
	sort(order_told(self), steps + 1);
	expect_sequence(_metadata, &self->base, TSP_C_LIBRARY_GLIBC, steps, 3);
	EXPECT_TOLD(1, self->base.events, TSP_KIND_DETECTION,
		    TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
		    .source = self->base.program.id.pid);
}

TEST_F(order, of_a_static_program_is_told)
{
	const char *const words[WORDS_MAX + 1] = { variant->words[0],
						   variant->words[1] };
	struct expect_step steps[] = {
		{ variant->ops[0] },
		{ variant->ops[1] },
	};

	ASSERT_EQ(0, run(&self->base, true, words));
	sort(order_told(self), steps);
	expect_sequence(_metadata, &self->base, TSP_C_LIBRARY_NONE, steps, 2);
}

/* One kind alone, and what is of no kind. */
FIXTURE(alone)
{
	FIXTURE_DATA(sequence) base;
};

FIXTURE_VARIANT(alone)
{
	const char *words[WORDS_MAX + 1];
};

#define ALONE(name, ...)                                                       \
	FIXTURE_VARIANT_ADD(alone, name)                                       \
	{                                                                      \
		.words = { __VA_ARGS__ },                                      \
	}

ALONE(forks, "fork", "fork", "fork");
ALONE(memory, "exec-memory", "fileless", "exec-memory");
ALONE(ptrace, "attach", "attach");
ALONE(writes, "write", "write", "write");
ALONE(fork_and_thread_and_data, "fork", "thread", "data-memory", "own-write");
ALONE(memory_and_thread, "exec-memory", "thread", "own-write");

FIXTURE_SETUP(alone)
{
	sequence_setup(_metadata, &self->base, NULL);
}

FIXTURE_TEARDOWN(alone)
{
	sequence_end(&self->base);
}

TEST_F(alone, is_silent)
{
	ASSERT_EQ(0, run(&self->base, false, variant->words));
	EXPECT_TOLD(0, self->base.events, TSP_KIND_DETECTION,
		    TSP_TECHNIQUE_NATIVE_API_SEQUENCE,
		    .source = self->base.program.id.pid);
}

TEST_F(sequence, three_kinds_are_told_at_the_second)
{
	ASSERT_EQ(0, RUN("fork", "fork", "fork", "pass=5", "exec-memory",
			 "write"));
	EXPECT_SEQUENCE(GLIBC, { TSP_OP_LIBC_MAP }, { TSP_OP_FORK, .count = 3 },
			{ TSP_OP_WX_FLIP });
	EXPECT_SEQUENCES(1);
}

TEST_F(sequence, musl_is_told_apart)
{
	ASSERT_EQ(0,
		  RUN("map=" MUSL, "pass=5", "fork", "pass=5", "exec-memory"));
	EXPECT_SEQUENCE(MUSL, { TSP_OP_LIBC_MAP }, { TSP_OP_FORK },
			{ TSP_OP_WX_FLIP });
}

TEST_F(sequence, maps_path_names_another_library)
{
	ASSERT_EQ(0, TUNE(maps_path, MAPS_PATH, "libuClibc"));
	ASSERT_EQ(0,
		  RUN("map=" OTHER, "pass=5", "fork", "pass=5", "exec-memory"));
	EXPECT_SEQUENCE(OTHER, { TSP_OP_LIBC_MAP }, { TSP_OP_FORK },
			{ TSP_OP_WX_FLIP });
}

/* Without the policy's word it is but a file. */
TEST_F(sequence, other_files_are_no_library)
{
	ASSERT_EQ(0,
		  RUN("map=" OTHER, "pass=5", "fork", "pass=5", "exec-memory"));
	EXPECT_SEQUENCE(GLIBC, { TSP_OP_LIBC_MAP }, { TSP_OP_FORK },
			{ TSP_OP_WX_FLIP });
}

TEST_F(sequence, time_window_parts_what_is_too_far_apart)
{
	ASSERT_EQ(0, TUNE(time_window_ms, TIME_WINDOW_MS, 50));
	ASSERT_EQ(0, RUN("fork", "pass=200", "exec-memory"));
	EXPECT_SEQUENCES(0);
	tune_back();
	ASSERT_EQ(0, RUN("fork", "pass=200", "exec-memory"));
	EXPECT_SEQUENCES(1);
}

/* The first fork is too old by then, the others are not. */
TEST_F(sequence, time_window_is_from_the_last_of_many)
{
	ASSERT_EQ(0, TUNE(time_window_ms, TIME_WINDOW_MS, 1000));
	ASSERT_EQ(0, RUN("fork", "pass=360", "fork", "pass=360", "fork",
			 "pass=360", "exec-memory"));
	EXPECT_SEQUENCE(GLIBC, { TSP_OP_LIBC_MAP }, { TSP_OP_FORK, .count = 3 },
			{ TSP_OP_WX_FLIP });
}

TEST_F(sequence, syscall_type_leaves_kinds_out)
{
	ASSERT_EQ(0,
		  TUNE(syscall_type, SYSCALL_TYPE,
		       TSP_SYSCALL_TYPE_EXEC_MEMORY | TSP_SYSCALL_TYPE_WRITE));
	ASSERT_EQ(0, RUN("fork", "exec-memory", "attach"));
	EXPECT_SEQUENCES(0);
	ASSERT_EQ(0, RUN("fork", "pass=5", "exec-memory", "pass=5", "write"));
	EXPECT_SEQUENCE(GLIBC, { TSP_OP_LIBC_MAP }, { TSP_OP_WX_FLIP },
			{ TSP_OP_VM_WRITE });
}

TEST_F(sequence, process_name_leaves_processes_out)
{
	ASSERT_EQ(0, TUNE(process_name, PROCESS_NAME, "suspect"));
	ASSERT_EQ(0, RUN("fork", "exec-memory", "write"));
	EXPECT_SEQUENCES(0);
	ASSERT_EQ(0, RUN("name=suspect-7", "fork", "exec-memory"));
	EXPECT_SEQUENCES(1);
}

TEST_F(sequence, rate_weighs_more)
{
	const struct tsp_event *event;

	ASSERT_EQ(0, TUNE(syscall_rate, SYSCALL_RATE, 4));
	ASSERT_EQ(0, RUN("fork", "exec-memory"));
	event = EXPECT_SEQUENCE(GLIBC, { TSP_OP_LIBC_MAP }, { TSP_OP_FORK },
				{ TSP_OP_WX_FLIP });
	EXPECT_EQ(0, event_points(event, TSP_FACTOR_RATE));
	ASSERT_EQ(0, RUN("fork", "fork", "fork", "pass=5", "exec-memory"));
	event = EXPECT_SEQUENCE(GLIBC, { TSP_OP_LIBC_MAP },
				{ TSP_OP_FORK, .count = 3 },
				{ TSP_OP_WX_FLIP });
	EXPECT_LT(0, event_points(event, TSP_FACTOR_RATE));
}

TEST_F(sequence, is_told_once_a_program)
{
	ASSERT_EQ(0, RUN("fork", "exec-memory", "fork", "exec-memory", "write",
			 "attach"));
	EXPECT_SEQUENCES(1);
}

TEST_F(sequence, is_told_anew_after_an_execution)
{
	ASSERT_EQ(0, RUN("fork", "exec-memory", "exec", "fork", "exec-memory"));
	EXPECT_SEQUENCES(2);
}

TEST_F(sequence, execution_forgets_what_was_before)
{
	ASSERT_EQ(0, RUN("fork", "exec", "exec-memory"));
	EXPECT_SEQUENCES(0);
}

TEST_HARNESS_MAIN
