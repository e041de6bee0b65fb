/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of techniques: what each one is called outside, and what it weighs.
 */
#ifndef _TSP_CORE_TECHNIQUE_H
#define _TSP_CORE_TECHNIQUE_H

#include "types.h"

#define TSP_TECHNIQUE_ATTACK_MAX 2

/**
 * struct tsp_technique_row - one technique
 * @title: what happens, in a few words for a person
 * @attack: MITRE ATT&CK technique ids, most specific first, NULL-padded
 * @analytic: MITRE ATT&CK detection analytic id
 * @ops: the operations that make it, one bit (1 << enum tsp_op) each
 * @severity: points that it weighs by itself
 */
struct tsp_technique_row {
	const char *title;
	const char *attack[TSP_TECHNIQUE_ATTACK_MAX];
	const char *analytic;
	u32 ops;
	u32 severity;
};

/**
 * tsp_technique_row() - look up a technique
 * @technique: an enum tsp_technique
 *
 * Context: Any.
 * Return: the row, or NULL if there is no such technique.
 */
const struct tsp_technique_row *tsp_technique_row(u32 technique);

/**
 * tsp_technique_of() - find the technique that an operation makes
 * @op: one bit (1 << enum tsp_op)
 *
 * Context: Any.
 * Return: an enum tsp_technique, or 0 if it makes none.
 */
u32 tsp_technique_of(u32 op);

#endif /* _TSP_CORE_TECHNIQUE_H */
