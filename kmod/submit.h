/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The straight line from a hook's observation to what is told.
 */
#ifndef _TSP_SUBMIT_H
#define _TSP_SUBMIT_H

#include <linux/sched.h>
#include <linux/uio.h>

#include "core/observation.h"

struct file;
struct inode;
struct tsp_identity;

/**
 * struct tsp_actors - the kernel objects behind an observation
 * @source: who acted, valid under the RCU read lock
 * @target: who was acted on, likewise; NULL to have it looked up by its id
 * @before: the source as it was before it changed itself, or NULL
 * @file: the file that was executed or mapped, or NULL; valid during the call
 * @ranges: what was to be written if that is several ranges, else NULL
 * @opener: who opened what was written through, if another did, else NULL
 * @opener_uid: the file system user id of that time
 */
struct tsp_actors {
	struct task_struct *source;
	struct task_struct *target;
	const struct tsp_identity *before;
	struct file *file;
	const struct iovec *ranges;
	const struct tsp_id *opener;
	u32 opener_uid;
};

/**
 * tsp_submit_repeat() - add a write that only repeats what was just seen
 * @target: who was written to, by the current task
 * @op: what was done
 * @returned: bytes really written, or the negative errno of the refusal
 * @address: first byte to be written
 * @length: bytes asked for, in one range
 *
 * To be tried first by the hooks that a flood can pass; nothing needs to be
 * known for it that is not at hand.
 *
 * Context: A hook. Does not sleep.
 * Return: true if it was one, else tsp_submit() is to be called.
 */
bool tsp_submit_repeat(const struct tsp_id *target, u32 op, s64 returned,
		       u64 address, u64 length);

/**
 * tsp_submit() - add an observation to its edge, and tell if it fits
 * @obs: what was seen; the time is filled in, and where a write went, if that
 *	 is not given
 * @actors: the kernel objects behind it
 *
 * Context: A hook. Neither task_lock() of an actor nor tasklist_lock held. Does
 * not sleep.
 */
void tsp_submit(struct tsp_observation *obs, const struct tsp_actors *actors);

/**
 * tsp_submit_memfd() - something happened to an in-memory file
 * @inode: of the file
 * @op: TSP_OP_MEMFD_CREATE, _WRITE or _SEAL
 * @detail: flags for a creation, bytes for a write
 *
 * Context: A hook, on behalf of the current task. Does not sleep.
 */
void tsp_submit_memfd(const struct inode *inode, u32 op, u64 detail);

/**
 * tsp_submit_process_exit() - a process is no more
 * @id: the process
 *
 * Context: A hook. Does not sleep.
 */
void tsp_submit_process_exit(const struct tsp_id *id);

#endif /* _TSP_SUBMIT_H */
