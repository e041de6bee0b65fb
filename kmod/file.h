/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file that an event names: pinned in the handler, named in process context.
 */
#ifndef _TSP_FILE_H
#define _TSP_FILE_H

#include <linux/fs.h>
#include <linux/refcount.h>

#define TSP_MEMFD_PREFIX "memfd:"

/**
 * struct tsp_file - a file, later its path
 * @refs: the events and edges that name it
 * @file: pinned until the path is known, then NULL
 * @path: NULL until tsp_file_resolve(), which alone writes it; the delivering
 *	  worker calls that and is the only reader
 */
struct tsp_file {
	refcount_t refs;
	struct file *file;
	char *path;
};

/**
 * tsp_file_is_memfd_name() - is a file that nobody else can name a memfd?
 * @name: its name
 *
 * Every file without a place in the file system is asked so: a comparison
 * without a call, and without a loop.
 *
 * Context: Any.
 * Return: true if so.
 */
static inline bool tsp_file_is_memfd_name(const char *name)
{
	static const char prefix[] = TSP_MEMFD_PREFIX;
	size_t i;

#pragma GCC unroll 8
	for (i = 0; i < sizeof(prefix) - 1; i++)
		if (name[i] != prefix[i])
			return false;
	return true;
}

/**
 * tsp_file_new() - pin a file for later naming
 * @file: a counted reference, which the new object takes over; may be NULL
 *
 * Context: Any but hard interrupt.
 * Return: the object with one reference; NULL if @file is NULL or memory is
 * short, then the reference on @file is dropped.
 */
struct tsp_file *tsp_file_new(struct file *file);

/**
 * tsp_file_get() - take one more reference
 * @file: may be NULL
 *
 * Context: Any.
 * Return: @file.
 */
struct tsp_file *tsp_file_get(struct tsp_file *file);

/**
 * tsp_file_put() - drop a reference
 * @file: may be NULL
 *
 * Context: Any but hard interrupt.
 */
void tsp_file_put(struct tsp_file *file);

/**
 * tsp_file_resolve() - find the path, once, and unpin the file
 * @file: may be NULL
 *
 * Context: Process context; one caller at a time. May sleep.
 * Return: the path, owned by @file; NULL if it cannot be told.
 */
const char *tsp_file_resolve(struct tsp_file *file);

/**
 * tsp_file_inode() - the inode that a file has for who opened it
 * @file: the file; on a stacked file system it may be the one beneath
 *
 * Context: Any.
 * Return: the inode, which lives as long as @file.
 */
const struct inode *tsp_file_inode(const struct file *file);

/**
 * tsp_file_is_memfd() - was the file made by memfd_create?
 * @file: the file
 *
 * The name alone would not do: anyone can call a file on a tmpfs "memfd:x", but
 * only memfd_create puts it on a mount that is internal to the kernel.
 *
 * Context: Any.
 * Return: true if so.
 */
bool tsp_file_is_memfd(const struct file *file);

/**
 * tsp_file_is_anonymous() - is a file only how the kernel keeps memory?
 * @file: the file
 *
 * Shared anonymous memory and System V segments are files of a mount that
 * nobody can look into; no descriptor of them was ever given out.
 *
 * Context: Any.
 * Return: true if so.
 */
bool tsp_file_is_anonymous(const struct file *file);

/**
 * tsp_file_region() - which kind of fileless file it is
 * @file: the file
 *
 * Context: Any.
 * Return: TSP_REGION_MEMFD, _DELETED or _TMPFS; TSP_REGION_UNKNOWN for an
 * ordinary file.
 */
u32 tsp_file_region(const struct file *file);

/**
 * tsp_file_seals() - the seals of an in-memory file
 * @file: the file
 *
 * Context: Any.
 * Return: F_SEAL_ flags, 0 if it is none or on huge pages.
 */
u32 tsp_file_seals(const struct file *file);

#endif /* _TSP_FILE_H */
