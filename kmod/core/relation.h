/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a target relates to its source.
 */
#ifndef _TSP_CORE_RELATION_H
#define _TSP_CORE_RELATION_H

#include "message.h"

/**
 * struct tsp_kinship - what two parties' own records do not show
 * @target_descends: the source is among the target's ancestors
 * @source_descends: the target is among the source's ancestors
 * @same_mnt_ns: both live in one mount namespace
 */
struct tsp_kinship {
	bool target_descends;
	bool source_descends;
	bool same_mnt_ns;
};

/**
 * tsp_relation() - compute the relation flags
 * @source: who acted
 * @target: who was acted on
 * @kin: what the caller knows besides
 *
 * A relation changes a severity; it never exempts.
 *
 * Context: Any.
 * Return: TSP_RELATION_ flags.
 */
u32 tsp_relation(const struct tsp_party *source, const struct tsp_party *target,
		 const struct tsp_kinship *kin);

#endif /* _TSP_CORE_RELATION_H */
