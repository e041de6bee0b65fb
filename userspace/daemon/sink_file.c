// SPDX-License-Identifier: GPL-2.0
/* Sink: JSON lines in a file. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include "directory.h"
#include "log.h"
#include "sink_file.h"

#define TAIL_BYTES (1 << 20) /* holds a hundred of the longest lines */

/* The end of a file, from a line's start; to be freed. */
static char *tail(int fd, size_t *len)
{
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
	size_t want = size > 0 ? (size_t)(size - from) : 0;
	char *text = malloc(want + 1);
	ssize_t n;

	if (!text)
		return NULL;
	n = pread(fd, text, want, from);
	*len = n > 0 ? (size_t)n : 0;
	return text;
}

/* Cut off what follows the last line end. */
static int repair(const struct tsp_sink_file *sink, int fd)
{
	size_t len = 0, whole;
	char *text = tail(fd, &len);
	off_t size = lseek(fd, 0, SEEK_END);
	int err = 0;

	if (!text)
		return -ENOMEM;
	for (whole = len; whole && text[whole - 1] != '\n';)
		whole--;
	/* More than a tail without one is no log of ours: leave it alone. */
	if (whole < len && !whole && size > TAIL_BYTES) {
		err = -EMEDIUMTYPE;
	} else if (whole < len) {
		tsp_log(LOG_NOTICE, "%s ends in a torn line: cut off %zu bytes",
			sink->path, len - whole);
		if (ftruncate(fd, size - (off_t)(len - whole)))
			err = -errno;
	}
	free(text);
	return err;
}

static void give_to_group(int fd, const char *name)
{
	struct group entry, *group = NULL;
	char buffer[4096];

	getgrnam_r(name, &entry, buffer, sizeof(buffer), &group);
	/* Without the right to, the file stays the daemon's own group's. */
	if (group && fchown(fd, (uid_t)-1, group->gr_gid))
		return;
}

static int open_file(struct tsp_sink_file *sink)
{
	struct stat st;
	int err, fd;

	tsp_directory_make(sink->path, 0750);
	fd = open(sink->path,
		  O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
			  O_NONBLOCK,
		  0640);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		err = -EINVAL;
		goto fail;
	}
	give_to_group(fd, sink->group);
	err = repair(sink, fd);
	if (err)
		goto fail;
	sink->fd = fd;
	return 0;
fail:
	close(fd);
	return err;
}

static const char *reason(int err)
{
	return err == -EINVAL ? "it is not a regular file" : strerror(-err);
}

int tsp_sink_file_open(struct tsp_sink_file *sink)
{
	int err;

	sink->fd = -1;
	sink->dirty = false;
	sink->failing = false;
	err = open_file(sink);
	if (err)
		tsp_log(LOG_ERR,
			"cannot open %s: %s: make it writable or set path "
			"in [log]",
			sink->path, reason(err));
	return err;
}

/* Append and, if that fails half way, take it back. */
static int append(struct tsp_sink_file *sink, const char *line, size_t len)
{
	struct iovec parts[] = { { (void *)line, len }, { "\n", 1 } };
	struct stat st;
	ssize_t n;

	if (fstat(sink->fd, &st))
		return -errno;
	/* Removed under our hands: what goes there is lost. */
	if (!st.st_nlink)
		return -ESTALE;
	n = writev(sink->fd, parts, 2);
	if (n == (ssize_t)len + 1) {
		sink->dirty = true;
		if (sink->sync == TSP_SYNC_ALWAYS)
			tsp_sink_file_sync(sink);
		return 0;
	}
	if (n < 0)
		return -errno;
	if (ftruncate(sink->fd, st.st_size))
		return -errno;
	return -ENOSPC;
}

int tsp_sink_file_write(struct tsp_sink_file *sink, const char *line,
			size_t len)
{
	int err = 0;

	for (int tries = 0; tries < 2; tries++) {
		if (sink->fd < 0)
			err = open_file(sink);
		if (!err)
			err = append(sink, line, len);
		if (err != -ESTALE)
			break;
		tsp_sink_file_close(sink);
		err = 0;
	}
	if (err && !sink->failing)
		tsp_log(LOG_ERR,
			"cannot write to %s: %s: events wait in the kernel "
			"until it works again",
			sink->path, reason(err));
	else if (!err && sink->failing)
		tsp_log(LOG_NOTICE, "writing to %s works again", sink->path);
	sink->failing = err != 0;
	return err;
}

void tsp_sink_file_reopen(struct tsp_sink_file *sink)
{
	int err;

	tsp_sink_file_close(sink);
	err = open_file(sink);
	if (err)
		tsp_log(LOG_ERR, "cannot open %s again: %s", sink->path,
			reason(err));
	sink->failing = err != 0;
}

void tsp_sink_file_sync(struct tsp_sink_file *sink)
{
	if (sink->fd < 0 || !sink->dirty || sink->sync == TSP_SYNC_NEVER)
		return;
	if (fdatasync(sink->fd))
		tsp_log(LOG_WARNING, "cannot force %s to the disk: %s",
			sink->path, strerror(errno));
	sink->dirty = false;
}

void tsp_sink_file_close(struct tsp_sink_file *sink)
{
	if (sink->fd < 0)
		return;
	tsp_sink_file_sync(sink);
	close(sink->fd);
	sink->fd = -1;
}

static bool last_in(const char *path,
		    bool (*match)(void *ctx, const char *line, size_t len),
		    void *ctx)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool found = false;
	size_t end = 0;
	char *text;

	if (fd < 0)
		return false;
	text = tail(fd, &end);
	while (text && end && !found) {
		size_t start = --end;

		/* From one line end to the one before it. */
		while (start && text[start - 1] != '\n')
			start--;
		if (text[end] == '\n')
			found = match(ctx, text + start, end - start);
		end = start;
	}
	free(text);
	close(fd);
	return found;
}

bool tsp_sink_file_last(const char *path,
			bool (*match)(void *ctx, const char *line, size_t len),
			void *ctx)
{
	char rotated[PATH_MAX];

	if (last_in(path, match, ctx))
		return true;
	snprintf(rotated, sizeof(rotated), "%s.1", path);
	return last_in(rotated, match, ctx);
}
