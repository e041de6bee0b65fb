/* SPDX-License-Identifier: GPL-2.0 */
/* An event in one sentence, and the words that all who show one need. */
#ifndef TSP_SENTENCE_H
#define TSP_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>

#include <trespass/trespass.h>

/**
 * tsp_sentence_event() - an event for a person who sees nothing else of it
 * @event: decoded
 * @out: the sentence; names in it are as they came, not made safe yet
 * @size: of @out
 *
 * Context: Any thread.
 */
void tsp_sentence_event(const struct tsp_event *event, char *out, size_t size);

/**
 * tsp_sentence_is_blind() - is the event about trespass itself?
 * @event: decoded
 *
 * Context: Any thread.
 * Return: true if it says that something may have gone unseen.
 */
bool tsp_sentence_is_blind(const struct tsp_event *event);

/**
 * tsp_sentence_blind() - what has made trespass blind
 * @event: one for which tsp_sentence_is_blind() holds
 * @out: half a sentence
 * @size: of @out
 *
 * Context: Any thread.
 */
void tsp_sentence_blind(const struct tsp_event *event, char *out, size_t size);

/**
 * tsp_sentence_has_actor() - does the source say who did it?
 * @event: decoded
 *
 * That the probes are silent is noticed by a worker of the module's own, which
 * stands in for whoever has silenced them.
 *
 * Context: Any thread.
 * Return: false if nobody knows.
 */
bool tsp_sentence_has_actor(const struct tsp_event *event);

/**
 * tsp_sentence_deed() - what an injected process did
 * @event: decoded
 *
 * Context: Any thread.
 * Return: the step of @event that is the target's own deed, or NULL.
 */
const struct tsp_step *tsp_sentence_deed(const struct tsp_event *event);

#endif /* TSP_SENTENCE_H */
