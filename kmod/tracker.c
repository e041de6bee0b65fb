// SPDX-License-Identifier: GPL-2.0
/*
 * The bounded tables that hold core's records of processes and edges.
 *
 * One lock for all of it. Its holders do a few lookups and additions; the walks
 * over all edges are the watch's, a few times a second, and over the edges of a
 * process, when that exits.
 *
 * Nothing is allocated after loading, and no page more than the tables fill:
 * vmalloc rounds to pages, kmalloc to powers of two. When a table is full, the
 * quietest entry makes room, and that is counted.
 */
#include "tracker.h"

#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "stats.h"

#define EDGE_BITS 10
#define PROCESS_BITS 13

static DEFINE_RAW_SPINLOCK(lock); /* protects everything below */
static DEFINE_HASHTABLE(edge_table, EDGE_BITS);
static DEFINE_HASHTABLE(process_table, PROCESS_BITS);
static HLIST_HEAD(free_edges);
static HLIST_HEAD(free_processes);
static struct list_head stages[TSP_STAGES]; /* edges by stage */
static LIST_HEAD(idle_processes); /* those without edges, quietest first */
static u32 n_edges;
static u32 n_processes;

static struct tsp_edge *edges;
static struct tsp_process *processes;

static u32 process_key(const struct tsp_id *id)
{
	return hash_64(id->start_ns ^ id->tgid, 32);
}

static u32 edge_key(const struct tsp_id *source, const struct tsp_id *target)
{
	return process_key(source) * 31 + process_key(target);
}

int tsp_tracker_init(void)
{
	int i;

	edges = vzalloc(array_size(TSP_EDGES_MAX, sizeof(*edges)));
	if (!edges)
		return -ENOMEM;
	processes = vzalloc(array_size(TSP_PROCESSES_MAX, sizeof(*processes)));
	if (!processes) {
		vfree(edges);
		return -ENOMEM;
	}

	for (i = 0; i < TSP_STAGES; i++)
		INIT_LIST_HEAD(&stages[i]);
	for (i = 0; i < TSP_EDGES_MAX; i++)
		hlist_add_head(&edges[i].hash, &free_edges);
	for (i = 0; i < TSP_PROCESSES_MAX; i++)
		hlist_add_head(&processes[i].hash, &free_processes);
	return 0;
}

void tsp_tracker_exit(void)
{
	WARN_ON_ONCE(n_edges);
	vfree(processes);
	vfree(edges);
}

void tsp_tracker_lock(void) __acquires(&lock)
{
	raw_spin_lock(&lock);
}

void tsp_tracker_unlock(void) __releases(&lock)
{
	raw_spin_unlock(&lock);
}

struct tsp_process *tsp_tracker_process(const struct tsp_id *id)
{
	struct tsp_process *process;

	lockdep_assert_held(&lock);
	hash_for_each_possible(process_table, process, hash, process_key(id))
		if (tsp_id_equal(&process->id, id))
			return process;
	return NULL;
}

static bool has_edges(const struct tsp_process *process)
{
	return !hlist_empty(&process->as_source) ||
	       !hlist_empty(&process->as_target);
}

static void free_process(struct tsp_process *process)
{
	n_processes--;
	list_del(&process->idle);
	hash_del(&process->hash);
	hlist_add_head(&process->hash, &free_processes);
}

static bool make_room_for_process(void)
{
	struct tsp_process *quietest;

	if (!hlist_empty(&free_processes))
		return true;
	quietest = list_first_entry_or_null(&idle_processes, struct tsp_process,
					    idle);
	if (!quietest)
		return false;
	tsp_stats_inc(processes_evicted);
	free_process(quietest);
	return true;
}

struct tsp_process *tsp_tracker_process_new(const struct tsp_id *id)
{
	struct tsp_process *process = tsp_tracker_process(id);

	if (process || !make_room_for_process())
		return process;

	process = hlist_entry(free_processes.first, struct tsp_process, hash);
	hlist_del(&process->hash);
	process->id = *id;
	process->state = (struct tsp_process_state){
		.libc = TSP_C_LIBRARY_UNKNOWN,
	};
	process->dead = false;
	INIT_HLIST_HEAD(&process->as_source);
	INIT_HLIST_HEAD(&process->as_target);
	list_add_tail(&process->idle, &idle_processes);
	hash_add(process_table, &process->hash, process_key(id));
	n_processes++;
	return process;
}

void tsp_tracker_process_gone(struct tsp_process *process)
{
	lockdep_assert_held(&lock);
	process->dead = true;
	if (!has_edges(process))
		free_process(process);
}

static struct tsp_edge *find_edge(const struct tsp_id *source,
				  const struct tsp_id *target)
{
	struct tsp_edge *edge;

	hash_for_each_possible(edge_table, edge, hash, edge_key(source, target))
		if (tsp_id_equal(&edge->source->id, source) &&
		    tsp_id_equal(&edge->target->id, target))
			return edge;
	return NULL;
}

struct tsp_edge *tsp_tracker_edge(const struct tsp_id *source,
				  const struct tsp_id *target)
{
	lockdep_assert_held(&lock);
	return find_edge(source, target);
}

bool tsp_tracker_repeat(const struct tsp_id *target, u32 op, s64 returned,
			u64 address, u64 length, const struct tsp_id *source)
{
	struct tsp_edge *edge;
	bool repeats;

	raw_spin_lock(&lock);
	edge = find_edge(source, target);
	repeats = edge && tsp_edge_repeat(&edge->state, op, returned, address,
					  length, jiffies);
	raw_spin_unlock(&lock);
	return repeats;
}

void tsp_tracker_edge_touch(struct tsp_edge *edge)
{
	lockdep_assert_held(&lock);
	/* The busy one is mostly there already. */
	if (!list_is_last(&edge->list, &stages[edge->stage]))
		list_move_tail(&edge->list, &stages[edge->stage]);
}

struct tsp_edge *tsp_tracker_edge_new(const struct tsp_id *source,
				      const struct tsp_id *target)
{
	struct tsp_process *from, *to;
	struct tsp_edge *edge;

	lockdep_assert_held(&lock);
	if (hlist_empty(&free_edges))
		return NULL;

	/*
	 * Every edge has two processes at most, so with more than twice as many
	 * process records as edges there is always an idle one to evict. Off
	 * the idle list at once, lest making the second evict the first.
	 */
	BUILD_BUG_ON(TSP_PROCESSES_MAX < 2 * TSP_EDGES_MAX + 2);
	from = tsp_tracker_process_new(source);
	list_del_init(&from->idle);
	to = tsp_tracker_process_new(target);
	list_del_init(&to->idle);

	edge = hlist_entry(free_edges.first, struct tsp_edge, hash);
	hlist_del(&edge->hash);
	edge->source = from;
	edge->target = to;
	edge->stage = TSP_STAGE_LIVE;
	edge->held = 0;
	hlist_add_head(&edge->of_source, &from->as_source);
	hlist_add_head(&edge->of_target, &to->as_target);
	list_add_tail(&edge->list, &stages[TSP_STAGE_LIVE]);
	hash_add(edge_table, &edge->hash, edge_key(source, target));
	n_edges++;
	return edge;
}

static void move_on(struct tsp_edge *edge, enum tsp_stage stage)
{
	edge->stage = stage;
	list_move_tail(&edge->list, &stages[stage]);
}

void tsp_tracker_edge_end(struct tsp_edge *edge, u32 end)
{
	lockdep_assert_held(&lock);
	edge->end = end;
	move_on(edge, TSP_STAGE_ENDING);
}

void tsp_tracker_edge_over(struct tsp_edge *edge)
{
	lockdep_assert_held(&lock);
	hash_del(&edge->hash);
	move_on(edge, TSP_STAGE_OVER);
}

static void rest(struct tsp_process *process)
{
	if (has_edges(process))
		return;
	list_move_tail(&process->idle, &idle_processes);
	if (process->dead)
		free_process(process);
}

void tsp_tracker_edge_free(struct tsp_edge *edge)
{
	lockdep_assert_held(&lock);
	tsp_record_put_files(edge->file);
	list_del(&edge->list);
	hlist_del(&edge->of_source);
	hlist_del(&edge->of_target);
	hash_del(&edge->hash);
	hlist_add_head(&edge->hash, &free_edges);
	n_edges--;
	rest(edge->source);
	if (edge->target != edge->source)
		rest(edge->target);
}

/* The first edge behind a place in a stage's list that nobody holds. */
static struct tsp_edge *behind(struct list_head *place, enum tsp_stage stage)
{
	struct tsp_edge *edge = list_entry(place, struct tsp_edge, list);

	lockdep_assert_held(&lock);
	list_for_each_entry_continue(edge, &stages[stage], list)
		if (!edge->held)
			return edge;
	return NULL;
}

struct tsp_edge *tsp_tracker_first(enum tsp_stage stage)
{
	return behind(&stages[stage], stage);
}

struct tsp_edge *tsp_tracker_next(struct tsp_edge *edge)
{
	return behind(&edge->list, edge->stage);
}

void tsp_tracker_count(u32 *edge_count, u32 *process_count)
{
	*edge_count = READ_ONCE(n_edges);
	*process_count = READ_ONCE(n_processes);
}
