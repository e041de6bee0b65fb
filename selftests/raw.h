/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic netlink with bare hands: requests may be as malformed as a test
 * wants, and nothing is hidden of the answer.
 */
#ifndef _SELFTESTS_RAW_H
#define _SELFTESTS_RAW_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct request - a request in the making
 * @header: of the message; its length covers all that was put so far
 * @generic: the command
 * @attrs: the attributes
 */
struct request {
	struct nlmsghdr header;
	struct genlmsghdr generic;
	char attrs[512];
};

/**
 * struct answer - what the kernel said
 * @error: 0 or a negative errno
 * @advice: its extended acknowledgment, empty if there was none
 * @messages: how many messages came before the end
 * @size: bytes in @first
 * @first: the attributes of the first of them
 */
struct answer {
	int error;
	char advice[256];
	unsigned int messages;
	size_t size;
	char first[4096];
};

/**
 * struct family - numbers that the kernel gave to the family
 * @id: message type
 * @group: number of the event group
 */
struct family {
	uint16_t id;
	uint32_t group;
};

/**
 * request_init() - begin a request
 * @request: the request
 * @type: message type, a family's id
 * @flags: NLM_F_DUMP or 0
 * @command: the command
 */
void request_init(struct request *request, uint16_t type, uint16_t flags,
		  uint8_t command);

/**
 * request_put() - add an attribute
 * @request: the request
 * @attr: its number
 * @data: its value, of whatever size
 * @size: bytes of it
 */
void request_put(struct request *request, uint16_t attr, const void *data,
		 size_t size);

/**
 * raw_ask() - send a request and take the answer to its end
 * @request: the request
 * @answer: result
 *
 * Return: 0 if there was an answer, whatever it says, else -1.
 */
int raw_ask(const struct request *request, struct answer *answer);

/**
 * answer_size() - the size of an attribute in an answer
 * @answer: the answer
 * @attr: number of the attribute
 *
 * Return: bytes of its value, -1 if it is not in the first message.
 */
int answer_size(const struct answer *answer, int attr);

/**
 * raw_join() - try to join a multicast group
 * @group: its number
 *
 * Return: a socket, or a negative errno.
 */
int raw_join(uint32_t group);

/**
 * raw_family() - look trespass's family up
 * @family: result
 *
 * Return: 0, or a negative errno.
 */
int raw_family(struct family *family);

#endif /* _SELFTESTS_RAW_H */
