/* SPDX-License-Identifier: GPL-2.0 */
/* What trespass cannot see, on this host and anywhere. */
#ifndef TSP_LIMITS_H
#define TSP_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than there are. */
#define TSP_LIMITS_MAX 32

/**
 * enum tsp_limit_state - what a limit comes to
 * @TSP_LIMIT_OPEN: the act is possible here, and is seen
 * @TSP_LIMIT_REFUSED: the kernel refuses it here; the attempt is told
 * @TSP_LIMIT_CLOSED: there is no such way here
 * @TSP_LIMIT_BLIND: something goes unseen, or is told as something else
 * @TSP_LIMIT_UNKNOWN: this host does not say
 */
enum tsp_limit_state {
	TSP_LIMIT_OPEN,
	TSP_LIMIT_REFUSED,
	TSP_LIMIT_CLOSED,
	TSP_LIMIT_BLIND,
	TSP_LIMIT_UNKNOWN,
};

/**
 * struct tsp_limit - one limit
 * @name: short, stable, for programs
 * @techniques: those that it is about, bit N for technique N; 0 for all
 * @state: an enum tsp_limit_state
 * @here: it was read from this host; else it holds everywhere
 * @text: a sentence
 */
struct tsp_limit {
	const char *name;
	uint32_t techniques;
	enum tsp_limit_state state;
	bool here;
	char text[256];
};

/**
 * tsp_limits_read() - look at this host, and list what holds
 * @limits: filled
 *
 * Only reads, and only what no probe of ours sits on.
 *
 * Context: Any.
 * Return: how many, those of this host first.
 */
size_t tsp_limits_read(struct tsp_limit limits[TSP_LIMITS_MAX]);

/**
 * tsp_limits_silence() - are the probes silent right now?
 *
 * Context: Any.
 * Return: what has silenced all probes but tracepoints, or NULL.
 */
const char *tsp_limits_silence(void);

/**
 * tsp_limits_state_name() - name of an enum tsp_limit_state
 * @state: one of them
 *
 * Context: Any.
 * Return: a constant string.
 */
const char *tsp_limits_state_name(enum tsp_limit_state state);

#endif /* TSP_LIMITS_H */
