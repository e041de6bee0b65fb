// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on descriptors that cross processes without their doing: taken out of
 * one with pidfd_getfd, or put into one by its seccomp supervisor.
 */
#include "hooks.h"

#include <asm/syscall.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/seccomp.h>

#include "compat.h"
#include "party.h"
#include "submit.h"

/* From a call's entry to its return. */
struct crossing {
	struct pid *pid;      /* pidfd_getfd: held by the caller */
	struct tsp_id target; /* if it is not: whom the pid stands for */
	const void *filter;   /* supervisor: held by the caller's file */
};

static void submit(struct task_struct *target, u32 op, long returned,
		   bool context)
{
	struct tsp_observation obs = {
		.source = tsp_party_id(current),
		.target = tsp_party_id(target),
		.op = op,
		.result = returned < 0 ? returned : 0,
		.context = context,
	};
	struct tsp_actors actors = { .source = current, .target = target };

	if (!tsp_id_equal(&obs.source, &obs.target))
		tsp_submit(&obs, &actors);
}

/* (pid, descriptor) */
bool tsp_getfd_entry(void *data, struct pt_regs *regs)
{
	struct crossing *crossing = data;

	crossing->pid = (void *)regs_get_kernel_argument(regs, 0);
	return true;
}

/*
 * (the caller's registers): the system call itself, where the compiler has made
 * one function of the two. The kernel looks the pidfd up once more.
 */
bool tsp_getfd_call_entry(void *data, struct pt_regs *regs)
{
	struct crossing *crossing = data;
	struct task_struct *target;
	unsigned long args[6];
	struct file *pidfd;

	syscall_get_arguments(current,
			      (void *)regs_get_kernel_argument(regs, 0), args);
	pidfd = fget(args[0]);
	if (!pidfd)
		return false;
	crossing->pid = NULL;
	rcu_read_lock();
	target = pid_task(tsp_compat_pidfd_pid(pidfd), PIDTYPE_PID);
	if (target)
		crossing->target = tsp_party_id(target);
	rcu_read_unlock();
	fput(pidfd);
	return target;
}

void tsp_getfd_leave(const void *data, struct pt_regs *regs)
{
	const struct crossing *crossing = data;
	struct task_struct *target;

	rcu_read_lock();
	target = crossing->pid ? pid_task(crossing->pid, PIDTYPE_PID)
			       : tsp_party_find(&crossing->target);
	if (target)
		submit(target, TSP_OP_FD_STEAL, (int)regs_return_value(regs),
		       tsp_party_strangers(current, target));
	rcu_read_unlock();
}

/* (file, command, argument) */
bool tsp_notify_entry(void *data, struct pt_regs *regs)
{
	const struct file *file = (void *)regs_get_kernel_argument(regs, 0);
	u32 command = regs_get_kernel_argument(regs, 1);
	struct crossing *crossing = data;

	crossing->filter = file->private_data;
	return _IOC_NR(command) == _IOC_NR(SECCOMP_IOCTL_NOTIF_ADDFD);
}

static bool is_supervised(const struct task_struct *task, const void *filter)
{
#ifdef CONFIG_SECCOMP_FILTER
	return READ_ONCE(task->seccomp.filter) == filter;
#else
	return false;
#endif
}

/*
 * The request names a notification that only seccomp itself can look up, so the
 * supervised process is the one that runs under the filter.
 */
static struct task_struct *supervised_by(const void *filter)
{
	struct task_struct *process, *thread;

	for_each_process_thread(process, thread)
		if (is_supervised(thread, filter) &&
		    process->tgid != current->tgid)
			return thread;
	return NULL;
}

void tsp_notify_leave(const void *data, struct pt_regs *regs)
{
	const struct crossing *crossing = data;
	struct task_struct *target;

	rcu_read_lock();
	target = supervised_by(crossing->filter);
	if (target)
		submit(target, TSP_OP_SECCOMP_ADDFD,
		       (long)regs_return_value(regs), false);
	rcu_read_unlock();
}
