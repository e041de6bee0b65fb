/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rarer means to reach into another process, for the tests that use them or
 * stand in their way.
 */
#ifndef _SELFTESTS_MEANS_H
#define _SELFTESTS_MEANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * uffd_register() - have the faults of some own pages answered
 * @pages: the first of them, not touched yet
 * @size: how many bytes
 *
 * Return: the userfaultfd that answers, which the caller owns, or -1.
 */
int uffd_register(void *pages, size_t size);

/**
 * uffd_copy() - fill a page through a userfaultfd, whoever's it is
 * @fd: the userfaultfd
 * @page: where, in the process that made @fd
 *
 * Return: 0, or -1 with errno set.
 */
int uffd_copy(int fd, void *page);

/**
 * uprobe_open() - put a uprobe into a process
 * @pid: the process
 * @path: the file that it has mapped
 * @offset: of the instruction in @path
 * @enabled: put it there at once
 *
 * Through perf, which needs no tracefs.
 *
 * Return: the event's descriptor, which the caller owns, or -1.
 */
int uprobe_open(pid_t pid, const char *path, uint64_t offset, bool enabled);

/**
 * supervised_start() - leave the caller's getppid() to a supervisor from now on
 *
 * Return: the supervisor's descriptor, which the caller owns, or -1.
 */
int supervised_start(void);

/**
 * supervise() - answer a call of a supervised process
 * @listener: what supervised_start() returned there
 * @fd: a descriptor to put into the process first, or -1
 *
 * Return: 0, or -1 with errno set.
 */
int supervise(int listener, int fd);

#endif /* _SELFTESTS_MEANS_H */
