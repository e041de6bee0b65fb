/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of techniques: what each one is called outside, when it fits, and
 * what it weighs.
 */
#ifndef _TSP_CORE_TECHNIQUE_H
#define _TSP_CORE_TECHNIQUE_H

#include "types.h"

#define TSP_TECHNIQUE_ATTACK_MAX 2

/* The bit of a technique in a set of techniques. */
#define TSP_TECHNIQUE_BIT(technique) (1U << (technique))

/**
 * enum tsp_place - where an operation must land for a technique
 * @TSP_PLACE_ANY: anywhere
 * @TSP_PLACE_EXECUTABLE: in executable memory, but the vdso
 * @TSP_PLACE_RELRO: in what the dynamic linker has sealed
 * @TSP_PLACE_VDSO: in the vdso or its data
 */
enum tsp_place {
	TSP_PLACE_ANY,
	TSP_PLACE_EXECUTABLE,
	TSP_PLACE_RELRO,
	TSP_PLACE_VDSO,
};

/**
 * struct tsp_technique_row - one technique
 * @title: what happens, in a few words for a person
 * @attack: MITRE ATT&CK technique ids, most specific first, NULL-padded
 * @analytic: MITRE ATT&CK detection analytic id, or NULL
 * @ops: the operations that make it, TSP_OP_BIT() each; 0 if it is not made by
 *	 an operation on an edge
 * @after: it needs one of these to have succeeded before; 0 for nothing
 * @unless: it is not made once one of these has succeeded
 * @place: where the operation must land, an enum tsp_place
 * @by_target: the operation is one of the target's own
 * @needs_context: the observation's context must be set too
 * @at_end: a success is told only when the edge has come to nothing else
 * @severity: points that it weighs by itself
 */
struct tsp_technique_row {
	const char *title;
	const char *attack[TSP_TECHNIQUE_ATTACK_MAX];
	const char *analytic;
	u32 ops;
	u32 after;
	u32 unless;
	u32 place;
	bool by_target;
	bool needs_context;
	bool at_end;
	s32 severity;
};

/* The table, by enum tsp_technique; a row without a title is none. */
extern const struct tsp_technique_row tsp_techniques[];

/**
 * tsp_techniques_of() - the techniques that an operation can make
 * @op: an enum tsp_op
 *
 * Context: Any.
 * Return: TSP_TECHNIQUE_BIT() each.
 */
u32 tsp_techniques_of(u32 op);

/**
 * tsp_technique_row() - look up a technique
 * @technique: an enum tsp_technique
 *
 * Context: Any.
 * Return: the row, or NULL if there is no such technique.
 */
const struct tsp_technique_row *tsp_technique_row(u32 technique);

#endif /* _TSP_CORE_TECHNIQUE_H */
