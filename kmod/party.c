// SPDX-License-Identifier: GPL-2.0
/*
 * Identity of a task, copied while it is pinned.
 */
#include "party.h"

#include <linux/audit.h>
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/magic.h>
#include <linux/pid_namespace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "file.h"

/* How far up the ancestors of a process are followed. */
#define ANCESTORS_MAX 32

/* The main thread may have left its process to the others. */
static struct task_struct *in_charge(struct task_struct *leader)
{
	struct task_struct *thread;

	for_each_thread(leader, thread)
		if (READ_ONCE(thread->mm))
			return thread;
	return leader;
}

struct task_struct *tsp_party_find(const struct tsp_id *id)
{
	struct pid *pid = find_pid_ns(id->tgid, &init_pid_ns);
	struct task_struct *task = pid_task(pid, PIDTYPE_PID);
	struct tsp_id found;

	if (!task)
		return NULL;
	found = tsp_party_id(task);
	return tsp_id_equal(&found, id) ? in_charge(task) : NULL;
}

static void capture_credentials(const struct task_struct *task,
				struct tsp_party *party)
{
	const struct cred *cred = __task_cred(task);
	struct user_namespace *ns = &init_user_ns;

	party->uid = from_kuid(ns, cred->uid);
	party->gid = from_kgid(ns, cred->gid);
	party->euid = from_kuid(ns, cred->euid);
	party->egid = from_kgid(ns, cred->egid);
	party->fsuid = from_kuid(ns, cred->fsuid);
	/* Two u32 up to 6.2, one u64 since: the same bytes. */
	BUILD_BUG_ON(sizeof(cred->cap_effective) !=
		     sizeof(party->cap_effective));
	memcpy(&party->cap_effective, &cred->cap_effective,
	       sizeof(party->cap_effective));
	party->user_ns = cred->user_ns->ns.inum;
}

static void capture_audit(struct task_struct *task, struct tsp_party *party)
{
	kuid_t login = audit_get_loginuid(task);

	if (!uid_valid(login))
		return;
	party->login_uid = from_kuid(&init_user_ns, login);
	party->audit_session = audit_get_sessionid(task);
	party->present |= TSP_PRESENT(TSP_A_PARTY_LOGIN_UID) |
			  TSP_PRESENT(TSP_A_PARTY_AUDIT_SESSION);
}

static void capture_pids(struct task_struct *task, struct tsp_party *party)
{
	struct pid_namespace *ns = task_active_pid_ns(task);

	party->tid = task->pid;
	party->ppid = rcu_dereference(task->real_parent)->tgid;
	party->session = task_session_nr_ns(task, &init_pid_ns);
	/* A task that has been reaped is in no pid namespace any more. */
	if (ns) {
		party->ns_pid = task_tgid_nr_ns(task, ns);
		party->pid_ns = ns->ns.inum;
	}
}

static void capture_exe(struct task_struct *task, struct tsp_identity *identity)
{
	struct tsp_party *party = &identity->party;
	const struct inode *inode;
	struct file *file = NULL;

	task_lock(task);
	if (task->mm)
		file = tsp_compat_exe_file(task->mm);
	if (task->nsproxy && task->nsproxy->mnt_ns) {
		party->mnt_ns = tsp_compat_mnt_ns_inum(task->nsproxy->mnt_ns);
		party->present |= TSP_PRESENT(TSP_A_PARTY_MNT_NS);
	}
	task_unlock(task);
	if (!file)
		return;

	inode = file_inode(file);
	party->exe_dev = inode->i_sb->s_dev;
	party->exe_ino = inode->i_ino;
	party->exe_flags = 0;
	if (!inode->i_nlink)
		party->exe_flags |= TSP_EXE_FLAG_DELETED;
	if (tsp_file_is_memfd(file))
		party->exe_flags |= TSP_EXE_FLAG_MEMFD;
	else if (inode->i_sb->s_magic == TMPFS_MAGIC)
		party->exe_flags |= TSP_EXE_FLAG_TMPFS;
	party->present |= TSP_PRESENT(TSP_A_PARTY_EXE_DEV) |
			  TSP_PRESENT(TSP_A_PARTY_EXE_INO) |
			  TSP_PRESENT(TSP_A_PARTY_EXE_FLAGS);
	identity->exe = tsp_file_new(file);
}

void tsp_party_capture(struct task_struct *task, const struct tsp_id *id,
		       struct tsp_identity *identity)
{
	struct tsp_party *party = &identity->party;

	*identity = (struct tsp_identity){
		.party.pid = id->tgid,
		.party.start_ns = id->start_ns,
	};
	if (!task)
		return;

	capture_pids(task, party);
	capture_credentials(task, party);
	capture_audit(task, party);
	party->cgroup_id = cgroup_id(task_dfl_cgroup(task));
	strscpy(party->comm, task->comm, sizeof(party->comm));
	capture_exe(task, identity);
}

void tsp_party_release(struct tsp_identity *identity)
{
	tsp_file_put(identity->exe);
	identity->exe = NULL;
}

static bool descends(struct task_struct *task, const struct task_struct *from)
{
	int i;

	for (i = 0; i < ANCESTORS_MAX && task->pid; i++) {
		task = rcu_dereference(task->real_parent);
		if (task->tgid == from->tgid)
			return true;
	}
	return false;
}

static const struct mnt_namespace *mnt_ns_of(struct task_struct *task)
{
	const struct mnt_namespace *ns = NULL;

	task_lock(task);
	if (task->nsproxy)
		ns = task->nsproxy->mnt_ns;
	task_unlock(task);
	return ns;
}

void tsp_party_kinship(struct task_struct *source, struct task_struct *target,
		       struct tsp_kinship *kin)
{
	*kin = (struct tsp_kinship){};
	if (!source || !target)
		return;

	kin->target_descends = descends(target, source);
	kin->source_descends = descends(source, target);
	kin->same_mnt_ns = mnt_ns_of(source) == mnt_ns_of(target);
}

bool tsp_party_strangers(struct task_struct *source, struct task_struct *target)
{
	return !uid_eq(task_uid(source), task_uid(target)) ||
	       task_session_nr_ns(source, &init_pid_ns) !=
		       task_session_nr_ns(target, &init_pid_ns) ||
	       (!descends(source, target) && !descends(target, source));
}
