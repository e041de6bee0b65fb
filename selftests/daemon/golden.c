// SPDX-License-Identifier: GPL-2.0
/* Comparison with JSON files that people have read and found right. */
#include <stdio.h>
#include <string.h>

#include "daemon/json.h"
#include "fixture.h"
#include "golden.h"

static bool differ(char *where, size_t size, const char *path, const char *why)
{
	snprintf(where, size, "%s: %s", path, why);
	return false;
}

static bool same(struct json_object *want, struct json_object *got,
		 const char *path, char *where, size_t size);

/* Has @got every name of @want, and in it the same? */
static bool has_all(struct json_object *want, struct json_object *got,
		    const char *path, char *where, size_t size)
{
	json_object_object_foreach(want, key, value) {
		struct json_object *other;
		char below[512];

		snprintf(below, sizeof(below), "%s.%s", path, key);
		if (!json_object_object_get_ex(got, key, &other))
			return differ(where, size, below, "missing");
		if (!same(value, other, below, where, size))
			return false;
	}
	return true;
}

static bool has_no_more(struct json_object *want, struct json_object *got,
			const char *path, char *where, size_t size)
{
	json_object_object_foreach(got, key, value) {
		(void)value;
		if (!json_object_object_get_ex(want, key, NULL))
			return differ(where, size, path, key);
	}
	return true;
}

static bool same_arrays(struct json_object *want, struct json_object *got,
			const char *path, char *where, size_t size)
{
	size_t n = json_object_array_length(want);
	char below[512];

	if (json_object_array_length(got) != n)
		return differ(where, size, path, "other length");
	for (size_t i = 0; i < n; i++) {
		snprintf(below, sizeof(below), "%s[%zu]", path, i);
		if (!same(json_object_array_get_idx(want, i),
			  json_object_array_get_idx(got, i), below, where,
			  size))
			return false;
	}
	return true;
}

static bool same(struct json_object *want, struct json_object *got,
		 const char *path, char *where, size_t size)
{
	if (json_object_get_type(want) != json_object_get_type(got))
		return differ(where, size, path, "other type");
	if (json_object_is_type(want, json_type_object))
		return has_all(want, got, path, where, size) &&
		       has_no_more(want, got, path, where, size);
	if (json_object_is_type(want, json_type_array))
		return same_arrays(want, got, path, where, size);
	if (!json_object_equal(want, got))
		return differ(where, size, path,
			      json_object_to_json_string(got));
	return true;
}

bool golden_same(struct json_object *want, struct json_object *got, char *where,
		 size_t size)
{
	where[0] = '\0';
	return same(want, got, "", where, size);
}

void golden_check(const char *name, struct json_object *got)
{
	char path[256], where[1024];
	struct json_object *want;

	snprintf(path, sizeof(path), TSP_SOURCE "/selftests/daemon/golden/%s",
		 name);
	want = json_object_from_file(path);
	/* A release is no change of format. */
	tsp_json_put(got, "agent.version", json_object_new_string("VERSION"));
	if (!want || !golden_same(want, got, where, sizeof(where))) {
		printf("# %s is not as expected: %s\n# found: %s\n", name,
		       want ? where : "no such file",
		       json_object_to_json_string_ext(
			       got, JSON_C_TO_STRING_NOSLASHESCAPE |
					    JSON_C_TO_STRING_PLAIN));
		json_object_put(want);
		json_object_put(got);
		fail();
	}
	json_object_put(want);
	json_object_put(got);
}

void golden_each_path(struct json_object *value, const char *path,
		      void (*leaf)(const char *path))
{
	char below[512];

	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, member) {
			snprintf(below, sizeof(below), "%s%s%s", path,
				 *path ? "." : "", key);
			golden_each_path(member, below, leaf);
		}
		return;
	}
	if (json_object_is_type(value, json_type_array) &&
	    json_object_is_type(json_object_array_get_idx(value, 0),
				json_type_object)) {
		snprintf(below, sizeof(below), "%s[]", path);
		golden_each_path(json_object_array_get_idx(value, 0), below,
				 leaf);
		return;
	}
	leaf(path);
}
