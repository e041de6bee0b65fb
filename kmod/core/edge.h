/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of an edge, and how one observation changes it. No policy:
 * that is the detector's.
 */
#ifndef _TSP_CORE_EDGE_H
#define _TSP_CORE_EDGE_H

#include "message.h"
#include "observation.h"

/**
 * struct tsp_deed - something done to an in-memory file, perhaps often
 * @first_ns: when for the first time, CLOCK_BOOTTIME; 0 for never
 * @count: how often
 * @bytes: how much of it in all
 */
struct tsp_deed {
	u64 first_ns;
	u64 count;
	u64 bytes;
};

/**
 * struct tsp_memfd_life - what an in-memory file has gone through
 * @creator: who made it
 * @flags: given to memfd_create
 * @created: its making
 * @written: writes to it
 * @sealed: seals that were added
 */
struct tsp_memfd_life {
	struct tsp_id creator;
	u32 flags;
	struct tsp_deed created;
	struct tsp_deed written;
	struct tsp_deed sealed;
};

/**
 * struct tsp_edge_state - the running record of one (source, target) pair
 * @event: the record in the form in which it is told; @event.access holds the
 *   totals, @event.step the chain
 * @where: the mapping that the last write touched
 * @first_ns: time of the first step, CLOCK_BOOTTIME
 * @last_ns: time of the last operation that was not a mere repetition
 * @attach_ns: time of the last successful attach, 0 if none was seen
 * @changed_ns: time of the last successful change of the target, 0 if none
 * @ops: operations that succeeded, a TSP_OP_BIT() each
 * @settled: techniques that need no more telling
 * @refused: techniques whose refusal needs no more telling
 * @attached: threads of the target that the source traces, as far as seen
 * @tick: the clock tick of @last_ns
 * @repeats: operations since then that only repeated the last
 * @known: the parties and the relation have been filled in
 * @told: an event of this edge has gone out, so a summary is owed
 * @detached: the tracer has let go of all threads
 */
struct tsp_edge_state {
	struct tsp_event event;
	struct tsp_where where;
	u64 first_ns;
	u64 last_ns;
	u64 attach_ns;
	u64 changed_ns;
	u32 ops;
	u32 settled;
	u32 refused;
	u32 attached;
	u32 tick;
	u32 repeats;
	bool known;
	bool told;
	bool detached;
};

/**
 * tsp_edge_begin() - start the record of an edge
 * @edge: to be filled; what it held before is overwritten
 * @number: number of the edge, unique while the module is loaded
 *
 * Context: Any; the caller excludes others from @edge.
 */
void tsp_edge_begin(struct tsp_edge_state *edge, u64 number);

/**
 * tsp_edge_add() - add one observation to the chain and the totals
 * @edge: the edge's record
 * @obs: what was seen
 * @tick: the present clock tick
 *
 * Context: Any; the caller excludes others from @edge.
 */
void tsp_edge_add(struct tsp_edge_state *edge,
		  const struct tsp_observation *obs, u32 tick);

/**
 * tsp_edge_add_life() - add what the file went through that is now run
 * @edge: the edge's record
 * @life: of the file
 *
 * To be called before the run itself is added. What happened before the edge's
 * last step is left out.
 *
 * Context: Any; the caller excludes others from @edge.
 */
void tsp_edge_add_life(struct tsp_edge_state *edge,
		       const struct tsp_memfd_life *life);

/**
 * tsp_edge_repeat() - add a write that only repeats the last operation
 * @edge: the edge's record
 * @op: what was done
 * @returned: bytes really written, or the negative errno of the refusal
 * @address: first byte to be written
 * @length: bytes asked for, in one range
 * @tick: the present clock tick
 *
 * The way of every poke but the first of a clock tick: the same operation with
 * the same result in the same mapping can make nothing new fit.
 *
 * Context: Any; the caller excludes others from @edge.
 * Return: true if it was a repetition and has been added, else nothing was
 * done.
 */
static inline bool tsp_edge_repeat(struct tsp_edge_state *edge, u32 op,
				   s64 returned, u64 address, u64 length,
				   u32 tick)
{
	struct tsp_event *event = &edge->event;
	struct tsp_step *step;

	if (edge->tick != tick || !event->n_step || event->steps_omitted)
		return false;
	step = &event->step[event->n_step - 1];
	if (step->op != op || step->result != (returned < 0 ? returned : 0) ||
	    address < edge->where.start || address > edge->where.end ||
	    length > edge->where.end - address)
		return false;

	step->count++;
	edge->repeats++;
	if (returned > 0) {
		step->bytes += returned;
		event->access.bytes += returned;
		event->access.count++;
	}
	return true;
}

/**
 * tsp_edge_idle() - may the edge end because nothing happens?
 * @edge: the edge's record
 * @now_ns: now, CLOCK_BOOTTIME
 * @idle_ns: quiet time after which an edge ends
 *
 * A traced target stays in its tracer's hand however long nothing happens, so
 * such an edge is never idle. One that was let go of ends soon, but not at
 * once: who attaches again and again is on one edge.
 *
 * Context: Any.
 * Return: true if it has been quiet for @idle_ns.
 */
bool tsp_edge_idle(const struct tsp_edge_state *edge, u64 now_ns, u64 idle_ns);

/**
 * tsp_edge_conclude() - turn the record into its summary
 * @edge: the edge's record
 * @end: why it ends, an enum tsp_end; a tracer that had let go before makes it
 *   a detach
 * @now_ns: now, CLOCK_BOOTTIME
 *
 * Context: Any; the caller excludes others from @edge.
 */
void tsp_edge_conclude(struct tsp_edge_state *edge, u32 end, u64 now_ns);

#endif /* _TSP_CORE_EDGE_H */
