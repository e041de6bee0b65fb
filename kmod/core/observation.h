/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One thing that a hook saw.
 */
#ifndef _TSP_CORE_OBSERVATION_H
#define _TSP_CORE_OBSERVATION_H

#include "types.h"

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
 * struct tsp_observation - who did what, to whom, where, with which result
 * @time_ns: when it was done, CLOCK_BOOTTIME
 * @source: the process that acted
 * @target: the process that was acted on; may be @source
 * @op: an enum tsp_op
 * @result: 0, or the negative errno of the refusal
 * @address: first byte touched, in the target
 * @length: bytes asked for
 * @bytes: bytes really written
 */
struct tsp_observation {
	u64 time_ns;
	struct tsp_id source;
	struct tsp_id target;
	u32 op;
	s32 result;
	u64 address;
	u64 length;
	u64 bytes;
};

static inline bool tsp_id_equal(const struct tsp_id *a, const struct tsp_id *b)
{
	return a->tgid == b->tgid && a->start_ns == b->start_ns;
}

/* The bit of an operation in a set of operations. */
#define TSP_OP_BIT(op) (1U << (op))

/* Operations that change the target's memory or image. */
#define TSP_OPS_WRITE                                                          \
	(TSP_OP_BIT(TSP_OP_PTRACE_WRITE) | TSP_OP_BIT(TSP_OP_VM_WRITE) |       \
	 TSP_OP_BIT(TSP_OP_PROC_MEM_WRITE))

/* Operations that change the target's registers. */
#define TSP_OPS_REGS                                                           \
	(TSP_OP_BIT(TSP_OP_PTRACE_REGS) | TSP_OP_BIT(TSP_OP_PTRACE_FPREGS))

/* Operations that begin to trace the target. */
#define TSP_OPS_ATTACH                                                         \
	(TSP_OP_BIT(TSP_OP_PTRACE_ATTACH) | TSP_OP_BIT(TSP_OP_PTRACE_SEIZE) |  \
	 TSP_OP_BIT(TSP_OP_PTRACE_TRACEME))

/* Operations on an anonymous in-memory file that make its code run. */
#define TSP_OPS_MEMFD_RUN                                                      \
	(TSP_OP_BIT(TSP_OP_MEMFD_EXEC) | TSP_OP_BIT(TSP_OP_MEMFD_MAP_EXEC))

#endif /* _TSP_CORE_OBSERVATION_H */
