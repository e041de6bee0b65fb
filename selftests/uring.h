/* SPDX-License-Identifier: GPL-2.0 */
/* One write through io_uring, by a worker thread of the kernel. */
#ifndef _SELFTESTS_URING_H
#define _SELFTESTS_URING_H

#include <sys/types.h>

/**
 * uring_pwrite() - pwrite() that an io_uring worker does
 * @fd: the file
 * @bytes: what to write
 * @size: how much
 * @offset: where
 *
 * Return: as pwrite(); -1 with ENOSYS or EPERM if io_uring is not to be had.
 */
ssize_t uring_pwrite(int fd, const void *bytes, size_t size, off_t offset);

#endif /* _SELFTESTS_URING_H */
