// SPDX-License-Identifier: GPL-2.0
/*
 * The lives of in-memory files, in a small table: those that were made last.
 */
#include "memfd.h"

#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/ktime.h>
#include <linux/spinlock.h>
#include <linux/string.h>

/* Most lives that are remembered at a time. */
#define LIVES_MAX 256
#define LIFE_BITS 7

/**
 * struct life - of one file
 * @hash: in the table, if @ino is not 0
 * @ino: the file's inode; 0 if this place is free
 * @dev: its device
 * @life: what it went through
 */
struct life {
	struct hlist_node hash;
	u64 ino;
	dev_t dev;
	struct tsp_memfd_life life;
};

static DEFINE_RAW_SPINLOCK(lock); /* protects everything below */
static DEFINE_HASHTABLE(table, LIFE_BITS);
static struct life lives[LIVES_MAX]; /* in a ring */
static u32 n_lives;		     /* so far */

static struct life *find(const struct inode *inode)
{
	struct life *life;

	hash_for_each_possible(table, life, hash, inode->i_ino)
		if (life->ino == inode->i_ino &&
		    life->dev == inode->i_sb->s_dev)
			return life;
	return NULL;
}

/* The place of a new file, or the one of a former file of that inode. */
static struct life *place(const struct inode *inode)
{
	struct life *life = find(inode);

	if (life)
		return life;
	life = &lives[n_lives++ % LIVES_MAX];
	if (life->ino)
		hash_del(&life->hash);
	life->ino = inode->i_ino;
	life->dev = inode->i_sb->s_dev;
	hash_add(table, &life->hash, inode->i_ino);
	return life;
}

void tsp_memfd_created(const struct inode *inode, const struct tsp_id *creator,
		       u32 flags)
{
	u64 now_ns = ktime_get_boottime_ns();
	struct tsp_memfd_life *life;

	raw_spin_lock(&lock);
	life = &place(inode)->life;
	memset(life, 0, sizeof(*life));
	life->creator = *creator;
	life->flags = flags;
	life->created.first_ns = now_ns;
	life->created.count = 1;
	raw_spin_unlock(&lock);
}

void tsp_memfd_deed(const struct inode *inode, u32 op, u64 bytes)
{
	u64 now_ns = ktime_get_boottime_ns();
	struct tsp_deed *deed;
	struct life *life;

	raw_spin_lock(&lock);
	life = find(inode);
	if (life) {
		deed = op == TSP_OP_MEMFD_SEAL ? &life->life.sealed
					       : &life->life.written;
		if (!deed->count++)
			deed->first_ns = now_ns;
		deed->bytes += bytes;
	}
	raw_spin_unlock(&lock);
}

bool tsp_memfd_life(const struct inode *inode, struct tsp_memfd_life *life)
{
	const struct life *found;

	raw_spin_lock(&lock);
	found = find(inode);
	*life = found ? found->life : (struct tsp_memfd_life){};
	raw_spin_unlock(&lock);
	return life->created.first_ns;
}
