/* SPDX-License-Identifier: GPL-2.0 */
/* Comparison with JSON files that people have read and found right. */
#ifndef TSP_TEST_GOLDEN_H
#define TSP_TEST_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

/**
 * golden_same() - are two values the same?
 * @want: expected
 * @got: found
 * @where: filled with the path of the first difference, "" if there is none
 * @size: of @where
 *
 * The order of names does not count; a missing name is not a null.
 *
 * Return: true if they are.
 */
bool golden_same(struct json_object *want, struct json_object *got, char *where,
		 size_t size);

/**
 * golden_check() - fail the test unless a value is as in its file
 * @name: of the file in golden/
 * @got: the value, freed
 */
void golden_check(const char *name, struct json_object *got);

/**
 * golden_each_path() - call for every leaf
 * @value: an object
 * @path: path of it, "" for the top
 * @leaf: called with paths as in the reference: "a.b", "a.list[].c"
 */
void golden_each_path(struct json_object *value, const char *path,
		      void (*leaf)(const char *path));

#endif /* TSP_TEST_GOLDEN_H */
