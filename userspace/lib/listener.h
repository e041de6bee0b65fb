/* SPDX-License-Identifier: GPL-2.0 */
/* The socket that a client listens on. */
#ifndef TSP_LIB_LISTENER_H
#define TSP_LIB_LISTENER_H

#include <netlink/msg.h>

#include "trespass.h"

/**
 * tsp_listener_open() - open a socket that hears of families
 * @message: called for each message by nl_recvmsgs(), as NL_CB_VALID
 * @ctx: handed to @message
 * @error: filled on failure; may be NULL
 *
 * The socket never blocks and has as much room as it may.
 *
 * Context: Any thread; may sleep. The caller frees it with nl_socket_free().
 * Return: the socket, or NULL.
 */
struct nl_sock *tsp_listener_open(int (*message)(struct nl_msg *msg, void *ctx),
				  void *ctx, struct tsp_error *error);

/**
 * tsp_listener_join() - hear what is sent to a group, too
 * @sock: from tsp_listener_open()
 * @group: id of the group
 * @error: filled on failure; may be NULL
 *
 * Context: The socket's thread.
 * Return: 0, -EPERM, or another negative errno.
 */
int tsp_listener_join(struct nl_sock *sock, uint32_t group,
		      struct tsp_error *error);

#endif /* TSP_LIB_LISTENER_H */
