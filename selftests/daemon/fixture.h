/* SPDX-License-Identifier: GPL-2.0 */
/* Messages and events to test with. */
#ifndef TSP_TEST_FIXTURE_H
#define TSP_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <netlink/msg.h>

#include <trespass/field.h>

/**
 * enum fixture_change - how one attribute is spoilt
 * @AS_IT_IS: not at all
 * @OMITTED: it is left out
 * @SHORTER: its last byte is missing
 * @LONGER: it has a byte more
 * @TWICE: it comes a second time
 */
enum fixture_change { AS_IT_IS, OMITTED, SHORTER, LONGER, TWICE };

/**
 * fixture_fill() - a value in every field of a struct
 * @set: its description
 * @out: the struct
 */
void fixture_fill(const struct tsp_set *set, void *out);

/**
 * fixture_encode() - a struct as attributes, one of them spoilt
 * @msg: attributes are added
 * @set: description of the struct
 * @in: the struct
 * @attr: which attribute is spoilt, on this level
 * @change: how
 */
void fixture_encode(struct nl_msg *msg, const struct tsp_set *set,
		    const void *in, uint16_t attr, enum fixture_change change);

/**
 * fixture_event() - a plausible detection: PID 812 writes into PID 810
 * @event: filled
 */
void fixture_event(struct tsp_event *event);

#endif /* TSP_TEST_FIXTURE_H */
