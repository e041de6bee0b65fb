/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only place that knows a kernel version or a processor. Everything else is
 * written against what is here and against what all supported kernels share.
 */
#ifndef _TSP_COMPAT_H
#define _TSP_COMPAT_H

#include <linux/elf.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/nsproxy.h>
#include <linux/ns_common.h>
#include <linux/pid.h>
#include <linux/ptrace.h>
#include <linux/user.h>
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

/*
 * What differs by processor: ptrace requests that not every one has, bytes of
 * the general registers in front of struct user, of a breakpoint instruction.
 * arm64 has these requests for 32-bit tracers alone and refuses them to others.
 */
#ifdef CONFIG_ARM64
#define TSP_PTRACE_SETREGS COMPAT_PTRACE_SETREGS
#define TSP_PTRACE_SETFPREGS COMPAT_PTRACE_SETVFPREGS
#define TSP_PTRACE_SETDEBUGREGS COMPAT_PTRACE_SETHBPREGS
#define TSP_PTRACE_SET_SYSCALL COMPAT_PTRACE_SET_SYSCALL
#define TSP_REGS_SIZE sizeof(struct user_pt_regs)
#define TSP_REGS_SIZE_32 (18 * sizeof(u32))
#define TSP_BREAKPOINT_BYTES 4
#else
#define TSP_PTRACE_SETREGS PTRACE_SETREGS
#define TSP_PTRACE_SETFPREGS PTRACE_SETFPREGS
#define TSP_PTRACE_SETFPXREGS PTRACE_SETFPXREGS
#define TSP_REGS_SIZE sizeof(struct user_regs_struct)
#define TSP_REGS_SIZE_32 (17 * sizeof(u32))
#define TSP_BREAKPOINT_BYTES 1
#endif

/*
 * Who writes a uprobe's breakpoint. Since 6.16 the one is but a call of the
 * other, and arm64's kernel calls that at once.
 */
#if defined(CONFIG_ARM64) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
#define TSP_UPROBE_WRITE "uprobe_write"
#else
#define TSP_UPROBE_WRITE "uprobe_write_opcode"
#endif

/**
 * tsp_compat_is_debug_regset() - does a register set hold debug registers?
 * @type: the ELF note type by which ptrace knows it
 *
 * Context: Any.
 * Return: whether it does; other processors set those by PTRACE_POKEUSR.
 */
static inline bool tsp_compat_is_debug_regset(unsigned long type)
{
#ifdef CONFIG_ARM64
	return type == NT_ARM_HW_BREAK || type == NT_ARM_HW_WATCH;
#else
	return false;
#endif
}

/**
 * tsp_compat_is_syscall_regset() - does a register set hold the system call?
 * @type: the ELF note type by which ptrace knows it
 *
 * Context: Any.
 * Return: whether it does and nothing else.
 */
static inline bool tsp_compat_is_syscall_regset(unsigned long type)
{
#ifdef CONFIG_ARM64
	return type == NT_ARM_SYSTEM_CALL;
#else
	return false;
#endif
}

/**
 * tsp_compat_seventh_argument() - seventh argument of a probed function
 * @regs: at its entry
 *
 * Context: A probe's handler.
 * Return: the argument; x86 passes six in registers, arm64 eight.
 */
static inline unsigned long tsp_compat_seventh_argument(struct pt_regs *regs)
{
#ifdef CONFIG_ARM64
	return regs_get_kernel_argument(regs, 6);
#else
	return regs_get_kernel_stack_nth(regs, 1);
#endif
}

/**
 * tsp_compat_pidfd_pid() - whom a pidfd stands for
 * @file: any file
 *
 * Context: Any.
 * Return: the pid, which lives as long as @file, or NULL if that is no pidfd or
 * the kernel, up to 6.8, does not show it.
 */
static inline struct pid *tsp_compat_pidfd_pid(const struct file *file)
{
#ifdef PID_FS_MAGIC
	if (file_inode(file)->i_sb->s_magic == PID_FS_MAGIC)
		return file_inode(file)->i_private;
#endif
	return NULL;
}

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
 * @arg: second argument of TSP_UPROBE_WRITE: up to 6.15 the address space,
 *	 later the mapping itself
 * @address: where in it
 *
 * Context: TSP_UPROBE_WRITE, whose caller holds the mmap_lock.
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
