// SPDX-License-Identifier: GPL-2.0
/* Nested JSON objects by dotted path, and untrusted bytes in them. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <trespass/trespass.h>

#include "json.h"

#define NAME_BYTES 64

/* Copy the first name of @path; returns what follows its dot, or NULL. */
static const char *split(const char *path, char name[NAME_BYTES])
{
	size_t len = strcspn(path, ".");
	const char *rest = path[len] ? path + len + 1 : NULL;

	if (len >= NAME_BYTES)
		len = NAME_BYTES - 1;
	memcpy(name, path, len);
	name[len] = '\0';
	return rest;
}

void tsp_json_put(struct json_object *root, const char *path,
		  struct json_object *value)
{
	char name[NAME_BYTES];

	while ((path = split(path, name))) {
		struct json_object *next;

		if (!json_object_object_get_ex(root, name, &next) ||
		    !json_object_is_type(next, json_type_object)) {
			next = json_object_new_object();
			json_object_object_add(root, name, next);
		}
		root = next;
	}
	json_object_object_add(root, name, value);
}

struct json_object *tsp_json_get(struct json_object *root, const char *path)
{
	char name[NAME_BYTES];

	do {
		path = split(path, name);
		if (!json_object_object_get_ex(root, name, &root))
			return NULL;
	} while (path);
	return root;
}

struct json_object *tsp_json_text(const char *text, size_t len)
{
	struct json_object *value;
	char *shown = malloc(TSP_TEXT_SIZE(len));

	if (!shown)
		return NULL;
	len = tsp_text_escape(shown, TSP_TEXT_SIZE(len), text, len);
	value = json_object_new_string_len(shown, (int)len);
	free(shown);
	return value;
}

struct json_object *tsp_json_string(const char *text)
{
	return text ? tsp_json_text(text, strlen(text)) : NULL;
}

struct json_object *tsp_json_list(const char *first, ...)
{
	struct json_object *list = json_object_new_array();
	va_list args;

	va_start(args, first);
	for (const char *at = first; at; at = va_arg(args, const char *))
		json_object_array_add(list, tsp_json_string(at));
	va_end(args);
	return list;
}
