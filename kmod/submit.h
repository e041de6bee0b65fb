/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The straight line from a hook's observation to the queue of events. The only
 * caller of tracker, detector and ring.
 */
#ifndef _TSP_SUBMIT_H
#define _TSP_SUBMIT_H

#include <linux/sched.h>

#include "core/observation.h"

struct file;
struct tsp_identity;

/**
 * struct tsp_actors - the kernel objects behind an observation
 * @source: who acted, valid under the RCU read lock; NULL if gone
 * @target: who was acted on, likewise
 * @before: the source as it was before it changed itself, or NULL
 * @file: the file that was executed or mapped, or NULL; valid during the call
 */
struct tsp_actors {
	struct task_struct *source;
	struct task_struct *target;
	const struct tsp_identity *before;
	struct file *file;
};

/**
 * tsp_submit_init() - make ready for observations
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int tsp_submit_init(void);

/**
 * tsp_submit_exit() - tell what is still owed and forget everything
 *
 * Context: Process context, when no hook can run any more; may sleep.
 */
void tsp_submit_exit(void);

/**
 * tsp_submit() - add an observation to its edge, and tell if it fits
 * @obs: what was seen
 * @actors: the kernel objects behind it
 *
 * Context: A hook: preemption may be off. task_lock() of neither actor held,
 * RCU read lock held. Does not sleep.
 */
void tsp_submit(const struct tsp_observation *obs,
		const struct tsp_actors *actors);

/**
 * tsp_submit_memfd() - a process made an anonymous in-memory file
 * @id: the process
 * @now_ns: when, CLOCK_BOOTTIME
 *
 * Context: A hook. Does not sleep.
 */
void tsp_submit_memfd(const struct tsp_id *id, u64 now_ns);

/**
 * tsp_submit_fork() - a process has a new child
 * @parent: the process
 * @child: its child
 *
 * Context: A hook. Does not sleep.
 */
void tsp_submit_fork(const struct tsp_id *parent, const struct tsp_id *child);

/**
 * tsp_submit_exec() - a process runs another program
 * @id: the process
 *
 * Context: A hook. Does not sleep.
 */
void tsp_submit_exec(const struct tsp_id *id);

/**
 * tsp_submit_process_exit() - a process is no more
 * @id: the process
 *
 * Context: A hook. Does not sleep.
 */
void tsp_submit_process_exit(const struct tsp_id *id);

#endif /* _TSP_SUBMIT_H */
