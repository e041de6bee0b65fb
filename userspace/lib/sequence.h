/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every event once and in order: what to do with a sequence number. Knows no
 * socket, so that it is tested without one.
 */
#ifndef TSP_LIB_SEQUENCE_H
#define TSP_LIB_SEQUENCE_H

#include <stdbool.h>

#include "trespass.h"

/**
 * struct tsp_sequence_ops - what a sequence needs from its owner
 * @event: hand over the next event; not 0 if it was not taken
 * @lost: report a loss; not 0 if the report was not taken
 * @replay: call tsp_sequence_replayed() with each kept event of @instance whose
 *   number is greater than @after, in order; -ENOENT if that instance of the
 *   module is gone, or another negative errno if it may work later
 */
struct tsp_sequence_ops {
	int (*event)(void *ctx, const struct tsp_event *event);
	int (*lost)(void *ctx, const struct tsp_loss *loss);
	int (*replay)(void *ctx, uint64_t instance, uint64_t after);
};

/**
 * struct tsp_sequence - where a consumer stands
 * @ops: its owner; set once
 * @ctx: for @ops
 * @instance: the loading of the module that numbers belong to, 0 before any
 * @last: last number that was taken or reported lost
 * @seen: greatest number that has arrived; more than @last while events wait
 * @stalled: an event was not taken or a replay failed: whatever arrives is left
 *   to the next replay, so that order holds
 * @stale: events may be missing without a later one that shows it
 */
struct tsp_sequence {
	const struct tsp_sequence_ops *ops;
	void *ctx;
	uint64_t instance;
	uint64_t last;
	uint64_t seen;
	bool stalled;
	bool stale;
};

/**
 * tsp_sequence_begin() - the module is there
 * @sequence: any
 * @instance: its loading
 * @seq_last: the newest number that it has given out
 *
 * A position that the module cannot have given out counts as none.
 *
 * Context: The client's thread. Follow with tsp_sequence_catch_up().
 */
void tsp_sequence_begin(struct tsp_sequence *sequence, uint64_t instance,
			uint64_t seq_last);

/**
 * tsp_sequence_live() - an event arrived by itself
 * @sequence: begun
 * @event: the event
 *
 * Fills a gap before it by a replay. May leave the sequence stalled.
 *
 * Context: The client's thread; not from within @ops->replay.
 */
void tsp_sequence_live(struct tsp_sequence *sequence,
		       const struct tsp_event *event);

/**
 * tsp_sequence_replayed() - an event arrived because it was asked for
 * @sequence: begun
 * @event: the event
 *
 * What is missing before it cannot be had any more, and is reported lost.
 *
 * Context: Called by @ops->replay.
 */
void tsp_sequence_replayed(struct tsp_sequence *sequence,
			   const struct tsp_event *event);

/**
 * tsp_sequence_catch_up() - replay everything that was not taken yet
 * @sequence: begun
 *
 * Context: The client's thread; not from within @ops->replay.
 * Return: 0, or a negative errno with the sequence stalled.
 */
int tsp_sequence_catch_up(struct tsp_sequence *sequence);

/**
 * tsp_sequence_end() - the module is gone, and with it what was not taken
 * @sequence: any
 *
 * Context: The client's thread; not from within @ops->replay.
 */
void tsp_sequence_end(struct tsp_sequence *sequence);

#endif /* TSP_LIB_SEQUENCE_H */
