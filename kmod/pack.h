/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stores the structs that are generated from the spec in few bytes, by walking
 * the tables that are generated with them.
 */
#ifndef _TSP_PACK_H
#define _TSP_PACK_H

#include "message.h"

/**
 * tsp_pack() - store a struct
 * @to: where to
 * @room: bytes there
 * @set: the attribute set
 * @object: the struct that belongs to it
 *
 * Context: Any.
 * Return: bytes written, 0 if there is no room.
 */
size_t tsp_pack(u8 *to, size_t room, const struct tsp_set *set,
		const void *object);

/**
 * tsp_unpack() - get a struct back
 * @from: what tsp_pack() wrote; strings of @object will point into it
 * @set: the attribute set
 * @object: the struct that belongs to it
 *
 * Context: Any.
 */
void tsp_unpack(const u8 *from, const struct tsp_set *set, void *object);

#endif /* _TSP_PACK_H */
