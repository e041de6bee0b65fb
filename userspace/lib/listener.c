// SPDX-License-Identifier: GPL-2.0
/* The socket that a client listens on. */
#include <errno.h>
#include <sys/socket.h>

#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "error.h"
#include "listener.h"
#include "request.h"

#define RECEIVE_BYTES (8 << 20)	 /* some two thousand events */
#define MESSAGE_BYTES (64 << 10) /* more than the module ever sends */

int tsp_listener_join(struct nl_sock *sock, uint32_t group,
		      struct tsp_error *error)
{
	/* Not by libnl's call, which hides the errno. */
	if (setsockopt(nl_socket_get_fd(sock), SOL_NETLINK,
		       NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return tsp_error_from_kernel(error, -errno, NULL);
	return 0;
}

struct nl_sock *tsp_listener_open(int (*message)(struct nl_msg *msg, void *ctx),
				  void *ctx, struct tsp_error *error)
{
	int bytes = RECEIVE_BYTES, group, fd, err;
	struct nl_sock *sock = nl_socket_alloc();

	if (!sock) {
		tsp_error_set(error, -ENOMEM, "out of memory");
		return NULL;
	}
	nl_socket_disable_seq_check(sock);
	err = genl_connect(sock);
	if (!err)
		err = nl_socket_set_nonblocking(sock);
	if (!err)
		err = nl_socket_set_msg_buf_size(sock, MESSAGE_BYTES);
	if (!err)
		err = nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM,
					  message, ctx);
	if (err) {
		tsp_error_from_libnl(error, err);
		goto fail;
	}

	/* The forced form may pass rmem_max; without it less is still right. */
	fd = nl_socket_get_fd(sock);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));

	/* Asked on a socket of its own: this one does not wait for answers. */
	group = tsp_family_notify_group(error);
	if (group < 0 || tsp_listener_join(sock, (uint32_t)group, error))
		goto fail;
	return sock;
fail:
	nl_socket_free(sock);
	return NULL;
}
