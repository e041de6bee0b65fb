/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classify the mapping that an access touched.
 */
#ifndef _TSP_REGION_H
#define _TSP_REGION_H

#include <linux/sched.h>

#include "core/message.h"

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
 * tsp_region_set_file() - note the file behind an access
 * @access: file device and inode are filled in
 * @file: the file
 *
 * Context: Any.
 */
void tsp_region_set_file(struct tsp_access *access, const struct file *file);

#endif /* _TSP_REGION_H */
