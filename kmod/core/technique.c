// SPDX-License-Identifier: GPL-2.0
/*
 * The table of techniques. A new technique is one row here, its name in the
 * spec, and its tests.
 */
#include "technique.h"

#include "observation.h"

#define OP(name) TSP_OP_BIT(TSP_OP_##name)

/* Once it has been written to or redirected, the target may do another's will.
 */
#define CHANGED (TSP_OPS_WRITE | TSP_OPS_REGS | OP(PTRACE_SYSCALL))

const struct tsp_technique_row tsp_techniques[TSP_TECHNIQUE_COUNT] = {
	[TSP_TECHNIQUE_PTRACE_INJECT] = {
		.title = "memory changed through ptrace",
		.attack = { "T1055.008" },
		.analytic = "AN1400",
		.ops = OP(PTRACE_WRITE),
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
		.severity = 55,
	},
	[TSP_TECHNIQUE_MEMFD_EXEC] = {
		.title = "fileless program executed",
		.attack = { "T1620" },
		.analytic = "AN1400",
		.ops = OP(MEMFD_EXEC),
		.severity = 55,
	},
	[TSP_TECHNIQUE_MEMFD_MAP_EXEC] = {
		.title = "code mapped from a fileless file",
		.attack = { "T1620", "T1129" },
		.analytic = "AN1400",
		.ops = OP(MEMFD_MAP_EXEC),
		.severity = 50,
	},
	[TSP_TECHNIQUE_PTRACE_ATTACH] = {
		.title = "process traced",
		.attack = { "T1055.008" },
		.analytic = "AN1400",
		.ops = OP(PTRACE_ATTACH) | OP(PTRACE_SEIZE),
		.at_end = true,
		.severity = 25,
	},
	[TSP_TECHNIQUE_PTRACE_HIJACK] = {
		.title = "control flow taken by registers alone",
		.attack = { "T1055.008" },
		.analytic = "AN1400",
		.ops = TSP_OPS_REGS,
		.unless = TSP_OPS_WRITE,
		.severity = 60,
	},
	[TSP_TECHNIQUE_PROC_MEM_SELF_PATCH] = {
		.title = "own read-only memory forced",
		.attack = { "T1055.009", "T1620" },
		.analytic = "AN1400",
		.ops = OP(SELF_MEM_WRITE),
		.severity = 55,
	},
	[TSP_TECHNIQUE_VDSO_HIJACK] = {
		.title = "vdso written",
		.attack = { "T1055.014" },
		.analytic = "AN1400",
		.ops = TSP_OPS_WRITE,
		.place = TSP_PLACE_VDSO,
		.severity = 70,
	},
	[TSP_TECHNIQUE_TEXT_PATCH] = {
		.title = "foreign code patched",
		.attack = { "T1055" },
		.analytic = "AN1400",
		.ops = TSP_OPS_WRITE,
		.place = TSP_PLACE_EXECUTABLE,
		.severity = 55,
	},
	[TSP_TECHNIQUE_GOT_OVERWRITE] = {
		.title = "foreign GOT or RELRO memory overwritten",
		.attack = { "T1055", "T1574" },
		.analytic = "AN1400",
		.ops = TSP_OPS_WRITE,
		.place = TSP_PLACE_RELRO,
		.severity = 65,
	},
	[TSP_TECHNIQUE_WX_FLIP] = {
		.title = "writable memory made executable",
		.attack = { "T1620" },
		.analytic = "AN1400",
		.ops = OP(WX_FLIP),
		.needs_context = true,
		.severity = 40,
	},
	[TSP_TECHNIQUE_FD_THEFT] = {
		.title = "descriptor taken out of a process",
		.attack = { "T1055" },
		.analytic = "AN1400",
		.ops = OP(FD_STEAL),
		.needs_context = true,
		.severity = 45,
	},
	[TSP_TECHNIQUE_REMOTE_CONTROL] = {
		.title = "process changed by a rare way",
		.attack = { "T1055" },
		.analytic = "AN1400",
		.ops = OP(UFFD_COPY) | OP(PTRACE_SYSCALL) | OP(UPROBE) |
		       OP(SECCOMP_ADDFD),
		.severity = 50,
	},
	[TSP_TECHNIQUE_AUTO_ATTACH] = {
		.title = "process traced from its birth",
		.attack = { "T1055.008" },
		.analytic = "AN1400",
		.ops = OP(PTRACE_AUTO_ATTACH),
		.at_end = true,
		.severity = 20,
	},
	[TSP_TECHNIQUE_BLINDED] = {
		.title = "trespass itself made blind",
		.attack = { "T1562.001" },
		.severity = 90,
	},
	[TSP_TECHNIQUE_INJECTED_BEHAVIOUR] = {
		.title = "a process does what was injected",
		.attack = { "T1055" },
		.analytic = "AN1400",
		.ops = TSP_OPS_BEHAVIOUR,
		.after = CHANGED,
		.by_target = true,
		.severity = 60,
	},
	[TSP_TECHNIQUE_NATIVE_API_SEQUENCE] = {
		.title = "native API used as injectors do",
		.attack = { "T1106" },
		.analytic = "AN1466",
		.severity = 30,
	},
};

u32 tsp_techniques_of(u32 op)
{
	/* Worked out once; who comes at the same time finds the same. */
	static u32 known[TSP_OP_COUNT];
	u32 technique, found = known[op];

	if (found)
		return found & ~1U;
	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++)
		if (tsp_techniques[technique].ops & TSP_OP_BIT(op))
			found |= TSP_TECHNIQUE_BIT(technique);
	known[op] = found | 1U;
	return found;
}

const struct tsp_technique_row *tsp_technique_row(u32 technique)
{
	if (technique >= TSP_TECHNIQUE_COUNT ||
	    !tsp_techniques[technique].title)
		return NULL;
	return &tsp_techniques[technique];
}
