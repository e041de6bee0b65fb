/* SPDX-License-Identifier: GPL-2.0 */
/* Makes an anonymous in-memory copy of a file. */
#ifndef _ATTACK_MEMFD_H
#define _ATTACK_MEMFD_H

#include "common.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

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
	int from = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	off_t done = 0;

	if (from < 0 || fstat(from, &st))
		err(1, "%s", path);
	if (fd < 0)
		err(1, "memfd_create");
	while (done < st.st_size)
		if (sendfile(fd, from, &done, st.st_size - done) <= 0)
			err(1, "copy of %s", path);
	close(from);
	return fd;
}

#endif /* _ATTACK_MEMFD_H */
