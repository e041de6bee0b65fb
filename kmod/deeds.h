/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What processes do by themselves: the native-api-sequence (AN1466), and what
 * goes on in the chain of whoever changed them.
 */
#ifndef _TSP_DEEDS_H
#define _TSP_DEEDS_H

#include <linux/sched.h>

#include "core/observation.h"

struct file;
struct tsp_edge_state;
struct tsp_process;

/**
 * tsp_deeds_add() - a process did something by itself
 * @task: one of its threads, the current one or its new child's parent
 * @op: TSP_OP_FORK or TSP_OP_WX_FLIP
 *
 * Context: A hook. Does not sleep.
 * Return: true for the first flip in a while.
 */
bool tsp_deeds_add(struct task_struct *task, u32 op);

/**
 * tsp_deeds_exec() - a process runs another program
 * @task: the process
 * @shell: that is a shell
 *
 * Context: A hook. Does not sleep.
 */
void tsp_deeds_exec(struct task_struct *task, bool shell);

/**
 * tsp_deeds_image() - a process is about to get another program
 * @id: the process; what it did with the former one counts no longer
 *
 * Context: A hook. Does not sleep.
 */
void tsp_deeds_image(const struct tsp_id *id);

/**
 * tsp_deeds_code_file() - a process mapped an ordinary file as code
 * @id: the process
 * @file: the file; of interest if it is a C library
 *
 * Context: A hook: preemption is off. Does not sleep.
 */
void tsp_deeds_code_file(const struct tsp_id *id, const struct file *file);

/**
 * tsp_deeds_maps() - a process opened the memory map of another
 * @source: who
 * @tgid: whose
 *
 * Context: A hook. Does not sleep.
 */
void tsp_deeds_maps(const struct tsp_id *source, u32 tgid);

/**
 * tsp_deeds_maps_read() - has a process just read the memory map of another?
 * @process: its record
 * @tgid: the other
 * @ago_ms: how long ago, see tsp_process_ms()
 *
 * Context: The tracker's lock held.
 * Return: true if so, within the policy's window.
 */
bool tsp_deeds_maps_read(const struct tsp_process *process, u32 tgid,
			 u32 *ago_ms);

/**
 * tsp_deeds_note() - note what a process has called
 * @process: its record
 * @task: one of its threads; NULL to ask nothing
 * @op: what it did, an enum tsp_op
 * @count: how many times
 *
 * Context: The tracker's lock held.
 * Return: true if that makes a sequence and it is a process in which sequences
 * are looked for; then tsp_deeds_tell() is to be called.
 */
bool tsp_deeds_note(struct tsp_process *process, const struct task_struct *task,
		    u32 op, u32 count);

/**
 * tsp_deeds_tell() - tell the native-api-sequence of a process
 * @task: one of its threads
 * @id: the process
 *
 * Context: A hook; the tracker not locked.
 */
void tsp_deeds_tell(struct task_struct *task, const struct tsp_id *id);

/**
 * tsp_deeds_follow() - what a process did goes on in the chain of whoever
 *   changed it
 * @process: its record
 * @deed: what it did
 * @shell: that was to run a shell
 *
 * Context: The tracker's lock held.
 */
void tsp_deeds_follow(struct tsp_process *process,
		      const struct tsp_observation *deed, bool shell);

/**
 * tsp_deeds_followed() - may what was done to a target still show in what it
 *   does?
 * @state: the record of the edge
 * @now_ns: now, CLOCK_BOOTTIME
 *
 * Context: Preemption off.
 * Return: true if so, by the policy's window.
 */
bool tsp_deeds_followed(const struct tsp_edge_state *state, u64 now_ns);

#endif /* _TSP_DEEDS_H */
