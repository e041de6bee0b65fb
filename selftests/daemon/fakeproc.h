/* SPDX-License-Identifier: GPL-2.0 */
/* A directory that looks like /proc. */
#ifndef TSP_TEST_FAKEPROC_H
#define TSP_TEST_FAKEPROC_H

#include <stdint.h>
#include <stddef.h>

#include <trespass/message.h>

#include "daemon/procfs.h"

/**
 * struct fakeproc - a made /proc
 * @path: its directory, under one that fakeproc_remove() removes
 * @procfs: it, opened
 */
struct fakeproc {
	char path[64];
	struct tsp_procfs procfs;
};

/**
 * fakeproc_make() - make one without processes
 * @fake: filled
 */
void fakeproc_make(struct fakeproc *fake);

/**
 * fakeproc_remove() - remove it with all that is in it
 * @fake: made
 */
void fakeproc_remove(struct fakeproc *fake);

/**
 * fakeproc_add() - add or change a process
 * @fake: made
 * @pid: its id
 * @comm: its name, any bytes
 * @ppid: its parent
 * @start_ticks: when it started
 */
void fakeproc_add(struct fakeproc *fake, uint32_t pid, const char *comm,
		  uint32_t ppid, uint64_t start_ticks);

/**
 * fakeproc_write() - write a file of a process
 * @fake: made
 * @pid: a process that was added
 * @name: of the file
 * @data: its content
 * @len: of it
 */
void fakeproc_write(struct fakeproc *fake, uint32_t pid, const char *name,
		    const void *data, size_t len);

/**
 * fakeproc_link() - make a link of a process
 * @fake: made
 * @pid: a process that was added
 * @name: of the link
 * @target: where it points
 */
void fakeproc_link(struct fakeproc *fake, uint32_t pid, const char *name,
		   const char *target);

/**
 * fakeproc_exe() - give a process and its party an executable that exists
 * @fake: made
 * @pid: a process that was added
 * @name: of the file, within the directory
 * @party: device and inode are filled
 */
void fakeproc_exe(struct fakeproc *fake, uint32_t pid, const char *name,
		  struct tsp_party *party);

#endif /* TSP_TEST_FAKEPROC_H */
