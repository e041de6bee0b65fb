// SPDX-License-Identifier: GPL-2.0
/*
 * Hook on the making of in-memory files.
 *
 * memfd_create is several functions, one a caller's word size; they all end in
 * the one that sets up the file, with a name that has its prefix already.
 */
#include "hooks.h"

#include <linux/err.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "file.h"
#include "party.h"
#include "submit.h"

/* (name in kernel memory, ...) */
bool tsp_memfd_entry(void *data, struct pt_regs *regs)
{
	const char *name = (void *)regs_get_kernel_argument(regs, 0);

	return name && strstarts(name, TSP_MEMFD_PREFIX);
}

void tsp_memfd_leave(const void *data, struct pt_regs *regs)
{
	struct tsp_id id = tsp_party_id(current);

	if (!IS_ERR_VALUE(regs_return_value(regs)))
		tsp_submit_memfd(&id, ktime_get_boottime_ns());
}
