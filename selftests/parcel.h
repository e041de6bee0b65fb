/* SPDX-License-Identifier: GPL-2.0 */
/* Hands descriptors from one process to another over a socket. */
#ifndef _SELFTESTS_PARCEL_H
#define _SELFTESTS_PARCEL_H

/**
 * parcel_send() - send a descriptor
 * @socket: a connected unix socket
 * @fd: the descriptor
 *
 * Return: 0, or -1 with errno set.
 */
int parcel_send(int socket, int fd);

/**
 * parcel_receive() - receive a descriptor
 * @socket: a connected unix socket
 *
 * Return: the descriptor, which the caller owns, or -1.
 */
int parcel_receive(int socket);

#endif /* _SELFTESTS_PARCEL_H */
