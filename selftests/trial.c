// SPDX-License-Identifier: GPL-2.0
/* Tries an act on a victim and compares what is told of it. */
#include "trial.h"

#include "attack/arch.h"
#include "tracer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* vdso and its data are a few pages; what follows is at least this far. */
#define VDSO_SIZE 0x2000

/* Writes of a uprobe that is put there and taken out. */
#define UNDONE_MOST 4

/**
 * struct act - what an act makes
 * @name: as attack/touch knows it
 * @technique: by the act alone
 * @taken: the operation that it begins with, 0 if it needs no tracing
 * @op: the operation that decides, 0 if there is none but the taking
 * @writes: it writes memory, so the place decides too
 * @regs: it changes registers or a call; it is told where the victim goes on
 * @looks: it looks at the memory map first
 * @undone: it takes back what it writes, which writes as much
 * @offered: the victim offers its memory for it
 * @supervised: the victim offers its calls for it
 * @absent: what a kernel says that cannot do it, 0 if all can
 * @change: the way to do so, which not every processor has
 */
static const struct act {
	const char *name;
	uint32_t technique;
	uint32_t taken;
	uint32_t op;
	bool writes;
	bool regs;
	bool looks;
	bool undone;
	bool offered;
	bool supervised;
	int absent;
	enum change change;
} acts[] = {
	{ "attach", TSP_TECHNIQUE_PTRACE_ATTACH, TSP_OP_PTRACE_ATTACH },
	{ "seize", TSP_TECHNIQUE_PTRACE_ATTACH, TSP_OP_PTRACE_SEIZE },
	{ "auto-attach", TSP_TECHNIQUE_AUTO_ATTACH, TSP_OP_PTRACE_AUTO_ATTACH },
	{ "poketext", TSP_TECHNIQUE_PTRACE_INJECT, TSP_OP_PTRACE_ATTACH,
	  TSP_OP_PTRACE_WRITE, .writes = true },
	{ "pokedata", TSP_TECHNIQUE_PTRACE_INJECT, TSP_OP_PTRACE_ATTACH,
	  TSP_OP_PTRACE_WRITE, .writes = true },
	{ "setregs", TSP_TECHNIQUE_PTRACE_HIJACK, TSP_OP_PTRACE_ATTACH,
	  TSP_OP_PTRACE_REGS, .regs = true, .change = CHANGE_SETREGS },
	{ "setregset", TSP_TECHNIQUE_PTRACE_HIJACK, TSP_OP_PTRACE_ATTACH,
	  TSP_OP_PTRACE_REGS, .regs = true, .change = CHANGE_SETREGSET },
	{ "pokeuser", TSP_TECHNIQUE_PTRACE_HIJACK, TSP_OP_PTRACE_ATTACH,
	  TSP_OP_PTRACE_REGS, .regs = true, .change = CHANGE_POKEUSER },
	{ "setfpregs", TSP_TECHNIQUE_PTRACE_HIJACK, TSP_OP_PTRACE_ATTACH,
	  TSP_OP_PTRACE_FPREGS, .regs = true, .change = CHANGE_SETFPREGS },
	{ "setfpregset", TSP_TECHNIQUE_PTRACE_HIJACK, TSP_OP_PTRACE_ATTACH,
	  TSP_OP_PTRACE_FPREGS, .regs = true, .change = CHANGE_SETFPREGSET },
	{ "vm-write", TSP_TECHNIQUE_VM_WRITE, 0, TSP_OP_VM_WRITE,
	  .writes = true },
	{ "mem-write", TSP_TECHNIQUE_PROC_MEM_WRITE, 0, TSP_OP_PROC_MEM_WRITE,
	  .writes = true },
	{ "getfd", TSP_TECHNIQUE_FD_THEFT, 0, TSP_OP_FD_STEAL },
	{ "uffd-copy", TSP_TECHNIQUE_REMOTE_CONTROL, 0, TSP_OP_UFFD_COPY,
	  .writes = true, .offered = true },
	{ "uprobe", TSP_TECHNIQUE_REMOTE_CONTROL, 0, TSP_OP_UPROBE,
	  .writes = true, .looks = true, .undone = true, .absent = ENOENT },
	{ "set-syscall", TSP_TECHNIQUE_REMOTE_CONTROL, TSP_OP_PTRACE_ATTACH,
	  TSP_OP_PTRACE_SYSCALL, .regs = true, .change = CHANGE_SYSCALL,
	  .absent = EIO },
	{ "addfd", TSP_TECHNIQUE_REMOTE_CONTROL, 0, TSP_OP_SECCOMP_ADDFD,
	  .supervised = true },
};

static const struct act *act_of(const struct trial *trial)
{
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (!strcmp(acts[i].name, trial->act))
			return &acts[i];
	return NULL;
}

/* Which technique a write makes by its place, 0 if none. */
static uint32_t by_place(enum tsp_region region)
{
	switch (region) {
	case TSP_REGION_TEXT:
	case TSP_REGION_ANONYMOUS_EXEC:
		return TSP_TECHNIQUE_TEXT_PATCH;
	case TSP_REGION_RELRO:
		return TSP_TECHNIQUE_GOT_OVERWRITE;
	case TSP_REGION_VDSO:
		return TSP_TECHNIQUE_VDSO_HIJACK;
	default:
		return 0;
	}
}

static bool is_writable(enum tsp_region region)
{
	return region != TSP_REGION_TEXT && region != TSP_REGION_RODATA &&
	       region != TSP_REGION_RELRO && region != TSP_REGION_VDSO;
}

/* What the kernel says to a write: 0, or the negative errno. */
static int32_t verdict_on(const struct trial *trial, const struct act *act)
{
	if (!act->writes || is_writable(trial->region))
		return 0;
	if (act->op == TSP_OP_VM_WRITE)
		return -EFAULT;
	if (act->op == TSP_OP_PROC_MEM_WRITE && !kernel_forces_writes())
		return -EIO;
	return 0;
}

static uint32_t family_of(const struct trial *trial)
{
	switch (trial->kin) {
	case KIN_CHILD:
		return TSP_RELATION_SIBLING;
	case KIN_CONTAINED:
		return TSP_RELATION_CROSS_PIDNS | TSP_RELATION_CROSS_CONTAINER;
	default:
		return 0;
	}
}

/* Passed from the victim's standard input to that of the attack program. */
static const char *what_is_offered(const struct trial *trial)
{
	const struct act *act = act_of(trial);

	if (act && act->offered)
		return tsp_region_name(trial->region);
	return act && act->supervised ? "calls" : NULL;
}

int trial_start(struct trial *trial)
{
	const char *const offer = what_is_offered(trial);
	const char *const argv[] = { trial->compat ? "victim32" : "victim",
				     offer ? "--offer" : NULL, offer, NULL };
	int sockets[2];

	trial->family = family_of(trial);
	trial->events = events_open();
	if (!trial->events ||
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sockets))
		return -1;
	dup2(sockets[0], STDIN_FILENO);
	if (victim_start(&trial->victim, trial->kin, trial->uid, argv))
		return -1;
	dup2(sockets[1], STDIN_FILENO);
	return 0;
}

void trial_stop(struct trial *trial)
{
	victim_stop(&trial->victim);
	events_close(trial->events);
}

const char *trial_lacks(const struct trial *trial)
{
	const struct act *act = act_of(trial);

	if (!act)
		return NULL;
	if (act->op == TSP_OP_UPROBE && trial->compat && !HAS_UPROBES_32)
		return "this processor has no uprobes in 32-bit processes";
	/* 32-bit processors have them all */
	return act->regs && !trial->compat ? change_lacks(act->change) : NULL;
}

static int touch(struct trial *trial)
{
	char pid[16], address[32];
	const char *const argv[] = { trial->compat ? "touch32" : "touch",
				     trial->act, pid, address, NULL };

	sprintf(pid, "%d", trial->victim.id.pid);
	sprintf(address, "%#lx", trial->victim.at[trial->region]);
	return program_run(&trial->program, argv) || trial->program.status;
}

static const char *detection_differs(const struct trial *trial,
				     const struct act *act,
				     const struct tsp_event *event,
				     const struct expect *expect)
{
	const char *differs = expect_differs(event, expect);
	const struct tsp_access *access;
	bool in_vdso;

	if (differs)
		return differs;
	access = &event->access;
	if (act->writes &&
	    access->forced != (!expect->result && !is_writable(trial->region)))
		return "whether the write was forced";
	if (act->writes && !expect->result &&
	    access->regions != 1U << trial->region)
		return "the regions of the edge";
	if (!act->writes && !act->regs &&
	    (access->region != TSP_REGION_UNKNOWN || access->address))
		return "a place, where nothing was touched";
	in_vdso =
		access->address - trial->victim.at[TSP_REGION_VDSO] < VDSO_SIZE;
	if (act->regs &&
	    (access->address != program_fact(&trial->program, "address") ||
	     access->region != (in_vdso ? TSP_REGION_VDSO : TSP_REGION_TEXT)))
		return "where the victim goes on";
	return NULL;
}

/* The gravest of the detections, the first of several such. */
static const struct tsp_event *gravest(const struct tsp_event *a,
				       const struct tsp_event *b)
{
	return a && a->severity >= b->severity ? a : b;
}

/* What the program has done to whom, and what the kernel said to it. */
static const char *fill(const struct trial *trial, const struct act *act,
			struct identity *child, struct expect *expect)
{
	struct expect_step *steps = (struct expect_step *)expect->steps;
	const struct program *program = &trial->program;

	if (act->taken == TSP_OP_PTRACE_AUTO_ATTACH) {
		if (identity_of(program_fact(program, "child"), child))
			return "no child";
		expect->target = child;
	}
	expect->result = verdict_on(trial, act);
	if (-expect->result != (int32_t)program_fact(program, "error"))
		return "the kernel's answer";

	if (act->looks)
		steps[expect->n_steps++].op = TSP_OP_MAPS_ACCESS;
	if (act->taken)
		steps[expect->n_steps++].op = act->taken;
	if (act->op)
		steps[expect->n_steps++] = (struct expect_step){
			.op = act->op,
			.bytes = program_fact(program, "bytes"),
			.result = expect->result,
		};
	else
		steps[expect->n_steps++].op = TSP_OP_PTRACE_DETACH;
	if (act->writes) {
		expect->address = trial->victim.at[trial->region];
		expect->length = program_fact(program, "length");
		expect->region = trial->region;
		expect->bytes = program_fact(program, "bytes");
		expect->count = !expect->result;
	}
	return NULL;
}

/* Kernels differ in how often they write what stood there before. */
static void undo(uint64_t count, struct expect *expect,
		 struct expect_step *step)
{
	if (count < 2 || count > UNDONE_MOST)
		return;
	expect->count = count;
	expect->bytes *= count;
	step->count = count;
	step->bytes *= count;
}

const char *trial_differs(struct trial *trial)
{
	const struct act *act = act_of(trial);
	const struct tsp_event *event, *worst = NULL;
	struct expect_step steps[3] = {};
	struct identity child;
	struct expect expect = {
		.source = &trial->program.id,
		.target = &trial->victim.id,
		.family = trial->family,
		.steps = steps,
	};
	uint32_t techniques[2];
	const char *differs;
	int told;
	unsigned int i;
	pid_t source;

	if (!act)
		return "no such act";
	if (touch(trial))
		return "the attack program failed";
	trial->absent =
		act->absent &&
		(int)program_fact(&trial->program, "error") == act->absent;
	if (trial->absent)
		return NULL;
	differs = fill(trial, act, &child, &expect);
	if (differs)
		return differs;

	source = trial->program.id.pid;
	techniques[0] = act->technique;
	techniques[1] = act->writes ? by_place(trial->region) : 0;
	for (i = 0; i < 2 && techniques[i]; i++) {
		event = WAIT_FOR(trial->events, TSP_KIND_DETECTION,
				 techniques[i], .source = source,
				 .target = expect.target->pid);
		expect.technique = techniques[i];
		differs = detection_differs(trial, act, event, &expect);
		if (differs)
			return differs;
		worst = gravest(worst, event);
	}

	expect.technique = worst->technique;
	expect.end = act->taken ? TSP_END_DETACH : TSP_END_SOURCE_EXIT;
	if (act->taken && act->op)
		steps[expect.n_steps++].op = TSP_OP_PTRACE_DETACH;
	event = WAIT_FOR(trial->events, TSP_KIND_SUMMARY, .source = source,
			 .target = expect.target->pid);
	if (act->undone && event)
		undo(event->access.count, &expect, &steps[expect.n_steps - 1]);
	differs = expect_differs(event, &expect);
	if (differs)
		return differs;
	told = COUNT(trial->events, .source = source,
		     .target = expect.target->pid);
	if (told != (int)i + 1)
		return "how many events were told";
	return NULL;
}
