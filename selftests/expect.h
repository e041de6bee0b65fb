/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a test expects an event to say, and the comparison.
 */
#ifndef _SELFTESTS_EXPECT_H
#define _SELFTESTS_EXPECT_H

#include "events.h"

/**
 * struct expect_step - one step of a chain
 * @op: what was done
 * @count: how many times in a row; 0 stands for once
 * @most: if not 0, at least @count times and at most so many: kernels write
 *   files in pieces of different sizes
 * @bytes: bytes written by them
 * @result: 0 or a negative errno
 */
struct expect_step {
	uint32_t op;
	uint64_t count;
	uint64_t most;
	uint64_t bytes;
	int32_t result;
};

/**
 * struct expect - what an event must say; all of it is compared
 * @technique: an enum tsp_technique
 * @source: who acted
 * @target: who was acted upon
 * @family: the relation flags but those about users and sessions, which follow
 *   from the parties
 * @result: 0 or a negative errno
 * @address: the deciding access; not compared if it is 0
 * @length: bytes that it asked for; not compared if @address is 0
 * @region: kind of the mapping; not compared if it and @address are 0
 * @bytes: bytes written by all
 * @count: how many writes, mappings or executions
 * @end: why the edge ended; 0 for a detection
 * @steps: the chain
 * @n_steps: its length
 */
struct expect {
	uint32_t technique;
	const struct identity *source;
	const struct identity *target;
	uint32_t family;
	int32_t result;
	uint64_t address;
	uint64_t length;
	uint32_t region;
	uint64_t bytes;
	uint64_t count;
	uint32_t end;
	const struct expect_step *steps;
	unsigned int n_steps;
};

/**
 * expect_differs() - compare an event with what a test expects
 * @event: the event, or NULL if none came
 * @expect: what it must say
 *
 * Return: NULL if it says that, else the first difference, in static memory.
 */
const char *expect_differs(const struct tsp_event *event,
			   const struct expect *expect);

/**
 * event_points() - what a factor contributes to an event's severity
 * @event: the event
 * @factor: an enum tsp_factor
 *
 * Return: the points, 0 if it is not among the reasons.
 */
int event_points(const struct tsp_event *event, uint32_t factor);

/* The chain as a member of struct expect. */
#define STEPS(...)                                                             \
	.steps = (const struct expect_step[]){ __VA_ARGS__ },                  \
	.n_steps = sizeof((const struct expect_step[]){ __VA_ARGS__ }) /       \
		   sizeof(struct expect_step)

/*
 * The rest of the words are members of struct expect. For the files that
 * include the test harness.
 */
#define ASSERT_EVENT(event, ...)                                               \
	do {                                                                   \
		const char *differs_ = expect_differs(                         \
			event, &(struct expect){ __VA_ARGS__ });               \
		ASSERT_EQ(NULL, differs_)                                      \
		{                                                              \
			TH_LOG("%s", differs_);                                \
		}                                                              \
	} while (0)

#endif /* _SELFTESTS_EXPECT_H */
