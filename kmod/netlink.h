/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: requests, dumps and the event group.
 */
#ifndef _TSP_NETLINK_H
#define _TSP_NETLINK_H

#include "core/message.h"

/**
 * tsp_netlink_init() - register the family
 *
 * Context: Process context; may sleep.
 * Return: 0 or a negative errno.
 */
int tsp_netlink_init(void);

/**
 * tsp_netlink_exit() - unregister the family; listeners are told by the kernel
 *
 * Context: Process context; may sleep.
 */
void tsp_netlink_exit(void);

/**
 * tsp_netlink_send() - tell all listeners
 * @event: complete, and kept for replay
 *
 * Context: The delivering worker; may sleep.
 * Return: 0, or -ENOMEM: then who listens misses it, and can ask for it.
 */
int tsp_netlink_send(const struct tsp_event *event);

#endif /* _TSP_NETLINK_H */
