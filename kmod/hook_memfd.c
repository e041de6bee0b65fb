// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on the lives of in-memory files: made, written, sealed.
 *
 * memfd_create is several functions, one a caller's word size; they all end in
 * the one that sets up the file, with a name that has its prefix already.
 */
#include "hooks.h"

#include <asm/syscall.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>

#include "file.h"
#include "submit.h"

/* From a fcntl's entry to its return. */
struct sealing {
	struct file *file; /* held by the caller */
};

/* (name in kernel memory, ...) */
bool tsp_memfd_entry(void *data, struct pt_regs *regs)
{
	const char *name = (void *)regs_get_kernel_argument(regs, 0);

	return name && strstarts(name, TSP_MEMFD_PREFIX);
}

void tsp_memfd_leave(const void *data, struct pt_regs *regs)
{
	const struct file *file = (void *)regs_return_value(regs);
	unsigned long args[6];

	if (IS_ERR_OR_NULL(file))
		return;
	/* memfd_create(name, flags): nothing else makes such a name. */
	syscall_get_arguments(current, task_pt_regs(current), args);
	tsp_submit_memfd(file, TSP_OP_MEMFD_CREATE, (u32)args[1]);
}

/* (file, mapping, position, length, ...) */
bool tsp_memfd_write_entry(void *data, struct pt_regs *regs)
{
	const struct file *file = (void *)regs_get_kernel_argument(regs, 0);

	if (!file || !tsp_file_is_memfd(file))
		return false;
	tsp_submit_memfd(file, TSP_OP_MEMFD_WRITE,
			 (u32)regs_get_kernel_argument(regs, 3));
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
		tsp_submit_memfd(sealing->file, TSP_OP_MEMFD_SEAL, 0);
}
