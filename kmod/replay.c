// SPDX-License-Identifier: GPL-2.0
/*
 * The last events, by sequence number, for consumers that come late.
 */
#include "replay.h"

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>

static DEFINE_MUTEX(lock); /* protects everything below */
static struct tsp_kept **slots;
static u64 last_seq;

static struct tsp_kept **slot_of(u64 seq)
{
	return &slots[seq % TSP_REPLAY_MAX];
}

int tsp_replay_init(void)
{
	slots = kvcalloc(TSP_REPLAY_MAX, sizeof(*slots), GFP_KERNEL);
	return slots ? 0 : -ENOMEM;
}

void tsp_replay_exit(void)
{
	u32 i;

	for (i = 0; i < TSP_REPLAY_MAX; i++)
		kfree(slots[i]);
	kvfree(slots);
}

void tsp_replay_skip(u64 lost)
{
	mutex_lock(&lock);
	last_seq += lost;
	mutex_unlock(&lock);
}

u64 tsp_replay_number(u64 lost)
{
	u64 seq;

	mutex_lock(&lock);
	last_seq += lost + 1;
	seq = last_seq;
	mutex_unlock(&lock);
	return seq;
}

int tsp_replay_keep(u64 seq, const void *attrs, u32 length)
{
	struct tsp_kept *kept, *old;

	kept = kmalloc(struct_size(kept, attrs, length), GFP_KERNEL);
	if (!kept)
		return -ENOMEM;
	kept->seq = seq;
	kept->length = length;
	memcpy(kept->attrs, attrs, length);

	mutex_lock(&lock);
	old = *slot_of(seq);
	*slot_of(seq) = kept;
	mutex_unlock(&lock);
	kfree(old);
	return 0;
}

void tsp_replay_lock(void)
{
	mutex_lock(&lock);
}

void tsp_replay_unlock(void)
{
	mutex_unlock(&lock);
}

const struct tsp_kept *tsp_replay_next(u64 after)
{
	const struct tsp_kept *kept;
	u64 seq = after + 1;

	lockdep_assert_held(&lock);
	if (last_seq > TSP_REPLAY_MAX)
		seq = max(seq, last_seq - TSP_REPLAY_MAX + 1);
	for (; seq <= last_seq && seq; seq++) {
		kept = *slot_of(seq);
		if (kept && kept->seq == seq)
			return kept;
	}
	return NULL;
}

void tsp_replay_range(u64 *first, u64 *last)
{
	const struct tsp_kept *oldest;

	mutex_lock(&lock);
	oldest = tsp_replay_next(0);
	*last = last_seq;
	*first = oldest ? oldest->seq : last_seq + 1;
	mutex_unlock(&lock);
}
