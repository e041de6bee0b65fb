// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the structs that are generated from the spec as netlink attributes.
 */
#include "message.h"

#include <net/netlink.h>

#include "core/message.h"

static bool is_sent(const struct tsp_set *set, const struct tsp_field *field,
		    const void *object)
{
	const u64 *present = object;

	if (field->always)
		return true;
	return set->has_present && *present & TSP_PRESENT(field->attr);
}

static const char *string_of(const struct tsp_field *field, const void *member)
{
	if (field->type == TSP_T_CHARS)
		return member;
	return *(const char *const *)member ?: "";
}

static size_t string_size(const struct tsp_field *field, const void *member)
{
	return strnlen(string_of(field, member), field->max_len) + 1;
}

/* A nest is an array of one. */
static u32 nest_count(const struct tsp_field *field, const void *object)
{
	if (field->type == TSP_T_NEST)
		return 1;
	return *(const u32 *)(object + field->count_offset);
}

static size_t field_size(const struct tsp_field *field, const void *object)
{
	const void *member = object + field->offset;
	size_t size = 0;
	u32 i;

	switch (field->type) {
	case TSP_T_FLAG:
		return nla_total_size(0);
	case TSP_T_U32:
	case TSP_T_S32:
		return nla_total_size(sizeof(u32));
	case TSP_T_U64:
		return nla_total_size(sizeof(u64));
	case TSP_T_CHARS:
	case TSP_T_STRING:
		return nla_total_size(string_size(field, member));
	}

	for (i = 0; i < nest_count(field, object); i++)
		size += nla_total_size(tsp_message_size(
			field->nested, member + i * field->nested->size));
	return size;
}

size_t tsp_message_size(const struct tsp_set *set, const void *object)
{
	size_t size = 0;
	u32 i;

	for (i = 0; i < set->n_fields; i++)
		if (is_sent(set, &set->fields[i], object))
			size += field_size(&set->fields[i], object);
	return size;
}

static int fill_string(struct sk_buff *skb, const struct tsp_field *field,
		       const void *member)
{
	size_t size = string_size(field, member);
	struct nlattr *attr = nla_reserve(skb, field->attr, size);
	char *to;

	if (!attr)
		return -EMSGSIZE;
	to = nla_data(attr);
	memcpy(to, string_of(field, member), size - 1);
	to[size - 1] = '\0';
	return 0;
}

static int fill_nests(struct sk_buff *skb, const struct tsp_field *field,
		      const void *object)
{
	const void *member = object + field->offset;
	struct nlattr *nest;
	int err;
	u32 i;

	for (i = 0; i < nest_count(field, object); i++) {
		nest = nla_nest_start(skb, field->attr);
		if (!nest)
			return -EMSGSIZE;
		err = tsp_message_fill(skb, field->nested,
				       member + i * field->nested->size);
		if (err)
			return err;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int fill_field(struct sk_buff *skb, const struct tsp_field *field,
		      const void *object)
{
	const void *member = object + field->offset;

	switch (field->type) {
	case TSP_T_FLAG:
		return nla_put_flag(skb, field->attr);
	case TSP_T_U32:
	case TSP_T_S32:
		return nla_put(skb, field->attr, sizeof(u32), member);
	case TSP_T_U64:
		return nla_put(skb, field->attr, sizeof(u64), member);
	case TSP_T_CHARS:
	case TSP_T_STRING:
		return fill_string(skb, field, member);
	default:
		return fill_nests(skb, field, object);
	}
}

int tsp_message_fill(struct sk_buff *skb, const struct tsp_set *set,
		     const void *object)
{
	int err;
	u32 i;

	for (i = 0; i < set->n_fields; i++) {
		if (!is_sent(set, &set->fields[i], object))
			continue;
		err = fill_field(skb, &set->fields[i], object);
		if (err)
			return err;
	}
	return 0;
}
