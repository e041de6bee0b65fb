/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event on its way out, with the files that it names.
 */
#ifndef _TSP_RECORD_H
#define _TSP_RECORD_H

#include "core/message.h"
#include "file.h"

/**
 * enum tsp_record_file - the files that an event may name
 * @TSP_RECORD_SOURCE_EXE: what the source runs
 * @TSP_RECORD_TARGET_EXE: what the target runs
 * @TSP_RECORD_BACKING: what lies behind the touched memory
 * @TSP_RECORD_FILES: how many
 */
enum tsp_record_file {
	TSP_RECORD_SOURCE_EXE,
	TSP_RECORD_TARGET_EXE,
	TSP_RECORD_BACKING,
	TSP_RECORD_FILES,
};

/**
 * struct tsp_record - an event and its files
 * @event: complete but for the sequence number and the paths
 * @file: counted references, or NULL
 */
struct tsp_record {
	struct tsp_event event;
	struct tsp_file *file[TSP_RECORD_FILES];
};

/* Copy references from one set of files to another, counting them. */
static inline void tsp_record_get_files(struct tsp_file **to,
					struct tsp_file *const *from)
{
	int i;

	for (i = 0; i < TSP_RECORD_FILES; i++)
		to[i] = tsp_file_get(from[i]);
}

/* Drop a set of references. */
static inline void tsp_record_put_files(struct tsp_file **file)
{
	int i;

	for (i = 0; i < TSP_RECORD_FILES; i++) {
		tsp_file_put(file[i]);
		file[i] = NULL;
	}
}

#endif /* _TSP_RECORD_H */
