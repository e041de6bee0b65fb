/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sink: JSON lines in a file. What it holds is what has been told: the last
 * whole line is the cursor that a restart continues from.
 */
#ifndef TSP_SINK_FILE_H
#define TSP_SINK_FILE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * enum tsp_sync - when lines are forced to the disk
 * @TSP_SYNC_NEVER: whenever the kernel likes
 * @TSP_SYNC_SECOND: about once a second
 * @TSP_SYNC_ALWAYS: each line, before it counts as written
 */
enum tsp_sync {
	TSP_SYNC_NEVER,
	TSP_SYNC_SECOND,
	TSP_SYNC_ALWAYS,
};

/**
 * struct tsp_sink_file - a log file
 * @path: of the file; set once, the owner keeps it
 * @group: who may read it beside root, ignored if there is no such group
 * @sync: see there
 * @fd: -1 while the file cannot be opened
 * @dirty: lines are written that were not forced to the disk
 * @failing: the last write failed, and that has been said
 */
struct tsp_sink_file {
	const char *path;
	const char *group;
	enum tsp_sync sync;
	int fd;
	bool dirty;
	bool failing;
};

/**
 * tsp_sink_file_open() - open the file, make it and its directory if need be
 * @sink: @path, @group and @sync filled
 *
 * A torn last line, left by a crash, is cut off: its event comes again.
 *
 * Context: One thread; may sleep. Says why it fails. Close with
 * tsp_sink_file_close().
 * Return: 0 or a negative errno.
 */
int tsp_sink_file_open(struct tsp_sink_file *sink);

/**
 * tsp_sink_file_write() - append one line
 * @sink: opened once; a file that could not be opened since is tried again
 * @line: without its end
 * @len: bytes of it
 *
 * The line is in the file as a whole or not at all. Says when writing starts to
 * fail and when it works again.
 *
 * Context: One thread; may sleep.
 * Return: 0 or a negative errno; try again later.
 */
int tsp_sink_file_write(struct tsp_sink_file *sink, const char *line,
			size_t len);

/**
 * tsp_sink_file_reopen() - the file was moved away: start a new one
 * @sink: opened once
 *
 * Context: One thread; may sleep.
 */
void tsp_sink_file_reopen(struct tsp_sink_file *sink);

/**
 * tsp_sink_file_sync() - force lines to the disk, unless that is never wanted
 * @sink: opened once
 *
 * Context: One thread; may sleep.
 */
void tsp_sink_file_sync(struct tsp_sink_file *sink);

/**
 * tsp_sink_file_close() - close the file
 * @sink: opened once
 *
 * Context: One thread; may sleep.
 */
void tsp_sink_file_close(struct tsp_sink_file *sink);

/**
 * tsp_sink_file_last() - look for the last line of a kind
 * @path: the file; if it does not hold one, the file rotated from it is asked
 * @match: called with lines, the last first, until it returns true
 * @ctx: handed to @match
 *
 * Context: One thread; may sleep.
 * Return: true if @match has.
 */
bool tsp_sink_file_last(const char *path,
			bool (*match)(void *ctx, const char *line, size_t len),
			void *ctx);

#endif /* TSP_SINK_FILE_H */
