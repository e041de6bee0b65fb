// SPDX-License-Identifier: GPL-2.0
/* Generic netlink with bare hands. */
#include "raw.h"

#include "process.h"

#include <errno.h>
#include <linux/trespass.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void request_init(struct request *request, uint16_t type, uint16_t flags,
		  uint8_t command)
{
	memset(request, 0, sizeof(*request));
	request->header.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request->header.nlmsg_type = type;
	request->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	request->generic.cmd = command;
	request->generic.version = 1;
}

void request_put(struct request *request, uint16_t attr, const void *data,
		 size_t size)
{
	struct nlattr header = {
		.nla_len = NLA_HDRLEN + size,
		.nla_type = attr,
	};
	char *at = (char *)request + request->header.nlmsg_len;

	memcpy(at, &header, sizeof(header));
	memcpy(at + NLA_HDRLEN, data, size);
	request->header.nlmsg_len += NLA_ALIGN(header.nla_len);
}

/* The next attribute, or NULL after the last. */
static const struct nlattr *attr_at(const char *attrs, size_t size,
				    size_t *offset)
{
	const struct nlattr *attr = (const void *)(attrs + *offset);

	if (size < *offset + NLA_HDRLEN || attr->nla_len < NLA_HDRLEN ||
	    size < *offset + attr->nla_len)
		return NULL;
	*offset += NLA_ALIGN(attr->nla_len);
	return attr;
}

static const void *attr_data(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

static const struct nlattr *attr_find(const char *attrs, size_t size, int type)
{
	const struct nlattr *attr;
	size_t offset = 0;

	while ((attr = attr_at(attrs, size, &offset)))
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
	return NULL;
}

/* The end of an answer: an errno, what it is about, and advice. */
static void take_end(const struct nlmsghdr *header, struct answer *answer)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	const struct nlattr *advice;
	size_t skip = sizeof(error->error);

	answer->error = error->error;
	if (header->nlmsg_type == NLMSG_ERROR) {
		skip = sizeof(*error);
		if (!(header->nlmsg_flags & NLM_F_CAPPED))
			skip += error->msg.nlmsg_len - NLMSG_HDRLEN;
	}
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	advice = attr_find((const char *)error + skip,
			   NLMSG_PAYLOAD(header, skip), NLMSGERR_ATTR_MSG);
	if (advice)
		snprintf(answer->advice, sizeof(answer->advice), "%s",
			 (const char *)attr_data(advice));
}

/* Return: whether this was the end. */
static bool take_message(const struct nlmsghdr *header, struct answer *answer)
{
	size_t size = NLMSG_PAYLOAD(header, GENL_HDRLEN);

	if (header->nlmsg_type == NLMSG_ERROR ||
	    header->nlmsg_type == NLMSG_DONE) {
		take_end(header, answer);
		return true;
	}
	if (!answer->messages++ && size <= sizeof(answer->first)) {
		answer->size = size;
		memcpy(answer->first,
		       (const char *)NLMSG_DATA(header) + GENL_HDRLEN, size);
	}
	return false;
}

static int take_answer(int fd, struct answer *answer)
{
	static _Alignas(struct nlmsghdr) char buffer[65536];
	struct nlmsghdr *header;
	int left;

	for (;;) {
		if (!readable(fd))
			return -1;
		left = recv(fd, buffer, sizeof(buffer), 0);
		header = (struct nlmsghdr *)buffer;
		for (; NLMSG_OK(header, left);
		     header = NLMSG_NEXT(header, left))
			if (take_message(header, answer))
				return 0;
		if (left < 0)
			return -1;
	}
}

static int open_socket(void)
{
	const int on = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd >= 0 &&
	    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on))) {
		close(fd);
		return -1;
	}
	return fd;
}

int raw_ask(const struct request *request, struct answer *answer)
{
	size_t size = request->header.nlmsg_len;
	int fd = open_socket();
	int err = -1;

	memset(answer, 0, sizeof(*answer));
	if (fd < 0)
		return -1;
	if (send(fd, request, size, 0) == (ssize_t)size)
		err = take_answer(fd, answer);
	close(fd);
	return err;
}

int answer_size(const struct answer *answer, int attr)
{
	const struct nlattr *found =
		attr_find(answer->first, answer->size, attr);

	return found ? found->nla_len - NLA_HDRLEN : -1;
}

int raw_join(uint32_t group)
{
	int fd = open_socket();
	int err;

	if (fd < 0)
		return -errno;
	if (!setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			sizeof(group)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* The events group is the family's only one. */
static uint32_t group_of(const struct nlattr *groups)
{
	const struct nlattr *group = attr_data(groups);
	const struct nlattr *id =
		attr_find(attr_data(group), group->nla_len - NLA_HDRLEN,
			  CTRL_ATTR_MCAST_GRP_ID);

	return id ? *(const uint32_t *)attr_data(id) : 0;
}

int raw_family(struct family *family)
{
	const struct nlattr *id, *groups;
	struct request request;
	struct answer answer;

	request_init(&request, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY);
	request_put(&request, CTRL_ATTR_FAMILY_NAME, TSP_FAMILY_NAME,
		    sizeof(TSP_FAMILY_NAME));
	if (raw_ask(&request, &answer))
		return -EIO;
	if (answer.error)
		return answer.error;
	id = attr_find(answer.first, answer.size, CTRL_ATTR_FAMILY_ID);
	groups = attr_find(answer.first, answer.size, CTRL_ATTR_MCAST_GROUPS);
	if (!id || !groups)
		return -EBADMSG;
	family->id = *(const uint16_t *)attr_data(id);
	family->group = group_of(groups);
	return 0;
}
