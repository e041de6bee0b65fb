// SPDX-License-Identifier: GPL-2.0
/* trespass coverage: what this host sees, by what, and what it would miss. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sysexits.h>

#include <trespass/field.h>

#include "command.h"
#include "daemon/json.h"
#include "daemon/value.h"
#include "limits.h"

#define HOOKS_MAX 64

/**
 * struct row - a hook, in memory of our own
 * @hook: as the module tells, its text made safe; @hook.blind points to @blind
 * @blind: what goes unseen without it
 */
struct row {
	struct tsp_hook hook;
	char blind[TSP_TEXT_SIZE(255)];
};

/**
 * struct table - all hooks, and what they cannot see
 * @rows: of them
 * @n: used
 * @silence: why those that are armed do not fire, or NULL
 * @limits: what goes unseen all the same
 * @n_limits: used
 */
struct table {
	struct row rows[HOOKS_MAX];
	size_t n;
	const char *silence;
	struct tsp_limit limits[TSP_LIMITS_MAX];
	size_t n_limits;
};

enum state { COVERED, PARTLY, BLIND };

static const char *const states[] = { "covered", "partly", "blind" };

/* The module's own text, but a terminal trusts nobody. */
static void make_safe(char *text, size_t size)
{
	char raw[64];

	memcpy(raw, text, size < sizeof(raw) ? size : sizeof(raw));
	tsp_text_escape(text, size, raw, strnlen(raw, sizeof(raw)));
}

static int on_hook(void *ctx, const struct tsp_hook *hook)
{
	struct table *table = ctx;
	struct row *row;

	if (table->n == HOOKS_MAX)
		return 0;
	row = &table->rows[table->n++];
	row->hook = *hook;
	make_safe(row->hook.name, sizeof(row->hook.name));
	make_safe(row->hook.symbol, sizeof(row->hook.symbol));
	tsp_text_escape(row->blind, sizeof(row->blind), hook->blind,
			strlen(hook->blind));
	row->hook.blind = row->blind;
	return 0;
}

static bool works(const struct table *table, const struct tsp_hook *hook)
{
	return hook->state == TSP_HOOK_STATE_ARMED &&
	       (!table->silence || hook->kind == TSP_HOOK_KIND_TRACEPOINT);
}

static bool is_closed(const struct table *table, const char *limit)
{
	for (size_t i = 0; i < table->n_limits; i++)
		if (!strcmp(table->limits[i].name, limit))
			return table->limits[i].state == TSP_LIMIT_CLOSED;
	return false;
}

/* A hook on what cannot happen here is not missed. */
static bool is_needed(const struct table *table, const struct tsp_hook *hook)
{
	return strcmp(hook->name, "ptrace-request-compat") ||
	       !is_closed(table, "32-bit");
}

/* One that feeds nearly all sees the end of processes, not what they do. */
static bool feeds(const struct tsp_hook *hook, uint32_t technique)
{
	return hook->techniques >> technique & 1 &&
	       __builtin_popcount(hook->techniques) < TSP_TECHNIQUE_COUNT - 2;
}

/* The module looks after itself: no hook of the table does. */
static bool is_own(uint32_t technique)
{
	return technique == TSP_TECHNIQUE_BLINDED;
}

static enum state state_of(const struct table *table, uint32_t technique)
{
	size_t all = 0, up = 0;

	if (is_own(technique))
		return COVERED;
	for (size_t i = 0; i < table->n; i++) {
		const struct tsp_hook *hook = &table->rows[i].hook;

		if (!feeds(hook, technique) || !is_needed(table, hook))
			continue;
		all++;
		up += works(table, hook);
	}
	if (!up)
		return BLIND;
	return up < all ? PARTLY : COVERED;
}

static const char *symbol_of(const struct tsp_hook *hook)
{
	return hook->symbol[0] ? hook->symbol : "-";
}

/* Why it is not at work, or that it is. */
static const char *standing(const struct table *table,
			    const struct tsp_hook *hook, char *text,
			    size_t size)
{
	const char *name = tsp_hook_state_name(hook->state);

	if (hook->present & TSP_PRESENT(TSP_A_HOOK_ERROR))
		snprintf(text, size, "%s: %s", name ? name : "unknown",
			 strerror(-hook->error));
	else if (hook->state == TSP_HOOK_STATE_ARMED && !works(table, hook))
		snprintf(text, size, "silent: %s", table->silence);
	else
		snprintf(text, size, "%s", name ? name : "unknown");
	return text;
}

static void print_technique(const struct table *table, uint32_t technique,
			    enum state state)
{
	const char *attack = tsp_technique_attack(technique, 0);

	printf("%-19s %-10s %-8s ", tsp_technique_name(technique),
	       attack ? attack : "-", states[state]);
	if (is_own(technique))
		printf("%-22s %-31s\n", "canary",
		       "functions of the module's own");
	for (size_t i = 0, first = 1; i < table->n; i++) {
		const struct tsp_hook *hook = &table->rows[i].hook;
		char text[128];

		if (!feeds(hook, technique))
			continue;
		if (!first)
			printf("%-39s ", "");
		first = 0;
		printf("%-22s %-31s %10" PRIu64 " %8" PRIu64 "\n", hook->name,
		       works(table, hook)
			       ? symbol_of(hook)
			       : standing(table, hook, text, sizeof(text)),
		       hook->hits, hook->missed);
		if (!works(table, hook) && is_needed(table, hook))
			printf("%-39s   unseen: %s\n", "", hook->blind);
	}
	if (state == BLIND)
		printf("%-39s no hook is at work for it\n", "");
}

static void print_limits(const struct table *table, bool here)
{
	for (size_t i = 0; i < table->n_limits; i++) {
		const struct tsp_limit *limit = &table->limits[i];

		if (limit->here != here)
			continue;
		printf("  %-18s ", limit->name);
		if (here)
			printf("%-8s ", tsp_limits_state_name(limit->state));
		puts(limit->text);
	}
}

static void print(const struct table *table)
{
	char text[128];

	printf("%-19s %-10s %-8s %-22s %-31s %10s %8s\n", "TECHNIQUE", "ATT&CK",
	       "STATE", "HOOK", "KERNEL SYMBOL", "HITS", "MISSED");
	for (uint32_t t = 0; t < TSP_TECHNIQUE_COUNT; t++)
		if (tsp_technique_name(t))
			print_technique(table, t, state_of(table, t));
	printf("\n%-22s %-11s %-31s %-20s %10s %8s\n", "HOOK", "KIND",
	       "KERNEL SYMBOL", "STATE", "HITS", "MISSED");
	for (size_t i = 0; i < table->n; i++) {
		const struct tsp_hook *hook = &table->rows[i].hook;
		const char *kind = tsp_hook_kind_name(hook->kind);

		printf("%-22s %-11s %-31s %-20s %10" PRIu64 " %8" PRIu64 "\n",
		       hook->name, kind ? kind : "unknown", symbol_of(hook),
		       standing(table, hook, text, sizeof(text)), hook->hits,
		       hook->missed);
	}
	printf("\nLimits on this host\n");
	print_limits(table, true);
	printf("\nLimits everywhere\n");
	print_limits(table, false);
}

static struct json_object *hook_json(const struct table *table,
				     const struct tsp_hook *hook)
{
	struct json_object *entry = tsp_value_struct(&tsp_hook_set, hook);

	json_object_object_add(entry, "works",
			       json_object_new_boolean(works(table, hook)));
	json_object_object_add(entry, "needed",
			       json_object_new_boolean(is_needed(table, hook)));
	return entry;
}

/* The hooks of a technique, each by name and the symbol that it sits on. */
static struct json_object *hooks_json(const struct table *table,
				      uint32_t technique)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < table->n; i++) {
		const struct tsp_hook *hook = &table->rows[i].hook;
		struct json_object *entry;

		if (!feeds(hook, technique))
			continue;
		entry = json_object_new_object();
		tsp_json_put(entry, "name", tsp_json_string(hook->name));
		tsp_json_put(entry, "symbol",
			     hook->symbol[0] ? tsp_json_string(hook->symbol)
					     : NULL);
		tsp_json_put(entry, "works",
			     json_object_new_boolean(works(table, hook)));
		tsp_json_put(entry, "hits", json_object_new_uint64(hook->hits));
		tsp_json_put(entry, "missed",
			     json_object_new_uint64(hook->missed));
		json_object_array_add(list, entry);
	}
	return list;
}

/* Limits of this host that are about a technique and cost something. */
static struct json_object *limits_of(const struct table *table,
				     uint32_t technique)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < table->n_limits; i++) {
		const struct tsp_limit *limit = &table->limits[i];

		if (limit->techniques >> technique & 1 &&
		    limit->state != TSP_LIMIT_OPEN)
			json_object_array_add(list,
					      tsp_json_string(limit->name));
	}
	return list;
}

static struct json_object *techniques_json(const struct table *table)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t t = 0; t < TSP_TECHNIQUE_COUNT; t++) {
		struct json_object *entry;

		if (!tsp_technique_name(t))
			continue;
		entry = json_object_new_object();
		tsp_json_put(entry, "technique",
			     tsp_json_string(tsp_technique_name(t)));
		tsp_json_put(entry, "attack",
			     tsp_json_string(tsp_technique_attack(t, 0)));
		tsp_json_put(entry, "state",
			     tsp_json_string(states[state_of(table, t)]));
		tsp_json_put(entry, "hooks", hooks_json(table, t));
		tsp_json_put(entry, "limits", limits_of(table, t));
		json_object_array_add(list, entry);
	}
	return list;
}

static struct json_object *limit_json(const struct tsp_limit *limit)
{
	struct json_object *techniques = json_object_new_array();
	struct json_object *entry = json_object_new_object();

	for (uint32_t t = 0; t < TSP_TECHNIQUE_COUNT; t++)
		if (limit->techniques >> t & 1)
			json_object_array_add(
				techniques,
				tsp_json_string(tsp_technique_name(t)));
	tsp_json_put(entry, "limit", tsp_json_string(limit->name));
	tsp_json_put(entry, "scope",
		     tsp_json_string(limit->here ? "host" : "everywhere"));
	tsp_json_put(entry, "state",
		     tsp_json_string(tsp_limits_state_name(limit->state)));
	tsp_json_put(entry, "techniques", techniques);
	tsp_json_put(entry, "text", tsp_json_string(limit->text));
	return entry;
}

static struct json_object *to_json(const struct table *table)
{
	struct json_object *root = json_object_new_object();
	struct json_object *hooks = json_object_new_array();
	struct json_object *limits = json_object_new_array();
	struct utsname kernel;

	for (size_t i = 0; i < table->n; i++)
		json_object_array_add(hooks,
				      hook_json(table, &table->rows[i].hook));
	for (size_t i = 0; i < table->n_limits; i++)
		json_object_array_add(limits, limit_json(&table->limits[i]));
	if (!uname(&kernel)) {
		tsp_json_put(root, "kernel", tsp_json_string(kernel.release));
		tsp_json_put(root, "machine", tsp_json_string(kernel.machine));
	}
	tsp_json_put(root, "silenced_by", tsp_json_string(table->silence));
	tsp_json_put(root, "techniques", techniques_json(table));
	tsp_json_put(root, "hooks", hooks);
	tsp_json_put(root, "limits", limits);
	return root;
}

static int run(int argc, char **argv)
{
	int status, err;
	struct table *table;
	struct tsp_error error;
	bool json;

	err = tsp_command_json_only(&tsp_command_coverage, argc, argv, &json);
	if (err)
		return err;
	table = calloc(1, sizeof(*table));
	if (!table)
		return EX_OSERR;
	err = tsp_hook_read(on_hook, table, &error);
	if (err) {
		status = tsp_command_fail(&error);
		goto out;
	}
	table->silence = tsp_limits_silence();
	table->n_limits = tsp_limits_read(table->limits);
	if (json)
		tsp_command_print_json(to_json(table));
	else
		print(table);
	status = EX_OK;
	for (uint32_t t = 0; t < TSP_TECHNIQUE_COUNT; t++)
		if (tsp_technique_name(t) && state_of(table, t) != COVERED)
			status = TSP_EXIT_DEGRADED;
out:
	free(table);
	return status;
}

const struct tsp_command tsp_command_coverage = {
	.name = "coverage",
	.summary = "which techniques would be seen on this host, and by what?",
	.usage =
		"coverage [--json]\n\n"
		"Shows for each technique which hook sees it, on which kernel\n"
		"symbol, how often it was hit and how often the kernel could\n"
		"not deliver a hit; then the table of all hooks; then what goes\n"
		"unseen all the same, on this host and on any, and what cannot\n"
		"happen here.\n\n"
		"  --json  as a JSON object\n\n"
		"Exit status: 0 if every technique is covered, 1 if not,\n"
		"2 if the module is not loaded.",
	.run = run,
};
