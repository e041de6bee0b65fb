// SPDX-License-Identifier: GPL-2.0
/* trespass coverage: what this host sees, by what, and what it would miss. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <trespass/field.h>

#include "command.h"
#include "daemon/json.h"
#include "daemon/value.h"

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
 * struct table - all hooks
 * @rows: of them
 * @n: used
 */
struct table {
	struct row rows[HOOKS_MAX];
	size_t n;
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

static bool armed(const struct tsp_hook *hook)
{
	return hook->state == TSP_HOOK_STATE_ARMED;
}

static bool feeds(const struct tsp_hook *hook, uint32_t technique)
{
	return hook->techniques >> technique & 1;
}

static enum state state_of(const struct table *table, uint32_t technique)
{
	size_t all = 0, up = 0;

	for (size_t i = 0; i < table->n; i++) {
		const struct tsp_hook *hook = &table->rows[i].hook;

		if (!feeds(hook, technique))
			continue;
		all++;
		up += armed(hook);
	}
	if (!up)
		return BLIND;
	return up < all ? PARTLY : COVERED;
}

static const char *symbol_of(const struct tsp_hook *hook)
{
	return hook->symbol[0] ? hook->symbol : "-";
}

/* Why it is not armed, or what it is. */
static const char *standing(const struct tsp_hook *hook, char *text,
			    size_t size)
{
	const char *name = tsp_hook_state_name(hook->state);

	if (hook->present & TSP_PRESENT(TSP_A_HOOK_ERROR))
		snprintf(text, size, "%s: %s", name ? name : "unknown",
			 strerror(-hook->error));
	else
		snprintf(text, size, "%s", name ? name : "unknown");
	return text;
}

static void print_technique(const struct table *table, uint32_t technique,
			    enum state state)
{
	const char *attack = tsp_technique_attack(technique, 0);

	printf("%-15s %-10s %-8s ", tsp_technique_name(technique),
	       attack ? attack : "-", states[state]);
	for (size_t i = 0, first = 1; i < table->n; i++) {
		const struct tsp_hook *hook = &table->rows[i].hook;
		char text[128];

		if (!feeds(hook, technique))
			continue;
		if (!first)
			printf("%-35s ", "");
		first = 0;
		printf("%-22s %-31s %10" PRIu64 " %8" PRIu64 "\n", hook->name,
		       armed(hook) ? symbol_of(hook)
				   : standing(hook, text, sizeof(text)),
		       hook->hits, hook->missed);
		if (!armed(hook))
			printf("%-35s   unseen: %s\n", "", hook->blind);
	}
	if (state == BLIND)
		printf("%-35s no hook is at work for it\n", "");
}

static void print(const struct table *table)
{
	char text[128];

	printf("%-15s %-10s %-8s %-22s %-31s %10s %8s\n", "TECHNIQUE", "ATT&CK",
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
		       standing(hook, text, sizeof(text)), hook->hits,
		       hook->missed);
	}
}

static struct json_object *to_json(const struct table *table)
{
	struct json_object *root = json_object_new_object();
	struct json_object *techniques = json_object_new_array();
	struct json_object *hooks = json_object_new_array();

	for (uint32_t t = 0; t < TSP_TECHNIQUE_COUNT; t++) {
		struct json_object *entry, *by;

		if (!tsp_technique_name(t))
			continue;
		entry = json_object_new_object();
		by = json_object_new_array();
		for (size_t i = 0; i < table->n; i++)
			if (feeds(&table->rows[i].hook, t))
				json_object_array_add(
					by, tsp_json_string(
						    table->rows[i].hook.name));
		tsp_json_put(entry, "technique",
			     tsp_json_string(tsp_technique_name(t)));
		tsp_json_put(entry, "attack",
			     tsp_json_string(tsp_technique_attack(t, 0)));
		tsp_json_put(entry, "state",
			     tsp_json_string(states[state_of(table, t)]));
		tsp_json_put(entry, "hooks", by);
		json_object_array_add(techniques, entry);
	}
	for (size_t i = 0; i < table->n; i++)
		json_object_array_add(hooks,
				      tsp_value_struct(&tsp_hook_set,
						       &table->rows[i].hook));
	tsp_json_put(root, "techniques", techniques);
	tsp_json_put(root, "hooks", hooks);
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
		"not deliver a hit; then the table of all hooks.\n\n"
		"  --json  as a JSON object\n\n"
		"Exit status: 0 if every technique is covered, 1 if not,\n"
		"2 if the module is not loaded.",
	.run = run,
};
