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
 * Return probes of a hook that can be under way at once, at least. The
 * functions sleep, and one that finds no free instance goes unseen, so there
 * are many.
 */
#define INSTANCES_MIN 128

#define TECHNIQUE(name) (1U << TSP_TECHNIQUE_##name)
#define PLACES                                                                 \
	(TECHNIQUE(TEXT_PATCH) | TECHNIQUE(GOT_OVERWRITE) |                    \
	 TECHNIQUE(VDSO_HIJACK) | TECHNIQUE(INJECTED_BEHAVIOUR) |              \
	 TECHNIQUE(NATIVE_API_SEQUENCE))
#define FILELESS (TECHNIQUE(MEMFD_EXEC) | TECHNIQUE(MEMFD_MAP_EXEC))
/* All but what is told without an edge, and the blinding of trespass. */
#define ALL_TECHNIQUES (((1U << TSP_TECHNIQUE_COUNT) - 2) & ~TECHNIQUE(BLINDED))

#define KRETPROBE(hook, feeds, handler, without, ...)                          \
	{                                                                      \
		.name = (hook), .kind = TSP_HOOK_KIND_KRETPROBE,               \
		.techniques = (feeds), .site = { __VA_ARGS__ },                \
		.leave = (handler), .blind = (without),                        \
	}

#define KPROBE(hook, feeds, without, ...)                                      \
	{                                                                      \
		.name = (hook), .kind = TSP_HOOK_KIND_KPROBE,                  \
		.techniques = (feeds), .site = { __VA_ARGS__ },                \
		.blind = (without),                                            \
	}

#define TRACEPOINT(hook, feeds, tp_name, handler, without)                     \
	{                                                                      \
		.name = (hook), .kind = TSP_HOOK_KIND_TRACEPOINT,              \
		.techniques = (feeds), .tracepoint = (tp_name),                \
		.callback = (handler), .blind = (without),                     \
	}

static struct tsp_probe table[] = {
	KRETPROBE(
		"ptrace-attach",
		TECHNIQUE(PTRACE_ATTACH) | TECHNIQUE(PTRACE_INJECT) |
			TECHNIQUE(PTRACE_HIJACK) |
			TECHNIQUE(NATIVE_API_SEQUENCE),
		tsp_attach_leave,
		"attaching to a running process; its later writes are still seen",
		{ "ptrace_attach", tsp_attach_entry }),
	KRETPROBE("ptrace-traceme", TECHNIQUE(PTRACE_INJECT), tsp_traceme_leave,
		  "a process asking to be traced; later writes are still seen",
		  { "ptrace_traceme", tsp_traceme_entry }),
	KRETPROBE(
		"ptrace-request",
		TECHNIQUE(PTRACE_INJECT) | TECHNIQUE(PTRACE_HIJACK) |
			TECHNIQUE(REMOTE_CONTROL) | PLACES,
		tsp_request_leave,
		"memory and registers written through ptrace by native tracers",
		{ "arch_ptrace", tsp_request_entry }),
	KRETPROBE(
		"ptrace-request-compat",
		TECHNIQUE(PTRACE_INJECT) | TECHNIQUE(PTRACE_HIJACK) |
			TECHNIQUE(REMOTE_CONTROL) | PLACES,
		tsp_request_leave,
		"memory and registers written through ptrace by 32-bit tracers",
		{ "compat_arch_ptrace", tsp_request_compat_entry }),
	KRETPROBE("vm-write", TECHNIQUE(VM_WRITE) | PLACES, tsp_vm_rw_leave,
		  "memory written by process_vm_writev",
		  { "process_vm_rw_core.constprop.0", tsp_vm_rw_core_entry },
		  { "process_vm_rw", tsp_vm_rw_entry }),
	KRETPROBE("mem-open", TECHNIQUE(PROC_MEM_WRITE), tsp_mem_open_leave,
		  "who opened /proc/PID/mem, when another writes through it",
		  { "mem_open", tsp_mem_open_entry }),
	KPROBE("mem-release", TECHNIQUE(PROC_MEM_WRITE),
	       "that /proc/PID/mem was closed; an opener may be named wrongly",
	       { "mem_release", tsp_mem_release_entry }),
	KRETPROBE("mem-write",
		  TECHNIQUE(PROC_MEM_WRITE) | TECHNIQUE(PROC_MEM_SELF_PATCH) |
			  PLACES,
		  tsp_mem_write_leave, "memory written through /proc/PID/mem",
		  { "mem_write", tsp_mem_write_entry },
		  { "mem_rw", tsp_mem_rw_entry }),
	KRETPROBE("maps-open",
		  TECHNIQUE(PTRACE_INJECT) | TECHNIQUE(VM_WRITE) |
			  TECHNIQUE(PROC_MEM_WRITE),
		  tsp_maps_leave,
		  "that the source read the target's memory map before",
		  { "proc_mem_open", tsp_maps_entry }),
	KRETPROBE("uffd-copy", TECHNIQUE(REMOTE_CONTROL) | PLACES,
		  tsp_uffd_leave,
		  "memory filled through another process's userfaultfd",
		  { "mfill_atomic_copy", tsp_uffd_entry },
		  { "mcopy_atomic", tsp_uffd_entry }),
	KRETPROBE("uprobe-write", TECHNIQUE(REMOTE_CONTROL) | PLACES,
		  tsp_uprobe_leave, "uprobes put into a running process",
		  { TSP_UPROBE_WRITE, tsp_uprobe_entry }),
	KRETPROBE("pidfd-getfd", TECHNIQUE(FD_THEFT), tsp_getfd_leave,
		  "descriptors taken out of another process",
		  { "pidfd_getfd", tsp_getfd_entry },
		  { "__arm64_sys_pidfd_getfd", tsp_getfd_call_entry }),
	KRETPROBE("seccomp-notify", TECHNIQUE(REMOTE_CONTROL), tsp_notify_leave,
		  "descriptors put into a process by its seccomp supervisor",
		  { "seccomp_notify_ioctl", tsp_notify_entry }),
	KPROBE("mmap-exec",
	       TECHNIQUE(MEMFD_MAP_EXEC) | TECHNIQUE(WX_FLIP) |
		       TECHNIQUE(INJECTED_BEHAVIOUR) |
		       TECHNIQUE(NATIVE_API_SEQUENCE),
	       "memory that becomes executable, by mmap, mprotect or shmat",
	       { "perf_event_mmap", tsp_mmap_entry }),
	KPROBE("memfd-create", FILELESS,
	       "the making of in-memory files; running them is still seen",
	       { "alloc_file_pseudo", tsp_memfd_entry }),
	KPROBE("memfd-write", FILELESS,
	       "writes to in-memory files; running them is still seen",
	       { "shmem_write_end", tsp_memfd_write_entry }),
	KRETPROBE("memfd-seal", FILELESS, tsp_memfd_fcntl_leave,
		  "seals of in-memory files; running them is still seen",
		  { "memfd_fcntl", tsp_memfd_fcntl_entry }),
	KRETPROBE("exec", TECHNIQUE(MEMFD_EXEC), tsp_exec_leave,
		  "fileless files being executed",
		  { "bprm_execve", tsp_exec_entry }),
	KPROBE("exec-check", TECHNIQUE(MEMFD_EXEC),
	       "fileless files being executed",
	       { "security_bprm_check", tsp_exec_check_entry }),
	KPROBE("exec-image", TECHNIQUE(NATIVE_API_SEQUENCE),
	       "that a process begins anew with another program",
	       { "begin_new_exec", tsp_exec_image_entry }),
	TRACEPOINT("process-fork",
		   TECHNIQUE(AUTO_ATTACH) | TECHNIQUE(INJECTED_BEHAVIOUR) |
			   TECHNIQUE(NATIVE_API_SEQUENCE),
		   "sched_process_fork", tsp_process_fork,
		   "processes that are made, and attached to a tracer at once"),
	TRACEPOINT(
		"process-exec", TECHNIQUE(INJECTED_BEHAVIOUR),
		"sched_process_exec", tsp_process_exec,
		"that a target replaced its program in the middle of a chain"),
	TRACEPOINT(
		"process-exit", ALL_TECHNIQUES, "sched_process_exit",
		tsp_process_exit,
		"the end of processes: summaries come late, when edges idle"),
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

static int hit(struct kprobe *kp, struct pt_regs *regs)
{
	const struct tsp_probe *probe =
		container_of(kp, struct tsp_probe, rp.kp);

	if (probe->armed->entry(NULL, regs))
		tsp_hooks_hit(probe);
	return 0;
}

static int arm_kprobe(struct tsp_probe *probe, const struct tsp_site *site)
{
	probe->rp = (struct kretprobe){
		.kp.symbol_name = site->symbol,
		.kp.pre_handler = hit,
	};
	probe->armed = site;
	return register_kprobe(&probe->rp.kp);
}

static int arm_kretprobe(struct tsp_probe *probe, const struct tsp_site *site)
{
	probe->rp = (struct kretprobe){
		.kp.symbol_name = site->symbol,
		.entry_handler = enter,
		.handler = leave,
		.data_size = TSP_HOOK_DATA_MAX,
		.maxactive = max(INSTANCES_MIN, 2 * num_possible_cpus()),
	};
	probe->armed = site;
	return register_kretprobe(&probe->rp);
}

static int arm_sites(struct tsp_probe *probe)
{
	int err = -ENOENT, i;

	for (i = 0; i < TSP_SITES_MAX && probe->site[i].symbol; i++) {
		if (probe->kind == TSP_HOOK_KIND_KPROBE)
			err = arm_kprobe(probe, &probe->site[i]);
		else
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

/* All probes of a kind at once: the kernel waits for grace periods once a call.
 */
static void disarm_all(void)
{
	struct kretprobe *rps[ARRAY_SIZE(table)];
	struct kprobe *kps[ARRAY_SIZE(table)];
	int i, n_rps = 0, n_kps = 0;
	struct tsp_probe *probe;

	for (i = ARRAY_SIZE(table) - 1; i >= 0; i--) {
		probe = &table[i];
		if (probe->state != TSP_HOOK_STATE_ARMED)
			continue;
		if (probe->kind == TSP_HOOK_KIND_TRACEPOINT)
			tracepoint_probe_unregister(probe->tp, probe->callback,
						    probe);
		else if (probe->kind == TSP_HOOK_KIND_KPROBE)
			kps[n_kps++] = &probe->rp.kp;
		else
			rps[n_rps++] = &probe->rp;
		probe->state = TSP_HOOK_STATE_ABSENT;
		probe->error = -ESHUTDOWN;
	}
	unregister_kretprobes(rps, n_rps);
	unregister_kprobes(kps, n_kps);
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
	tsp_exec_exit();
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
