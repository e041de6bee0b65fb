// SPDX-License-Identifier: GPL-2.0
/* What MITRE ATT&CK calls a technique of ours. */
#include <stdbool.h>
#include <string.h>

#include <trespass/trespass.h>

#include "json.h"
#include "threat.h"

#define TACTICS_MAX 3

/**
 * struct tactic - why it is done
 * @id: ATT&CK's id
 * @name: ATT&CK's name
 */
struct tactic {
	const char *id;
	const char *name;
};

static const struct tactic execution = { "TA0002", "Execution" };
static const struct tactic persistence = { "TA0003", "Persistence" };
static const struct tactic escalation = { "TA0004", "Privilege Escalation" };
static const struct tactic evasion = { "TA0005", "Defense Evasion" };

/* A subtechnique has the tactics of its parent. */
static const struct {
	const char *technique;
	const struct tactic *tactics[TACTICS_MAX];
} tactics_of[] = {
	{ "T1055", { &evasion, &escalation } },
	{ "T1106", { &execution } },
	{ "T1129", { &execution } },
	{ "T1562", { &evasion } },
	{ "T1574", { &persistence, &escalation, &evasion } },
	{ "T1620", { &evasion } },
};

static bool contains(struct json_object *list, const char *text)
{
	size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(json_object_get_string(
				    json_object_array_get_idx(list, i)),
			    text))
			return true;
	return false;
}

static void add_tactics(const char *id, struct json_object *ids,
			struct json_object *names)
{
	size_t parent = strcspn(id, "."), n;

	n = sizeof(tactics_of) / sizeof(tactics_of[0]);
	for (size_t i = 0; i < n; i++) {
		if (strncmp(tactics_of[i].technique, id, parent) ||
		    tactics_of[i].technique[parent])
			continue;
		for (size_t t = 0; t < TACTICS_MAX; t++) {
			const struct tactic *tactic = tactics_of[i].tactics[t];

			if (!tactic || contains(ids, tactic->id))
				continue;
			json_object_array_add(ids, tsp_json_string(tactic->id));
			json_object_array_add(names,
					      tsp_json_string(tactic->name));
		}
	}
}

/* An empty list would say that there is none, and we only know of none. */
static void put_list(struct json_object *root, const char *path,
		     struct json_object *list)
{
	if (json_object_array_length(list))
		tsp_json_put(root, path, list);
	else
		json_object_put(list);
}

void tsp_threat_put(struct json_object *root, uint32_t technique)
{
	const char *analytic = tsp_technique_analytic(technique), *id;
	struct json_object *tactic_ids = json_object_new_array();
	struct json_object *tactic_names = json_object_new_array();
	struct json_object *ids = json_object_new_array();
	struct json_object *sub = json_object_new_array();

	for (unsigned int i = 0; (id = tsp_technique_attack(technique, i));
	     i++) {
		size_t parent = strcspn(id, ".");

		if (id[parent]) {
			json_object_array_add(ids, json_object_new_string_len(
							   id, (int)parent));
			json_object_array_add(sub, tsp_json_string(id));
		}
		json_object_array_add(ids, tsp_json_string(id));
		add_tactics(id, tactic_ids, tactic_names);
	}
	tsp_json_put(root, "threat.framework", tsp_json_string("MITRE ATT&CK"));
	tsp_json_put(root, "threat.technique.id", ids);
	put_list(root, "threat.technique.subtechnique.id", sub);
	put_list(root, "threat.tactic.id", tactic_ids);
	put_list(root, "threat.tactic.name", tactic_names);
	if (analytic)
		tsp_json_put(root, "trespass.analytic",
			     tsp_json_string(analytic));
}
