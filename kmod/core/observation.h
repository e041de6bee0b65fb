/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One thing that a hook saw.
 */
#ifndef _TSP_CORE_OBSERVATION_H
#define _TSP_CORE_OBSERVATION_H

#include "types.h"
#include <uapi/linux/trespass.h>

/**
 * struct tsp_id - names a process for as long as the system runs
 * @start_ns: start of the thread group, CLOCK_BOOTTIME
 * @tgid: thread group id in the initial pid namespace
 */
struct tsp_id {
	u64 start_ns;
	u32 tgid;
};

/**
 * struct tsp_where - the mapping that was touched
 * @start: its first byte
 * @end: the byte behind its last
 * @region: an enum tsp_region
 * @prot: TSP_PROT_ flags, 0 if unknown
 */
struct tsp_where {
	u64 start;
	u64 end;
	u32 region;
	u32 prot;
};

/**
 * struct tsp_observation - who did what, to whom, where, with which result
 * @time_ns: when it was done, CLOCK_BOOTTIME
 * @source: the process that acted
 * @target: the process that was acted on; may be @source
 * @op: an enum tsp_op
 * @result: 0, or the negative errno of the refusal
 * @context: what makes a technique fit that does not fit by its operation alone
 * @address: first byte touched, in the target
 * @length: bytes asked for
 * @bytes: bytes really written
 * @ranges: how many ranges that is, 0 and 1 both for one
 * @where: the gravest of the mappings that were touched
 * @regions: the kinds of all of them, one bit (1 << enum tsp_region) each
 */
struct tsp_observation {
	u64 time_ns;
	struct tsp_id source;
	struct tsp_id target;
	u32 op;
	s32 result;
	bool context;
	u64 address;
	u64 length;
	u64 bytes;
	u32 ranges;
	u32 regions;
	struct tsp_where where;
};

static inline bool tsp_id_equal(const struct tsp_id *a, const struct tsp_id *b)
{
	return a->tgid == b->tgid && a->start_ns == b->start_ns;
}

/* The bit of an operation in a set of operations. */
#define TSP_OP_BIT(op) (1U << (op))

/* Operations that write the target's memory. */
#define TSP_OPS_WRITE                                                          \
	(TSP_OP_BIT(TSP_OP_PTRACE_WRITE) | TSP_OP_BIT(TSP_OP_VM_WRITE) |       \
	 TSP_OP_BIT(TSP_OP_PROC_MEM_WRITE) | TSP_OP_BIT(TSP_OP_UFFD_COPY) |    \
	 TSP_OP_BIT(TSP_OP_UPROBE))

/* Operations that change the target's registers. */
#define TSP_OPS_REGS                                                           \
	(TSP_OP_BIT(TSP_OP_PTRACE_REGS) | TSP_OP_BIT(TSP_OP_PTRACE_FPREGS))

/* Operations that begin to trace the target. */
#define TSP_OPS_ATTACH                                                         \
	(TSP_OP_BIT(TSP_OP_PTRACE_ATTACH) | TSP_OP_BIT(TSP_OP_PTRACE_SEIZE) |  \
	 TSP_OP_BIT(TSP_OP_PTRACE_TRACEME) |                                   \
	 TSP_OP_BIT(TSP_OP_PTRACE_AUTO_ATTACH))

/* Operations on a fileless file that make its code run. */
#define TSP_OPS_FILELESS_RUN                                                   \
	(TSP_OP_BIT(TSP_OP_MEMFD_EXEC) | TSP_OP_BIT(TSP_OP_MEMFD_MAP_EXEC))

/* Operations that can be part of a native-api-sequence. */
#define TSP_OPS_CALL                                                           \
	(TSP_OPS_WRITE | TSP_OPS_REGS | TSP_OPS_FILELESS_RUN |                 \
	 TSP_OP_BIT(TSP_OP_FORK) | TSP_OP_BIT(TSP_OP_WX_FLIP) |                \
	 TSP_OP_BIT(TSP_OP_PTRACE_ATTACH) | TSP_OP_BIT(TSP_OP_PTRACE_SEIZE))

/* What the target does by itself once it has been changed. */
#define TSP_OPS_BEHAVIOUR                                                      \
	(TSP_OP_BIT(TSP_OP_WX_FLIP) | TSP_OP_BIT(TSP_OP_MEMFD_MAP_EXEC) |      \
	 TSP_OP_BIT(TSP_OP_EXEC) | TSP_OP_BIT(TSP_OP_FORK))

/**
 * tsp_observation_by_target() - was it the target that acted, by itself?
 * @obs: an observation
 *
 * What a process does after another has changed it is a step of their edge, but
 * not the source's deed.
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool tsp_observation_by_target(const struct tsp_observation *obs)
{
	return TSP_OP_BIT(obs->op) & TSP_OPS_BEHAVIOUR &&
	       !tsp_id_equal(&obs->source, &obs->target);
}

#endif /* _TSP_CORE_OBSERVATION_H */
