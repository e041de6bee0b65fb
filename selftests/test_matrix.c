// SPDX-License-Identifier: GPL-2.0
/*
 * The matrix: every technique that one process can be made to suffer by
 * another, done by 64-bit and by 32-bit programs
 *
 *	to a stranger of the same user
 *	to a stranger of another user
 *	into a container: pid and mount namespaces of its own
 *
 * Each cell compares technique, parties, relation, region, address, bytes and
 * the chain, in the detections and in the summary. What a process does by
 * itself is in test_matrix_self.c.
 *
 * What the kernel does not let happen is told as refused:
 *
 *	process_vm_writev into code, RELRO, vdso: it forces nothing
 *	/proc/PID/mem into those, where it forces for tracers alone
 *
 * What it does not have is skipped: PTRACE_SET_SYSCALL_INFO, before 6.16, and
 * uprobes. There are no cells for these:
 *
 *	by another user without rights: refused, whatever the target; see
 *		test_attach, test_vm_write, test_fd_theft
 *	out of a container: in there the target has no name
 *	blinded: is done to no process; see test_blinded
 */
#include "harness.h"

#include "trial.h"
#include "tune.h"

FIXTURE(matrix)
{
	struct trial trial;
};

FIXTURE_VARIANT(matrix)
{
	enum kin kin;
	uid_t uid;
	bool compat;
};

#define WORD_NATIVE(name, related, user)                                       \
	FIXTURE_VARIANT_ADD(matrix, name)                                      \
	{                                                                      \
		.kin = related, .uid = user,                                   \
	}

#define WORD_COMPAT(name, related, user)                                       \
	FIXTURE_VARIANT_ADD(matrix, name##_compat)                             \
	{                                                                      \
		.kin = related, .uid = user, .compat = true,                   \
	}

WORD_NATIVE(same_user, KIN_STRANGER, 0);
WORD_COMPAT(same_user, KIN_STRANGER, 0);
WORD_NATIVE(other_user, KIN_STRANGER, UID_VICTIM);
WORD_COMPAT(other_user, KIN_STRANGER, UID_VICTIM);
WORD_NATIVE(container, KIN_CONTAINED, 0);
WORD_COMPAT(container, KIN_CONTAINED, 0);
WORD_NATIVE(container_of_another_user, KIN_CONTAINED, UID_VICTIM);
WORD_COMPAT(container_of_another_user, KIN_CONTAINED, UID_VICTIM);

FIXTURE_SETUP(matrix)
{
	self->trial = (struct trial){
		.kin = variant->kin,
		.uid = variant->uid,
		.compat = variant->compat,
	};
}

FIXTURE_TEARDOWN(matrix)
{
	tune_back();
	trial_stop(&self->trial);
}

static void try(struct __test_metadata *_metadata, struct trial *trial)
{
	const char *lacks = trial_lacks(trial);

	if (lacks)
		SKIP(return, "%s", lacks);
	ASSERT_EQ(0, trial_start(trial));
	ASSERT_TRIAL(trial);
	if (trial->absent)
		SKIP(return, "this kernel has no %s", trial->act);
}

#define CELL(name, how, where)                                                 \
	TEST_F(matrix, name)                                                   \
	{                                                                      \
		self->trial.act = how;                                         \
		self->trial.region = TSP_REGION_##where;                       \
		try(_metadata, &self->trial);                                  \
	}

CELL(ptrace_attach, "attach", UNKNOWN)
CELL(ptrace_attach_by_seizing, "seize", UNKNOWN)
CELL(auto_attach, "auto-attach", UNKNOWN)
CELL(ptrace_inject, "pokedata", DATA)
CELL(ptrace_hijack, "setregs", UNKNOWN)
CELL(ptrace_hijack_by_regset, "setregset", UNKNOWN)
CELL(ptrace_hijack_by_word, "pokeuser", UNKNOWN)
CELL(vm_write, "vm-write", DATA)
CELL(proc_mem_write, "mem-write", DATA)
CELL(text_patch_by_ptrace, "poketext", TEXT)
CELL(text_patch_by_vm_write, "vm-write", ANONYMOUS_EXEC)
CELL(text_patch_by_proc_mem, "mem-write", TEXT)
CELL(got_overwrite_by_ptrace, "pokedata", RELRO)
CELL(got_overwrite_by_proc_mem, "mem-write", RELRO)
CELL(vdso_hijack_by_ptrace, "pokedata", VDSO)
CELL(vdso_hijack_by_proc_mem, "mem-write", VDSO)
CELL(fd_theft, "getfd", UNKNOWN)
CELL(remote_control_by_userfaultfd, "uffd-copy", ANONYMOUS)
CELL(remote_control_by_uprobe, "uprobe", TEXT)
CELL(remote_control_by_system_call, "set-syscall", UNKNOWN)
CELL(remote_control_by_supervisor, "addfd", UNKNOWN)
CELL(text_patch_by_userfaultfd, "uffd-copy", ANONYMOUS_EXEC)
CELL(refused_text_patch_by_vm_write, "vm-write", TEXT)
CELL(refused_got_overwrite_by_vm_write, "vm-write", RELRO)
CELL(refused_vdso_hijack_by_vm_write, "vm-write", VDSO)

/* The victim goes on after its injector is gone, and does @op at @signal. */
static void expect_behaviour(struct __test_metadata *_metadata,
			     struct trial *trial, int signal, uint32_t op)
{
	size_t bytes;

	trial->act = "vm-write";
	trial->region = TSP_REGION_DATA;
	/* However long this test takes. */
	ASSERT_EQ(0, TUNE(behaviour_window_ms, BEHAVIOUR_WINDOW_MS, HOUR_MS));
	try(_metadata, trial);
	bytes = program_fact(&trial->program, "bytes");
	ASSERT_EQ(0, kill(trial->victim.id.pid, signal));
	ASSERT_EVENT(WAIT_FOR(trial->events, TSP_KIND_DETECTION,
			      TSP_TECHNIQUE_INJECTED_BEHAVIOUR,
			      .target = trial->victim.id.pid),
		     TSP_TECHNIQUE_INJECTED_BEHAVIOUR, &trial->program.id,
		     &trial->victim.id, trial->family,
		     .address = trial->victim.at[TSP_REGION_DATA],
		     .length = bytes, .region = TSP_REGION_DATA, .bytes = bytes,
		     .count = 1,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = bytes }, { op }));
	/* the write and the summary of its edge besides */
	EXPECT_TOLD(3, trial->events, .source = trial->program.id.pid);
}

TEST_F(matrix, injected_behaviour)
{
	expect_behaviour(_metadata, &self->trial, SIGUSR1, TSP_OP_FORK);
}

TEST_F(matrix, injected_behaviour_by_execution)
{
	expect_behaviour(_metadata, &self->trial, SIGUSR2, TSP_OP_EXEC);
}

TEST_HARNESS_MAIN
