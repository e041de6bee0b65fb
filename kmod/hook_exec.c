// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on the execution of files that have no place in the file system.
 *
 * bprm_execve is entered while the caller still is the old program, and left
 * when it is the new one or was refused. On its way every file that is run
 * comes by security_bprm_check: the program, or a script and then its
 * interpreter. So the old process is the source and the new one the target, and
 * the file is the first fileless one on the way.
 */
#include "hooks.h"

#include <linux/binfmts.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "deeds.h"
#include "file.h"
#include "party.h"
#include "submit.h"

/* Most at a time; one whose end goes unseen stays until we are unloaded. */
#define EXECUTIONS_MAX 64

/**
 * struct execution - the execution of a fileless file that is under way
 * @list: in the list of all of them
 * @task: who executes
 * @before: who that was before
 * @file: what, a counted reference
 */
struct execution {
	struct list_head list;
	const struct task_struct *task;
	struct tsp_identity before;
	struct file *file;
};

/*
 * When a probe is unregistered, the return of a call that is under way is not
 * seen; the list lets the module free what was kept for it.
 */
static DEFINE_RAW_SPINLOCK(lock); /* protects what follows */
static LIST_HEAD(executions);
static u32 n_executions;

static void finish(struct execution *execution)
{
	tsp_party_release(&execution->before);
	fput(execution->file);
	kfree(execution);
}

/* Take an execution off the list, NULL if the task has none under way. */
static struct execution *take(const struct task_struct *task)
{
	struct execution *execution, *found = NULL;

	if (list_empty_careful(&executions))
		return NULL;
	raw_spin_lock(&lock);
	list_for_each_entry(execution, &executions, list) {
		if (execution->task == task) {
			list_del(&execution->list);
			n_executions--;
			found = execution;
			break;
		}
	}
	raw_spin_unlock(&lock);
	return found;
}

static bool put(struct execution *execution)
{
	bool room;

	raw_spin_lock(&lock);
	room = n_executions < EXECUTIONS_MAX;
	if (room) {
		list_add(&execution->list, &executions);
		n_executions++;
	}
	raw_spin_unlock(&lock);
	return room;
}

/* (bprm, ...) */
bool tsp_exec_entry(void *data, struct pt_regs *regs)
{
	return true;
}

/* (bprm) */
bool tsp_exec_check_entry(void *data, struct pt_regs *regs)
{
	const struct linux_binprm *bprm =
		(void *)regs_get_kernel_argument(regs, 0);
	struct tsp_id id = tsp_party_id(current);
	struct execution *execution;

	if (tsp_file_region(bprm->file) == TSP_REGION_UNKNOWN)
		return false;
	execution = take(current);
	if (!execution) {
		execution =
			kzalloc(sizeof(*execution), GFP_ATOMIC | __GFP_NOWARN);
		if (!execution)
			return false;
		execution->task = current;
		execution->file = get_file(bprm->file);
		rcu_read_lock();
		tsp_party_capture(current, &id, &execution->before);
		rcu_read_unlock();
	}
	if (!put(execution)) {
		finish(execution);
		return false;
	}
	return true;
}

void tsp_exec_leave(const void *data, struct pt_regs *regs)
{
	struct execution *execution = take(current);
	struct tsp_observation obs = {
		.source = tsp_party_id(current),
		.target = tsp_party_id(current),
		.op = TSP_OP_MEMFD_EXEC,
		.result = regs_return_value(regs),
	};
	struct tsp_actors actors = { .source = current, .target = current };

	if (!execution)
		return;
	actors.before = &execution->before;
	actors.file = execution->file;
	obs.length = i_size_read(file_inode(execution->file));
	if (!obs.result)
		obs.bytes = obs.length;
	tsp_submit(&obs, &actors);
	finish(execution);
}

/* (bprm): what is checked before can still fail, what comes next cannot */
bool tsp_exec_image_entry(void *data, struct pt_regs *regs)
{
	struct tsp_id id = tsp_party_id(current);

	tsp_deeds_image(&id);
	return true;
}

/**
 * tsp_exec_exit() - free what was kept for executions under way
 *
 * Context: Process context, when no handler can run any more.
 */
void tsp_exec_exit(void)
{
	struct execution *execution, *next;

	list_for_each_entry_safe(execution, next, &executions, list)
		finish(execution);
	INIT_LIST_HEAD(&executions);
	n_executions = 0;
}
