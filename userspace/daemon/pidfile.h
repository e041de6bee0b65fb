/* SPDX-License-Identifier: GPL-2.0 */
/* The pid file: one daemon at a time, and when it is ready. */
#ifndef TSP_PIDFILE_H
#define TSP_PIDFILE_H

/**
 * struct tsp_pidfile - a locked pid file
 * @path: of the file; the owner keeps it
 * @fd: holds the lock, -1 if there is none
 */
struct tsp_pidfile {
	const char *path;
	int fd;
};

/**
 * tsp_pidfile_lock() - be the only one
 * @pidfile: filled
 * @path: of the file; it and its directory are made if need be
 *
 * The file stays empty until tsp_pidfile_write(). The lock goes with the
 * process, however it ends.
 *
 * Context: One thread; may sleep. Says why it fails.
 * Return: 0, -EWOULDBLOCK if another one is running, or a negative errno.
 */
int tsp_pidfile_lock(struct tsp_pidfile *pidfile, const char *path);

/**
 * tsp_pidfile_write() - say that the daemon is ready
 * @pidfile: locked
 *
 * Context: One thread; may sleep.
 */
void tsp_pidfile_write(struct tsp_pidfile *pidfile);

/**
 * tsp_pidfile_remove() - remove the file and let go of the lock
 * @pidfile: locked or with @fd -1
 *
 * Context: One thread; may sleep.
 */
void tsp_pidfile_remove(struct tsp_pidfile *pidfile);

#endif /* TSP_PIDFILE_H */
