// SPDX-License-Identifier: GPL-2.0
/*
 * The table of techniques. A new technique is one row here, its name in the
 * spec, and its tests.
 */
#include "technique.h"

#include <uapi/linux/trespass.h>

#define OP(name) (1U << TSP_OP_##name)

static const struct tsp_technique_row rows[TSP_TECHNIQUE_COUNT] = {
	[TSP_TECHNIQUE_PTRACE_INJECT] = {
		.title = "memory or registers changed through ptrace",
		.attack = { "T1055.008" },
		.analytic = "AN1400",
		.ops = OP(PTRACE_WRITE) | OP(PTRACE_REGS) | OP(PTRACE_FPREGS),
		.severity = 60,
	},
	[TSP_TECHNIQUE_VM_WRITE] = {
		.title = "memory written by process_vm_writev",
		.attack = { "T1055" },
		.analytic = "AN1400",
		.ops = OP(VM_WRITE),
		.severity = 60,
	},
	[TSP_TECHNIQUE_PROC_MEM_WRITE] = {
		.title = "memory written through /proc/PID/mem",
		.attack = { "T1055.009" },
		.analytic = "AN1400",
		.ops = OP(PROC_MEM_WRITE),
		.severity = 65,
	},
	[TSP_TECHNIQUE_MEMFD_EXEC] = {
		.title = "program executed from anonymous memory",
		.attack = { "T1620" },
		.analytic = "AN1400",
		.ops = OP(MEMFD_EXEC),
		.severity = 55,
	},
	[TSP_TECHNIQUE_MEMFD_MAP_EXEC] = {
		.title = "code mapped from anonymous memory file",
		.attack = { "T1620", "T1129" },
		.analytic = "AN1400",
		.ops = OP(MEMFD_MAP_EXEC),
		.severity = 50,
	},
};

const struct tsp_technique_row *tsp_technique_row(u32 technique)
{
	if (technique >= TSP_TECHNIQUE_COUNT || !rows[technique].title)
		return NULL;
	return &rows[technique];
}

u32 tsp_technique_of(u32 op)
{
	u32 technique;

	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++)
		if (rows[technique].ops & op)
			return technique;
	return 0;
}
