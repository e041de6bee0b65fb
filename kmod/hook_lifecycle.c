// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on the life of processes: fork, exec, exit.
 */
#include "hooks.h"

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "deeds.h"
#include "party.h"
#include "submit.h"

/*
 * The kernel has attached the child to the tracer of its parent, or of its
 * maker's choice. No lock is held any more, and the child has not run yet.
 */
static void submit_birth(struct task_struct *tracer, struct task_struct *child)
{
	struct tsp_observation obs = {
		.source = tsp_party_id(tracer),
		.target = tsp_party_id(child),
		.op = TSP_OP_PTRACE_AUTO_ATTACH,
	};
	struct tsp_actors actors = { .source = tracer, .target = child };

	tsp_submit(&obs, &actors);
}

void tsp_process_fork(void *probe, struct task_struct *parent,
		      struct task_struct *child)
{
	if (child->tgid == parent->tgid)
		return;
	tsp_hooks_hit(probe);
	tsp_deeds_add(parent, TSP_OP_FORK);
	if (!child->ptrace)
		return;
	rcu_read_lock();
	submit_birth(rcu_dereference(child->parent), child);
	rcu_read_unlock();
}

static bool is_shell(const char *name)
{
	static const char *const shells[] = {
		"sh",  "bash", "dash", "zsh",  "ksh",
		"ash", "csh",  "tcsh", "mksh", "fish",
	};

	return match_string(shells, ARRAY_SIZE(shells), name) >= 0;
}

void tsp_process_exec(void *probe, struct task_struct *task, pid_t old_pid,
		      struct linux_binprm *bprm)
{
	tsp_hooks_hit(probe);
	tsp_deeds_exec(task, is_shell(bprm->file->f_path.dentry->d_name.name));
}

/*
 * Up to 6.12 the tracepoint passes the task alone, later also whether it was
 * the last of its process. The counter says the same on all. Two threads that
 * exit together may both read zero, which does no harm.
 */
void tsp_process_exit(void *probe, struct task_struct *task)
{
	struct tsp_id id;

	if (atomic_read(&task->signal->live))
		return;
	id = tsp_party_id(task);
	tsp_hooks_hit(probe);
	tsp_submit_process_exit(&id);
}
