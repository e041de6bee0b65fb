/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of core share: an edge to begin with and observations to add.
 */
#ifndef SELFTESTS_UNIT_OBSERVE_H
#define SELFTESTS_UNIT_OBSERVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/detector.h"
#include "core/edge.h"
#include "core/relation.h"
#include "core/technique.h"

#define MS 1000000ULL

/* The policy that the module is loaded with. */
extern const struct tsp_policy default_policy;

/**
 * observation() - make an observation
 * @op: what was done
 * @at_ms: when
 * @result: 0 or a negative errno
 * @bytes: bytes written
 *
 * Return: the observation, from process 100 on process 200.
 */
struct tsp_observation observation(u32 op, u64 at_ms, s32 result, u64 bytes);

/**
 * observe() - make an observation and add it to an edge, as the module does
 * @edge: the edge's record
 * @op: what was done
 * @at_ms: when
 * @result: 0 or a negative errno
 * @bytes: bytes written
 *
 * A technique that fits is noted as told. Whether it was is the question that
 * most tests ask.
 *
 * Return: the technique that fits now, or 0.
 */
u32 observe(struct tsp_edge_state *edge, u32 op, u64 at_ms, s32 result,
	    u64 bytes);

/**
 * begin() - begin the record of an edge between two strangers
 * @edge: the record
 */
void begin(struct tsp_edge_state *edge);

#endif /* SELFTESTS_UNIT_OBSERVE_H */
