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
#include "core/process.h"
#include "core/relation.h"
#include "core/technique.h"

#define MS 1000000ULL

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* A set of one technique. */
#define ONE(name) TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_##name)

/* The policy that the module is loaded with. */
extern const struct tsp_policy default_policy;

/* Mappings of the target that observations are made in, each a page. */
extern const struct tsp_where in_data;
extern const struct tsp_where in_text;

/**
 * observation() - make an observation
 * @op: what was done
 * @at_ms: when
 * @result: 0 or a negative errno
 * @bytes: bytes written
 *
 * Return: the observation, from process 100 on the data of process 200.
 */
struct tsp_observation observation(u32 op, u64 at_ms, s32 result, u64 bytes);

/**
 * own() - make an observation of what a process does by itself
 * @op: what was done
 * @at_ms: when
 * @bytes: bytes mapped or executed
 *
 * Return: the observation, of process 200.
 */
struct tsp_observation own(u32 op, u64 at_ms, u64 bytes);

/**
 * add() - add an observation to an edge, as the module does
 * @edge: the edge's record
 * @obs: the observation
 *
 * The techniques that fit are noted as told. Whether they were is the question
 * that most tests ask.
 *
 * Return: the techniques that fit now, TSP_TECHNIQUE_BIT() each.
 */
u32 add(struct tsp_edge_state *edge, const struct tsp_observation *obs);

/**
 * observe() - make an observation and add it to an edge
 * @edge: the edge's record
 * @op: what was done
 * @at_ms: when
 * @result: 0 or a negative errno
 * @bytes: bytes written
 *
 * Return: as add().
 */
u32 observe(struct tsp_edge_state *edge, u32 op, u64 at_ms, s32 result,
	    u64 bytes);

/**
 * begin() - begin the record of an edge between two strangers
 * @edge: the record
 */
void begin(struct tsp_edge_state *edge);

#endif /* SELFTESTS_UNIT_OBSERVE_H */
