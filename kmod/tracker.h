/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bounded tables that hold core's records of processes and edges. Keyed by
 * (tgid, start time); no policy, and nothing is told from here.
 */
#ifndef _TSP_TRACKER_H
#define _TSP_TRACKER_H

#include <linux/list.h>

#include "core/edge.h"
#include "record.h"

/* Most records; all are allocated when the module is loaded. */
#define TSP_EDGES_MAX 1024
#define TSP_PROCESSES_MAX 4096

/**
 * struct tsp_process - record of one process
 * @hash: in the table, or in the free list
 * @idle: in the list of those without edges, quietest first
 * @as_source: edges in which it acts
 * @as_target: edges in which it is acted on
 * @id: its key; does not change
 * @state: what it has done by itself
 *
 * Everything is protected by the tracker's lock.
 */
struct tsp_process {
	struct hlist_node hash;
	struct list_head idle;
	struct list_head as_source;
	struct list_head as_target;
	struct tsp_id id;
	struct tsp_process_state state;
};

/**
 * struct tsp_edge - record of one (source, target) pair
 * @hash: in the table, or in the free list
 * @lru: in the list of all edges, quietest first
 * @of_source: in @source's as_source
 * @of_target: in @target's as_target
 * @source: does not change
 * @target: does not change; the same as @source for what a process does to
 *	    itself
 * @state: core's record
 * @file: files that the record's event names, counted references or NULL
 *
 * Everything is protected by the tracker's lock.
 */
struct tsp_edge {
	struct hlist_node hash;
	struct list_head lru;
	struct list_head of_source;
	struct list_head of_target;
	struct tsp_process *source;
	struct tsp_process *target;
	struct tsp_edge_state state;
	struct tsp_file *file[TSP_RECORD_FILES];
};

/**
 * tsp_tracker_init() - allocate the tables
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int tsp_tracker_init(void);

/**
 * tsp_tracker_exit() - free the tables
 *
 * Context: Process context, when no hook can run any more and all edges have
 * been concluded.
 */
void tsp_tracker_exit(void);

/**
 * tsp_tracker_lock() - keep everyone else out of the tables
 *
 * A raw lock with interrupts off: hooks run with preemption off. It is the
 * outermost lock of the module; only a ring's producer side nests inside.
 *
 * Context: Any but NMI.
 * Return: what tsp_tracker_unlock() wants back.
 */
unsigned long tsp_tracker_lock(void);

/**
 * tsp_tracker_unlock() - let others in
 * @flags: from tsp_tracker_lock()
 */
void tsp_tracker_unlock(unsigned long flags);

/**
 * tsp_tracker_may_know() - is there any record of a process?
 * @tgid: its thread group id
 *
 * Lockless and cheap, for the hooks that every process passes.
 *
 * Context: Any.
 * Return: false if certainly not.
 */
bool tsp_tracker_may_know(u32 tgid);

/**
 * tsp_tracker_edge() - look up an edge
 * @source: who acts
 * @target: who is acted on
 *
 * Context: The tracker's lock held.
 * Return: the edge, now the least quiet one; or NULL.
 */
struct tsp_edge *tsp_tracker_edge(const struct tsp_id *source,
				  const struct tsp_id *target);

/**
 * tsp_tracker_edge_new() - make an edge, and its processes' records
 * @source: who acts
 * @target: who is acted on
 *
 * Context: The tracker's lock held; tsp_tracker_edge() has found none.
 * Return: the edge, its state not yet begun; NULL if the table is full.
 */
struct tsp_edge *tsp_tracker_edge_new(const struct tsp_id *source,
				      const struct tsp_id *target);

/**
 * tsp_tracker_edge_free() - drop an edge and its references to files
 * @edge: not to be used afterwards
 *
 * Context: The tracker's lock held.
 */
void tsp_tracker_edge_free(struct tsp_edge *edge);

/**
 * tsp_tracker_quietest() - the edge that has been quiet longest
 *
 * Context: The tracker's lock held.
 * Return: the edge, or NULL if there is none.
 */
struct tsp_edge *tsp_tracker_quietest(void);

/**
 * tsp_tracker_idle() - find an edge that may end because nothing happens
 * @now_ns: now, CLOCK_BOOTTIME
 * @idle_ns: quiet time after which an edge ends
 *
 * Context: The tracker's lock held.
 * Return: the edge, or NULL if there is none.
 */
struct tsp_edge *tsp_tracker_idle(u64 now_ns, u64 idle_ns);

/**
 * tsp_tracker_process() - look up the record of a process
 * @id: the process
 *
 * Context: The tracker's lock held.
 * Return: the record, or NULL.
 */
struct tsp_process *tsp_tracker_process(const struct tsp_id *id);

/**
 * tsp_tracker_process_new() - look up or make the record of a process
 * @id: the process
 *
 * Context: The tracker's lock held.
 * Return: the record, or NULL if the table is full of processes with edges.
 */
struct tsp_process *tsp_tracker_process_new(const struct tsp_id *id);

/**
 * tsp_tracker_process_free() - drop the record of a process
 * @process: has no edges; not to be used afterwards
 *
 * Context: The tracker's lock held.
 */
void tsp_tracker_process_free(struct tsp_process *process);

/**
 * tsp_tracker_count() - how full the tables are
 * @edges: number of edges
 * @processes: number of processes
 *
 * Context: Any.
 */
void tsp_tracker_count(u32 *edges, u32 *processes);

#endif /* _TSP_TRACKER_H */
