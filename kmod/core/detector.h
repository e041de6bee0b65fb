/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does a chain of operations fit a technique, and how grave is it?
 *
 * Pure: no lock, no clock, no allocation, no I/O. The same record, observation
 * and policy always give the same verdict.
 */
#ifndef _TSP_CORE_DETECTOR_H
#define _TSP_CORE_DETECTOR_H

#include "edge.h"

/**
 * struct tsp_verdict - what is to be told
 * @technique: an enum tsp_technique
 * @severity: 0 to 100, the bounded sum of @reason
 * @n_reason: used entries of @reason
 * @reason: named contributions
 */
struct tsp_verdict {
	u32 technique;
	u32 severity;
	u32 n_reason;
	struct tsp_reason reason[TSP_REASON_MAX];
};

/**
 * struct tsp_circumstances - what weighs besides the edge's own record
 * @maps_read: the source had read the target's memory map within the window
 * @tainted: the source has itself been changed by a stranger
 * @double_mapping: the file that is run is mapped writable somewhere
 * @shell: what the target executed is a shell
 * @calls: native-api-sequence: how many calls there were
 */
struct tsp_circumstances {
	bool maps_read;
	bool tainted;
	bool double_mapping;
	bool shell;
	u32 calls;
};

/**
 * tsp_detector_fits() - does the newest observation make techniques fit?
 * @edge: the edge's record, with @obs added
 * @obs: the newest observation
 *
 * A technique is told once an edge, and once more if only refused attempts were
 * told before and one has now succeeded.
 *
 * Context: Any.
 * Return: the techniques to tell, TSP_TECHNIQUE_BIT() each.
 */
u32 tsp_detector_fits(const struct tsp_edge_state *edge,
		      const struct tsp_observation *obs);

/**
 * tsp_detector_fits_at_end() - what is to be told of an edge that came to no
 *   more
 * @edge: the edge's record
 *
 * Context: Any.
 * Return: the techniques to tell, TSP_TECHNIQUE_BIT() each.
 */
u32 tsp_detector_fits_at_end(const struct tsp_edge_state *edge);

/**
 * tsp_detector_taints() - may the target do a stranger's will from now on?
 * @edge: the edge's record
 * @policy: the tunables
 *
 * A debugger and its child, or processes of one shell, are no strangers, unless
 * the policy says so.
 *
 * Context: Any.
 * Return: true if the target has been changed and is known to be a stranger's.
 */
bool tsp_detector_taints(const struct tsp_edge_state *edge,
			 const struct tsp_policy *policy);

/**
 * tsp_detector_settle() - note that a technique has been told
 * @edge: the edge's record
 * @technique: an enum tsp_technique
 * @result: of the operation that it was told of
 *
 * Context: Any; the caller excludes others from @edge.
 */
void tsp_detector_settle(struct tsp_edge_state *edge, u32 technique,
			 s32 result);

/**
 * tsp_detector_weigh() - how grave is it?
 * @edge: the edge's record, with the parties, their relation and what was
 *   touched filled in
 * @obs: the observation that made the technique fit
 * @technique: what is to be told
 * @policy: the tunables
 * @around: what weighs besides
 * @verdict: to be filled
 *
 * Context: Any.
 */
void tsp_detector_weigh(const struct tsp_edge_state *edge,
			const struct tsp_observation *obs, u32 technique,
			const struct tsp_policy *policy,
			const struct tsp_circumstances *around,
			struct tsp_verdict *verdict);

/**
 * tsp_verdict_apply() - write a verdict into an event
 * @verdict: the verdict
 * @obs: the observation that it was made of
 * @event: the event that shall tell it
 *
 * Context: Any.
 */
void tsp_verdict_apply(const struct tsp_verdict *verdict,
		       const struct tsp_observation *obs,
		       struct tsp_event *event);

#endif /* _TSP_CORE_DETECTOR_H */
