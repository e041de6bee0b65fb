/* SPDX-License-Identifier: GPL-2.0 */
/* Copies files, into anonymous in-memory ones too. */
#ifndef _ATTACK_MEMFD_H
#define _ATTACK_MEMFD_H

#include "common.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

/**
 * copy_into() - copy a file into another, or end the program
 * @fd: the other
 * @path: the file
 */
static inline void copy_into(int fd, const char *path)
{
	int from = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	off_t done = 0;

	if (from < 0 || fstat(from, &st))
		err(1, "%s", path);
	while (done < st.st_size)
		if (sendfile(fd, from, &done, st.st_size - done) <= 0)
			err(1, "copy of %s", path);
	close(from);
}

/**
 * memfd_copy() - copy a file into a memfd, or end the program
 * @name: the memfd's name
 * @path: the file
 *
 * Return: the descriptor, which the caller owns.
 */
static inline int memfd_copy(const char *name, const char *path)
{
	int fd = memfd_create(name, 0);

	if (fd < 0)
		err(1, "memfd_create");
	copy_into(fd, path);
	return fd;
}

#endif /* _ATTACK_MEMFD_H */
