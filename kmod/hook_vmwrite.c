// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on writes to another address space: process_vm_writev, /proc/PID/mem,
 * userfaultfd, uprobes.
 *
 * None of the functions is told the target as a task that it holds, so the
 * process is named on entry and looked up again when there is something to
 * tell; if it is gone by then, its id still tells which it was.
 */
#include "hooks.h"

#include <linux/compat.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "compat.h"
#include "opener.h"
#include "party.h"
#include "region.h"
#include "submit.h"

/* From a write's entry to its return; what it points to is the caller's. */
struct write {
	struct tsp_id target;
	u64 address;
	u64 length;
	const struct file *file;    /* /proc/PID/mem, else NULL */
	const struct iovec *ranges; /* of several, else NULL */
	u32 n_ranges;
	bool self; /* /proc/PID/mem: the caller's own memory */
};

/* From a uprobe's writing to its return. */
struct breakpoint {
	struct tsp_id target;
	u64 address;
	struct tsp_where where;
};

static_assert(sizeof(struct write) <= TSP_HOOK_DATA_MAX &&
	      sizeof(struct breakpoint) <= TSP_HOOK_DATA_MAX);

/* Submit a write to another process, which submit finds by its id. */
static noinline void submit_anew(const struct write *write, u32 op,
				 long returned)
{
	struct tsp_observation obs = {
		.source = tsp_party_id(current),
		.target = write->target,
		.op = op,
		.result = returned < 0 ? returned : 0,
		.address = write->address,
		.length = write->length,
		.bytes = returned > 0 ? returned : 0,
		.ranges = write->n_ranges,
	};
	struct tsp_actors actors = {
		.source = current,
		.ranges = write->ranges,
	};
	struct tsp_id opener;

	if (write->file && tsp_opener_of(write->file, &opener) &&
	    !tsp_id_equal(&opener, &obs.source)) {
		actors.opener = &opener;
		actors.opener_uid =
			from_kuid(&init_user_ns, write->file->f_cred->fsuid);
	}
	tsp_submit(&obs, &actors);
}

static void submit(const struct write *write, u32 op, long returned)
{
	/* The address space is gone, or nothing was asked for. */
	if (!returned)
		return;
	if (write->ranges || !tsp_submit_repeat(&write->target, op, returned,
						write->address, write->length))
		submit_anew(write, op, returned);
}

/* Name the target, unless it is the caller's own address space. */
static bool aim(struct write *write, const struct task_struct *target)
{
	if (!target || READ_ONCE(target->mm) == current->mm)
		return false;
	write->target = tsp_party_id(target);
	return true;
}

static bool aim_pid(struct write *write, pid_t pid)
{
	bool foreign;

	rcu_read_lock();
	foreign = aim(write, pid_task(find_vpid(pid), PIDTYPE_PID));
	rcu_read_unlock();
	return foreign;
}

static bool aim_mm(struct write *write, struct mm_struct *mm)
{
	bool foreign;

	rcu_read_lock();
	foreign = aim(write, tsp_compat_mm_owner(mm));
	rcu_read_unlock();
	return foreign;
}

/* (pid, iter, rvec in kernel memory, riovcnt, vm_write) */
bool tsp_vm_rw_core_entry(void *data, struct pt_regs *regs)
{
	const struct iovec *rvec = (void *)regs_get_kernel_argument(regs, 2);
	u32 i, n = regs_get_kernel_argument(regs, 3);
	struct write *write = data;

	if (!(int)regs_get_kernel_argument(regs, 4) || !n)
		return false;
	if (!aim_pid(write, regs_get_kernel_argument(regs, 0)))
		return false;

	write->address = (unsigned long)rvec[0].iov_base;
	write->length = rvec[0].iov_len;
	for (i = 1; i < n; i++)
		write->length += rvec[i].iov_len;
	write->file = NULL;
	write->ranges = n > 1 ? rvec : NULL;
	write->n_ranges = n;
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

	*write = (struct write){};
	if (!(int)tsp_compat_seventh_argument(regs))
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
	submit(data, TSP_OP_VM_WRITE, regs_return_value(regs));
}

/* (file, buf, count, ppos) */
bool tsp_mem_write_entry(void *data, struct pt_regs *regs)
{
	const struct file *file = (void *)regs_get_kernel_argument(regs, 0);
	const loff_t *ppos = (void *)regs_get_kernel_argument(regs, 3);
	struct mm_struct *mm = file->private_data;
	struct write *write = data;

	*write = (struct write){
		.address = *ppos,
		.length = regs_get_kernel_argument(regs, 2),
		.file = file,
		.self = mm == current->mm,
	};
	return mm && (write->self || aim_mm(write, mm));
}

/* (file, buf, count, ppos, write): the fallback, which reads pass too */
bool tsp_mem_rw_entry(void *data, struct pt_regs *regs)
{
	return (int)regs_get_kernel_argument(regs, 4) &&
	       tsp_mem_write_entry(data, regs);
}

/* To itself a process needs no detour, unless it is to force a protection. */
static void submit_self(const struct write *write, long returned)
{
	struct tsp_observation obs = {
		.source = tsp_party_id(current),
		.target = tsp_party_id(current),
		.op = TSP_OP_SELF_MEM_WRITE,
		.result = returned < 0 ? returned : 0,
		.address = write->address,
		.length = write->length,
		.bytes = returned > 0 ? returned : 0,
	};
	struct tsp_actors actors = { .source = current, .target = current };

	tsp_region_find(current, NULL, &obs);
	if (returned && obs.where.end && !(obs.where.prot & TSP_PROT_WRITE))
		tsp_submit(&obs, &actors);
}

void tsp_mem_write_leave(const void *data, struct pt_regs *regs)
{
	const struct write *write = data;
	long returned = regs_return_value(regs);

	if (write->self)
		submit_self(write, returned);
	else
		submit(write, TSP_OP_PROC_MEM_WRITE, returned);
}

static void fill(struct write *write, struct mm_struct *mm, u64 address,
		 u64 length)
{
	*write = (struct write){ .address = address, .length = length };
	write->self = !mm || mm == current->mm || !aim_mm(write, mm);
}

/* (context, address in the target, source, length, ...) */
bool tsp_uffd_entry(void *data, struct pt_regs *regs)
{
	struct write *write = data;

	fill(write,
	     tsp_compat_uffd_mm((void *)regs_get_kernel_argument(regs, 0)),
	     regs_get_kernel_argument(regs, 1),
	     regs_get_kernel_argument(regs, 3));
	return !write->self;
}

void tsp_uffd_leave(const void *data, struct pt_regs *regs)
{
	submit(data, TSP_OP_UFFD_COPY, regs_return_value(regs));
}

/* (uprobe, address space or mapping, address, opcode, ...) */
bool tsp_uprobe_entry(void *data, struct pt_regs *regs)
{
	u64 address = regs_get_kernel_argument(regs, 2);
	struct vm_area_struct *vma = tsp_compat_uprobe_vma(
		(void *)regs_get_kernel_argument(regs, 1), address);
	struct breakpoint *breakpoint = data;
	struct write write;

	if (!vma)
		return false;
	fill(&write, vma->vm_mm, address, TSP_BREAKPOINT_BYTES);
	breakpoint->target = write.target;
	breakpoint->address = address;
	tsp_region_of(vma, &breakpoint->where);
	return !write.self;
}

void tsp_uprobe_leave(const void *data, struct pt_regs *regs)
{
	const struct breakpoint *breakpoint = data;
	struct tsp_observation obs = {
		.source = tsp_party_id(current),
		.target = breakpoint->target,
		.op = TSP_OP_UPROBE,
		.result = regs_return_value(regs),
		.address = breakpoint->address,
		.length = TSP_BREAKPOINT_BYTES,
		.where = breakpoint->where,
		.regions = 1U << breakpoint->where.region,
	};
	struct tsp_actors actors = { .source = current };

	if (!obs.result)
		obs.bytes = TSP_BREAKPOINT_BYTES;
	tsp_submit(&obs, &actors);
}
