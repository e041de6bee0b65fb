// SPDX-License-Identifier: GPL-2.0
/* From netlink attributes to the structs of message.h, by table. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>

#include "error.h"
#include "field.h"

static size_t number_size(enum tsp_type type)
{
	switch (type) {
	case TSP_T_U8:
		return sizeof(uint8_t);
	case TSP_T_U16:
		return sizeof(uint16_t);
	case TSP_T_U32:
	case TSP_T_S32:
		return sizeof(uint32_t);
	case TSP_T_U64:
		return sizeof(uint64_t);
	default:
		return 0;
	}
}

bool tsp_field_present(const struct tsp_set *set, const struct tsp_field *field,
		       const void *in)
{
	uint64_t present;

	if (field->always || !set->has_present)
		return true;
	memcpy(&present, in, sizeof(present));
	return present & TSP_PRESENT(field->attr);
}

uint64_t tsp_field_number(const struct tsp_field *field, const void *in)
{
	const char *at = (const char *)in + field->offset;

	switch (field->type) {
	case TSP_T_U8:
		return *(const uint8_t *)at;
	case TSP_T_U16:
		return *(const uint16_t *)at;
	case TSP_T_U32:
		return *(const uint32_t *)at;
	case TSP_T_S32:
		return (uint64_t)(int64_t) * (const int32_t *)at;
	case TSP_T_U64:
		return *(const uint64_t *)at;
	case TSP_T_FLAG:
		return *(const bool *)at;
	default:
		return 0;
	}
}

static int string(const struct tsp_field *field, const char *data, size_t len,
		  char *at, struct tsp_error *error)
{
	const char *nul = memchr(data, '\0', len);

	if (!nul || nul != data + len - 1)
		return tsp_error_set(error, -EBADMSG,
				     "%s is not a terminated string",
				     field->name);
	if (len - 1 > field->max_len)
		return tsp_error_set(error, -EBADMSG,
				     "%s has %zu bytes, more than %zu",
				     field->name, len - 1, field->max_len);
	if (field->type == TSP_T_CHARS)
		memcpy(at, data, len);
	else
		memcpy(at, &data, sizeof(data));
	return 0;
}

static int nest(const struct tsp_field *field, const void *data, size_t len,
		void *at, struct tsp_error *error)
{
	struct tsp_error inner = { 0 };
	int err = tsp_set_decode(field->nested, data, len, at, &inner);

	if (err)
		tsp_error_set(error, err, "%s.%.200s", field->name, inner.text);
	return err;
}

static int nest_array(const struct tsp_field *field, const void *data,
		      size_t len, char *base, struct tsp_error *error)
{
	uint32_t *count = (uint32_t *)(base + field->count_offset);
	char *at = base + field->offset + *count * field->nested->size;

	if (*count >= field->max)
		return tsp_error_set(error, -EBADMSG, "more than %u of %s",
				     field->max, field->name);
	++*count;
	return nest(field, data, len, at, error);
}

static int number(const struct tsp_field *field, const void *data, size_t len,
		  char *at, struct tsp_error *error)
{
	size_t size = number_size(field->type);

	if (len != size)
		return tsp_error_set(error, -EBADMSG,
				     "%s has %zu bytes instead of %zu",
				     field->name, len, size);
	memcpy(at, data, size);
	if (field->type == TSP_T_FLAG)
		*(bool *)at = true;
	return 0;
}

static int value(const struct tsp_field *field, const void *data, size_t len,
		 char *base, struct tsp_error *error)
{
	char *at = base + field->offset;

	switch (field->type) {
	case TSP_T_CHARS:
	case TSP_T_STRING:
		return string(field, data, len, at, error);
	case TSP_T_NEST:
		return nest(field, data, len, at, error);
	case TSP_T_NEST_ARRAY:
		return nest_array(field, data, len, base, error);
	default:
		return number(field, data, len, at, error);
	}
}

static int missing(const struct tsp_set *set, uint64_t seen,
		   struct tsp_error *error)
{
	for (uint32_t i = 0; i < set->n_fields; i++) {
		const struct tsp_field *field = &set->fields[i];

		/* No entry at all is a value that an array may have. */
		if (field->always && field->type != TSP_T_NEST_ARRAY &&
		    !(seen & TSP_PRESENT(field->attr)))
			return tsp_error_set(error, -EBADMSG, "%s is missing",
					     field->name);
	}
	return 0;
}

int tsp_set_decode(const struct tsp_set *set, const void *data, size_t len,
		   void *out, struct tsp_error *error)
{
	uint64_t seen = 0, optional = 0;
	const struct nlattr *attr;
	int rest, err;

	memset(out, 0, set->size);
	nla_for_each_attr(attr, data, (int)len, rest) {
		uint32_t type = (uint32_t)nla_type(attr);
		const struct tsp_field *field;

		if (!type || type > set->n_fields)
			continue;
		field = &set->fields[type - 1];
		if (seen & TSP_PRESENT(type) && field->type != TSP_T_NEST_ARRAY)
			return tsp_error_set(error, -EBADMSG, "%s comes twice",
					     field->name);
		seen |= TSP_PRESENT(type);
		if (!field->always)
			optional |= TSP_PRESENT(type);
		err = value(field, nla_data(attr), (size_t)nla_len(attr), out,
			    error);
		if (err)
			return err;
	}
	if (rest > 0)
		return tsp_error_set(error, -EBADMSG,
				     "%d stray bytes at the end", rest);
	if (set->has_present)
		memcpy(out, &optional, sizeof(optional));
	return missing(set, seen, error);
}
