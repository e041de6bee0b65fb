// SPDX-License-Identifier: GPL-2.0
/*
 * Hook on mapping code: an in-memory file mapped executable.
 *
 * do_mmap is hot, so a call that maps no code leaves after a compare. It runs
 * with the caller's mmap_lock held for writing: its mappings must not be looked
 * up here, and need not be, since the file says it all.
 */
#include "hooks.h"

#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/timekeeping.h>

#include "compat.h"
#include "file.h"
#include "party.h"
#include "submit.h"

/* From a mapping's entry to its return. */
struct mapping {
	struct file *file; /* held by the caller */
	u64 length;
};

/* The segments of a program that was itself executed from memory. */
static bool is_own_exe(const struct file *file)
{
	struct file *exe = NULL;
	bool own = false;

	rcu_read_lock();
	if (current->mm)
		exe = tsp_compat_exe_file(current->mm);
	rcu_read_unlock();
	if (exe) {
		own = file_inode(exe) == file_inode(file);
		fput(exe);
	}
	return own;
}

/* (file, address, length, protection, flags, ...) */
bool tsp_mmap_entry(void *data, struct pt_regs *regs)
{
	struct mapping *mapping = data;

	if (!(regs_get_kernel_argument(regs, 3) & PROT_EXEC))
		return false;
	mapping->file = (void *)regs_get_kernel_argument(regs, 0);
	if (!mapping->file || !tsp_file_is_memfd(mapping->file))
		return false;
	mapping->length = regs_get_kernel_argument(regs, 2);
	return !is_own_exe(mapping->file);
}

void tsp_mmap_leave(const void *data, struct pt_regs *regs)
{
	const struct mapping *mapping = data;
	unsigned long returned = regs_return_value(regs);
	struct tsp_observation obs = {
		.time_ns = ktime_get_boottime_ns(),
		.source = tsp_party_id(current),
		.target = tsp_party_id(current),
		.op = TSP_OP_MEMFD_MAP_EXEC,
		.length = mapping->length,
	};
	struct tsp_actors actors = {
		.source = current,
		.target = current,
		.file = mapping->file,
	};

	if (IS_ERR_VALUE(returned)) {
		obs.result = returned;
	} else {
		obs.address = returned;
		obs.bytes = mapping->length;
	}
	rcu_read_lock();
	tsp_submit(&obs, &actors);
	rcu_read_unlock();
}
