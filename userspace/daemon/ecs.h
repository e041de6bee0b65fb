/* SPDX-License-Identifier: GPL-2.0 */
/* Events in the Elastic Common Schema, as far as the event itself tells. */
#ifndef TSP_ECS_H
#define TSP_ECS_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include <trespass/trespass.h>

/**
 * tsp_ecs_event() - a detection or a summary
 * @event: decoded
 *
 * Context: Any thread. The caller owns the object.
 * Return: an object.
 */
struct json_object *tsp_ecs_event(const struct tsp_event *event);

/**
 * tsp_ecs_has_party() - is a party of an event written?
 * @event: decoded
 * @attr: TSP_A_EVENT_SOURCE or TSP_A_EVENT_TARGET
 *
 * Context: Any thread.
 * Return: false if the event is not about one.
 */
bool tsp_ecs_has_party(const struct tsp_event *event, uint16_t attr);

/**
 * tsp_ecs_loss() - events that nobody can have any more
 * @loss: which
 * @now_real_ns: when it was noticed
 *
 * Context: Any thread. The caller owns the object.
 * Return: an object.
 */
struct json_object *tsp_ecs_loss(const struct tsp_loss *loss,
				 uint64_t now_real_ns);

/**
 * tsp_ecs_module() - the module came or went
 * @action: "module-appeared" or "module-vanished"
 * @instance: its loading
 * @message: a sentence
 * @now_real_ns: when it was noticed
 *
 * Context: Any thread. The caller owns the object.
 * Return: an object.
 */
struct json_object *tsp_ecs_module(const char *action, uint64_t instance,
				   const char *message, uint64_t now_real_ns);

/**
 * tsp_ecs_position() - where a line that was written leaves its reader
 * @object: what one of the functions above has made, parsed again
 * @instance: filled on success
 * @seq: filled on success
 *
 * Context: Any thread.
 * Return: true if everything up to @seq is told by this line and those before.
 */
bool tsp_ecs_position(struct json_object *object, uint64_t *instance,
		      uint64_t *seq);

#endif /* TSP_ECS_H */
