// SPDX-License-Identifier: GPL-2.0
/* One field of a message as a JSON value. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "value.h"

#define NS_PER_S 1000000000ULL

struct json_object *tsp_value_time(uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	char text[64];
	struct tm tm;
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + len, sizeof(text) - len, ".%09" PRIu64 "Z",
		 (uint64_t)(real_ns % NS_PER_S));
	return json_object_new_string(text);
}

/* A newer module may know values that this build does not. */
static struct json_object *named(const struct tsp_field *field, uint32_t value)
{
	const char *name = field->value_name(value);
	char text[32];

	if (name)
		return json_object_new_string(name);
	snprintf(text, sizeof(text), "unknown-%" PRIu32, value);
	return json_object_new_string(text);
}

static struct json_object *flags(const struct tsp_field *field, uint64_t bits)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t bit = 0; bit < 64; bit++)
		if (bits >> bit & 1)
			json_object_array_add(list, named(field, bit));
	return list;
}

static struct json_object *number(const struct tsp_field *field, uint64_t value,
				  uint64_t boot_real_ns)
{
	char text[32];

	if (field->flags)
		return flags(field, value);
	if (field->value_name)
		return named(field, (uint32_t)value);
	if (field->type == TSP_T_FLAG)
		return json_object_new_boolean(value != 0);
	if (!strcmp(field->unit, "boot-ns"))
		return tsp_value_time(value + boot_real_ns);
	if (!strcmp(field->unit, "real-ns"))
		return tsp_value_time(value);
	if (field->type == TSP_T_S32)
		return json_object_new_int((int32_t)value);
	if (!field->hex && !field->keyword)
		return json_object_new_uint64(value);
	snprintf(text, sizeof(text), field->hex ? "0x%" PRIx64 : "%" PRIu64,
		 value);
	return json_object_new_string(text);
}

static struct json_object *array(const struct tsp_field *field, const char *in,
				 uint64_t boot_real_ns)
{
	const struct tsp_set *set = field->nested;
	struct json_object *list = json_object_new_array();
	uint32_t count;

	memcpy(&count, in + field->count_offset, sizeof(count));
	for (uint32_t i = 0; i < count; i++) {
		const char *entry = in + field->offset + i * set->size;
		struct json_object *object = json_object_new_object();

		for (uint32_t f = 0; f < set->n_fields; f++)
			if (tsp_field_present(set, &set->fields[f], entry))
				tsp_json_put(object, set->fields[f].json,
					     tsp_value_json(&set->fields[f],
							    entry,
							    boot_real_ns));
		json_object_array_add(list, object);
	}
	return list;
}

struct json_object *tsp_value_json(const struct tsp_field *field,
				   const void *in, uint64_t boot_real_ns)
{
	const char *at = (const char *)in + field->offset;

	switch (field->type) {
	case TSP_T_CHARS:
		return tsp_json_string(at);
	case TSP_T_STRING:
		memcpy(&at, at, sizeof(at));
		return tsp_json_string(at);
	case TSP_T_NEST_ARRAY:
		return array(field, in, boot_real_ns);
	default:
		return number(field, tsp_field_number(field, in), boot_real_ns);
	}
}

struct json_object *tsp_value_struct(const struct tsp_set *set, const void *in)
{
	struct json_object *object = json_object_new_object();

	for (uint32_t i = 0; i < set->n_fields; i++) {
		const struct tsp_field *field = &set->fields[i];
		char name[64];

		snprintf(name, sizeof(name), "%s", field->name);
		for (char *dash = name; (dash = strchr(dash, '-'));)
			*dash = '_';
		if (tsp_field_present(set, field, in))
			json_object_object_add(object, name,
					       tsp_value_json(field, in, 0));
	}
	return object;
}
