// SPDX-License-Identifier: GPL-2.0
/*
 * The bounded tables that hold core's records of processes and edges.
 *
 * One lock for all of it: what is tracked is rare on any healthy host, and a
 * tracer that pokes as fast as it can contends with nobody. The hooks that
 * every process passes (fork, exec, exit) ask a lockless filter first. Its
 * counters change under the lock only; a reader that races with the making of a
 * record has, at worst, run before it.
 *
 * Nothing is allocated after loading. When a table is full, the quietest entry
 * makes room, and that is counted.
 */
#include "tracker.h"

#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/spinlock.h>

#include "stats.h"

#define TABLE_BITS 10
#define FILTER_BITS 12

static DEFINE_RAW_SPINLOCK(lock); /* protects everything below */
static DEFINE_HASHTABLE(edge_table, TABLE_BITS);
static DEFINE_HASHTABLE(process_table, TABLE_BITS);
static HLIST_HEAD(free_edges);
static HLIST_HEAD(free_processes);
static LIST_HEAD(edges_by_quiet);    /* quietest first */
static LIST_HEAD(idle_processes);    /* those without edges, quietest first */
static u16 filter[1 << FILTER_BITS]; /* records per hash of the tgid */
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

static u16 *filter_slot(u32 tgid)
{
	return &filter[hash_32(tgid, FILTER_BITS)];
}

int tsp_tracker_init(void)
{
	int i;

	edges = kvcalloc(TSP_EDGES_MAX, sizeof(*edges), GFP_KERNEL);
	if (!edges)
		return -ENOMEM;
	processes = kvcalloc(TSP_PROCESSES_MAX, sizeof(*processes), GFP_KERNEL);
	if (!processes) {
		kvfree(edges);
		return -ENOMEM;
	}

	for (i = 0; i < TSP_EDGES_MAX; i++)
		hlist_add_head(&edges[i].hash, &free_edges);
	for (i = 0; i < TSP_PROCESSES_MAX; i++)
		hlist_add_head(&processes[i].hash, &free_processes);
	return 0;
}

void tsp_tracker_exit(void)
{
	WARN_ON_ONCE(n_edges);
	kvfree(processes);
	kvfree(edges);
}

unsigned long tsp_tracker_lock(void) __acquires(&lock)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	return flags;
}

void tsp_tracker_unlock(unsigned long flags) __releases(&lock)
{
	raw_spin_unlock_irqrestore(&lock, flags);
}

bool tsp_tracker_may_know(u32 tgid)
{
	return READ_ONCE(*filter_slot(tgid));
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

void tsp_tracker_process_free(struct tsp_process *process)
{
	u16 *slot = filter_slot(process->id.tgid);

	lockdep_assert_held(&lock);
	WRITE_ONCE(*slot, *slot - 1);
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
	tsp_tracker_process_free(quietest);
	return true;
}

struct tsp_process *tsp_tracker_process_new(const struct tsp_id *id)
{
	struct tsp_process *process = tsp_tracker_process(id);
	u16 *slot = filter_slot(id->tgid);

	if (process || !make_room_for_process())
		return process;

	process = hlist_entry(free_processes.first, struct tsp_process, hash);
	hlist_del(&process->hash);
	process->id = *id;
	process->state = (struct tsp_process_state){};
	INIT_LIST_HEAD(&process->as_source);
	INIT_LIST_HEAD(&process->as_target);
	list_add_tail(&process->idle, &idle_processes);
	hash_add(process_table, &process->hash, process_key(id));
	WRITE_ONCE(*slot, *slot + 1);
	n_processes++;
	return process;
}

struct tsp_edge *tsp_tracker_edge(const struct tsp_id *source,
				  const struct tsp_id *target)
{
	struct tsp_edge *edge;

	lockdep_assert_held(&lock);
	hash_for_each_possible(edge_table, edge, hash,
			       edge_key(source, target)) {
		if (tsp_id_equal(&edge->source->id, source) &&
		    tsp_id_equal(&edge->target->id, target)) {
			list_move_tail(&edge->lru, &edges_by_quiet);
			return edge;
		}
	}
	return NULL;
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
	list_add_tail(&edge->of_source, &from->as_source);
	list_add_tail(&edge->of_target, &to->as_target);
	list_add_tail(&edge->lru, &edges_by_quiet);
	hash_add(edge_table, &edge->hash, edge_key(source, target));
	n_edges++;
	return edge;
}

static void rest(struct tsp_process *process)
{
	if (list_empty(&process->as_source) && list_empty(&process->as_target))
		list_move_tail(&process->idle, &idle_processes);
}

void tsp_tracker_edge_free(struct tsp_edge *edge)
{
	lockdep_assert_held(&lock);
	tsp_record_put_files(edge->file);
	list_del(&edge->lru);
	list_del(&edge->of_source);
	list_del(&edge->of_target);
	hash_del(&edge->hash);
	hlist_add_head(&edge->hash, &free_edges);
	n_edges--;
	rest(edge->source);
	rest(edge->target);
}

struct tsp_edge *tsp_tracker_quietest(void)
{
	lockdep_assert_held(&lock);
	return list_first_entry_or_null(&edges_by_quiet, struct tsp_edge, lru);
}

struct tsp_edge *tsp_tracker_idle(u64 now_ns, u64 idle_ns)
{
	struct tsp_edge *edge;

	lockdep_assert_held(&lock);
	list_for_each_entry(edge, &edges_by_quiet, lru)
		if (tsp_edge_idle(&edge->state, now_ns, idle_ns))
			return edge;
	return NULL;
}

void tsp_tracker_count(u32 *edge_count, u32 *process_count)
{
	*edge_count = READ_ONCE(n_edges);
	*process_count = READ_ONCE(n_processes);
}
