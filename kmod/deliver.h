/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the queues to the listeners, in process context.
 */
#ifndef _TSP_DELIVER_H
#define _TSP_DELIVER_H

#include <linux/types.h>

/**
 * tsp_deliver_init() - start the worker
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int tsp_deliver_init(void);

/**
 * tsp_deliver_exit() - stop the worker
 *
 * Context: Process context, when no producer is left; may sleep.
 */
void tsp_deliver_exit(void);

/**
 * tsp_deliver_kick() - there is something to deliver
 *
 * Context: Any.
 */
void tsp_deliver_kick(void);

/**
 * tsp_deliver_flush() - wait until all that was queued is delivered
 *
 * Context: Process context; sleeps.
 */
void tsp_deliver_flush(void);

/**
 * tsp_deliver_instance() - the random number of this loading of the module
 *
 * Context: Any.
 * Return: the number.
 */
u64 tsp_deliver_instance(void);

#endif /* _TSP_DELIVER_H */
