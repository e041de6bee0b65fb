// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on writes to another address space: process_vm_writev, /proc/PID/mem.
 *
 * Neither function is told the target as a task that it holds, so the process
 * is named on entry and looked up again on return; if it is gone by then, its
 * id still tells which it was.
 */
#include "hooks.h"

#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "compat.h"
#include "party.h"
#include "submit.h"

/* From a write's entry to its return. */
struct write {
	struct tsp_id target;
	u64 address;
	u64 length;
	struct mm_struct *mm; /* /proc/PID/mem: held by the open file */
	pid_t pid;	      /* process_vm_writev: in the caller's namespace */
};

static_assert(sizeof(struct write) <= TSP_HOOK_DATA_MAX);

static void submit(const struct write *write, u32 op, long returned,
		   struct task_struct *target)
{
	struct tsp_observation obs = {
		.time_ns = ktime_get_boottime_ns(),
		.source = tsp_party_id(current),
		.target = write->target,
		.op = op,
		.result = returned < 0 ? returned : 0,
		.address = write->address,
		.length = write->length,
		.bytes = returned > 0 ? returned : 0,
	};
	struct tsp_actors actors = { .source = current };
	struct tsp_id id;

	/* The address space is gone, or nothing was asked for. */
	if (!returned)
		return;
	if (target) {
		id = tsp_party_id(target);
		if (tsp_id_equal(&id, &write->target))
			actors.target = target;
	}
	tsp_submit(&obs, &actors);
}

/* Name the target, unless it is the caller's own address space. */
static bool aim(struct write *write, struct task_struct *target)
{
	if (!target || READ_ONCE(target->mm) == current->mm)
		return false;
	write->target = tsp_party_id(target);
	return true;
}

static bool aim_pid(struct write *write, pid_t pid)
{
	bool foreign;

	write->pid = pid;
	rcu_read_lock();
	foreign = aim(write, pid_task(find_vpid(pid), PIDTYPE_PID));
	rcu_read_unlock();
	return foreign;
}

/* (pid, iter, rvec in kernel memory, riovcnt, vm_write) */
bool tsp_vm_rw_core_entry(void *data, struct pt_regs *regs)
{
	const struct iovec *rvec = (void *)regs_get_kernel_argument(regs, 2);
	unsigned long i, n = regs_get_kernel_argument(regs, 3);
	struct write *write = data;

	if (!(int)regs_get_kernel_argument(regs, 4) || !n)
		return false;
	if (!aim_pid(write, regs_get_kernel_argument(regs, 0)))
		return false;

	write->address = (unsigned long)rvec[0].iov_base;
	write->length = 0;
	for (i = 0; i < min_t(unsigned long, n, UIO_MAXIOV); i++)
		write->length += rvec[i].iov_len;
	return true;
}

/*
 * (pid, lvec, liovcnt, rvec in user memory, riovcnt, flags, vm_write). The
 * fallback: what it reads of rvec the caller could still change.
 */
bool tsp_vm_rw_entry(void *data, struct pt_regs *regs)
{
	const void __user *rvec =
		(void __user *)regs_get_kernel_argument(regs, 3);
	struct write *write = data;
	struct iovec first = {};

	if (!(int)regs_get_kernel_stack_nth(regs, 1))
		return false;
	if (!aim_pid(write, regs_get_kernel_argument(regs, 0)))
		return false;

	if (!in_compat_syscall() &&
	    copy_from_user_nofault(&first, rvec, sizeof(first)))
		first = (struct iovec){};
	write->address = (unsigned long)first.iov_base;
	write->length = first.iov_len;
	return true;
}

void tsp_vm_rw_leave(const void *data, struct pt_regs *regs)
{
	const struct write *write = data;

	rcu_read_lock();
	submit(write, TSP_OP_VM_WRITE, regs_return_value(regs),
	       pid_task(find_vpid(write->pid), PIDTYPE_PID));
	rcu_read_unlock();
}

/* (file, buf, count, ppos) */
bool tsp_mem_write_entry(void *data, struct pt_regs *regs)
{
	const struct file *file = (void *)regs_get_kernel_argument(regs, 0);
	const loff_t *ppos = (void *)regs_get_kernel_argument(regs, 3);
	struct write *write = data;
	bool foreign = false;

	write->mm = file->private_data;
	write->length = regs_get_kernel_argument(regs, 2);
	write->address = *ppos;
	if (!write->mm || write->mm == current->mm)
		return false;

	rcu_read_lock();
	foreign = aim(write, tsp_compat_mm_owner(write->mm));
	rcu_read_unlock();
	return foreign;
}

/* (file, buf, count, ppos, write): the fallback, which reads pass too */
bool tsp_mem_rw_entry(void *data, struct pt_regs *regs)
{
	return (int)regs_get_kernel_argument(regs, 4) &&
	       tsp_mem_write_entry(data, regs);
}

void tsp_mem_write_leave(const void *data, struct pt_regs *regs)
{
	const struct write *write = data;

	rcu_read_lock();
	submit(write, TSP_OP_PROC_MEM_WRITE, regs_return_value(regs),
	       tsp_compat_mm_owner(write->mm));
	rcu_read_unlock();
}
