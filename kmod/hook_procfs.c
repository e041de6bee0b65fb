// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on opening what /proc shows of another process's memory: the memory
 * itself, and the map of it, which an injector reads to find its way.
 */
#include "hooks.h"

#include <linux/err.h>
#include <linux/ptrace.h>

#include "compat.h"
#include "deeds.h"
#include "opener.h"
#include "party.h"

/* From an open's entry to its return. */
struct opening {
	const struct file *file; /* held by the caller */
};

/* (inode, file) */
bool tsp_mem_open_entry(void *data, struct pt_regs *regs)
{
	struct opening *opening = data;

	opening->file = (void *)regs_get_kernel_argument(regs, 1);
	return opening->file->f_mode & FMODE_WRITE;
}

void tsp_mem_open_leave(const void *data, struct pt_regs *regs)
{
	const struct opening *opening = data;
	struct tsp_id id = tsp_party_id(current);

	if (!(int)regs_return_value(regs))
		tsp_opener_add(opening->file, &id);
}

/* (inode, file) */
bool tsp_mem_release_entry(void *data, struct pt_regs *regs)
{
	const struct file *file = (void *)regs_get_kernel_argument(regs, 1);

	if (!(file->f_mode & FMODE_WRITE))
		return false;
	tsp_opener_remove(file);
	return true;
}

/* (inode, mode): the map and its kin are opened for reading, the memory not */
bool tsp_maps_entry(void *data, struct pt_regs *regs)
{
	return !(regs_get_kernel_argument(regs, 1) & PTRACE_MODE_ATTACH);
}

void tsp_maps_leave(const void *data, struct pt_regs *regs)
{
	struct mm_struct *mm = (void *)regs_return_value(regs);
	struct tsp_id id = tsp_party_id(current);
	const struct task_struct *owner;

	if (IS_ERR_OR_NULL(mm) || mm == current->mm)
		return;
	rcu_read_lock();
	owner = tsp_compat_mm_owner(mm);
	if (owner)
		tsp_deeds_maps(&id, owner->tgid);
	rcu_read_unlock();
}
