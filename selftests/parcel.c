// SPDX-License-Identifier: GPL-2.0
/* Hands descriptors from one process to another over a socket. */
#include "parcel.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* A message that carries one descriptor. */
struct parcel {
	struct msghdr msg;
	struct iovec iov;
	char byte;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
};

static int *parcel_init(struct parcel *parcel)
{
	struct cmsghdr *header;

	memset(parcel, 0, sizeof(*parcel));
	parcel->iov = (struct iovec){ &parcel->byte, 1 };
	parcel->msg.msg_iov = &parcel->iov;
	parcel->msg.msg_iovlen = 1;
	parcel->msg.msg_control = parcel->control;
	parcel->msg.msg_controllen = sizeof(parcel->control);
	header = CMSG_FIRSTHDR(&parcel->msg);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	return (int *)CMSG_DATA(header);
}

int parcel_send(int socket, int fd)
{
	struct parcel parcel;

	*parcel_init(&parcel) = fd;
	return sendmsg(socket, &parcel.msg, 0) == 1 ? 0 : -1;
}

int parcel_receive(int socket)
{
	struct parcel parcel;
	int *fd = parcel_init(&parcel);

	*fd = -1;
	return recvmsg(socket, &parcel.msg, 0) == 1 ? *fd : -1;
}
