// SPDX-License-Identifier: GPL-2.0
/*
 * The real attack programs against a real victim of nobody's kin: the victim's
 * own output shows that the injection worked, the events say all of it.
 */
#include "harness.h"

#include "expect.h"
#include "program.h"

#include <sys/stat.h>

FIXTURE(attack)
{
	struct events *events;
	struct victim victim;
	struct program program;
	char pid[16], code[32], pointer[32], text[32];
};

FIXTURE_VARIANT(attack)
{
	const char *victim;
	const char *ptrace;
	const char *vm;
	const char *mem;
	size_t word;
};

FIXTURE_VARIANT_ADD(attack, native){
	.victim = "victim",
	.ptrace = "ptrace_inject",
	.vm = "vm_writev_inject",
	.mem = "proc_mem_inject",
	.word = 8,
};

FIXTURE_VARIANT_ADD(attack, compat){
	.victim = "victim32",
	.ptrace = "ptrace_inject32",
	.vm = "vm_writev_inject32",
	.mem = "proc_mem_inject32",
	.word = 4,
};

FIXTURE_SETUP(attack)
{
	const char *const argv[] = { variant->victim, NULL };
	const unsigned long *at = self->victim.at;

	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, victim_start(&self->victim, KIN_STRANGER, 0, argv));
	sprintf(self->pid, "%d", self->victim.id.pid);
	sprintf(self->code, "%#lx", at[TSP_REGION_ANONYMOUS_EXEC]);
	sprintf(self->text, "%#lx", at[TSP_REGION_TEXT]);
	sprintf(self->pointer, "%#lx", self->victim.pointer);
}

FIXTURE_TEARDOWN(attack)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

static void run(struct __test_metadata *_metadata, FIXTURE_DATA(attack) * self,
		const char *const *argv)
{
	ASSERT_EQ(0, program_run(&self->program, argv));
	ASSERT_EQ(0, self->program.status);
}

static void expect_pwned(struct __test_metadata *_metadata,
			 FIXTURE_DATA(attack) * self, const char *by)
{
	char line[256], pwned[64];

	snprintf(pwned, sizeof(pwned), "PWNED by %s[%d]", by,
		 self->program.id.pid);
	ASSERT_EQ(0, victim_line(&self->victim, pwned, sizeof(line), line));
}

static void attack(struct __test_metadata *_metadata,
		   FIXTURE_DATA(attack) * self, const char *const *argv)
{
	run(_metadata, self, argv);
	expect_pwned(_metadata, self, argv[0]);
}

/* The kernel refuses to write over code: told as such, and nothing done. */
static void assert_refused(struct __test_metadata *_metadata,
			   FIXTURE_DATA(attack) * self, const char *const *argv)
{
	static const uint32_t techniques[] = {
		TSP_TECHNIQUE_PROC_MEM_WRITE,
		TSP_TECHNIQUE_TEXT_PATCH,
	};
	const struct program *program = &self->program;
	pid_t pid = self->victim.id.pid;
	const struct tsp_event *event;
	size_t i;

	ASSERT_EQ(0, program_run(&self->program, argv));
	ASSERT_EQ(1, program->status);
	for (i = 0; i < ARRAY_SIZE(techniques); i++) {
		event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
				 techniques[i], .target = pid);
		ASSERT_EVENT(event, techniques[i], &program->id,
			     &self->victim.id, 0, .result = -EIO,
			     .address = program_fact(program, "address"),
			     .length = program_fact(program, "length"),
			     .region = TSP_REGION_TEXT,
			     STEPS({ TSP_OP_PROC_MEM_WRITE, .result = -EIO }));
		EXPECT_FALSE(event->access.forced);
		EXPECT_EQ(0, event->access.regions);
		EXPECT_GT(0, event_points(event, TSP_FACTOR_DENIED));
	}
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = pid),
		     TSP_TECHNIQUE_PROC_MEM_WRITE, &program->id,
		     &self->victim.id, 0, .result = -EIO,
		     .end = TSP_END_SOURCE_EXIT,
		     STEPS({ TSP_OP_PROC_MEM_WRITE, .result = -EIO }));
	EXPECT_TOLD(3, self->events, .target = pid);
}

/*
 * A detection of the way and one of the place, which is code, both of the same
 * act; and one summary. They say what the program says.
 */
#define ASSERT_TOLD(what, how_ended, first_length, first_bytes, first_region,  \
		    n_ranges, first_regions, all_regions, first_steps,         \
		    all_steps)                                                 \
	do {                                                                   \
		const uint32_t told_[] = { what, TSP_TECHNIQUE_TEXT_PATCH };   \
		const pid_t pid_ = self->victim.id.pid;                        \
		const struct tsp_event *event_;                                \
		uint64_t edge_ = 0;                                            \
		size_t i_;                                                     \
		for (i_ = 0; i_ < ARRAY_SIZE(told_); i_++) {                   \
			event_ = WAIT_FOR(self->events, TSP_KIND_DETECTION,    \
					  told_[i_], .target = pid_);          \
			ASSERT_EVENT(event_, told_[i_], &self->program.id,     \
				     &self->victim.id, 0,                      \
				     .address = program_fact(&self->program,   \
							     "address"),       \
				     .length = first_length,                   \
				     .bytes = first_bytes, .count = 1,         \
				     .region = TSP_REGION_##first_region,      \
				     first_steps);                             \
			EXPECT_LE(50U, event_->severity);                      \
			EXPECT_LT(0, event_points(event_, TSP_FACTOR_REGION)); \
			EXPECT_EQ(n_ranges, event_->access.ranges);            \
			EXPECT_EQ(first_regions, event_->access.regions);      \
			if (edge_)                                             \
				EXPECT_EQ(edge_, event_->edge);                \
			edge_ = event_->edge;                                  \
		}                                                              \
		event_ = WAIT_FOR(self->events, TSP_KIND_SUMMARY,              \
				  .target = pid_);                             \
		ASSERT_EVENT(event_, what, &self->program.id,                  \
			     &self->victim.id, 0,                              \
			     .bytes = program_fact(&self->program, "bytes"),   \
			     .count = program_fact(&self->program, "count"),   \
			     .end = how_ended, all_steps);                     \
		EXPECT_EQ(edge_, event_->edge);                                \
		EXPECT_EQ(all_regions, event_->access.regions);                \
		EXPECT_TOLD(3, self->events, .target = pid_);                  \
	} while (0)

#define CODE (1U << TSP_REGION_ANONYMOUS_EXEC)
#define DATA (1U << TSP_REGION_DATA)
#define TEXT (1U << TSP_REGION_TEXT)

TEST_F(attack, ptrace)
{
	const char *const argv[] = { variant->ptrace, "--seize", "--at",
				     self->text,      self->pid, NULL };
	size_t half;

	attack(_metadata, self, argv);
	half = program_fact(&self->program, "bytes") / 2;
	ASSERT_TOLD(TSP_TECHNIQUE_PTRACE_INJECT, TSP_END_DETACH, variant->word,
		    variant->word, TEXT, 0, TEXT, TEXT,
		    STEPS({ TSP_OP_PTRACE_SEIZE },
			  { TSP_OP_PTRACE_WRITE, .bytes = variant->word }),
		    STEPS({ TSP_OP_PTRACE_SEIZE },
			  { TSP_OP_PTRACE_WRITE, .bytes = half,
			    .count = half / variant->word },
			  { TSP_OP_PTRACE_REGS, .count = 2 },
			  { TSP_OP_PTRACE_WRITE, .bytes = half,
			    .count = half / variant->word },
			  { TSP_OP_PTRACE_DETACH }));
}

TEST_F(attack, vm_write)
{
	const char *const argv[] = { variant->vm, self->pid, self->code,
				     self->pointer, NULL };
	size_t bytes;

	attack(_metadata, self, argv);
	bytes = program_fact(&self->program, "bytes");
	ASSERT_TOLD(TSP_TECHNIQUE_VM_WRITE, TSP_END_SOURCE_EXIT, bytes, bytes,
		    ANONYMOUS_EXEC, 2, CODE | DATA, CODE | DATA,
		    STEPS({ TSP_OP_VM_WRITE, .bytes = bytes }),
		    STEPS({ TSP_OP_VM_WRITE, .bytes = bytes }));
}

TEST_F(attack, proc_mem)
{
	const char *const argv[] = { variant->mem, self->pid, self->code,
				     self->pointer, NULL };
	size_t bytes, length;

	attack(_metadata, self, argv);
	bytes = program_fact(&self->program, "bytes");
	length = program_fact(&self->program, "length");
	ASSERT_TOLD(
		TSP_TECHNIQUE_PROC_MEM_WRITE, TSP_END_SOURCE_EXIT, length,
		length, ANONYMOUS_EXEC, 0, CODE, CODE | DATA,
		STEPS({ TSP_OP_PROC_MEM_WRITE, .bytes = length }),
		STEPS({ TSP_OP_PROC_MEM_WRITE, .bytes = bytes, .count = 2 }));
}

TEST_F(attack, proc_mem_over_code)
{
	const char *const argv[] = { variant->mem, self->pid, self->text,
				     NULL };
	size_t bytes;

	if (!kernel_forces_writes()) {
		assert_refused(_metadata, self, argv);
		return;
	}
	/* It must not run into code of which the half is there. */
	ASSERT_EQ(0, kill(self->victim.id.pid, SIGSTOP));
	run(_metadata, self, argv);
	ASSERT_EQ(0, kill(self->victim.id.pid, SIGCONT));
	expect_pwned(_metadata, self, argv[0]);
	bytes = program_fact(&self->program, "bytes");
	ASSERT_TOLD(TSP_TECHNIQUE_PROC_MEM_WRITE, TSP_END_SOURCE_EXIT, bytes,
		    bytes, TEXT, 0, TEXT, TEXT,
		    STEPS({ TSP_OP_PROC_MEM_WRITE, .bytes = bytes }),
		    STEPS({ TSP_OP_PROC_MEM_WRITE, .bytes = bytes }));
}

FIXTURE(memfd)
{
	struct events *events;
	struct program program;
};

FIXTURE_VARIANT(memfd)
{
	const char *program;
};

FIXTURE_VARIANT_ADD(memfd, native){
	.program = "memfd_exec",
};

FIXTURE_VARIANT_ADD(memfd, compat){
	.program = "memfd_exec32",
};

FIXTURE_SETUP(memfd)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
}

FIXTURE_TEARDOWN(memfd)
{
	events_close(self->events);
}

/* What a program did to itself: one detection and one summary. */
static void expect_self(struct __test_metadata *_metadata,
			FIXTURE_DATA(memfd) * self, uint32_t technique,
			uint32_t op, size_t file_size, size_t bytes,
			const char *exe_after)
{
	const struct expect_step steps[] = {
		{ TSP_OP_MEMFD_CREATE },
		{ TSP_OP_MEMFD_WRITE, .bytes = file_size,
		  .most = (file_size + 4095) / 4096 },
		{ op, .bytes = bytes },
	};
	struct identity after = self->program.id;
	const struct tsp_event *event;
	pid_t pid = after.pid;

	if (exe_after)
		strcpy(after.exe, exe_after);
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .source = pid);
	ASSERT_EVENT(event, technique, &self->program.id, &after,
		     TSP_RELATION_SELF, .bytes = bytes, .count = 1,
		     .steps = steps, .n_steps = ARRAY_SIZE(steps));
	EXPECT_EQ(pid, event->memfd_creator);
	EXPECT_LT(0, event_points(event, TSP_FACTOR_SEQUENCE));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY, .source = pid),
		     technique, &self->program.id, &after, TSP_RELATION_SELF,
		     .bytes = bytes, .count = 1, .end = TSP_END_SOURCE_EXIT,
		     .steps = steps, .n_steps = ARRAY_SIZE(steps));
	EXPECT_TOLD(2, self->events, .party = pid);
}

TEST_F(memfd, exec)
{
	const char *const argv[] = { variant->program, "/bin/echo", "PWNED",
				     NULL };
	struct stat file;

	ASSERT_EQ(0, stat(argv[1], &file));
	ASSERT_EQ(0, program_run(&self->program, argv));
	ASSERT_EQ(0, self->program.status);
	EXPECT_STREQ("PWNED", self->program.line);
	expect_self(_metadata, self, TSP_TECHNIQUE_MEMFD_EXEC,
		    TSP_OP_MEMFD_EXEC, file.st_size, file.st_size,
		    "/memfd:memfd_exec (deleted)");
}

FIXTURE(dlopen)
{
	FIXTURE_DATA(memfd) memfd;
};

FIXTURE_SETUP(dlopen)
{
	self->memfd.events = events_open();
	ASSERT_NE(NULL, self->memfd.events);
}

FIXTURE_TEARDOWN(dlopen)
{
	events_close(self->memfd.events);
}

TEST_F(dlopen, library)
{
	char library[PATH_MAX];
	struct stat file;
	const char *const argv[] = { "memfd_dlopen", library, NULL };

	self_path("attack/payload.so", library);
	ASSERT_EQ(0, stat(library, &file));
	ASSERT_EQ(0, program_run(&self->memfd.program, argv));
	ASSERT_EQ(0, self->memfd.program.status);
	expect_self(_metadata, &self->memfd, TSP_TECHNIQUE_MEMFD_MAP_EXEC,
		    TSP_OP_MEMFD_MAP_EXEC, file.st_size,
		    program_fact(&self->memfd.program, "bytes"), NULL);
}

TEST_HARNESS_MAIN
