/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A few processes and the edges between them, in the hands of core as submit.c
 * has it, without locks and kernel objects. Core is called in the same order,
 * and after every step its record of each edge is held against that edge's
 * ledger and against a second record which never took the fast path.
 */
#ifndef SELFTESTS_FUZZ_WORLD_H
#define SELFTESTS_FUZZ_WORLD_H

#include "core/process.h"
#include "core/relation.h"
#include "ledger.h"

#define PROCESSES 4
#define EDGES 6 /* fewer than pairs, so that some must make room */
#define MAPPINGS 8
#define FILES 2

#define MAPPING_SHIFT 16
#define TICK_NS 4000000ULL

enum stage { FREE, LIVE, ENDING, OVER };

/**
 * struct process - a process; its place is reused for another when it exits
 * @state: core's record
 * @party: who it is
 * @flipped: its program has made writable memory executable before
 * @mapping: its memory, from address 0 without holes
 */
struct process {
	struct tsp_process_state state;
	struct tsp_party party;
	bool flipped;
	struct tsp_where mapping[MAPPINGS];
};

/**
 * struct edge - an edge
 * @state: core's record
 * @slow: core's record, had there been no fast path
 * @ledger: what both must agree with
 * @stage: where in its life it is
 * @end: why it ended
 * @order: the quietest has the least
 * @source: who acts
 * @target: who is acted on
 * @source_state: copied when the source exits
 * @target_dead: the target has exited
 * @source_dead: the source has exited
 * @queued: detections that went out
 * @gravest: the greatest severity of them
 * @summed: its summary went out
 */
struct edge {
	struct tsp_edge_state state;
	struct tsp_edge_state slow;
	struct ledger ledger;
	enum stage stage;
	u32 end;
	u64 order;
	u32 source;
	u32 target;
	struct tsp_process_state source_state;
	bool target_dead;
	bool source_dead;
	u32 queued;
	u32 gravest;
	bool summed;
};

/**
 * struct pending - an observation between the two times that submit.c takes
 *   the tracker's lock
 * @obs: the observation
 * @number: of its edge; 0 if nothing is pending
 * @around: what weighs besides
 */
struct pending {
	struct tsp_observation obs;
	u64 number;
	struct tsp_circumstances around;
};

/**
 * struct world - everything
 * @begin_ns: when it began
 * @now_ns: the time
 * @ticks: ticks at time 0; they wrap
 * @order: of the edge that was touched last
 * @last_edge: number of the newest edge
 * @policy: the tunables
 * @process: the processes
 * @edge: the edges
 * @file: in-memory files
 * @pending: what another CPU has not finished
 * @defer: the next observation is to be left pending
 * @digest: of everything told
 */
struct world {
	u64 begin_ns;
	u64 now_ns;
	u32 ticks;
	u64 order;
	u64 last_edge;
	struct tsp_policy policy;
	struct process process[PROCESSES];
	struct edge edge[EDGES];
	struct tsp_memfd_life file[FILES];
	struct pending pending;
	bool defer;
	u64 digest;
};

/**
 * world_observe() - a hook saw something, as tsp_submit()
 * @world: the world
 * @source: who
 * @target: whom
 * @obs: what; parties and time are filled in, where is what is really there
 * @file: the file that was run, or NULL
 */
void world_observe(struct world *world, u32 source, u32 target,
		   struct tsp_observation *obs,
		   const struct tsp_memfd_life *file);

/**
 * world_deed() - a process did something by itself, as tsp_submit_deed()
 * @world: the world
 * @process: who
 * @op: what
 */
void world_deed(struct world *world, u32 process, u32 op);

/**
 * world_exec() - a process runs another program
 * @world: the world
 * @process: who
 * @shell: that is a shell
 */
void world_exec(struct world *world, u32 process, bool shell);

/**
 * world_exit() - a process exits, and another takes its place
 * @world: the world
 * @process: who
 */
void world_exit(struct world *world, u32 process);

/**
 * world_blind() - trespass may not have seen something
 * @world: the world
 * @process: who is named
 */
void world_blind(struct world *world, u32 process);

/**
 * world_watch() - look after the edges, as the watch
 * @world: the world
 */
void world_watch(struct world *world);

/**
 * world_catch_up() - finish what is pending
 * @world: the world
 */
void world_catch_up(struct world *world);

/**
 * world_unload() - end everything
 * @world: the world
 */
void world_unload(struct world *world);

/**
 * world_check() - hold core's records against the ledgers
 * @world: the world
 */
void world_check(const struct world *world);

#endif /* SELFTESTS_FUZZ_WORLD_H */
