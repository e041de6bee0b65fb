/* SPDX-License-Identifier: GPL-2.0 */
/* An event for a person at a terminal. */
#ifndef TSP_RENDER_H
#define TSP_RENDER_H

#include <stdbool.h>
#include <stdio.h>

#include <trespass/trespass.h>

/**
 * tsp_render_event() - print an event in a few lines of at most 110 columns
 * @to: where to
 * @event: decoded; nothing in it is trusted
 * @color: the reader likes colours
 *
 * Context: Any.
 */
void tsp_render_event(FILE *to, const struct tsp_event *event, bool color);

#endif /* TSP_RENDER_H */
