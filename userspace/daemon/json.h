/* SPDX-License-Identifier: GPL-2.0 */
/* Nested JSON objects by dotted path, and untrusted bytes in them. */
#ifndef TSP_JSON_H
#define TSP_JSON_H

#include <stddef.h>

#include <json-c/json.h>

/**
 * tsp_json_put() - set a field, making the objects on the way
 * @root: an object
 * @path: names joined by dots
 * @value: given away to @root; NULL becomes null
 *
 * Context: Any thread, one at a time for one @root.
 */
void tsp_json_put(struct json_object *root, const char *path,
		  struct json_object *value);

/**
 * tsp_json_get() - find a field
 * @root: an object
 * @path: names joined by dots
 *
 * Context: Any thread. @root keeps the value.
 * Return: the value, or NULL if there is none or it is null.
 */
struct json_object *tsp_json_get(struct json_object *root, const char *path);

/**
 * tsp_json_text() - untrusted bytes as a JSON string
 * @text: any bytes
 * @len: how many
 *
 * Context: Any thread. The caller owns the value.
 * Return: a string made safe by tsp_text_escape().
 */
struct json_object *tsp_json_text(const char *text, size_t len);

/**
 * tsp_json_string() - a string as a JSON string, escaped as by tsp_json_text()
 * @text: NUL-terminated, or NULL for null
 *
 * Context: Any thread. The caller owns the value.
 * Return: a string, or NULL.
 */
struct json_object *tsp_json_string(const char *text);

/**
 * tsp_json_list() - a list of strings
 * @first: the first; a NULL ends the list
 *
 * Context: Any thread. The caller owns the value.
 * Return: an array.
 */
__attribute__((sentinel)) struct json_object *tsp_json_list(const char *first,
							    ...);

#endif /* TSP_JSON_H */
