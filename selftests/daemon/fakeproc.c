// SPDX-License-Identifier: GPL-2.0
/* A directory that looks like /proc. */
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fakeproc.h"
#include "fixture.h"

void fakeproc_make(struct fakeproc *fake)
{
	strcpy(fake->path, "/tmp/trespass-proc-XXXXXX");
	assert_non_null(mkdtemp(fake->path));
	assert_int_equal(tsp_procfs_open(&fake->procfs, fake->path), 0);
}

static int drop(const char *path, const struct stat *st, int type,
		struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void fakeproc_remove(struct fakeproc *fake)
{
	tsp_procfs_close(&fake->procfs);
	nftw(fake->path, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static void path_of(struct fakeproc *fake, uint32_t pid, const char *name,
		    char *path, size_t size)
{
	snprintf(path, size, "%s/%" PRIu32 "/%s", fake->path, pid, name);
}

void fakeproc_add(struct fakeproc *fake, uint32_t pid, const char *comm,
		  uint32_t ppid, uint64_t start_ticks)
{
	char path[128], text[512];
	int len;

	path_of(fake, pid, "", path, sizeof(path));
	mkdir(path, 0700);
	len = snprintf(text, sizeof(text),
		       "%" PRIu32 " (%s) S %" PRIu32
		       " 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 %" PRIu64
		       " 9 10 11\n",
		       pid, comm, ppid, start_ticks);
	fakeproc_write(fake, pid, "stat", text, (size_t)len);
}

void fakeproc_write(struct fakeproc *fake, uint32_t pid, const char *name,
		    const void *data, size_t len)
{
	char path[128];
	int fd;

	path_of(fake, pid, name, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
}

void fakeproc_link(struct fakeproc *fake, uint32_t pid, const char *name,
		   const char *target)
{
	char path[128];

	path_of(fake, pid, name, path, sizeof(path));
	unlink(path);
	assert_int_equal(symlink(target, path), 0);
}

void fakeproc_exe(struct fakeproc *fake, uint32_t pid, const char *name,
		  struct tsp_party *party)
{
	char path[128];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fake->path, name);
	fd = open(path, O_WRONLY | O_CREAT, 0700);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	close(fd);
	fakeproc_link(fake, pid, "exe", path);
	party->exe_dev = major(st.st_dev) << 20 | minor(st.st_dev);
	party->exe_ino = st.st_ino;
	party->present |= TSP_PRESENT(TSP_A_PARTY_EXE_DEV) |
			  TSP_PRESENT(TSP_A_PARTY_EXE_INO);
}
