/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes the structs that are generated from the spec as netlink attributes, by
 * walking the tables that are generated with them.
 */
#ifndef _TSP_MESSAGE_H
#define _TSP_MESSAGE_H

#include <linux/skbuff.h>
#include <linux/types.h>

/* How a member of a struct is stored, and so how it is sent. */
enum tsp_field_type {
	TSP_T_U32,
	TSP_T_U64,
	TSP_T_S32,
	TSP_T_FLAG,	  /* bool */
	TSP_T_CHARS,	  /* array of char */
	TSP_T_STRING,	  /* pointer to const char */
	TSP_T_NEST,	  /* struct */
	TSP_T_NEST_ARRAY, /* array of structs and a u32 that counts them */
};

struct tsp_set;

/**
 * struct tsp_field - one attribute of a set
 * @attr: its number
 * @type: an enum tsp_field_type
 * @always: sent whatever the struct's present says
 * @offset: of the member
 * @count_offset: TSP_T_NEST_ARRAY: of the member that counts
 * @max: TSP_T_NEST_ARRAY: entries of the array
 * @max_len: strings: most bytes that are sent, without the NUL
 * @nested: nests: the set of the members
 */
struct tsp_field {
	u16 attr;
	u8 type;
	bool always;
	u16 offset;
	u16 count_offset;
	u16 max;
	u16 max_len;
	const struct tsp_set *nested;
};

/**
 * struct tsp_set - an attribute set and the struct that holds its values
 * @fields: its attributes
 * @n_fields: how many
 * @size: of the struct
 * @has_present: the struct begins with a u64 of TSP_PRESENT() bits
 */
struct tsp_set {
	const struct tsp_field *fields;
	u32 n_fields;
	u32 size;
	bool has_present;
};

/**
 * tsp_message_size() - bytes that tsp_message_fill() will write
 * @set: the attribute set
 * @object: the struct that belongs to it
 *
 * Context: Any.
 * Return: the size.
 */
size_t tsp_message_size(const struct tsp_set *set, const void *object);

/**
 * tsp_message_fill() - write a struct as attributes
 * @skb: where to
 * @set: the attribute set
 * @object: the struct that belongs to it
 *
 * Context: Any.
 * Return: 0, or -EMSGSIZE if there is no room; then some may have been written.
 */
int tsp_message_fill(struct sk_buff *skb, const struct tsp_set *set,
		     const void *object);

#endif /* _TSP_MESSAGE_H */
