// SPDX-License-Identifier: GPL-2.0
/*
 * What trespass cannot see, on this host and anywhere. A new limit is a row of
 * one of the two tables; one of this host has a function that looks.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <trespass/trespass.h>

#include "host.h"
#include "limits.h"

#define TECHNIQUE(name) (1U << TSP_TECHNIQUE_##name)
#define PLACES                                                                 \
	(TECHNIQUE(TEXT_PATCH) | TECHNIQUE(GOT_OVERWRITE) |                    \
	 TECHNIQUE(VDSO_HIJACK))
#define TRACING                                                                \
	(TECHNIQUE(PTRACE_INJECT) | TECHNIQUE(PTRACE_HIJACK) |                 \
	 TECHNIQUE(PTRACE_ATTACH) | TECHNIQUE(AUTO_ATTACH))
#define FILELESS (TECHNIQUE(MEMFD_EXEC) | TECHNIQUE(MEMFD_MAP_EXEC))

#define KPROBES "/sys/kernel/debug/kprobes/enabled"
#define FTRACE "/proc/sys/kernel/ftrace_enabled"

static enum tsp_limit_state
say(struct tsp_limit *limit, enum tsp_limit_state state, const char *sentence)
{
	snprintf(limit->text, sizeof(limit->text), "%s", sentence);
	return state;
}

static enum tsp_limit_state unknown_config(struct tsp_limit *limit)
{
	return say(limit, TSP_LIMIT_UNKNOWN,
		   "the kernel's configuration is not on this host");
}

/* Is the kernel locked down? -1 if it does not say. */
static int locked_down(void)
{
	char line[128];

	if (tsp_host_line("/sys/kernel/security/lockdown", line, sizeof(line)))
		return -1;
	return !strstr(line, "[none]");
}

static enum tsp_limit_state kprobes_switch(struct tsp_limit *limit)
{
	if (!tsp_host_number(KPROBES))
		return say(limit, TSP_LIMIT_BLIND,
			   "probes are switched off in debugfs right now: "
			   "nearly nothing is seen");
	if (locked_down() == 1)
		return say(limit, TSP_LIMIT_CLOSED,
			   "the kernel is locked down: probes cannot be "
			   "switched off in debugfs");
	return say(limit, TSP_LIMIT_BLIND,
		   "root can switch probes off in debugfs; that is told within "
		   "seconds as blinded, what happens meanwhile is not");
}

/* Two users of the canary: its probe, and what keeps ftrace on. */
static bool ftrace_is_kept_on(void)
{
	static const char *const paths[] = {
		"/sys/kernel/tracing/enabled_functions",
		"/sys/kernel/debug/tracing/enabled_functions",
	};
	FILE *file = NULL;
	char line[512];
	unsigned int users = 0;

	for (size_t i = 0; !file && i < sizeof(paths) / sizeof(paths[0]); i++)
		file = fopen(paths[i], "re");
	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "traced_canary", 13) && strchr(line, '('))
			sscanf(strchr(line, '('), "(%u)", &users);
	if (file)
		fclose(file);
	return users > 1;
}

/* On arm64 every probe is a breakpoint. */
static bool are_probes_traced(void)
{
	return tsp_host_config("CONFIG_KPROBES_ON_FTRACE");
}

static enum tsp_limit_state ftrace_switch(struct tsp_limit *limit)
{
	long enabled = tsp_host_number(FTRACE);

	if (!are_probes_traced())
		return say(limit, TSP_LIMIT_CLOSED,
			   "no probe goes through ftrace here, so nothing "
			   "hangs on kernel.ftrace_enabled");
	if (!enabled)
		return say(limit, TSP_LIMIT_BLIND,
			   "kernel.ftrace_enabled is 0 right now: nearly "
			   "nothing is seen");
	if (enabled < 0 || tsp_host_version() >= 7003)
		return say(limit, TSP_LIMIT_CLOSED,
			   "this kernel does not let ftrace be switched off");
	if (ftrace_is_kept_on())
		return say(limit, TSP_LIMIT_CLOSED,
			   "trespass keeps ftrace on: setting "
			   "kernel.ftrace_enabled to 0 fails");
	return say(limit, TSP_LIMIT_BLIND,
		   "root may switch probes off by kernel.ftrace_enabled; that "
		   "is told within seconds as blinded");
}

static enum tsp_limit_state lockdown(struct tsp_limit *limit)
{
	switch (locked_down()) {
	case 0:
		return say(limit, TSP_LIMIT_BLIND,
			   "the kernel is not locked down: root can load "
			   "modules and write to debugfs");
	case 1:
		return say(limit, TSP_LIMIT_CLOSED,
			   "the kernel is locked down: it loads signed modules "
			   "alone and closes debugfs and /dev/mem to root");
	default:
		return say(limit, TSP_LIMIT_UNKNOWN,
			   "/sys/kernel/security/lockdown cannot be read");
	}
}

static enum tsp_limit_state forced_writes(struct tsp_limit *limit)
{
	static const char refused[] =
		"the kernel refuses to force writes through /proc/PID/mem to "
		"read-only memory of what is not traced; told as refused";
	char value[32];
	int traced, never;

	if (tsp_host_boot_option("proc_mem.force_override=", value,
				 sizeof(value)))
		return strcmp(value, "always")
			       ? say(limit, TSP_LIMIT_REFUSED, refused)
			       : say(limit, TSP_LIMIT_OPEN,
				     "writes through /proc/PID/mem may be forced "
				     "into read-only memory; seen as forced");
	traced = tsp_host_config("CONFIG_PROC_MEM_FORCE_PTRACE");
	never = tsp_host_config("CONFIG_PROC_MEM_NO_FORCE");
	if (traced < 0)
		return unknown_config(limit);
	if (traced || never)
		return say(limit, TSP_LIMIT_REFUSED, refused);
	return say(limit, TSP_LIMIT_OPEN,
		   "writes through /proc/PID/mem may be forced into read-only "
		   "memory; seen as forced");
}

static enum tsp_limit_state mm_owner(struct tsp_limit *limit)
{
	int memcg = tsp_host_config("CONFIG_MEMCG");

	if (memcg < 0)
		return unknown_config(limit);
	if (memcg)
		return say(limit, TSP_LIMIT_OPEN,
			   "the kernel knows whose an address space is "
			   "(CONFIG_MEMCG)");
	return say(limit, TSP_LIMIT_BLIND,
		   "the kernel does not know whose an address space is "
		   "(CONFIG_MEMCG is off): writes that name no process are "
		   "unseen");
}

static enum tsp_limit_state compat(struct tsp_limit *limit)
{
	int x86 = tsp_host_config("CONFIG_IA32_EMULATION");
	int arm = tsp_host_config("CONFIG_COMPAT");
	char value[16];

	if (x86 < 0)
		return unknown_config(limit);
	if (!x86 && !arm)
		return say(limit, TSP_LIMIT_CLOSED,
			   "this kernel runs no 32-bit programs");
	if (tsp_host_boot_option("ia32_emulation=", value, sizeof(value)) &&
	    strchr("0nN", value[0]))
		return say(limit, TSP_LIMIT_CLOSED,
			   "32-bit programs are switched off "
			   "(ia32_emulation)");
	return say(limit, TSP_LIMIT_OPEN,
		   "32-bit programs run here; what they do is seen as well");
}

static enum tsp_limit_state userfaultfd(struct tsp_limit *limit)
{
	long anyone = tsp_host_number("/proc/sys/vm/unprivileged_userfaultfd");

	if (anyone < 0)
		return say(limit, TSP_LIMIT_CLOSED,
			   "this kernel has no userfaultfd");
	if (!anyone)
		return say(limit, TSP_LIMIT_OPEN,
			   "userfaultfd takes privilege or serves user mode "
			   "alone (vm.unprivileged_userfaultfd=0); seen");
	return say(limit, TSP_LIMIT_OPEN,
		   "userfaultfd is open to everyone; what it copies into "
		   "another process is seen");
}

static enum tsp_limit_state io_uring(struct tsp_limit *limit)
{
	long disabled = tsp_host_number("/proc/sys/kernel/io_uring_disabled");

	if (disabled == 2 || !tsp_host_config("CONFIG_IO_URING"))
		return say(limit, TSP_LIMIT_CLOSED, "io_uring is disabled");
	return say(
		limit, TSP_LIMIT_OPEN,
		disabled == 1
			? "io_uring takes privilege (io_uring_disabled=1); its "
			  "workers' writes are their process's"
			: "io_uring is open to everyone; its workers' writes "
			  "are seen as their process's");
}

static enum tsp_limit_state user_namespaces(struct tsp_limit *limit)
{
	if (!tsp_host_number("/proc/sys/kernel/unprivileged_userns_clone") ||
	    !tsp_host_number("/proc/sys/user/max_user_namespaces"))
		return say(limit, TSP_LIMIT_CLOSED,
			   "only privileged processes make user namespaces");
	return say(limit, TSP_LIMIT_OPEN,
		   "anyone can make user namespaces; user ids in events are "
		   "those of the initial one");
}

static enum tsp_limit_state preempt_rt(struct tsp_limit *limit)
{
	if (tsp_host_number("/sys/kernel/realtime") == 1 ||
	    tsp_host_config("CONFIG_PREEMPT_RT") == 1)
		return say(limit, TSP_LIMIT_BLIND,
			   "this is a PREEMPT_RT kernel, which is not "
			   "supported: hooks take ordinary spinlocks");
	return say(limit, TSP_LIMIT_OPEN, "this is no PREEMPT_RT kernel");
}

static const struct {
	const char *name;
	uint32_t techniques;
	enum tsp_limit_state (*look)(struct tsp_limit *limit);
} here[] = {
	{ "kprobes-switch", 0, kprobes_switch },
	{ "ftrace-switch", 0, ftrace_switch },
	{ "lockdown", 0, lockdown },
	{ "preempt-rt", 0, preempt_rt },
	{ "forced-mem-writes",
	  TECHNIQUE(PROC_MEM_WRITE) | TECHNIQUE(PROC_MEM_SELF_PATCH) | PLACES,
	  forced_writes },
	{ "mm-owner",
	  TECHNIQUE(PROC_MEM_WRITE) | TECHNIQUE(REMOTE_CONTROL) | PLACES,
	  mm_owner },
	{ "32-bit", TRACING, compat },
	{ "userfaultfd", TECHNIQUE(REMOTE_CONTROL), userfaultfd },
	{ "io-uring", TECHNIQUE(PROC_MEM_WRITE), io_uring },
	{ "user-namespaces", 0, user_namespaces },
};

static const struct {
	const char *name;
	uint32_t techniques;
	const char *text;
} everywhere[] = {
	{ "preloaded-library", 0,
	  "a library that the dynamic linker loads (LD_PRELOAD, LD_AUDIT, a "
	  "replaced file) is no injection by another process" },
	{ "shared-memory", 0,
	  "writes through memory that both processes have mapped make no call: "
	  "unseen" },
	{ "physical-memory", 0,
	  "writes through /dev/mem or by devices (DMA) touch no mapping: unseen" },
	{ "kernel-code", 0,
	  "other kernel modules write where they like; whoever loads them can "
	  "also blind trespass" },
	{ "bpf-write", 0,
	  "eBPF programs that call bpf_probe_write_user write unseen" },
	{ "partial-relro", TECHNIQUE(GOT_OVERWRITE),
	  "the GOT of a program without full RELRO is plain data: a write to it "
	  "is told by how it was done, not as got-overwrite" },
	{ "seccomp-target", TECHNIQUE(REMOTE_CONTROL),
	  "whom a seccomp supervisor gives a descriptor is found by its filter: "
	  "of several with one filter, another may be named, and one that has "
	  "added filters of its own is not found" },
	{ "older-processes", TECHNIQUE(NATIVE_API_SEQUENCE),
	  "of a process older than the module, the C library and what it did "
	  "before are unknown" },
	{ "mapped-memfd", FILELESS,
	  "what is written to an in-memory file through a mapping is not "
	  "counted as memfd-write; running it is seen" },
	{ "busy-mappings", PLACES,
	  "while the target's mappings are being changed, the kind of memory "
	  "that a write goes to is unknown: it is told by how it was done" },
	{ "odd-requests", TECHNIQUE(PTRACE_HIJACK),
	  "ptrace requests that set where a thread keeps its own data "
	  "(ARCH_PRCTL, SET_THREAD_AREA), how its system calls are dispatched or "
	  "its memory is tagged are told as an attach alone" },
	{ "forked-injectors", TECHNIQUE(NATIVE_API_SEQUENCE),
	  "calls that are spread over several processes make no sequence of one; "
	  "what each does to others is seen" },
};

#define N_HERE (sizeof(here) / sizeof(here[0]))
#define N_EVERYWHERE (sizeof(everywhere) / sizeof(everywhere[0]))

_Static_assert(N_HERE + N_EVERYWHERE <= TSP_LIMITS_MAX, "too many limits");

size_t tsp_limits_read(struct tsp_limit limits[TSP_LIMITS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < N_HERE; i++, n++) {
		limits[n] = (struct tsp_limit){
			.name = here[i].name,
			.techniques = here[i].techniques,
			.here = true,
		};
		limits[n].state = here[i].look(&limits[n]);
	}
	for (size_t i = 0; i < N_EVERYWHERE; i++, n++) {
		limits[n] = (struct tsp_limit){
			.name = everywhere[i].name,
			.techniques = everywhere[i].techniques,
		};
		limits[n].state =
			say(&limits[n], TSP_LIMIT_BLIND, everywhere[i].text);
	}
	return n;
}

const char *tsp_limits_silence(void)
{
	if (!tsp_host_number(KPROBES))
		return "kprobes are off in debugfs";
	if (!tsp_host_number(FTRACE) && are_probes_traced())
		return "kernel.ftrace_enabled is 0";
	return NULL;
}

const char *tsp_limits_state_name(enum tsp_limit_state state)
{
	static const char *const names[] = { "open", "refused", "closed",
					     "blind", "unknown" };

	return names[state];
}
