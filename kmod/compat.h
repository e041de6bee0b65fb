/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only place that knows a kernel version. Everything else is written
 * against what is here and against what all supported kernels share.
 */
#ifndef _TSP_COMPAT_H
#define _TSP_COMPAT_H

#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/ns_common.h>
#include <linux/userfaultfd_k.h>
#include <linux/version.h>
#include <net/genetlink.h>

/*
 * Multicast groups can ask for CAP_NET_ADMIN in the user namespace of the
 * socket's network namespace. The family lives in the initial one alone.
 */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define TSP_MCGRP_FLAGS GENL_MCAST_CAP_NET_ADMIN
#else
#define TSP_MCGRP_FLAGS GENL_UNS_ADMIN_PERM
#endif

/* Reserved-field checks for all commands came with .resv_start_op in 6.1. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define TSP_GENL_RESV_START_OP .resv_start_op = TSP_CMD_MAX + 1,
#else
#define TSP_GENL_RESV_START_OP
#endif

/* What an ftrace callback is handed besides, since 5.11. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
typedef struct ftrace_regs tsp_compat_ftrace_regs;
#else
typedef struct pt_regs tsp_compat_ftrace_regs;
#endif

/**
 * tsp_compat_instance_probe() - the return probe that an instance belongs to
 * @instance: as passed to a handler
 *
 * Context: A return probe's handlers.
 * Return: the probe.
 */
static inline struct kretprobe *
tsp_compat_instance_probe(struct kretprobe_instance *instance)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	return get_kretprobe(instance);
#else
	return instance->rp;
#endif
}

/**
 * tsp_compat_exe_file() - the executable behind an address space
 * @mm: an address space that cannot go away meanwhile
 *
 * Context: Any; RCU read lock held.
 * Return: a counted reference, or NULL.
 */
static inline struct file *tsp_compat_exe_file(struct mm_struct *mm)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return get_file_rcu(&mm->exe_file);
#else
	struct file *file = rcu_dereference(mm->exe_file);

	return file && get_file_rcu(file) ? file : NULL;
#endif
}

/**
 * tsp_compat_user_path() - the path by which a file was opened
 * @file: as a mapping or a program holds it
 *
 * A mapping of a file on a stacked file system holds the file beneath. Up
 * to 6.7 that has the upper one's path, later the path is beside it.
 *
 * Context: Any.
 * Return: the path, which lives as long as @file.
 */
static inline const struct path *tsp_compat_user_path(const struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	return file_user_path((struct file *)file);
#else
	return &file->f_path;
#endif
}

/**
 * tsp_compat_mnt_ns_inum() - inode number of a mount namespace
 * @ns: the namespace, pinned by the caller
 *
 * struct mnt_namespace is private to fs/, but its first member is the
 * ns_common since 5.11; before, a counter stood in front of it.
 *
 * Context: Any.
 * Return: the inode number.
 */
static inline u32 tsp_compat_mnt_ns_inum(const struct mnt_namespace *ns)
{
	const char *common = (const char *)ns;

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
	common += sizeof(long);
#endif
	return ((const struct ns_common *)common)->inum;
}

/**
 * tsp_compat_mm_owner() - a task that uses an address space
 * @mm: an address space that cannot go away meanwhile
 *
 * Context: Any; RCU read lock held.
 * Return: the task, valid under the RCU read lock, or NULL if there is none or
 * the kernel does not keep one.
 */
static inline struct task_struct *tsp_compat_mm_owner(struct mm_struct *mm)
{
#ifdef CONFIG_MEMCG
	return rcu_dereference(mm->owner);
#else
	return NULL;
#endif
}

/**
 * tsp_compat_uffd_mm() - the address space that a userfaultfd serves
 * @arg: first argument of mfill_atomic_copy()
 *
 * Context: Any.
 * Return: the address space.
 */
static inline struct mm_struct *tsp_compat_uffd_mm(const void *arg)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	return ((const struct userfaultfd_ctx *)arg)->mm;
#else
	return (struct mm_struct *)arg;
#endif
}

/**
 * tsp_compat_written_file() - the file that a write_end method is called for
 * @arg: its first argument
 *
 * Context: Any.
 * Return: the file; NULL if the kernel writes to itself.
 */
static inline const struct file *tsp_compat_written_file(const void *arg)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
	return arg ? ((const struct kiocb *)arg)->ki_filp : NULL;
#else
	return arg;
#endif
}

/**
 * tsp_compat_uprobe_vma() - the mapping that a uprobe is put into
 * @arg: second argument of uprobe_write_opcode(): up to 6.15 the address space,
 *	 later the mapping itself
 * @address: where in it
 *
 * Context: uprobe_write_opcode(), whose caller holds the mmap_lock.
 * Return: the mapping, or NULL.
 */
static inline struct vm_area_struct *tsp_compat_uprobe_vma(void *arg,
							   u64 address)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
	return arg;
#else
	return find_vma(arg, address);
#endif
}

/**
 * tsp_compat_dump_attrs() - the attributes of a dump request
 * @cb: as passed to a dump's start
 *
 * Context: A dump's start.
 * Return: the attributes by number, or NULL if the command takes none.
 */
static inline struct nlattr **tsp_compat_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return genl_dumpit_info(cb)->info.attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* _TSP_COMPAT_H */
