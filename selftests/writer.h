/* SPDX-License-Identifier: GPL-2.0 */
/* The ways to write another process's memory, for tests and attack programs. */
#ifndef _SELFTESTS_WRITER_H
#define _SELFTESTS_WRITER_H

#include <stddef.h>
#include <sys/types.h>

enum way {
	WAY_POKE,     /* PTRACE_ATTACH, PTRACE_POKEDATA, PTRACE_DETACH */
	WAY_VM_WRITE, /* process_vm_writev */
	WAY_PROC_MEM, /* pwrite to /proc/PID/mem */
};

/**
 * mem_open() - open a process's memory
 * @pid: the process
 * @flags: for open()
 *
 * Return: a descriptor, or -1 with errno set.
 */
int mem_open(pid_t pid, int flags);

/**
 * rewrite() - write into a process what stands there already
 * @way: how
 * @pid: the process
 * @address: where
 * @size: how many bytes; a poke writes a word, whatever is said here
 *
 * Where it may not be read, zeros are tried.
 *
 * Return: bytes written, or -1 with errno set.
 */
ssize_t rewrite(enum way way, pid_t pid, unsigned long address, size_t size);

#endif /* _SELFTESTS_WRITER_H */
