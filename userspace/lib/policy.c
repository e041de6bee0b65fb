// SPDX-License-Identifier: GPL-2.0
/* The policy's values as text: what people write and read. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "field.h"

#define NAME_BYTES 64
#define LIST_BYTES 160
#define POINTS_MAX 100

/**
 * struct unit - a suffix of a number
 * @of: unit of the field in the spec
 * @suffix: what people write
 * @factor: how many of @of that is
 */
static const struct unit {
	const char *of;
	const char *suffix;
	uint32_t factor;
} units[] = {
	{ "ms", "ms", 1 },	     { "ms", "s", 1000 },
	{ "ms", "min", 60000 },	     { "ms", "h", 3600000 },
	{ "bytes", "B", 1 },	     { "bytes", "KiB", 1 << 10 },
	{ "bytes", "MiB", 1 << 20 }, { "bytes", "GiB", 1 << 30 },
};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

const char *tsp_policy_attack(const struct tsp_field *field)
{
	return strcmp(field->json, "-") ? field->json : NULL;
}

/* Do they say the same, but for case, dashes, underlines and blanks? */
static bool alike(const char *a, size_t len, const char *b)
{
	const char *end = a + len;

	for (;;) {
		while (a < end && strchr("-_ ", *a))
			a++;
		while (*b && strchr("-_ ", *b))
			b++;
		if (a == end || !*b)
			return a == end && !*b;
		if (tolower((unsigned char)*a++) !=
		    tolower((unsigned char)*b++))
			return false;
	}
}

static const struct tsp_field *find(const char *name, size_t len)
{
	for (uint32_t i = 0; i < tsp_policy_set.n_fields; i++) {
		const struct tsp_field *field = &tsp_policy_set.fields[i];

		if (alike(name, len, field->name) ||
		    (tsp_policy_attack(field) &&
		     alike(name, len, tsp_policy_attack(field))))
			return field;
	}
	return NULL;
}

/* What a set of bits may hold, for a sentence. */
static const char *choices(const struct tsp_field *field, char *out,
			   size_t size)
{
	const char *name;
	size_t len = 0;

	out[0] = '\0';
	for (uint32_t bit = 0; (name = field->value_name(bit)); bit++) {
		len += (size_t)snprintf(out + len, size - len, "%s, ", name);
		if (len >= size)
			break;
	}
	return out;
}

static int parse_flags(const struct tsp_field *field, const char *text,
		       uint32_t *value, struct tsp_error *error)
{
	char list[LIST_BYTES], shown[TSP_TEXT_SIZE(NAME_BYTES)];

	*value = 0;
	if (alike(text, strlen(text), "none"))
		return 0;
	for (;;) {
		size_t len = strcspn(text, ",");
		uint32_t bit = 0;

		while (field->value_name(bit) &&
		       !alike(text, len, field->value_name(bit)))
			bit++;
		if (!field->value_name(bit)) {
			tsp_text_escape(shown, sizeof(shown), text,
					len < NAME_BYTES ? len : NAME_BYTES);
			return tsp_error_set(
				error, -EINVAL,
				"%s knows no '%s': it takes %sor none",
				field->name, shown,
				choices(field, list, sizeof(list)));
		}
		*value |= 1U << bit;
		if (!text[len])
			return 0;
		text += len + 1;
	}
}

static int bad_number(const struct tsp_field *field, const char *text,
		      struct tsp_error *error)
{
	char shown[TSP_TEXT_SIZE(NAME_BYTES)], suffixes[LIST_BYTES] = "";
	size_t len = 0;

	for (size_t i = 0; i < N_UNITS; i++)
		if (!strcmp(units[i].of, field->unit))
			len += (size_t)snprintf(suffixes + len,
						sizeof(suffixes) - len, "%s%s",
						len ? ", " : "",
						units[i].suffix);
	tsp_text_escape(shown, sizeof(shown), text, strnlen(text, NAME_BYTES));
	if (len)
		return tsp_error_set(error, -EINVAL,
				     "%s takes a whole number of %s, or one "
				     "with a unit (%s), not '%s'",
				     field->name, field->unit, suffixes, shown);
	return tsp_error_set(error, -EINVAL,
			     "%s takes a whole number, not '%s'", field->name,
			     shown);
}

static uint32_t factor_of(const struct tsp_field *field, const char *suffix)
{
	if (!*suffix)
		return 1;
	for (size_t i = 0; i < N_UNITS; i++)
		if (!strcmp(units[i].of, field->unit) &&
		    alike(suffix, strlen(suffix), units[i].suffix))
			return units[i].factor;
	return 0;
}

static int parse_number(const struct tsp_field *field, const char *text,
			uint32_t *value, struct tsp_error *error)
{
	unsigned long long number;
	uint32_t factor;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	factor = factor_of(field, end);
	if (!isdigit((unsigned char)*text) || !factor)
		return bad_number(field, text, error);
	if (errno || number > UINT32_MAX / factor)
		return tsp_error_set(error, -EINVAL,
				     "%s cannot be so large: at most "
				     "%" PRIu32 " goes to the kernel",
				     field->name, UINT32_MAX);
	/* Severities have but this scale; other bounds the module knows. */
	if (!strcmp(field->unit, "points") && number > POINTS_MAX)
		return tsp_error_set(error, -EINVAL,
				     "%s takes 0 to %d points, not %llu",
				     field->name, POINTS_MAX, number);
	*value = (uint32_t)number * factor;
	return 0;
}

static int parse(const struct tsp_field *field, const char *text, char *at,
		 struct tsp_error *error)
{
	uint32_t value = 0;
	int err;

	if (field->type == TSP_T_CHARS) {
		if (strlen(text) > field->max_len)
			return tsp_error_set(error, -EINVAL,
					     "%s takes at most %zu bytes",
					     field->name, field->max_len);
		memset(at, 0, field->max_len + 1);
		memcpy(at, text, strlen(text));
		return 0;
	}
	err = field->flags ? parse_flags(field, text, &value, error)
			   : parse_number(field, text, &value, error);
	if (!err)
		memcpy(at, &value, sizeof(value));
	return err;
}

int tsp_policy_parse(struct tsp_policy *policy, uint64_t *which,
		     const char *assignment, struct tsp_error *error)
{
	size_t len = strcspn(assignment, "=");
	char shown[TSP_TEXT_SIZE(NAME_BYTES)];
	const struct tsp_field *field;

	tsp_text_escape(shown, sizeof(shown), assignment,
			len < NAME_BYTES ? len : NAME_BYTES);
	if (!assignment[len])
		return tsp_error_set(error, -EINVAL,
				     "'%s' sets nothing: write NAME=VALUE",
				     shown);
	field = find(assignment, len);
	if (!field)
		return tsp_error_set(error, -EINVAL,
				     "the policy has no '%s': 'trespass "
				     "policy' lists what it has",
				     shown);
	*which |= TSP_PRESENT(field->attr);
	return parse(field, assignment + len + 1,
		     (char *)policy + field->offset, error);
}

size_t tsp_policy_format(const struct tsp_field *field,
			 const struct tsp_policy *policy, char *out,
			 size_t size)
{
	const char *at = (const char *)policy + field->offset;
	uint64_t value = tsp_field_number(field, policy);
	size_t len = 0;

	if (field->type == TSP_T_CHARS)
		return tsp_text_escape(out, size, at,
				       strnlen(at, field->max_len));
	if (!field->flags)
		return (size_t)snprintf(out, size, "%" PRIu64, value);
	if (!value)
		return (size_t)snprintf(out, size, "none");
	for (uint32_t bit = 0; value >> bit && len < size; bit++) {
		const char *name = field->value_name(bit);

		if (!(value >> bit & 1))
			continue;
		if (name)
			len += (size_t)snprintf(out + len, size - len, "%s%s",
						len ? "," : "", name);
		else
			len += (size_t)snprintf(out + len, size - len,
						"%sunknown-%" PRIu32,
						len ? "," : "", bit);
	}
	return len < size ? len : size - 1;
}
