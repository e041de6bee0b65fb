/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What must hold of core's answers, whatever it was asked.
 */
#ifndef SELFTESTS_FUZZ_CHECK_H
#define SELFTESTS_FUZZ_CHECK_H

#include "ledger.h"

/**
 * check_verdict() - is a verdict the bounded sum of its reasons?
 * @verdict: the verdict
 * @technique: what was weighed
 * @obs: what made it fit
 */
void check_verdict(const struct tsp_verdict *verdict, u32 technique,
		   const struct tsp_observation *obs);

/**
 * check_chain() - is a native-api-sequence in order, and within its window?
 * @event: holds the chain
 * @calls: how many calls core says there were
 * @window_ms: the window
 */
void check_chain(const struct tsp_event *event, u32 calls, u32 window_ms);

/**
 * check_relation() - can a target relate so to its source?
 * @relation: TSP_RELATION_ flags
 */
void check_relation(u32 relation);

/**
 * check_paths() - did the fast path make a difference?
 * @fast: the record of an edge
 * @slow: the same, had there been no fast path
 * @tick_ns: times may differ by less than that
 */
void check_paths(const struct tsp_edge_state *fast,
		 const struct tsp_edge_state *slow, u64 tick_ns);

#endif /* SELFTESTS_FUZZ_CHECK_H */
