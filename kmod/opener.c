// SPDX-License-Identifier: GPL-2.0
/*
 * Who opened which /proc/PID/mem, in a small table: each file has one place,
 * and the later of two that meet there is remembered.
 */
#include "opener.h"

#include <linux/hash.h>
#include <linux/spinlock.h>

#define PLACE_BITS 8

struct opener {
	const struct file *file;
	struct tsp_id id;
};

static DEFINE_RAW_SPINLOCK(lock); /* protects places */
static struct opener places[1 << PLACE_BITS];

static struct opener *place_of(const struct file *file)
{
	return &places[hash_ptr(file, PLACE_BITS)];
}

void tsp_opener_add(const struct file *file, const struct tsp_id *id)
{
	raw_spin_lock(&lock);
	*place_of(file) = (struct opener){ .file = file, .id = *id };
	raw_spin_unlock(&lock);
}

void tsp_opener_remove(const struct file *file)
{
	struct opener *place = place_of(file);

	raw_spin_lock(&lock);
	if (place->file == file)
		place->file = NULL;
	raw_spin_unlock(&lock);
}

bool tsp_opener_of(const struct file *file, struct tsp_id *id)
{
	const struct opener *place = place_of(file);
	bool known;

	raw_spin_lock(&lock);
	known = place->file == file;
	*id = place->id;
	raw_spin_unlock(&lock);
	return known;
}
