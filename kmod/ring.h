/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Per-CPU bounded queues from the hooks to the delivering worker.
 */
#ifndef _TSP_RING_H
#define _TSP_RING_H

#include "record.h"

/**
 * tsp_ring_init() - allocate the queues
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int tsp_ring_init(void);

/**
 * tsp_ring_exit() - drop what is still queued and free the queues
 *
 * Context: Process context, when no producer and no consumer is left.
 */
void tsp_ring_exit(void);

/**
 * tsp_ring_reserve() - get a place for an event on this CPU's queue
 * @severity: the last quarter of a queue is kept for the severe ones
 *
 * Context: Preemption off and no other producer from here to
 * tsp_ring_commit(): the tracker is locked.
 * Return: the place, its content undefined; NULL if the queue is full, which
 * has been counted.
 */
struct tsp_record *tsp_ring_reserve(u32 severity);

/**
 * tsp_ring_commit() - hand the reserved place to the consumer
 *
 * Context: As since tsp_ring_reserve().
 */
void tsp_ring_commit(void);

/**
 * tsp_ring_peek() - the oldest queued event of all CPUs
 * @lost: incremented by the events that were dropped since the last call
 *
 * Context: The one consumer.
 * Return: the event, to be given back by tsp_ring_pop(); NULL if none.
 */
struct tsp_record *tsp_ring_peek(u64 *lost);

/**
 * tsp_ring_pop() - give back the place of an event
 * @record: from tsp_ring_peek(), its file references dropped or moved
 *
 * Context: The one consumer.
 */
void tsp_ring_pop(const struct tsp_record *record);

/**
 * tsp_ring_dropped() - events that found their queue full
 *
 * Context: Any.
 * Return: how many since loading.
 */
u64 tsp_ring_dropped(void);

#endif /* _TSP_RING_H */
