/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lives of in-memory files: one record for what one of them goes through,
 * whoever does it.
 */
#ifndef _TSP_MEMFD_H
#define _TSP_MEMFD_H

#include <linux/fs.h>

#include "core/edge.h"

/**
 * tsp_memfd_created() - a new in-memory file
 * @inode: the file's
 * @creator: who made it
 * @flags: given to memfd_create
 *
 * If there are too many, the one that was made first is forgotten.
 *
 * Context: Any but an interrupt.
 */
void tsp_memfd_created(const struct inode *inode, const struct tsp_id *creator,
		       u32 flags);

/**
 * tsp_memfd_deed() - something was done to an in-memory file
 * @inode: the file's
 * @op: TSP_OP_MEMFD_WRITE or TSP_OP_MEMFD_SEAL
 * @bytes: how much was written
 *
 * Context: Any but an interrupt.
 */
void tsp_memfd_deed(const struct inode *inode, u32 op, u64 bytes);

/**
 * tsp_memfd_life() - what an in-memory file has gone through
 * @inode: the file's
 * @life: result; empty if nothing is known of it
 *
 * Context: Any but an interrupt.
 * Return: true if its making was seen and is remembered.
 */
bool tsp_memfd_life(const struct inode *inode, struct tsp_memfd_life *life);

#endif /* _TSP_MEMFD_H */
