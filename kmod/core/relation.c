// SPDX-License-Identifier: GPL-2.0
/*
 * How a target relates to its source.
 */
#include "relation.h"

/* Orphans are handed to init, so sharing it as a parent says nothing. */
#define INIT_PID 1

static u32 family(const struct tsp_party *source,
		  const struct tsp_party *target, const struct tsp_kinship *kin)
{
	if (target->ppid == source->pid)
		return TSP_RELATION_CHILD;
	if (source->ppid == target->pid)
		return TSP_RELATION_PARENT;
	if (kin->target_descends)
		return TSP_RELATION_DESCENDANT;
	if (kin->source_descends)
		return TSP_RELATION_ANCESTOR;
	if (source->ppid == target->ppid && source->ppid > INIT_PID)
		return TSP_RELATION_SIBLING;
	return 0;
}

u32 tsp_relation(const struct tsp_party *source, const struct tsp_party *target,
		 const struct tsp_kinship *kin)
{
	u32 flags;

	if (source->pid == target->pid && source->start_ns == target->start_ns)
		return TSP_RELATION_SELF;

	flags = family(source, target, kin);
	if (source->uid == target->uid)
		flags |= TSP_RELATION_SAME_UID;
	else
		flags |= TSP_RELATION_CROSS_UID;
	if (source->session && source->session == target->session)
		flags |= TSP_RELATION_SAME_SESSION;
	if (source->pid_ns != target->pid_ns) {
		flags |= TSP_RELATION_CROSS_PIDNS;
		if (!kin->same_mnt_ns)
			flags |= TSP_RELATION_CROSS_CONTAINER;
	}
	return flags;
}
