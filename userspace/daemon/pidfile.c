// SPDX-License-Identifier: GPL-2.0
/* The pid file: one daemon at a time, and when it is ready. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "directory.h"
#include "log.h"
#include "pidfile.h"

/* Whoever removed the file while we waited has left us a lock on nothing. */
static bool still_there(int fd, const char *path)
{
	struct stat held, named;

	return !fstat(fd, &held) && !stat(path, &named) &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static void say_taken(int fd, const char *path)
{
	char text[32] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	int pid = n > 0 ? atoi(text) : 0;

	if (pid)
		tsp_log(LOG_ERR,
			"trespassd is running already as process %d: stop it "
			"first (%s is locked)",
			pid, path);
	else
		tsp_log(LOG_ERR,
			"another trespassd is just starting (%s is locked)",
			path);
}

int tsp_pidfile_lock(struct tsp_pidfile *pidfile, const char *path)
{
	int fd, err;

	pidfile->path = path;
	pidfile->fd = -1;
	tsp_directory_make(path, 0755);
	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			  0644);
		if (fd < 0) {
			err = -errno;
			tsp_log(LOG_ERR,
				"cannot open %s: %s: make it writable or set "
				"pid-file in [daemon]",
				path, strerror(errno));
			return err;
		}
		if (flock(fd, LOCK_EX | LOCK_NB)) {
			err = -errno;
			say_taken(fd, path);
			close(fd);
			return err;
		}
		if (still_there(fd, path))
			break;
		close(fd);
	}
	/* A pid that an earlier one left is nobody's now. */
	if (ftruncate(fd, 0))
		tsp_log(LOG_WARNING, "cannot empty %s: %s", path,
			strerror(errno));
	pidfile->fd = fd;
	return 0;
}

void tsp_pidfile_write(struct tsp_pidfile *pidfile)
{
	if (dprintf(pidfile->fd, "%d\n", getpid()) < 0)
		tsp_log(LOG_WARNING, "cannot write %s: %s", pidfile->path,
			strerror(errno));
}

void tsp_pidfile_remove(struct tsp_pidfile *pidfile)
{
	if (pidfile->fd < 0)
		return;
	unlink(pidfile->path);
	close(pidfile->fd);
	pidfile->fd = -1;
}
