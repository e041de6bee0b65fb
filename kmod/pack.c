// SPDX-License-Identifier: GPL-2.0
/*
 * Stores the structs that are generated from the spec in few bytes: what is
 * sent of them, in the order of the attributes. Numbers take seven bits a byte,
 * the lowest first, with the eighth set if more follow; strings end in a NUL.
 */
#include "pack.h"

#include <linux/string.h>

#include "core/message.h"

/* Where the packing has got to; @left runs out before the room is overrun. */
struct packing {
	u8 *at;
	size_t left;
	bool full;
};

static void put_byte(struct packing *to, u8 byte)
{
	if (!to->left) {
		to->full = true;
		return;
	}
	*to->at++ = byte;
	to->left--;
}

static void put_number(struct packing *to, u64 number)
{
	for (; number > 0x7f; number >>= 7)
		put_byte(to, number | 0x80);
	put_byte(to, number);
}

static void put_string(struct packing *to, const char *string, size_t max)
{
	size_t i;

	for (i = 0; string && i < max && string[i]; i++)
		put_byte(to, string[i]);
	put_byte(to, '\0');
}

static u64 get_number(const u8 **from)
{
	u64 number = 0;
	u32 shift = 0;

	for (; **from & 0x80; shift += 7)
		number |= (u64)(*(*from)++ & 0x7f) << shift;
	return number | (u64) * (*from)++ << shift;
}

static const char *get_string(const u8 **from)
{
	const char *string = (const char *)*from;

	*from += strlen(string) + 1;
	return string;
}

static bool is_kept(const struct tsp_field *field, u64 present)
{
	return field->always || present & TSP_PRESENT(field->attr);
}

static void pack(struct packing *to, const struct tsp_set *set,
		 const void *object);

static void pack_field(struct packing *to, const struct tsp_field *field,
		       const void *object)
{
	const void *member = object + field->offset;
	u32 i, n;
	s32 number;

	switch (field->type) {
	case TSP_T_FLAG:
		break;
	case TSP_T_U32:
		put_number(to, *(const u32 *)member);
		break;
	case TSP_T_U64:
		put_number(to, *(const u64 *)member);
		break;
	case TSP_T_S32:
		/* The sign goes last, so that -1 is as short as 1. */
		number = *(const s32 *)member;
		put_number(to, (u32)number << 1 ^ (u32)(number >> 31));
		break;
	case TSP_T_CHARS:
		put_string(to, member, field->max_len);
		break;
	case TSP_T_STRING:
		put_string(to, *(const char *const *)member, field->max_len);
		break;
	case TSP_T_NEST:
		pack(to, field->nested, member);
		break;
	case TSP_T_NEST_ARRAY:
		n = *(const u32 *)(object + field->count_offset);
		put_number(to, n);
		for (i = 0; i < n; i++)
			pack(to, field->nested,
			     member + i * field->nested->size);
		break;
	}
}

static void pack(struct packing *to, const struct tsp_set *set,
		 const void *object)
{
	u64 present = set->has_present ? *(const u64 *)object : 0;
	u32 i;

	if (set->has_present)
		put_number(to, present);
	for (i = 0; i < set->n_fields; i++)
		if (is_kept(&set->fields[i], present))
			pack_field(to, &set->fields[i], object);
}

size_t tsp_pack(u8 *to, size_t room, const struct tsp_set *set,
		const void *object)
{
	struct packing packing = { .at = to, .left = room };

	pack(&packing, set, object);
	return packing.full ? 0 : packing.at - to;
}

static void unpack(const u8 **from, const struct tsp_set *set, void *object);

static void unpack_field(const u8 **from, const struct tsp_field *field,
			 void *object)
{
	void *member = object + field->offset;
	u32 i, n;

	switch (field->type) {
	case TSP_T_FLAG:
		*(bool *)member = true;
		break;
	case TSP_T_U32:
		*(u32 *)member = get_number(from);
		break;
	case TSP_T_U64:
		*(u64 *)member = get_number(from);
		break;
	case TSP_T_S32:
		n = get_number(from);
		*(s32 *)member = n >> 1 ^ -(n & 1);
		break;
	case TSP_T_CHARS:
		strscpy(member, get_string(from), field->max_len + 1);
		break;
	case TSP_T_STRING:
		*(const char **)member = get_string(from);
		break;
	case TSP_T_NEST:
		unpack(from, field->nested, member);
		break;
	case TSP_T_NEST_ARRAY:
		n = get_number(from);
		*(u32 *)(object + field->count_offset) = n;
		for (i = 0; i < n; i++)
			unpack(from, field->nested,
			       member + i * field->nested->size);
		break;
	}
}

static void unpack(const u8 **from, const struct tsp_set *set, void *object)
{
	u64 present = 0;
	u32 i;

	if (set->has_present) {
		present = get_number(from);
		*(u64 *)object = present;
	}
	for (i = 0; i < set->n_fields; i++)
		if (is_kept(&set->fields[i], present))
			unpack_field(from, &set->fields[i], object);
}

void tsp_unpack(const u8 *from, const struct tsp_set *set, void *object)
{
	memset(object, 0, set->size);
	unpack(&from, set, object);
}
