/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of edges: when, and what is still owed then.
 */
#ifndef _TSP_WATCH_H
#define _TSP_WATCH_H

#include <linux/types.h>

/**
 * tsp_watch_init() - make the worker
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int tsp_watch_init(void);

/**
 * tsp_watch_exit() - tell what is still owed and forget everything
 *
 * Context: Process context, when no hook can run any more; may sleep.
 */
void tsp_watch_exit(void);

/**
 * tsp_watch_soon() - look after the edges: there is a new one, or one has ended
 *
 * Context: Any.
 */
void tsp_watch_soon(void);

/**
 * tsp_watch_make_room() - the table is full: let the edge go of least use
 * @now_ns: now, CLOCK_BOOTTIME
 *
 * Context: The tracker's lock held.
 */
void tsp_watch_make_room(u64 now_ns);

#endif /* _TSP_WATCH_H */
