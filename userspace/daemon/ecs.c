// SPDX-License-Identifier: GPL-2.0
/* Events in the Elastic Common Schema, as far as the event itself tells. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trespass/field.h>

#include "ecs.h"
#include "json.h"
#include "value.h"

#define ECS_VERSION "8.11.0"
#define PATH_BYTES 128

/* Write every field of @in at its path; @party takes the place of a "*". */
static void walk(struct json_object *root, const struct tsp_set *set,
		 const void *in, const char *party, uint64_t boot_real_ns)
{
	for (uint32_t i = 0; i < set->n_fields; i++) {
		const struct tsp_field *field = &set->fields[i];
		const char *json = field->json;
		char path[PATH_BYTES];

		if (!strcmp(json, "-") || !tsp_field_present(set, field, in))
			continue;
		if (field->type == TSP_T_NEST) {
			walk(root, field->nested,
			     (const char *)in + field->offset, json,
			     boot_real_ns);
			continue;
		}
		if (json[0] == '*')
			snprintf(path, sizeof(path), "%s%s", party, json + 1);
		else
			snprintf(path, sizeof(path), "%s", json);
		tsp_json_put(root, path,
			     tsp_value_json(field, in, boot_real_ns));
	}
}

static void put_string(struct json_object *root, const char *path,
		       const char *text)
{
	tsp_json_put(root, path, tsp_json_string(text));
}

/* What every line has, whatever it tells. */
static struct json_object *line(const char *kind, const char *id)
{
	struct json_object *root = json_object_new_object();

	/* First, because people read lines from the left. */
	json_object_object_add(root, "@timestamp", NULL);
	put_string(root, "message", NULL);
	put_string(root, "ecs.version", ECS_VERSION);
	put_string(root, "agent.type", "trespassd");
	put_string(root, "agent.version", tsp_version());
	put_string(root, "event.id", id);
	put_string(root, "event.kind", kind);
	put_string(root, "event.module", "trespass");
	put_string(root, "event.dataset", "trespass.events");
	put_string(root, "event.provider", "kernel");
	return root;
}

static const char *name_of(const struct tsp_party *party)
{
	const char *slash = party->exe ? strrchr(party->exe, '/') : NULL;

	return slash && slash[1] ? slash + 1 : party->comm;
}

/* One sentence for a person who sees nothing but the message. */
static void put_message(struct json_object *root, const struct tsp_event *event)
{
	const char *title = tsp_technique_title(event->technique);
	const char *region = tsp_region_name(event->access.region);
	char target[300] = "", text[1024];

	if (!(event->relation & TSP_RELATION_SELF))
		snprintf(target, sizeof(target), " -> %s[%u]",
			 name_of(&event->target), event->target.pid);
	snprintf(text, sizeof(text),
		 "%s[%u]%s: %s%s; %" PRIu64 " byte%s in %" PRIu64
		 " operation%s on %s memory, severity %u",
		 name_of(&event->source), event->source.pid, target,
		 event->result < 0 ? "refused: " : "",
		 title ? title : "unknown technique", event->access.bytes,
		 event->access.bytes == 1 ? "" : "s", event->access.count,
		 event->access.count == 1 ? "" : "s",
		 region ? region : "unknown", event->severity);
	put_string(root, "message", text);
}

static void put_threat(struct json_object *root, uint32_t technique)
{
	struct json_object *ids = json_object_new_array();
	struct json_object *sub = json_object_new_array();
	const char *id;

	for (unsigned int i = 0; (id = tsp_technique_attack(technique, i));
	     i++) {
		size_t parent = strcspn(id, ".");

		if (id[parent]) {
			json_object_array_add(ids, json_object_new_string_len(
							   id, (int)parent));
			json_object_array_add(sub, tsp_json_string(id));
		}
		json_object_array_add(ids, tsp_json_string(id));
	}
	put_string(root, "threat.framework", "MITRE ATT&CK");
	tsp_json_put(root, "threat.technique.id", ids);
	if (json_object_array_length(sub))
		tsp_json_put(root, "threat.technique.subtechnique.id", sub);
	else
		json_object_put(sub);
	put_string(root, "trespass.analytic",
		   tsp_technique_analytic(technique));
}

struct json_object *tsp_ecs_event(const struct tsp_event *event)
{
	bool refused = event->result < 0;
	struct json_object *root;
	char id[48];

	snprintf(id, sizeof(id), "%016" PRIx64 "-%" PRIu64, event->instance,
		 event->seq);
	root = line(event->kind == TSP_KIND_DETECTION ? "alert" : "event", id);
	tsp_json_put(root, "event.category",
		     tsp_json_list("process", "intrusion_detection", NULL));
	tsp_json_put(root, "event.type",
		     tsp_json_list(refused ? "denied" : "info", NULL));
	put_string(root, "event.outcome", refused ? "failure" : "success");
	put_message(root, event);
	put_threat(root, event->technique);
	walk(root, &tsp_event_set, event, "",
	     event->time_real_ns - event->time_boot_ns);
	return root;
}

static void put_instance(struct json_object *root, uint64_t instance)
{
	char text[32];

	snprintf(text, sizeof(text), "0x%" PRIx64, instance);
	put_string(root, "trespass.instance", text);
}

struct json_object *tsp_ecs_loss(const struct tsp_loss *loss,
				 uint64_t now_real_ns)
{
	struct json_object *root;
	char id[64], text[128];

	snprintf(id, sizeof(id), "%016" PRIx64 "-%" PRIu64 "-lost",
		 loss->instance, loss->first);
	root = line("pipeline_error", id);
	json_object_object_add(root, "@timestamp", tsp_value_time(now_real_ns));
	put_string(root, "event.action", "events-lost");
	put_instance(root, loss->instance);
	tsp_json_put(root, "trespass.lost.first",
		     json_object_new_uint64(loss->first));
	if (loss->count) {
		tsp_json_put(root, "trespass.lost.last",
			     json_object_new_uint64(loss->last));
		tsp_json_put(root, "trespass.lost.count",
			     json_object_new_uint64(loss->count));
		snprintf(text, sizeof(text),
			 "%" PRIu64 " events were lost: %" PRIu64
			 " to %" PRIu64,
			 loss->count, loss->first, loss->last);
	} else {
		snprintf(text, sizeof(text),
			 "events from %" PRIu64 " on may have been lost when "
			 "the kernel module was unloaded",
			 loss->first);
	}
	put_string(root, "message", text);
	return root;
}

struct json_object *tsp_ecs_module(const char *action, uint64_t instance,
				   const char *message, uint64_t now_real_ns)
{
	struct json_object *root;
	char id[96];

	snprintf(id, sizeof(id), "%016" PRIx64 "-%s-%" PRIu64, instance, action,
		 now_real_ns);
	root = line("event", id);
	json_object_object_add(root, "@timestamp", tsp_value_time(now_real_ns));
	put_string(root, "message", message);
	put_string(root, "event.action", action);
	put_instance(root, instance);
	return root;
}

bool tsp_ecs_position(struct json_object *object, uint64_t *instance,
		      uint64_t *seq)
{
	struct json_object *of = tsp_json_get(object, "trespass.instance");
	struct json_object *at = tsp_json_get(object, "event.sequence");

	if (!at)
		at = tsp_json_get(object, "trespass.lost.last");
	if (!of || !at || !json_object_is_type(of, json_type_string) ||
	    !json_object_is_type(at, json_type_int))
		return false;
	*instance = strtoull(json_object_get_string(of), NULL, 16);
	*seq = json_object_get_uint64(at);
	return true;
}
