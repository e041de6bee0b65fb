/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bounded tables that hold core's records of processes and edges. Keyed by
 * (tgid, start time); no policy, and nothing is told from here.
 */
#ifndef _TSP_TRACKER_H
#define _TSP_TRACKER_H

#include <linux/list.h>

#include "core/edge.h"
#include "core/process.h"
#include "record.h"

/* Most records; all are allocated when the module is loaded. */
#define TSP_EDGES_MAX 576
#define TSP_PROCESSES_MAX 10240

/**
 * struct tsp_process - record of one process
 * @hash: in the table, or in the free list
 * @idle: in the list of those without edges, quietest first
 * @as_source: edges in which it acts
 * @as_target: edges in which it is acted on
 * @id: its key; does not change
 * @state: what it has done by itself
 * @dead: it has exited; the record goes with its last edge
 *
 * Everything is protected by the tracker's lock.
 */
struct tsp_process {
	struct hlist_node hash;
	struct list_head idle;
	struct hlist_head as_source;
	struct hlist_head as_target;
	struct tsp_id id;
	struct tsp_process_state state;
	bool dead;
};

/**
 * enum tsp_stage - of an edge's life
 * @TSP_STAGE_LIVE: the source may act
 * @TSP_STAGE_ENDING: its summary is to be told
 * @TSP_STAGE_OVER: it has been; what the target does is watched for a while
 * @TSP_STAGES: how many
 */
enum tsp_stage {
	TSP_STAGE_LIVE,
	TSP_STAGE_ENDING,
	TSP_STAGE_OVER,
	TSP_STAGES,
};

/**
 * struct tsp_edge - record of one (source, target) pair
 * @hash: in the table until it has been concluded; in the free list
 * @list: in the list of all edges of its stage, quietest first
 * @of_source: in @source's as_source
 * @of_target: in @target's as_target
 * @source: does not change
 * @target: does not change; the same as @source for what a process does to
 *	    itself
 * @stage: where in its life it is
 * @held: callers that have left the lock and will come back to it; it is not
 *	  concluded meanwhile
 * @end: why it is no longer live, an enum tsp_end
 * @state: core's record
 * @file: files that the record's event names, counted references or NULL
 *
 * Everything is protected by the tracker's lock.
 */
struct tsp_edge {
	struct hlist_node hash;
	struct list_head list;
	struct hlist_node of_source;
	struct hlist_node of_target;
	struct tsp_process *source;
	struct tsp_process *target;
	enum tsp_stage stage;
	u32 held;
	u32 end;
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
 * A raw lock: hooks run with preemption off. None runs in an interrupt, so
 * these stay on. It is the outermost lock of the module; only a ring's producer
 * side nests inside.
 *
 * Context: Any but an interrupt.
 */
void tsp_tracker_lock(void);

/* Let others in. */
void tsp_tracker_unlock(void);

/**
 * tsp_tracker_edge() - look up an edge that has not been concluded
 * @source: who acts
 * @target: who is acted on
 *
 * Context: The tracker's lock held.
 * Return: the edge, or NULL.
 */
struct tsp_edge *tsp_tracker_edge(const struct tsp_id *source,
				  const struct tsp_id *target);

/**
 * tsp_tracker_repeat() - add a write that only repeats its edge's last
 * operation
 * @target: who is acted on
 * @op: as for tsp_edge_repeat()
 * @returned: likewise
 * @address: likewise
 * @length: likewise
 * @source: who acts
 *
 * Takes the tracker's lock itself: this is the shortest way through the module,
 * so its arguments come in the order in which its caller has them.
 *
 * Context: Any but an interrupt.
 * Return: true if it has been added, else nothing was done.
 */
bool tsp_tracker_repeat(const struct tsp_id *target, u32 op, s64 returned,
			u64 address, u64 length, const struct tsp_id *source);

/**
 * tsp_tracker_edge_touch() - make an edge the least quiet of its stage
 * @edge: the edge
 *
 * Context: The tracker's lock held.
 */
void tsp_tracker_edge_touch(struct tsp_edge *edge);

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
 * tsp_tracker_edge_end() - a live edge is to be concluded
 * @edge: still found by its parties until it has been
 * @end: why, an enum tsp_end
 *
 * Context: The tracker's lock held.
 */
void tsp_tracker_edge_end(struct tsp_edge *edge, u32 end);

/**
 * tsp_tracker_edge_over() - an ending edge has been concluded
 * @edge: kept for what its target still does, not found by its parties
 *
 * Context: The tracker's lock held.
 */
void tsp_tracker_edge_over(struct tsp_edge *edge);

/**
 * tsp_tracker_edge_free() - drop an edge and its references to files
 * @edge: not to be used afterwards
 *
 * Context: The tracker's lock held.
 */
void tsp_tracker_edge_free(struct tsp_edge *edge);

/**
 * tsp_tracker_first() - the edge that has been longest in a stage, or quiet
 * @stage: the stage
 *
 * Context: The tracker's lock held.
 * Return: the edge, or NULL if there is none that nobody holds.
 */
struct tsp_edge *tsp_tracker_first(enum tsp_stage stage);

/**
 * tsp_tracker_next() - the edge behind another of the same stage
 * @edge: the other
 *
 * Context: The tracker's lock held.
 * Return: the edge, or NULL if there is none that nobody holds.
 */
struct tsp_edge *tsp_tracker_next(struct tsp_edge *edge);

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
 * tsp_tracker_process_gone() - a process has exited
 * @process: its record goes, now or with its last edge
 *
 * Context: The tracker's lock held.
 */
void tsp_tracker_process_gone(struct tsp_process *process);

/**
 * tsp_tracker_count() - how full the tables are
 * @edges: number of edges
 * @processes: number of processes
 *
 * Context: Any.
 */
void tsp_tracker_count(u32 *edges, u32 *processes);

#endif /* _TSP_TRACKER_H */
