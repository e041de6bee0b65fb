/* SPDX-License-Identifier: GPL-2.0 */
/* Enrichment: names of users and groups. */
#ifndef TSP_ENRICH_USER_H
#define TSP_ENRICH_USER_H

#include <json-c/json.h>

#include <trespass/message.h>

/**
 * tsp_enrich_user() - names for the ids of a party
 * @facts: fields are added, named as within an event, with dots
 * @party: as the event tells
 *
 * Ids are the host's, and so are the names: a container may call them
 * otherwise. Names are remembered for a while.
 *
 * Context: One thread at a time; may sleep in the name service.
 */
void tsp_enrich_user(struct json_object *facts, const struct tsp_party *party);

#endif /* TSP_ENRICH_USER_H */
