/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Telling: who and what it was, what speaks for how grave it is, and the event.
 */
#ifndef _TSP_TELL_H
#define _TSP_TELL_H

#include "core/detector.h"
#include "memfd.h"
#include "party.h"
#include "tracker.h"

struct tsp_actors;

/**
 * struct tsp_finding - what is needed to tell, gathered without the tracker's
 *   lock
 * @source: who acted
 * @target: who was acted on
 * @relation: how they relate
 * @access: what was touched
 * @file: the files to name, counted references
 * @life: of the in-memory file that is run
 * @seals: of the in-memory file that is run
 * @around: what weighs besides
 */
struct tsp_finding {
	struct tsp_identity source;
	struct tsp_identity target;
	u32 relation;
	struct tsp_access access;
	struct tsp_file *file[TSP_RECORD_FILES];
	struct tsp_memfd_life life;
	u32 seals;
	struct tsp_circumstances around;
};

/**
 * tsp_finding_gather() - look at the parties and at what was touched
 * @obs: what was seen
 * @actors: the kernel objects behind it
 * @finding: to be filled, but for what the tracker knows of the circumstances;
 *	     release it with tsp_finding_release()
 *
 * Context: As for tsp_submit(); the tracker not locked, RCU read lock held.
 */
void tsp_finding_gather(const struct tsp_observation *obs,
			const struct tsp_actors *actors,
			struct tsp_finding *finding);

/**
 * tsp_finding_learn() - name the parties in an edge's record, telling nothing
 * @edge: the edge
 * @finding: gathered for it
 *
 * Context: The tracker's lock held.
 */
void tsp_finding_learn(struct tsp_edge *edge,
		       const struct tsp_finding *finding);

/**
 * tsp_finding_release() - drop the files of a finding
 * @finding: gathered before
 *
 * Context: Any but hard interrupt.
 */
void tsp_finding_release(struct tsp_finding *finding);

/**
 * tsp_tell() - weigh techniques that fit, and tell each that the policy wants
 * @state: the record that they fit
 * @file: the files that its event names
 * @obs: what made them fit
 * @techniques: a TSP_TECHNIQUE_BIT() each
 * @around: what weighs besides the record
 *
 * Context: The tracker's lock held.
 * Return: true if the gravest that was told of this record is among them; its
 * event then says so.
 */
bool tsp_tell(struct tsp_edge_state *state, struct tsp_file *const *file,
	      const struct tsp_observation *obs, u32 techniques,
	      const struct tsp_circumstances *around);

/**
 * tsp_tell_finding() - tell with what has been found
 * @edge: the edge that the techniques fit
 * @obs: what made them fit
 * @actors: the kernel objects behind it
 * @techniques: a TSP_TECHNIQUE_BIT() each
 * @finding: gathered for it
 *
 * Context: The tracker's lock held.
 */
void tsp_tell_finding(struct tsp_edge *edge, const struct tsp_observation *obs,
		      const struct tsp_actors *actors, u32 techniques,
		      const struct tsp_finding *finding);

/**
 * tsp_tell_at_end() - tell an edge that came to no more
 * @edge: the edge
 *
 * Context: The tracker's lock held.
 */
void tsp_tell_at_end(struct tsp_edge *edge);

/**
 * tsp_tell_summary() - tell the totals of an edge
 * @edge: the edge; its end is known
 * @now_ns: now, CLOCK_BOOTTIME
 *
 * Context: The tracker's lock held.
 */
void tsp_tell_summary(struct tsp_edge *edge, u64 now_ns);

/**
 * tsp_tell_alone_begin() - begin to tell what no edge tells, of one process
 * @task: one of its threads, pinned by the caller
 * @id: the process
 * @finding: to be filled
 *
 * Context: A hook, or process context; the tracker not locked. It is on
 * return.
 * Return: a record of which all but the verdict is filled in.
 */
struct tsp_edge_state *tsp_tell_alone_begin(struct task_struct *task,
					    const struct tsp_id *id,
					    struct tsp_finding *finding);

/**
 * tsp_tell_alone_end() - unlock the tracker, drop what was gathered
 * @finding: from tsp_tell_alone_begin()
 *
 * Context: After tsp_tell_alone_begin().
 */
void tsp_tell_alone_end(struct tsp_finding *finding);

/**
 * tsp_tell_blind() - trespass may not have seen something
 * @cause: an enum tsp_blind_cause
 * @count: how many hits were missed, if that is known, else 0
 *
 * Context: Process context; the current task is named as the source.
 */
void tsp_tell_blind(u32 cause, u64 count);

#endif /* _TSP_TELL_H */
