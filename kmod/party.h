/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Identity of a task, copied while it is pinned.
 */
#ifndef _TSP_PARTY_H
#define _TSP_PARTY_H

#include <linux/sched.h>

#include "core/message.h"
#include "core/observation.h"
#include "core/relation.h"

struct tsp_file;

/**
 * struct tsp_identity - a party and the executable that it runs
 * @party: what an event carries; its exe is filled in when the event is sent
 * @exe: the executable, a counted reference, or NULL
 */
struct tsp_identity {
	struct tsp_party party;
	struct tsp_file *exe;
};

/**
 * tsp_party_id() - the lasting name of a task's process
 * @task: pinned by the caller
 *
 * Context: Any.
 * Return: the id.
 */
static inline struct tsp_id tsp_party_id(const struct task_struct *task)
{
	const struct task_struct *leader = READ_ONCE(task->group_leader);

	return (struct tsp_id){
		.tgid = task->tgid,
		.start_ns = leader->start_boottime,
	};
}

/**
 * tsp_party_find() - find the task that an id names
 * @id: a process
 *
 * Context: Any; RCU read lock held.
 * Return: its main thread, or another if that has exited, valid under the RCU
 * read lock; NULL if the process is gone.
 */
struct task_struct *tsp_party_find(const struct tsp_id *id);

/**
 * tsp_party_capture() - copy who a task is, now
 * @task: the task, valid under the RCU read lock; NULL if it is gone
 * @id: its process, for when it is gone
 * @identity: to be filled; release it with tsp_party_release()
 *
 * Context: Any context in which task_lock(@task) may be taken; RCU read lock
 * held. Does not sleep.
 */
void tsp_party_capture(struct task_struct *task, const struct tsp_id *id,
		       struct tsp_identity *identity);

/**
 * tsp_party_release() - drop what tsp_party_capture() pinned
 * @identity: filled by it
 *
 * Context: Any but hard interrupt.
 */
void tsp_party_release(struct tsp_identity *identity);

/**
 * tsp_party_kinship() - find out what the parties alone do not show
 * @source: valid under the RCU read lock, or NULL
 * @target: valid under the RCU read lock, or NULL
 * @kin: to be filled
 *
 * Context: Any context in which task_lock() may be taken on either; RCU read
 * lock held. Does not sleep.
 */
void tsp_party_kinship(struct task_struct *source, struct task_struct *target,
		       struct tsp_kinship *kin);

/**
 * tsp_party_strangers() - has one process no business with another?
 * @source: valid under the RCU read lock
 * @target: likewise
 *
 * Context: Any; RCU read lock held.
 * Return: true if they differ in user or session, or neither descends from the
 * other.
 */
bool tsp_party_strangers(struct task_struct *source,
			 struct task_struct *target);

#endif /* _TSP_PARTY_H */
