// SPDX-License-Identifier: GPL-2.0
/*
 * The last events, by sequence number, for consumers that come late.
 *
 * They lie packed in one buffer, each in one piece, one behind the other and
 * from the start again behind the end. An index by sequence number says where;
 * what a new event overwrites is forgotten first, so it is always the oldest.
 */
#include "replay.h"

#include <linux/mutex.h>
#include <linux/vmalloc.h>

#include "netlink_gen.h"
#include "pack.h"

/* For all events together, and most for one: three paths and the rest. */
#define BUFFER_BYTES (1216 * 1024)
#define EVENT_BYTES (4 * 4096)

/**
 * struct place - where an event lies
 * @seq: its number; the place is empty if that is not the one looked for
 * @at: its first byte in the buffer
 * @length: bytes that it takes
 */
struct place {
	u64 seq;
	u32 at;
	u32 length;
};

static DEFINE_MUTEX(lock); /* protects everything below */
static u8 *buffer;
static struct place *places;
static u32 head;	  /* where the next event goes */
static u64 first_seq = 1; /* none before it is kept */
static u64 last_seq;
static struct tsp_event found; /* what tsp_replay_next() returns */

static struct place *place_of(u64 seq)
{
	return &places[seq % TSP_REPLAY_MAX];
}

int tsp_replay_init(void)
{
	/* Room for the longest event behind the end, to be packed in place. */
	buffer = vmalloc(BUFFER_BYTES + EVENT_BYTES);
	places = vzalloc(array_size(TSP_REPLAY_MAX, sizeof(*places)));
	if (buffer && places)
		return 0;
	tsp_replay_exit();
	return -ENOMEM;
}

void tsp_replay_exit(void)
{
	vfree(places);
	vfree(buffer);
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

/* Forget the oldest events that lie between two bytes of the buffer. */
static void clear(u32 begin, u32 end)
{
	const struct place *place;

	for (; first_seq < last_seq; first_seq++) {
		place = place_of(first_seq);
		if (place->seq == first_seq &&
		    (place->at >= end || place->at + place->length <= begin))
			return;
	}
}

void tsp_replay_keep(const struct tsp_event *event)
{
	struct place *place = place_of(event->seq);
	u8 *end = buffer + BUFFER_BYTES;
	size_t length;

	mutex_lock(&lock);
	if (event->seq - first_seq >= TSP_REPLAY_MAX)
		first_seq = event->seq - TSP_REPLAY_MAX + 1;

	length = tsp_pack(end, EVENT_BYTES, &tsp_event_set, event);
	if (head + length > BUFFER_BYTES) {
		clear(head, BUFFER_BYTES);
		head = 0;
	}
	clear(head, head + length);
	memcpy(buffer + head, end, length);
	*place = (struct place){
		.seq = length ? event->seq : 0,
		.at = head,
		.length = length,
	};
	head += length;
	mutex_unlock(&lock);
}

void tsp_replay_lock(void)
{
	mutex_lock(&lock);
}

void tsp_replay_unlock(void)
{
	mutex_unlock(&lock);
}

/* The first kept number after one, 0 if there is none. */
static u64 next_seq(u64 after)
{
	u64 seq;

	lockdep_assert_held(&lock);
	if (after >= last_seq)
		return 0;
	for (seq = max(after + 1, first_seq); seq <= last_seq; seq++)
		if (place_of(seq)->seq == seq)
			return seq;
	return 0;
}

const struct tsp_event *tsp_replay_next(u64 after)
{
	u64 seq = next_seq(after);

	if (!seq)
		return NULL;
	tsp_unpack(buffer + place_of(seq)->at, &tsp_event_set, &found);
	return &found;
}

void tsp_replay_range(u64 *first, u64 *last)
{
	mutex_lock(&lock);
	*last = last_seq;
	*first = next_seq(0) ?: last_seq + 1;
	mutex_unlock(&lock);
}
