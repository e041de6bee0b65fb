/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who opened which /proc/PID/mem: a descriptor can be passed on, and the check
 * was made when it was opened.
 */
#ifndef _TSP_OPENER_H
#define _TSP_OPENER_H

#include <linux/fs.h>

#include "core/observation.h"

/**
 * tsp_opener_add() - a file was opened
 * @file: the file
 * @id: by whom
 *
 * Context: Any but an interrupt.
 */
void tsp_opener_add(const struct file *file, const struct tsp_id *id);

/**
 * tsp_opener_remove() - a file is closed for good
 * @file: the file
 *
 * Context: Any but an interrupt.
 */
void tsp_opener_remove(const struct file *file);

/**
 * tsp_opener_of() - who opened a file
 * @file: the file
 * @id: result
 *
 * Context: Any but an interrupt.
 * Return: false if that was not seen, or is remembered no more.
 */
bool tsp_opener_of(const struct file *file, struct tsp_id *id);

#endif /* _TSP_OPENER_H */
