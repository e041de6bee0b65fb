/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of hooks, and what a hook's handlers look like.
 */
#ifndef _TSP_HOOKS_H
#define _TSP_HOOKS_H

#include <linux/kprobes.h>
#include <linux/sched.h>

#include "core/message.h"

struct linux_binprm;

/* Most symbols that one hook tries. */
#define TSP_SITES_MAX 2

/* Most bytes that a hook carries from a function's entry to its return. */
#define TSP_HOOK_DATA_MAX 64

/**
 * struct tsp_site - a kernel function that a hook can sit on
 * @symbol: its name
 * @entry: called when it is entered; fills @data for the return handler, if
 *	   there is one, and returns false if the call is of no interest
 *
 * Handlers run with preemption off and must not sleep; on 5.10 the return
 * handler runs with interrupts off too.
 */
struct tsp_site {
	const char *symbol;
	bool (*entry)(void *data, struct pt_regs *regs);
};

/**
 * struct tsp_probe - one row of the hook table
 * @name: what the hook is called outside
 * @kind: an enum tsp_hook_kind
 * @techniques: techniques that it feeds, bit N for technique N
 * @blind: what goes unseen without it, a sentence for the operator
 * @site: probe, return probe: functions to try, in order
 * @leave: return probe: called when the function returns, with what entry has
 *	   left in @data
 * @tracepoint: tracepoint: its name
 * @callback: tracepoint: its callback; the first argument is the row
 * @armed: the site that took, or NULL
 * @state: an enum tsp_hook_state
 * @error: why it is not armed, a negative errno
 * @rp: the kernel's part of a return probe; of a probe its kp alone
 * @tp: the kernel's part of a tracepoint
 *
 * Up to @callback everything is set at compile time; the rest is written while
 * arming and disarming only, and protected by the table's lock. The handlers
 * read @armed, which is set before the first and kept until the last of them
 * runs.
 */
struct tsp_probe {
	const char *name;
	u32 kind;
	u32 techniques;
	const char *blind;
	struct tsp_site site[TSP_SITES_MAX];
	void (*leave)(const void *data, struct pt_regs *regs);
	const char *tracepoint;
	void *callback;

	const struct tsp_site *armed;
	u32 state;
	int error;
	struct kretprobe rp;
	struct tracepoint *tp;
};

/**
 * tsp_hooks_init() - arm every hook that this kernel lets us arm
 *
 * Context: Process context; may sleep.
 * Return: 0 if at least one took; -ENOMEM; -ENODEV if none did.
 */
int tsp_hooks_init(void);

/**
 * tsp_hooks_exit() - disarm all; no handler runs any more afterwards
 *
 * Context: Process context; may sleep.
 */
void tsp_hooks_exit(void);

/**
 * tsp_hooks_describe() - describe one hook for the coverage report
 * @index: which, from 0
 * @hook: to be filled
 *
 * Context: Process context; may sleep.
 * Return: false if there is no such hook.
 */
bool tsp_hooks_describe(u64 index, struct tsp_hook *hook);

/**
 * tsp_hooks_count() - how many hooks there are
 * @all: rows of the table
 * @armed: those at work
 * @missed: hits that the kernel could not deliver to any of them
 *
 * Context: Process context; may sleep.
 */
void tsp_hooks_count(u32 *all, u32 *armed, u64 *missed);

/**
 * tsp_hooks_hit() - count a hit of a tracepoint's hook
 * @probe: the row, a tracepoint callback's first argument
 *
 * Context: Any.
 */
void tsp_hooks_hit(const struct tsp_probe *probe);

/* hook_ptrace.c: taking, writing and letting go a tracee */
bool tsp_attach_entry(void *data, struct pt_regs *regs);
void tsp_attach_leave(const void *data, struct pt_regs *regs);
bool tsp_traceme_entry(void *data, struct pt_regs *regs);
void tsp_traceme_leave(const void *data, struct pt_regs *regs);
bool tsp_request_entry(void *data, struct pt_regs *regs);
bool tsp_request_compat_entry(void *data, struct pt_regs *regs);
void tsp_request_leave(const void *data, struct pt_regs *regs);

/* hook_vmwrite.c: writing another address space */
bool tsp_vm_rw_core_entry(void *data, struct pt_regs *regs);
bool tsp_vm_rw_entry(void *data, struct pt_regs *regs);
void tsp_vm_rw_leave(const void *data, struct pt_regs *regs);
bool tsp_mem_write_entry(void *data, struct pt_regs *regs);
bool tsp_mem_rw_entry(void *data, struct pt_regs *regs);
void tsp_mem_write_leave(const void *data, struct pt_regs *regs);
bool tsp_uffd_entry(void *data, struct pt_regs *regs);
void tsp_uffd_leave(const void *data, struct pt_regs *regs);
bool tsp_uprobe_entry(void *data, struct pt_regs *regs);
void tsp_uprobe_leave(const void *data, struct pt_regs *regs);

/* hook_procfs.c: opening what /proc shows of another's memory */
bool tsp_mem_open_entry(void *data, struct pt_regs *regs);
void tsp_mem_open_leave(const void *data, struct pt_regs *regs);
bool tsp_mem_release_entry(void *data, struct pt_regs *regs);
bool tsp_maps_entry(void *data, struct pt_regs *regs);
void tsp_maps_leave(const void *data, struct pt_regs *regs);

/* hook_fd.c: descriptors that cross processes */
bool tsp_getfd_entry(void *data, struct pt_regs *regs);
bool tsp_getfd_call_entry(void *data, struct pt_regs *regs);
void tsp_getfd_leave(const void *data, struct pt_regs *regs);
bool tsp_notify_entry(void *data, struct pt_regs *regs);
void tsp_notify_leave(const void *data, struct pt_regs *regs);

/* hook_mmap.c: memory that becomes executable */
bool tsp_mmap_entry(void *data, struct pt_regs *regs);

/* hook_memfd.c: the lives of in-memory files */
bool tsp_memfd_entry(void *data, struct pt_regs *regs);
bool tsp_memfd_write_entry(void *data, struct pt_regs *regs);
bool tsp_memfd_fcntl_entry(void *data, struct pt_regs *regs);
void tsp_memfd_fcntl_leave(const void *data, struct pt_regs *regs);

/* hook_exec.c: executing files that have no place in the file system */
bool tsp_exec_entry(void *data, struct pt_regs *regs);
void tsp_exec_leave(const void *data, struct pt_regs *regs);
bool tsp_exec_check_entry(void *data, struct pt_regs *regs);
bool tsp_exec_image_entry(void *data, struct pt_regs *regs);
void tsp_exec_exit(void);

/* hook_lifecycle.c: processes come, change and go */
void tsp_process_fork(void *probe, struct task_struct *parent,
		      struct task_struct *child);
void tsp_process_exec(void *probe, struct task_struct *task, pid_t old_pid,
		      struct linux_binprm *bprm);
void tsp_process_exit(void *probe, struct task_struct *task);

#endif /* _TSP_HOOKS_H */
