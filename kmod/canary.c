// SPDX-License-Identifier: GPL-2.0
/*
 * Notices when trespass itself is made blind.
 *
 * Root can silence all probes in debugfs, or those on functions by a sysctl,
 * and neither leaves a trace in the probes. So two functions of our own are
 * probed, one as the hooks are, through ftrace, and one through a breakpoint,
 * and called once a second: whoever does not sing tells which of the two was
 * done. An ftrace_ops of ours that may not be stopped makes the sysctl fail
 * where the kernel knows such.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "canary.h"

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "hooks.h"
#include "tell.h"

#define HEARTBEAT_MS 1000

/* Kept apart from each other and from their caller, or there is no call. */
static noinline void traced_canary(void)
{
	barrier();
}

static noinline notrace void trapped_canary(void)
{
	barrier();
}

/*
 * Written by the probes, read by the heartbeat; one call at a time. No bool: a
 * compiler that checks those for stray values forgets that they are volatile.
 */
static u32 traced_sang, trapped_sang;

static int sing(struct kprobe *kp, struct pt_regs *regs);

static struct kprobe traced_probe = {
	.addr = (kprobe_opcode_t *)traced_canary,
	.pre_handler = sing,
};

static struct kprobe trapped_probe = {
	.addr = (kprobe_opcode_t *)trapped_canary,
	.pre_handler = sing,
};

static int sing(struct kprobe *kp, struct pt_regs *regs)
{
	if (kp == &traced_probe)
		WRITE_ONCE(traced_sang, 1);
	else
		WRITE_ONCE(trapped_sang, 1);
	return 0;
}

static void notrace stay(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, tsp_compat_ftrace_regs *regs)
{
}

static struct ftrace_ops permanent = {
	.func = stay,
	.flags = FTRACE_OPS_FL_PERMANENT,
};

static bool is_permanent;
static u32 blind; /* an enum tsp_blind_cause, 0 while all is well */
static u64 missed;

static void beat(struct work_struct *work);
static DECLARE_DELAYED_WORK(heartbeat, beat);
static struct workqueue_struct *heartbeat_wq;

static u32 listen(void)
{
	WRITE_ONCE(traced_sang, 0);
	WRITE_ONCE(trapped_sang, 0);
	traced_canary();
	trapped_canary();
	if (READ_ONCE(traced_sang))
		return 0;
	return READ_ONCE(trapped_sang) ? TSP_BLIND_CAUSE_FTRACE_OFF
				       : TSP_BLIND_CAUSE_KPROBES_OFF;
}

static void beat(struct work_struct *work)
{
	u32 cause = listen(), hooks, armed;
	u64 now_missed;

	/*
	 * Being switched off takes its time, and some fall silent first.
	 * Whoever does that holds a lock until it is done, and so does what
	 * follows, which changes nothing.
	 */
	if (cause && cause != blind) {
		enable_kprobe(&trapped_probe);
		cause = listen();
	}
	if (cause && cause != blind) {
		pr_warn("probes have been switched off: %s\n",
			cause == TSP_BLIND_CAUSE_FTRACE_OFF
				? "kernel.ftrace_enabled"
				: "kprobes/enabled in debugfs");
		tsp_tell_blind(cause, 0);
	}
	blind = cause;

	tsp_hooks_count(&hooks, &armed, &now_missed);
	if (now_missed > missed)
		tsp_tell_blind(TSP_BLIND_CAUSE_PROBE_MISSED,
			       now_missed - missed);
	missed = now_missed;
	queue_delayed_work(heartbeat_wq, &heartbeat,
			   msecs_to_jiffies(HEARTBEAT_MS));
}

static int become_permanent(void)
{
	int err;

	err = ftrace_set_filter_ip(&permanent, (unsigned long)traced_canary, 0,
				   0);
	return err ?: register_ftrace_function(&permanent);
}

int tsp_canary_init(void)
{
	u32 hooks, armed;
	int err;

	/* The one that does not need ftrace goes first. */
	err = register_kprobe(&trapped_probe);
	if (err)
		return err;
	err = register_kprobe(&traced_probe);
	if (err)
		goto err_traced;
	heartbeat_wq = alloc_workqueue("trespass_canary", WQ_UNBOUND, 1);
	if (!heartbeat_wq) {
		err = -ENOMEM;
		goto err_wq;
	}

	is_permanent = !become_permanent();
	if (!is_permanent)
		pr_info("kernel.ftrace_enabled is not kept on here\n");
	tsp_hooks_count(&hooks, &armed, &missed);
	queue_delayed_work(heartbeat_wq, &heartbeat,
			   msecs_to_jiffies(HEARTBEAT_MS));
	return 0;

err_wq:
	unregister_kprobe(&traced_probe);
err_traced:
	unregister_kprobe(&trapped_probe);
	return err;
}

void tsp_canary_exit(void)
{
	tsp_tell_blind(TSP_BLIND_CAUSE_UNLOAD, 0);
	cancel_delayed_work_sync(&heartbeat);
	destroy_workqueue(heartbeat_wq);
	if (is_permanent)
		unregister_ftrace_function(&permanent);
	/* An empty filter; unregistering does not free the one there is. */
	ftrace_set_filter(&permanent, NULL, 0, 1);
	unregister_kprobe(&traced_probe);
	unregister_kprobe(&trapped_probe);
}
