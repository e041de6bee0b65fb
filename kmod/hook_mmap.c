// SPDX-License-Identifier: GPL-2.0
/*
 * Hook on memory that becomes executable, by whichever call: mmap, mprotect,
 * pkey_mprotect, shmat, remap_file_pages, the loading of a program.
 *
 * perf_event_mmap is where the kernel announces every new or changed mapping to
 * perf, after all checks and with the final protection. It is hot, so a mapping
 * that is not executable leaves after a compare. The caller's mmap_lock is held
 * for writing: no other mapping may be looked up here.
 */
#include "hooks.h"

#include <linux/file.h>
#include <linux/mm.h>

#include "compat.h"
#include "deeds.h"
#include "file.h"
#include "party.h"
#include "region.h"
#include "submit.h"

/* What the current process runs, or NULL. */
static struct file *get_exe(void)
{
	struct file *exe = NULL;

	rcu_read_lock();
	if (current->mm)
		exe = tsp_compat_exe_file(current->mm);
	rcu_read_unlock();
	return exe;
}

/* The segments of a program that is itself fileless. */
static bool is_own_exe(const struct file *file)
{
	struct file *exe = get_exe();
	bool own = exe && tsp_file_inode(exe) == tsp_file_inode(file);

	if (exe)
		fput(exe);
	return own;
}

static bool is_exe_fileless(void)
{
	struct file *exe = get_exe();
	bool fileless = exe && tsp_file_region(exe) != TSP_REGION_UNKNOWN;

	if (exe)
		fput(exe);
	return fileless;
}

static void submit(const struct vm_area_struct *vma, u32 op, struct file *file)
{
	struct tsp_observation obs = {
		.source = tsp_party_id(current),
		.target = tsp_party_id(current),
		.op = op,
		.context = true,
		.address = vma->vm_start,
		.length = vma->vm_end - vma->vm_start,
		.bytes = vma->vm_end - vma->vm_start,
	};
	struct tsp_actors actors = {
		.source = current,
		.target = current,
		.file = file,
	};

	tsp_region_of(vma, &obs.where);
	tsp_submit(&obs, &actors);
}

/* Private memory is charged once it becomes writable, and stays so. */
static bool may_have_been_written(const struct vm_area_struct *vma)
{
	return vma->vm_flags & (VM_WRITE | VM_ACCOUNT) || vma->anon_vma;
}

/* (vma) */
bool tsp_mmap_entry(void *data, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)regs_get_kernel_argument(regs, 0);
	struct file *file = vma->vm_file;
	struct tsp_id id;

	if (!(vma->vm_flags & VM_EXEC))
		return false;

	if (file && !tsp_file_is_anonymous(file)) {
		if (tsp_file_region(file) == TSP_REGION_UNKNOWN) {
			id = tsp_party_id(current);
			tsp_deeds_code_file(&id, file);
		} else if (!is_own_exe(file)) {
			submit(vma, TSP_OP_MEMFD_MAP_EXEC, file);
		}
	}
	if (!may_have_been_written(vma))
		return true;
	/*
	 * By itself it is what every JIT compiler does, often. So whether it is
	 * a fileless program that does it is looked at once in a while.
	 */
	if (tsp_deeds_add(current, TSP_OP_WX_FLIP) && is_exe_fileless())
		submit(vma, TSP_OP_WX_FLIP, NULL);
	return true;
}
