// SPDX-License-Identifier: GPL-2.0
/*
 * The table of hooks: what each covers, on which kernel functions it can sit,
 * and what is blind without it; arming, disarming and counting.
 *
 * A symbol that exists is not a symbol that is called: compilers inline. So
 * each row has been proven, per kernel, by doing the act and counting the hit.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "hooks.h"

#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/tracepoint.h>

#include "compat.h"

/*
 * Return probes that can be under way at once. The functions sleep, and one
 * that finds no free instance goes unseen, so there are many.
 */
#define INSTANCES_MAX 256

#define TECHNIQUE(name) (1U << TSP_TECHNIQUE_##name)
#define ALL_TECHNIQUES                                                         \
	(TECHNIQUE(PTRACE_INJECT) | TECHNIQUE(VM_WRITE) |                      \
	 TECHNIQUE(PROC_MEM_WRITE) | TECHNIQUE(MEMFD_EXEC) |                   \
	 TECHNIQUE(MEMFD_MAP_EXEC))

static struct tsp_probe table[] = {
	{
		.name = "ptrace-attach",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(PTRACE_INJECT),
		.site = { { "ptrace_attach", tsp_attach_entry } },
		.leave = tsp_attach_leave,
		.blind =
			"attaching to a running process; its later writes are still seen",
	},
	{
		.name = "ptrace-traceme",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(PTRACE_INJECT),
		.site = { { "ptrace_traceme", tsp_traceme_entry } },
		.leave = tsp_traceme_leave,
		.blind =
			"a process asking to be traced; later writes are still seen",
	},
	{
		.name = "ptrace-request",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(PTRACE_INJECT),
		.site = { { "arch_ptrace", tsp_request_entry } },
		.leave = tsp_request_leave,
		.blind =
			"memory and registers written through ptrace by native tracers",
	},
	{
		.name = "ptrace-request-compat",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(PTRACE_INJECT),
		.site = { { "compat_arch_ptrace", tsp_request_compat_entry } },
		.leave = tsp_request_leave,
		.blind =
			"memory and registers written through ptrace by 32-bit tracers",
	},
	{
		.name = "vm-write",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(VM_WRITE),
		.site = { { "process_vm_rw_core.constprop.0",
			    tsp_vm_rw_core_entry },
			  { "process_vm_rw", tsp_vm_rw_entry } },
		.leave = tsp_vm_rw_leave,
		.blind = "memory written by process_vm_writev",
	},
	{
		.name = "mem-write",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(PROC_MEM_WRITE),
		.site = { { "mem_write", tsp_mem_write_entry },
			  { "mem_rw", tsp_mem_rw_entry } },
		.leave = tsp_mem_write_leave,
		.blind = "memory written through /proc/PID/mem",
	},
	{
		.name = "mmap-exec",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(MEMFD_MAP_EXEC),
		.site = { { "do_mmap", tsp_mmap_entry } },
		.leave = tsp_mmap_leave,
		.blind = "in-memory files mapped as code (dlopen)",
	},
	{
		.name = "memfd-create",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(MEMFD_EXEC) | TECHNIQUE(MEMFD_MAP_EXEC),
		.site = { { "shmem_file_setup", tsp_memfd_entry },
			  { "memfd_alloc_file", tsp_memfd_entry } },
		.leave = tsp_memfd_leave,
		.blind =
			"the making of in-memory files; running them is still seen",
	},
	{
		.name = "memfd-create-huge",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(MEMFD_EXEC) | TECHNIQUE(MEMFD_MAP_EXEC),
		.site = { { "hugetlb_file_setup", tsp_memfd_entry } },
		.leave = tsp_memfd_leave,
		.blind = "the making of in-memory files on huge pages",
	},
	{
		.name = "exec",
		.kind = TSP_HOOK_KIND_KRETPROBE,
		.techniques = TECHNIQUE(MEMFD_EXEC),
		.site = { { "begin_new_exec", tsp_exec_entry } },
		.leave = tsp_exec_leave,
		.blind = "in-memory files being executed",
	},
	{
		.name = "process-fork",
		.kind = TSP_HOOK_KIND_TRACEPOINT,
		.techniques = TECHNIQUE(MEMFD_EXEC) | TECHNIQUE(MEMFD_MAP_EXEC),
		.tracepoint = "sched_process_fork",
		.callback = tsp_process_fork,
		.blind =
			"that a child runs an in-memory file which its parent made",
	},
	{
		.name = "process-exec",
		.kind = TSP_HOOK_KIND_TRACEPOINT,
		.techniques = TECHNIQUE(PTRACE_INJECT),
		.tracepoint = "sched_process_exec",
		.callback = tsp_process_exec,
		.blind =
			"that a target replaced its program in the middle of a chain",
	},
	{
		.name = "process-exit",
		.kind = TSP_HOOK_KIND_TRACEPOINT,
		.techniques = ALL_TECHNIQUES,
		.tracepoint = "sched_process_exit",
		.callback = tsp_process_exit,
		.blind =
			"the end of processes: summaries come late, when edges idle",
	},
};

static DEFINE_PER_CPU(u64[ARRAY_SIZE(table)], hits); /* by row */
/* Protects what arming writes into the table. */
static DEFINE_MUTEX(table_lock);

void tsp_hooks_hit(const struct tsp_probe *probe)
{
	this_cpu_inc(hits[probe - table]);
}

static struct tsp_probe *probe_of(struct kretprobe_instance *instance)
{
	struct kretprobe *rp = tsp_compat_instance_probe(instance);

	/* NULL while the probe is being unregistered. */
	return rp ? container_of(rp, struct tsp_probe, rp) : NULL;
}

static int enter(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct tsp_probe *probe = probe_of(instance);

	if (!probe || !probe->armed->entry(instance->data, regs))
		return 1;
	tsp_hooks_hit(probe);
	return 0;
}

static int leave(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	const struct tsp_probe *probe = probe_of(instance);

	if (probe)
		probe->leave(instance->data, regs);
	return 0;
}

static int arm_kretprobe(struct tsp_probe *probe, const struct tsp_site *site)
{
	probe->rp = (struct kretprobe){
		.kp.symbol_name = site->symbol,
		.entry_handler = enter,
		.handler = leave,
		.data_size = TSP_HOOK_DATA_MAX,
		.maxactive = INSTANCES_MAX,
	};
	probe->armed = site;
	return register_kretprobe(&probe->rp);
}

static int arm_sites(struct tsp_probe *probe)
{
	int err = -ENOENT, i;

	for (i = 0; i < TSP_SITES_MAX && probe->site[i].symbol; i++) {
		err = arm_kretprobe(probe, &probe->site[i]);
		if (!err)
			return 0;
	}
	probe->armed = NULL;
	return err;
}

static void match_tracepoint(struct tracepoint *tp, void *data)
{
	struct tsp_probe *probe = data;

	if (!strcmp(tp->name, probe->tracepoint))
		probe->tp = tp;
}

static int arm_tracepoint(struct tsp_probe *probe)
{
	probe->tp = NULL;
	for_each_kernel_tracepoint(match_tracepoint, probe);
	if (!probe->tp)
		return -ENOENT;
	return tracepoint_probe_register(probe->tp, probe->callback, probe);
}

static void arm(struct tsp_probe *probe)
{
	if (probe->kind == TSP_HOOK_KIND_TRACEPOINT)
		probe->error = arm_tracepoint(probe);
	else
		probe->error = arm_sites(probe);

	if (!probe->error) {
		probe->state = TSP_HOOK_STATE_ARMED;
		return;
	}
	probe->state = probe->error == -ENOENT ? TSP_HOOK_STATE_ABSENT
					       : TSP_HOOK_STATE_FAILED;
	pr_warn("hook %s is not armed (error %d); blind to: %s\n", probe->name,
		probe->error, probe->blind);
}

/* All return probes at once: the kernel waits for grace periods once a call. */
static void disarm_all(void)
{
	struct kretprobe *rps[ARRAY_SIZE(table)];
	struct tsp_probe *probe;
	int i, n = 0;

	for (i = ARRAY_SIZE(table) - 1; i >= 0; i--) {
		probe = &table[i];
		if (probe->state != TSP_HOOK_STATE_ARMED)
			continue;
		if (probe->kind == TSP_HOOK_KIND_TRACEPOINT)
			tracepoint_probe_unregister(probe->tp, probe->callback,
						    probe);
		else
			rps[n++] = &probe->rp;
		probe->state = TSP_HOOK_STATE_ABSENT;
		probe->error = -ESHUTDOWN;
	}
	if (n)
		unregister_kretprobes(rps, n);
	tracepoint_synchronize_unregister();
}

static u32 count_armed(void)
{
	u32 armed = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		armed += table[i].state == TSP_HOOK_STATE_ARMED;
	return armed;
}

int tsp_hooks_init(void)
{
	u32 armed;
	int i;

	mutex_lock(&table_lock);
	for (i = 0; i < ARRAY_SIZE(table); i++)
		arm(&table[i]);
	armed = count_armed();
	mutex_unlock(&table_lock);

	if (!armed) {
		pr_err("no hook could be armed; is CONFIG_KPROBES on?\n");
		return -ENODEV;
	}
	pr_info("version " TSP_VERSION ", %u of %zu hooks armed\n", armed,
		ARRAY_SIZE(table));
	return 0;
}

void tsp_hooks_exit(void)
{
	mutex_lock(&table_lock);
	disarm_all();
	mutex_unlock(&table_lock);
	tsp_lifecycle_exit();
}

static u64 missed_by(const struct tsp_probe *probe)
{
	if (probe->kind == TSP_HOOK_KIND_TRACEPOINT ||
	    probe->state != TSP_HOOK_STATE_ARMED)
		return 0;
	return probe->rp.nmissed + probe->rp.kp.nmissed;
}

bool tsp_hooks_describe(u64 index, struct tsp_hook *hook)
{
	const struct tsp_probe *probe;
	const char *symbol;
	int cpu;

	if (index >= ARRAY_SIZE(table))
		return false;
	probe = &table[index];

	mutex_lock(&table_lock);
	*hook = (struct tsp_hook){
		.kind = probe->kind,
		.state = probe->state,
		.missed = missed_by(probe),
		.techniques = probe->techniques,
		.blind = probe->blind,
	};
	strscpy(hook->name, probe->name, sizeof(hook->name));
	for_each_possible_cpu(cpu)
		hook->hits += READ_ONCE(per_cpu(hits, cpu)[index]);

	if (probe->state == TSP_HOOK_STATE_ARMED) {
		symbol =
			probe->armed ? probe->armed->symbol : probe->tracepoint;
		strscpy(hook->symbol, symbol, sizeof(hook->symbol));
		hook->present |= TSP_PRESENT(TSP_A_HOOK_SYMBOL);
	} else {
		hook->error = probe->error;
		hook->present |= TSP_PRESENT(TSP_A_HOOK_ERROR);
	}
	mutex_unlock(&table_lock);
	return true;
}

void tsp_hooks_count(u32 *all, u32 *armed, u64 *missed)
{
	int i;

	mutex_lock(&table_lock);
	*all = ARRAY_SIZE(table);
	*armed = count_armed();
	*missed = 0;
	for (i = 0; i < ARRAY_SIZE(table); i++)
		*missed += missed_by(&table[i]);
	mutex_unlock(&table_lock);
}
