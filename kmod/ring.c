// SPDX-License-Identifier: GPL-2.0
/*
 * Per-CPU bounded queues from the hooks to the delivering worker.
 *
 * Each queue has one producer, whoever is on its CPU with the tracker locked,
 * and one consumer, the worker. The producer alone writes head, the consumer
 * alone writes tail. The producer fills a slot and then publishes head with
 * release; the consumer reads head with acquire before it touches the slot, and
 * gives the slot back by publishing tail with release, which the producer reads
 * with acquire. So no slot is ever touched by both, and neither side waits.
 */
#include "ring.h"

#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/vmalloc.h>

/* Slots of all queues together, and bounds for one of them. */
#define SLOTS_TOTAL 256
#define SLOTS_MIN 32
#define SLOTS_MAX 128

/* From this severity on an event may use the reserved quarter. */
#define SEVERE 70

struct ring {
	struct tsp_record *slot;
	u32 head;	  /* next to fill; written by the producer */
	u32 tail;	  /* next to take; written by the consumer */
	u64 dropped;	  /* written by the producer */
	u64 dropped_seen; /* the consumer's own */
};

static DEFINE_PER_CPU(struct ring, rings);
static u32 n_slots; /* a power of two, set once before the first producer */

int tsp_ring_init(void)
{
	struct ring *ring;
	int cpu;

	n_slots = clamp_t(u32, SLOTS_TOTAL / num_possible_cpus(), SLOTS_MIN,
			  SLOTS_MAX);
	n_slots = rounddown_pow_of_two(n_slots);

	for_each_possible_cpu(cpu) {
		ring = per_cpu_ptr(&rings, cpu);
		ring->slot = vzalloc(array_size(n_slots, sizeof(*ring->slot)));
		if (!ring->slot) {
			tsp_ring_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void tsp_ring_exit(void)
{
	struct tsp_record *record;
	struct ring *ring;
	u64 lost = 0;
	int cpu;

	while ((record = tsp_ring_peek(&lost))) {
		tsp_record_put_files(record->file);
		tsp_ring_pop(record);
	}
	for_each_possible_cpu(cpu) {
		ring = per_cpu_ptr(&rings, cpu);
		vfree(ring->slot);
		ring->slot = NULL;
	}
}

struct tsp_record *tsp_ring_reserve(u32 severity)
{
	struct ring *ring = this_cpu_ptr(&rings);
	/* Pairs with the release in tsp_ring_pop(): the slot is free again. */
	u32 used = ring->head - smp_load_acquire(&ring->tail);
	u32 usable = severity < SEVERE ? n_slots - n_slots / 4 : n_slots;

	if (used >= usable) {
		WRITE_ONCE(ring->dropped, ring->dropped + 1);
		return NULL;
	}
	return &ring->slot[ring->head & (n_slots - 1)];
}

void tsp_ring_commit(void)
{
	struct ring *ring = this_cpu_ptr(&rings);

	/* Pairs with the acquire in oldest(): the slot is filled. */
	smp_store_release(&ring->head, ring->head + 1);
}

/* The oldest event of a queue. Its owner may be filling further ones. */
static struct tsp_record *oldest(struct ring *ring)
{
	/* Pairs with the release in tsp_ring_commit(). */
	if (smp_load_acquire(&ring->head) == ring->tail)
		return NULL;
	return &ring->slot[ring->tail & (n_slots - 1)];
}

struct tsp_record *tsp_ring_peek(u64 *lost)
{
	struct tsp_record *best = NULL, *record;
	struct ring *ring;
	u64 dropped;
	int cpu;

	for_each_possible_cpu(cpu) {
		ring = per_cpu_ptr(&rings, cpu);
		dropped = READ_ONCE(ring->dropped);
		*lost += dropped - ring->dropped_seen;
		ring->dropped_seen = dropped;

		record = ring->slot ? oldest(ring) : NULL;
		if (record && (!best || record->event.time_boot_ns <
						best->event.time_boot_ns))
			best = record;
	}
	return best;
}

void tsp_ring_pop(const struct tsp_record *record)
{
	struct ring *ring;
	int cpu;

	for_each_possible_cpu(cpu) {
		ring = per_cpu_ptr(&rings, cpu);
		if (ring->slot && oldest(ring) == record) {
			/* Pairs with the acquire in tsp_ring_reserve(). */
			smp_store_release(&ring->tail, ring->tail + 1);
			return;
		}
	}
	WARN_ON_ONCE(1);
}

u64 tsp_ring_dropped(void)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(&rings, cpu)->dropped);
	return sum;
}
