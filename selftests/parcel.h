/* SPDX-License-Identifier: GPL-2.0 */
/* Passes a descriptor from one process to another. */
#ifndef _SELFTESTS_PARCEL_H
#define _SELFTESTS_PARCEL_H

/**
 * parcel_send() - send a descriptor
 * @socket: of the Unix domain
 * @fd: the descriptor
 *
 * Return: 0, or -1 with errno set.
 */
int parcel_send(int socket, int fd);

/**
 * parcel_receive() - receive a descriptor
 * @socket: of the Unix domain
 *
 * Return: the descriptor, or -1.
 */
int parcel_receive(int socket);

#endif /* _SELFTESTS_PARCEL_H */
