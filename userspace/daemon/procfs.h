/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What /proc tells of a process. The root can be any directory, so that tests
 * need neither processes nor privilege.
 *
 * A descriptor of a process's directory stays with that process: once it has
 * exited, reads fail, whoever gets the pid next.
 */
#ifndef TSP_PROCFS_H
#define TSP_PROCFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <trespass/message.h>

/**
 * struct tsp_procfs - a mounted /proc
 * @root: descriptor of its directory
 * @tick_ns: unit of start times in it
 */
struct tsp_procfs {
	int root;
	uint64_t tick_ns;
};

/**
 * struct tsp_procfs_stat - some of /proc/PID/stat
 * @ppid: the parent, 0 if it has none here
 * @start_ns: CLOCK_BOOTTIME of its start, rounded down to a tick
 * @comm: its name; untrusted
 */
struct tsp_procfs_stat {
	uint32_t ppid;
	uint64_t start_ns;
	char comm[64];
};

/**
 * tsp_procfs_open() - open a /proc
 * @procfs: filled on success
 * @path: where it is mounted
 *
 * Context: Any thread. Close with tsp_procfs_close().
 * Return: 0 or a negative errno.
 */
int tsp_procfs_open(struct tsp_procfs *procfs, const char *path);

/**
 * tsp_procfs_close() - close it
 * @procfs: opened
 *
 * Context: Any thread.
 */
void tsp_procfs_close(struct tsp_procfs *procfs);

/**
 * tsp_procfs_process() - open a process's directory
 * @procfs: opened
 * @pid: the process
 *
 * Context: Any thread. The caller closes the descriptor.
 * Return: a descriptor, or a negative errno: -ENOENT if there is no such
 * process.
 */
int tsp_procfs_process(const struct tsp_procfs *procfs, uint32_t pid);

/**
 * tsp_procfs_read() - read a file, at most so much of it
 * @process: from tsp_procfs_process()
 * @name: of the file
 * @buffer: filled and NUL-terminated
 * @size: of @buffer
 *
 * Context: Any thread; may sleep.
 * Return: bytes read, or a negative errno.
 */
ssize_t tsp_procfs_read(int process, const char *name, char *buffer,
			size_t size);

/**
 * tsp_procfs_link() - read where a link points
 * @process: from tsp_procfs_process()
 * @name: of the link
 * @buffer: filled and NUL-terminated
 * @size: of @buffer
 *
 * Context: Any thread; may sleep.
 * Return: its length, or a negative errno.
 */
ssize_t tsp_procfs_link(int process, const char *name, char *buffer,
			size_t size);

/**
 * tsp_procfs_stat() - read a process's stat file
 * @procfs: opened
 * @process: from tsp_procfs_process()
 * @stat: filled on success
 *
 * Context: Any thread; may sleep.
 * Return: 0 or a negative errno.
 */
int tsp_procfs_stat(const struct tsp_procfs *procfs, int process,
		    struct tsp_procfs_stat *stat);

/**
 * tsp_procfs_verify() - is this still the process that the event tells of?
 * @procfs: opened
 * @process: from tsp_procfs_process()
 * @party: as the event tells
 *
 * Call it after reading: what was read before holds only if the start time and
 * the executable are still the event's.
 *
 * Context: Any thread; may sleep.
 * Return: NULL if it is, else a constant phrase that says why not.
 */
const char *tsp_procfs_verify(const struct tsp_procfs *procfs, int process,
			      const struct tsp_party *party);

#endif /* TSP_PROCFS_H */
