/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last events, by sequence number, for consumers that come late.
 */
#ifndef _TSP_REPLAY_H
#define _TSP_REPLAY_H

#include "core/message.h"

/* Most events that are kept; long ones may take the room of several. */
#define TSP_REPLAY_MAX 4096

/**
 * tsp_replay_init() - allocate the buffer
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int tsp_replay_init(void);

/**
 * tsp_replay_exit() - free the buffer and all that is kept
 *
 * Context: Process context, when nobody delivers or replays any more.
 */
void tsp_replay_exit(void);

/**
 * tsp_replay_skip() - let lost events use up their sequence numbers
 * @lost: how many
 *
 * Context: The delivering worker; may sleep.
 */
void tsp_replay_skip(u64 lost);

/**
 * tsp_replay_number() - give out the next sequence number
 * @lost: events lost before this one
 *
 * Context: The delivering worker; may sleep.
 * Return: the number, from 1.
 */
u64 tsp_replay_number(u64 lost);

/**
 * tsp_replay_keep() - keep an event, forgetting the oldest if need be
 * @event: complete, its number the newest that tsp_replay_number() has given
 * out
 *
 * Context: The delivering worker; may sleep.
 */
void tsp_replay_keep(const struct tsp_event *event);

/**
 * tsp_replay_lock() - hold what is kept in place
 *
 * Context: Process context; may sleep.
 */
void tsp_replay_lock(void);

/**
 * tsp_replay_unlock() - let it move on
 */
void tsp_replay_unlock(void);

/**
 * tsp_replay_next() - find the first kept event after a sequence number
 * @after: the number
 *
 * Context: tsp_replay_lock() held.
 * Return: the event, valid until the next call or the lock is let go; NULL if
 * there is none.
 */
const struct tsp_event *tsp_replay_next(u64 after);

/**
 * tsp_replay_range() - what can be replayed
 * @first: oldest kept sequence number, @last + 1 if none is kept
 * @last: newest number given out, 0 before the first
 *
 * Context: Process context; may sleep.
 */
void tsp_replay_range(u64 *first, u64 *last);

#endif /* _TSP_REPLAY_H */
