// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on the lives of in-memory files: made, written, sealed.
 *
 * memfd_create is several functions, one a caller's word size and two kinds of
 * pages; they all end where a file without a place in the file system gets its
 * inode and its name. That is late enough to know the one and the other, and a
 * plain probe will do.
 */
#include "hooks.h"

#include <asm/syscall.h>
#include <linux/fcntl.h>
#include <linux/sched/task_stack.h>

#include "compat.h"
#include "file.h"
#include "submit.h"

/* From a fcntl's entry to its return. */
struct sealing {
	struct file *file; /* held by the caller */
};

/* (inode, mount, name, ...) */
bool tsp_memfd_entry(void *data, struct pt_regs *regs)
{
	const struct inode *inode = (void *)regs_get_kernel_argument(regs, 0);
	const char *name = (void *)regs_get_kernel_argument(regs, 2);
	unsigned long args[6];

	if (!tsp_file_is_memfd_name(name))
		return false;
	/* memfd_create(name, flags): nothing else makes such a name. */
	syscall_get_arguments(current, task_pt_regs(current), args);
	tsp_submit_memfd(inode, TSP_OP_MEMFD_CREATE, (u32)args[1]);
	return true;
}

/* (file or what leads to it, mapping, position, length, copied, ...) */
bool tsp_memfd_write_entry(void *data, struct pt_regs *regs)
{
	const struct file *file = tsp_compat_written_file(
		(void *)regs_get_kernel_argument(regs, 0));

	if (!file || !tsp_file_is_memfd(file))
		return false;
	tsp_submit_memfd(file_inode(file), TSP_OP_MEMFD_WRITE,
			 (u32)regs_get_kernel_argument(regs, 4));
	return true;
}

/* (file, command, argument) */
bool tsp_memfd_fcntl_entry(void *data, struct pt_regs *regs)
{
	struct sealing *sealing = data;

	sealing->file = (void *)regs_get_kernel_argument(regs, 0);
	return (u32)regs_get_kernel_argument(regs, 1) == F_ADD_SEALS;
}

void tsp_memfd_fcntl_leave(const void *data, struct pt_regs *regs)
{
	const struct sealing *sealing = data;

	if (!regs_return_value(regs))
		tsp_submit_memfd(file_inode(sealing->file), TSP_OP_MEMFD_SEAL,
				 0);
}
