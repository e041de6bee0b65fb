// SPDX-License-Identifier: GPL-2.0
/* Events in the Elastic Common Schema, as far as the event itself tells. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trespass/field.h>

#include "ecs.h"
#include "json.h"
#include "sentence.h"
#include "threat.h"
#include "value.h"

#define ECS_VERSION "8.11.0"
#define PATH_BYTES 128

/*
 * Write every field of @in at its path, but those of @omit; @party takes the
 * place of a "*".
 */
static void walk(struct json_object *root, const struct tsp_set *set,
		 const void *in, const char *party, uint64_t omit,
		 uint64_t boot_real_ns)
{
	for (uint32_t i = 0; i < set->n_fields; i++) {
		const struct tsp_field *field = &set->fields[i];
		const char *json = field->json;
		char path[PATH_BYTES];

		if (!strcmp(json, "-") || omit & TSP_PRESENT(field->attr) ||
		    !tsp_field_present(set, field, in))
			continue;
		if (field->type == TSP_T_NEST) {
			walk(root, field->nested,
			     (const char *)in + field->offset, json, 0,
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

/* What an event of its kind says nothing of, TSP_PRESENT() each. */
static uint64_t without(const struct tsp_event *event)
{
	uint64_t fields = 0;

	/* Told of a process or of trespass itself: nothing was touched. */
	if (!event->edge)
		fields |= TSP_PRESENT(TSP_A_EVENT_EDGE) |
			  TSP_PRESENT(TSP_A_EVENT_ACCESS);
	if (tsp_sentence_is_blind(event))
		fields |= TSP_PRESENT(TSP_A_EVENT_RELATION) |
			  TSP_PRESENT(TSP_A_EVENT_TARGET) |
			  TSP_PRESENT(TSP_A_EVENT_STEP);
	if (!tsp_sentence_has_actor(event))
		fields |= TSP_PRESENT(TSP_A_EVENT_SOURCE);
	return fields;
}

bool tsp_ecs_has_party(const struct tsp_event *event, uint16_t attr)
{
	return !(without(event) & TSP_PRESENT(attr));
}

static void put_message(struct json_object *root, const struct tsp_event *event)
{
	char text[1024];

	tsp_sentence_event(event, text, sizeof(text));
	put_string(root, "message", text);
}

static void put_blind(struct json_object *root, const struct tsp_event *event)
{
	/* It is a driver, and nothing that a process does, that is hit. */
	tsp_json_put(root, "event.category",
		     tsp_json_list("intrusion_detection", "driver", NULL));
	if (event->blind_cause != TSP_BLIND_CAUSE_PROBE_MISSED)
		return;
	put_string(root, "event.outcome", "unknown");
	tsp_json_put(root, "trespass.missed",
		     json_object_new_uint64(event->access.count));
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
	if (tsp_sentence_is_blind(event))
		put_blind(root, event);
	put_message(root, event);
	tsp_threat_put(root, event->technique);
	walk(root, &tsp_event_set, event, "", without(event),
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
