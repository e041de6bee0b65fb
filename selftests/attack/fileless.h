/* SPDX-License-Identifier: GPL-2.0 */
/* Files that no directory holds, or only one that lives in memory. */
#ifndef _ATTACK_FILELESS_H
#define _ATTACK_FILELESS_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum fileless {
	FILELESS_MEMFD,	   /* memfd_create */
	FILELESS_TMPFILE,  /* O_TMPFILE */
	FILELESS_UNLINKED, /* of a file system on a disk, its name removed */
	FILELESS_TMPFS,	   /* of a tmpfs, and it has a name there */
};

#define FILELESS_DIR "/dev/shm"
#define FILELESS_PATH_MAX 64

/**
 * fileless_open() - make such a file
 * @kind: which
 * @flags: for memfd_create()
 * @name: for memfd_create()
 * @path: result: its name in a directory, empty if it has none
 *
 * Return: a descriptor to read and write, or -1 with errno set.
 */
static inline int fileless_open(enum fileless kind, unsigned int flags,
				const char *name, char *path)
{
	int fd = -1;

	path[0] = 0;
	switch (kind) {
	case FILELESS_MEMFD:
		return memfd_create(name, flags);
	case FILELESS_TMPFILE:
		return open(FILELESS_DIR, O_TMPFILE | O_RDWR, 0700);
	case FILELESS_UNLINKED:
		strcpy(path, "/var/tmp/fileless.XXXXXX");
		fd = mkstemp(path);
		if (fd >= 0)
			unlink(path);
		path[0] = 0;
		break;
	case FILELESS_TMPFS:
		strcpy(path, FILELESS_DIR "/fileless.XXXXXX");
		fd = mkstemp(path);
		break;
	}
	if (fd >= 0)
		fchmod(fd, 0700);
	return fd;
}

/**
 * fileless_reopen() - have a file open for reading alone, so that it can be run
 * @fd: a descriptor of it, which is closed
 *
 * Return: another descriptor, or -1 with errno set.
 */
static inline int fileless_reopen(int fd)
{
	char path[FILELESS_PATH_MAX];
	int reopened;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	reopened = open(path, O_RDONLY);
	close(fd);
	return reopened;
}

#endif /* _ATTACK_FILELESS_H */
