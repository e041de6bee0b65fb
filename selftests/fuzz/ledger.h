/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The books of one edge, kept apart from core and more simply: everything that
 * was seen is written down, and core's record is compared with that.
 */
#ifndef SELFTESTS_FUZZ_LEDGER_H
#define SELFTESTS_FUZZ_LEDGER_H

#include "core/detector.h"

/* What must hold, or the fuzzer has found something. */
#define MUST(condition)                                                        \
	do {                                                                   \
		if (!(condition))                                              \
			must_failed(#condition, __FILE__, __LINE__);           \
	} while (0)

/**
 * must_failed() - say which condition did not hold, and abort
 * @condition: its text
 * @file: where it stands
 * @line: where it stands
 */
_Noreturn void must_failed(const char *condition, const char *file, int line);

/**
 * struct run - equal operations in a row
 * @op: an enum tsp_op
 * @result: of each
 * @time_ns: of the first
 * @count: how many
 * @bytes: of them all
 */
struct run {
	u32 op;
	s32 result;
	u64 time_ns;
	u64 count;
	u64 bytes;
};

/**
 * struct ledger - the books
 * @n_run: used entries of @run
 * @run: the chain
 * @omitted: operations that came when @run was full
 * @first_ns: the earliest of all
 * @writes: successful operations that move bytes
 * @bytes: those bytes
 * @done: operations of the source that succeeded, TSP_OP_BIT() each
 * @regions: kinds of mappings written
 * @traced: threads that the source holds
 * @let_go: it has let go of the last of them
 * @told: techniques told of a success
 * @told_refused: techniques told of a refusal
 */
struct ledger {
	u32 n_run;
	struct run run[TSP_STEP_MAX];
	u64 omitted;
	u64 first_ns;
	u64 writes;
	u64 bytes;
	u32 done;
	u32 regions;
	u32 traced;
	bool let_go;
	u32 told;
	u32 told_refused;
};

/**
 * ledger_add() - write an observation down
 * @ledger: the books
 * @obs: the observation
 */
void ledger_add(struct ledger *ledger, const struct tsp_observation *obs);

/**
 * ledger_add_deed() - write down what a file went through
 * @ledger: the books
 * @op: what was done to it
 * @deed: when and how often
 */
void ledger_add_deed(struct ledger *ledger, u32 op,
		     const struct tsp_deed *deed);

/**
 * ledger_tell() - write down that a technique is told; once for each result
 * @ledger: the books
 * @technique: an enum tsp_technique
 * @result: of what it is told of
 */
void ledger_tell(struct ledger *ledger, u32 technique, s32 result);

/**
 * ledger_expects() - which techniques must have been told by now
 * @ledger: the books, with @obs written down
 * @obs: the newest observation
 * @before: operations that had succeeded before it
 *
 * Return: TSP_TECHNIQUE_BIT() each.
 */
u32 ledger_expects(const struct ledger *ledger,
		   const struct tsp_observation *obs, u32 before);

/**
 * ledger_compare() - hold core's record against the books
 * @ledger: the books
 * @edge: core's record
 */
void ledger_compare(const struct ledger *ledger,
		    const struct tsp_edge_state *edge);

#endif /* SELFTESTS_FUZZ_LEDGER_H */
