/* SPDX-License-Identifier: GPL-2.0 */
/* One field of a message as a JSON value. */
#ifndef TSP_VALUE_H
#define TSP_VALUE_H

#include <stdint.h>

#include <json-c/json.h>

#include <trespass/field.h>

/**
 * tsp_value_time() - a point in time as ISO 8601, UTC, nanoseconds
 * @real_ns: CLOCK_REALTIME
 *
 * Context: Any thread. The caller owns the value.
 * Return: a string.
 */
struct json_object *tsp_value_time(uint64_t real_ns);

/**
 * tsp_value_json() - a field as JSON
 * @field: the field; not of type TSP_T_NEST
 * @in: its struct
 * @boot_real_ns: CLOCK_REALTIME when CLOCK_BOOTTIME was 0
 *
 * Enum values become their names, flags a list of names, times a date, numbers
 * that people read in hexadecimal a string, arrays a list of objects.
 *
 * Context: Any thread. The caller owns the value.
 * Return: the value.
 */
struct json_object *tsp_value_json(const struct tsp_field *field,
				   const void *in, uint64_t boot_real_ns);

/**
 * tsp_value_struct() - a whole struct as JSON, each field under its own name
 * @set: description of the struct
 * @in: the struct
 *
 * Context: Any thread. The caller owns the value.
 * Return: an object.
 */
struct json_object *tsp_value_struct(const struct tsp_set *set, const void *in);

#endif /* TSP_VALUE_H */
