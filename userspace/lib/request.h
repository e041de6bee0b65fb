/* SPDX-License-Identifier: GPL-2.0 */
/* One question to a generic netlink family, and its answer. */
#ifndef TSP_LIB_REQUEST_H
#define TSP_LIB_REQUEST_H

#include <stdint.h>

#include <netlink/msg.h>

#include "trespass.h"

/**
 * struct tsp_family - a generic netlink family as this kernel has it
 * @id: its message type
 * @version: of its protocol
 * @group: id of the group TSP_MCGRP_EVENTS, 0 if it has none
 */
struct tsp_family {
	uint16_t id;
	uint32_t version;
	uint32_t group;
};

/**
 * tsp_family_resolve() - find the module's family
 * @family: filled on success
 * @error: filled on failure; may be NULL
 *
 * Context: Any thread; may sleep.
 * Return: 0, -ENOENT if the module is not loaded, -EPROTO if it speaks another
 *   version, or another negative errno.
 */
int tsp_family_resolve(struct tsp_family *family, struct tsp_error *error);

/**
 * tsp_family_notify_group() - the group that tells of families
 * @error: filled on failure; may be NULL
 *
 * Context: Any thread; may sleep.
 * Return: id of the controller's group, or a negative errno.
 */
int tsp_family_notify_group(struct tsp_error *error);

/**
 * tsp_request_new() - begin a request
 * @type: id of the family
 * @cmd: the command
 * @flags: NLM_F_ACK or NLM_F_DUMP
 *
 * Context: Any thread. tsp_request_run() takes the message over.
 * Return: a message to add attributes to, or NULL without memory.
 */
struct nl_msg *tsp_request_new(uint16_t type, uint8_t cmd, int flags);

/**
 * tsp_request_run() - send a request and hand over the answer
 * @msg: from tsp_request_new(), freed in any case; NULL is -ENOMEM
 * @reply: called for each message of the answer; a value other than 0 ends the
 *   request and is returned. May be NULL.
 * @ctx: handed to @reply
 * @error: filled on failure, unless @reply has failed; may be NULL
 *
 * Each request has a socket of its own, so that nothing is left over from one
 * that failed.
 *
 * Context: Any thread; may sleep, at most a few seconds between two messages.
 * Return: 0, -ETIMEDOUT, or another negative errno.
 */
int tsp_request_run(struct nl_msg *msg,
		    int (*reply)(void *ctx, struct nlmsghdr *hdr), void *ctx,
		    struct tsp_error *error);

/**
 * tsp_message_decode() - decode a message that the module has sent
 * @set: description of the struct that it holds
 * @hdr: the message
 * @out: as for tsp_set_decode()
 * @error: filled on failure; may be NULL
 *
 * Context: Any thread.
 * Return: 0 or -EBADMSG.
 */
int tsp_message_decode(const struct tsp_set *set, struct nlmsghdr *hdr,
		       void *out, struct tsp_error *error);

#endif /* TSP_LIB_REQUEST_H */
