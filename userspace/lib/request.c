// SPDX-License-Identifier: GPL-2.0
/* One question to a generic netlink family, and its answer. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "error.h"
#include "field.h"
#include "request.h"

#define ANSWER_SECONDS 5

/**
 * struct request - a request under way
 * @reply: as in tsp_request_run()
 * @ctx: for @reply
 * @error: filled with the kernel's refusal
 * @result: what the request comes to
 * @done: nothing more will come
 */
struct request {
	int (*reply)(void *ctx, struct nlmsghdr *hdr);
	void *ctx;
	struct tsp_error *error;
	int result;
	bool done;
};

static int finish(struct request *request, int result)
{
	request->result = result;
	request->done = true;
	return NL_STOP;
}

/* The sentence among the attributes that end an acknowledgment. */
static const char *advice(struct nlmsghdr *hdr, size_t offset)
{
	const struct nlattr *attr;

	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    nlmsg_datalen(hdr) < (int)offset)
		return NULL;
	attr = nla_find((struct nlattr *)((char *)nlmsg_data(hdr) + offset),
			nlmsg_datalen(hdr) - (int)offset, NLMSGERR_ATTR_MSG);
	if (!attr || !nla_len(attr) ||
	    !memchr(nla_data(attr), 0, nla_len(attr)))
		return NULL;
	return nla_data(attr);
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *refusal,
		    void *arg)
{
	struct nlmsghdr *hdr = (void *)((char *)refusal - NLMSG_HDRLEN);
	struct request *request = arg;
	size_t offset = sizeof(*refusal);

	(void)from;
	/* Unless it is capped, the request that failed comes in between. */
	if (!(hdr->nlmsg_flags & NLM_F_CAPPED) &&
	    refusal->msg.nlmsg_len >= NLMSG_HDRLEN)
		offset += NLMSG_ALIGN(refusal->msg.nlmsg_len) - NLMSG_HDRLEN;
	return finish(request,
		      tsp_error_from_kernel(request->error, refusal->error,
					    advice(hdr, offset)));
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	(void)msg;
	return finish(arg, 0);
}

/* The end of a dump carries a result of its own. */
static int on_done(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct request *request = arg;
	int result = 0;

	if (nlmsg_datalen(hdr) >= (int)sizeof(result))
		memcpy(&result, nlmsg_data(hdr), sizeof(result));
	if (result < 0)
		tsp_error_from_kernel(request->error, result,
				      advice(hdr, sizeof(result)));
	return finish(request, result < 0 ? result : 0);
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct request *request = arg;
	int err;

	if (!request->reply)
		return NL_OK;
	if (!genlmsg_valid_hdr(hdr, 0))
		return finish(request, tsp_error_set(request->error, -EBADMSG,
						     "a short answer"));
	err = request->reply(request->ctx, hdr);
	return err ? finish(request, err) : NL_OK;
}

static int open_socket(struct nl_sock **sock, struct request *request)
{
	struct timeval wait = { .tv_sec = ANSWER_SECONDS };
	int one = 1, err, fd;

	*sock = nl_socket_alloc();
	if (!*sock)
		return tsp_error_set(request->error, -ENOMEM, "out of memory");
	err = genl_connect(*sock);
	if (err)
		return tsp_error_from_libnl(request->error, err);
	fd = nl_socket_get_fd(*sock);
	/* Without these two answers are terser or later, but as right. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));

	nl_socket_modify_cb(*sock, NL_CB_VALID, NL_CB_CUSTOM, on_message,
			    request);
	nl_socket_modify_cb(*sock, NL_CB_ACK, NL_CB_CUSTOM, on_ack, request);
	nl_socket_modify_cb(*sock, NL_CB_FINISH, NL_CB_CUSTOM, on_done,
			    request);
	nl_socket_modify_err_cb(*sock, NL_CB_CUSTOM, on_error, request);
	return 0;
}

struct nl_msg *tsp_request_new(uint16_t type, uint8_t cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (msg &&
	    !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, type, 0,
			 NLM_F_REQUEST | flags, cmd, TSP_FAMILY_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int tsp_request_run(struct nl_msg *msg,
		    int (*reply)(void *ctx, struct nlmsghdr *hdr), void *ctx,
		    struct tsp_error *error)
{
	struct request request = { .reply = reply, .ctx = ctx, .error = error };
	struct nl_sock *sock = NULL;
	int err;

	if (!msg)
		return tsp_error_set(error, -ENOMEM, "out of memory");
	err = open_socket(&sock, &request);
	if (err)
		goto out;
	err = nl_send_auto(sock, msg);
	while (err >= 0 && !request.done)
		err = nl_recvmsgs_default(sock);
	if (request.done)
		err = request.result;
	else if (err == -NLE_AGAIN)
		err = tsp_error_set(error, -ETIMEDOUT,
				    "the kernel module does not answer");
	else
		err = tsp_error_from_libnl(error, err);
out:
	nl_socket_free(sock);
	nlmsg_free(msg);
	return err;
}

int tsp_message_decode(const struct tsp_set *set, struct nlmsghdr *hdr,
		       void *out, struct tsp_error *error)
{
	struct genlmsghdr *genl = genlmsg_hdr(hdr);
	struct tsp_error why;
	int err = tsp_set_decode(set, genlmsg_attrdata(genl, 0),
				 (size_t)genlmsg_attrlen(genl, 0), out, &why);

	if (err)
		tsp_error_set(error, err,
			      "the kernel module broke the contract: %.200s",
			      why.text);
	return err;
}
