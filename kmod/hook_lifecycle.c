// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on the life of processes: fork, exec, exit, and the execution of an
 * in-memory file.
 *
 * begin_new_exec is entered while the caller still is the old program and left
 * when it is the new one, so one return probe sees both: the old is the source
 * and the new is the target.
 */
#include "hooks.h"

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "file.h"
#include "party.h"
#include "submit.h"

/**
 * struct execution - an execution that is under way
 * @list: in the list of all of them
 * @before: who executes
 * @file: what; held by the kernel until begin_new_exec has returned
 */
struct execution {
	struct list_head list;
	struct tsp_identity before;
	struct file *file;
};

/*
 * When a probe is unregistered, the return of a call that is under way is not
 * seen; the list lets the module free what was kept for it.
 */
static DEFINE_RAW_SPINLOCK(lock); /* protects executions */
static LIST_HEAD(executions);

static void finish(struct execution *execution)
{
	tsp_party_release(&execution->before);
	kfree(execution);
}

/* (bprm) */
bool tsp_exec_entry(void *data, struct pt_regs *regs)
{
	const struct linux_binprm *bprm =
		(void *)regs_get_kernel_argument(regs, 0);
	struct execution *execution, **slot = data;
	struct tsp_id id = tsp_party_id(current);
	unsigned long flags;

	if (!tsp_file_is_memfd(bprm->file))
		return false;
	execution = kzalloc(sizeof(*execution), GFP_ATOMIC | __GFP_NOWARN);
	if (!execution)
		return false;

	rcu_read_lock();
	tsp_party_capture(current, &id, &execution->before);
	rcu_read_unlock();
	execution->file = bprm->file;

	raw_spin_lock_irqsave(&lock, flags);
	list_add(&execution->list, &executions);
	raw_spin_unlock_irqrestore(&lock, flags);
	*slot = execution;
	return true;
}

void tsp_exec_leave(const void *data, struct pt_regs *regs)
{
	struct execution *execution = *(struct execution *const *)data;
	u64 size = i_size_read(file_inode(execution->file));
	struct tsp_observation obs = {
		.time_ns = ktime_get_boottime_ns(),
		.source = tsp_party_id(current),
		.target = tsp_party_id(current),
		.op = TSP_OP_MEMFD_EXEC,
		.result = regs_return_value(regs),
		.length = size,
	};
	struct tsp_actors actors = {
		.source = current,
		.target = current,
		.before = &execution->before,
		.file = execution->file,
	};
	unsigned long flags;

	if (!obs.result)
		obs.bytes = size;
	rcu_read_lock();
	tsp_submit(&obs, &actors);
	rcu_read_unlock();

	raw_spin_lock_irqsave(&lock, flags);
	list_del(&execution->list);
	raw_spin_unlock_irqrestore(&lock, flags);
	finish(execution);
}

/**
 * tsp_lifecycle_exit() - free what was kept for executions under way
 *
 * Context: Process context, when no handler can run any more.
 */
void tsp_lifecycle_exit(void)
{
	struct execution *execution, *next;

	list_for_each_entry_safe(execution, next, &executions, list)
		finish(execution);
	INIT_LIST_HEAD(&executions);
}

void tsp_process_fork(void *probe, struct task_struct *parent,
		      struct task_struct *child)
{
	struct tsp_id from, to;

	if (child->tgid == parent->tgid)
		return;
	tsp_hooks_hit(probe);
	from = tsp_party_id(parent);
	to = tsp_party_id(child);
	tsp_submit_fork(&from, &to);
}

/* Further arguments of the tracepoint are left alone. */
void tsp_process_exec(void *probe, struct task_struct *task)
{
	struct tsp_id id = tsp_party_id(task);

	tsp_hooks_hit(probe);
	tsp_submit_exec(&id);
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
