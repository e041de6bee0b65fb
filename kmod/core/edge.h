/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of a process and of an edge, and how one observation
 * changes it. No policy: that is the detector's.
 */
#ifndef _TSP_CORE_EDGE_H
#define _TSP_CORE_EDGE_H

#include "message.h"
#include "observation.h"

/**
 * struct tsp_process_state - what a process has done by itself
 * @memfd_ns: when it, or the process that it was forked from, last created an
 *   anonymous in-memory file; 0 if never
 */
struct tsp_process_state {
	u64 memfd_ns;
};

/**
 * struct tsp_edge_state - the running record of one (source, target) pair
 * @event: the record in the form in which it is told; @event.access holds the
 *   totals, @event.step the chain
 * @first_ns: time of the first step, CLOCK_BOOTTIME
 * @last_ns: time of the last operation
 * @attach_ns: time of the last successful attach, 0 if none was seen
 * @ops: operations that succeeded, a TSP_OP_BIT() each
 * @settled: operations that make nothing new to tell
 * @refused: operations whose refusal makes nothing new to tell
 * @attached: threads of the target that the source traces, as far as seen
 * @told: an event of this edge has gone out, so a summary is owed
 */
struct tsp_edge_state {
	struct tsp_event event;
	u64 first_ns;
	u64 last_ns;
	u64 attach_ns;
	u32 ops;
	u32 settled;
	u32 refused;
	u32 attached;
	bool told;
};

/**
 * tsp_edge_begin() - start the record of an edge
 * @edge: to be filled; what it held before is overwritten
 * @number: number of the edge, unique while the module is loaded
 * @obs: the observation that makes the edge; it is not added
 * @self: what the process has done before if @obs is on itself, else NULL
 *
 * Context: Any; the caller excludes others from @edge.
 */
void tsp_edge_begin(struct tsp_edge_state *edge, u64 number,
		    const struct tsp_observation *obs,
		    const struct tsp_process_state *self);

/**
 * tsp_edge_add() - add one observation to the chain and the totals
 * @edge: the edge's record
 * @obs: what was seen
 *
 * Context: Any; the caller excludes others from @edge.
 */
void tsp_edge_add(struct tsp_edge_state *edge,
		  const struct tsp_observation *obs);

/**
 * tsp_edge_idle() - may the edge end because nothing happens?
 * @edge: the edge's record
 * @now_ns: now, CLOCK_BOOTTIME
 * @idle_ns: quiet time after which an edge ends
 *
 * A traced target stays in its tracer's hand however long nothing happens, so
 * such an edge is never idle.
 *
 * Context: Any.
 * Return: true if it has been quiet for @idle_ns.
 */
bool tsp_edge_idle(const struct tsp_edge_state *edge, u64 now_ns, u64 idle_ns);

/**
 * tsp_edge_conclude() - turn the record into its summary
 * @edge: the edge's record
 * @end: why it ends, an enum tsp_end
 * @now_ns: now, CLOCK_BOOTTIME
 *
 * Context: Any; the caller excludes others from @edge.
 */
void tsp_edge_conclude(struct tsp_edge_state *edge, u32 end, u64 now_ns);

#endif /* _TSP_CORE_EDGE_H */
