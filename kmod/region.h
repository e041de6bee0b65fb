/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classify the mapping that an access touched.
 */
#ifndef _TSP_REGION_H
#define _TSP_REGION_H

#include <linux/sched.h>
#include <linux/uio.h>

#include "core/message.h"
#include "core/observation.h"

/**
 * tsp_region_describe() - say what kind of mapping holds an address
 * @target: the task whose address space it is, valid under the RCU read lock;
 *	    NULL if it is gone
 * @access: address is given; region, protection and file are filled in
 *
 * If the mappings cannot be looked at without waiting, the region is unknown.
 *
 * Context: Any context in which task_lock(@target) may be taken; RCU read lock
 * held. Does not sleep.
 * Return: a counted reference on the backing file, or NULL.
 */
struct file *tsp_region_describe(struct task_struct *target,
				 struct tsp_access *access);

/**
 * tsp_region_find() - find the gravest mapping that a write touched
 * @target: as for tsp_region_describe()
 * @ranges: what was to be written, obs->ranges of them; NULL if it is one
 * range, as address and length say
 * @obs: where is filled in, and address becomes the first one written there
 *
 * Executable memory is graver than data, so that no write of it hides among
 * others.
 *
 * Context: as tsp_region_describe().
 */
void tsp_region_find(struct task_struct *target, const struct iovec *ranges,
		     struct tsp_observation *obs);

/**
 * tsp_region_of() - describe a mapping in short
 * @vma: the mapping
 * @where: to be filled
 *
 * Context: mmap_lock of its address space held.
 */
void tsp_region_of(const struct vm_area_struct *vma, struct tsp_where *where);

/**
 * tsp_region_set_file() - note the file behind an access
 * @access: file device and inode are filled in
 * @file: the file
 *
 * Context: Any.
 */
void tsp_region_set_file(struct tsp_access *access, const struct file *file);

#endif /* _TSP_REGION_H */
