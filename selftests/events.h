/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A listener that keeps every event since it was opened, so that a test can ask
 * for what came and prove what did not.
 *
 * Open it first, then act, then wait for what must come. Silence is proven with
 * a fence: a known injection whose summary carries a sequence number; once
 * every number up to it is there, what is not there was never told. Edges are
 * summed up in the order in which they end, so that goes for what is told at
 * the end of an edge too, if the edge has ended: see that one of its parties
 * exits.
 */
#ifndef _SELFTESTS_EVENTS_H
#define _SELFTESTS_EVENTS_H

#include "process.h"

#include <stdbool.h>
#include <trespass/message.h>

struct events;

/**
 * struct match - which events are meant; 0 stands for any
 *
 * What is told of no edge, a native-api-sequence or that trespass was blinded,
 * is meant only where its technique is named. The tests, their victims and the
 * programs that they run do what injectors do, so any of them may once be told
 * of for itself; how often an act between two processes is told does not hang
 * on that.
 *
 * @kind: an enum tsp_kind
 * @technique: an enum tsp_technique
 * @source: pid of the source
 * @target: pid of the target
 * @party: pid of the source or of the target
 * @failed: only events of refused acts
 * @succeeded: only events of acts that were not refused
 * @after: only events that were told later than this one
 */
struct match {
	uint32_t kind;
	uint32_t technique;
	pid_t source;
	pid_t target;
	pid_t party;
	bool failed;
	bool succeeded;
	const struct tsp_event *after;
};

/**
 * events_open() - join the event group
 *
 * Return: the listener, to be given back with events_close(); NULL with a
 * complaint on stderr if the module is not there or does not let us.
 */
struct events *events_open(void);

/**
 * events_close() - leave the event group and forget the events
 * @events: the listener, or NULL
 */
void events_close(struct events *events);

/**
 * events_wait() - wait for an event
 * @events: the listener
 * @match: which one
 *
 * Return: the oldest such event, valid until events_close(); NULL with a
 * complaint on stderr if none comes in time.
 */
const struct tsp_event *events_wait(struct events *events,
				    const struct match *match);

/**
 * events_count() - count what is there after a fence
 * @events: the listener
 * @match: which ones
 *
 * Return: how many such events were told of what happened before this call, -1
 * if the fence itself was not detected.
 */
int events_count(struct events *events, const struct match *match);

/**
 * events_print() - describe events on stderr, for who must find a failure
 * @events: the listener
 * @match: which ones
 */
void events_print(const struct events *events, const struct match *match);

/**
 * event_print() - describe an event on stderr, for who must find a failure
 * @event: the event
 */
void event_print(const struct tsp_event *event);

/* Shorthands; the rest of the words are members of struct match. */
#define WAIT_FOR(events, ...)                                                  \
	events_wait(events, &(struct match){ __VA_ARGS__ })
#define COUNT(events, ...) events_count(events, &(struct match){ __VA_ARGS__ })

/*
 * Exactly @n events of what happened until now. For the files that include the
 * test harness.
 */
#define EXPECT_TOLD(n, events, ...)                                            \
	EXPECT_EQ(n, COUNT(events, __VA_ARGS__))                               \
	{                                                                      \
		events_print(events, &(struct match){ __VA_ARGS__ });          \
	}

#endif /* _SELFTESTS_EVENTS_H */
