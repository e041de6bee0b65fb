// SPDX-License-Identifier: GPL-2.0
/* What /proc tells of a process. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "procfs.h"

/* Kernel-internal device numbers, as the module sends them. */
#define KERNEL_MAJOR(dev) ((dev) >> 20)
#define KERNEL_MINOR(dev) ((dev)&0xfffff)

int tsp_procfs_open(struct tsp_procfs *procfs, const char *path)
{
	procfs->tick_ns = 1000000000ULL / (uint64_t)sysconf(_SC_CLK_TCK);
	procfs->root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return procfs->root < 0 ? -errno : 0;
}

void tsp_procfs_close(struct tsp_procfs *procfs)
{
	close(procfs->root);
	procfs->root = -1;
}

int tsp_procfs_process(const struct tsp_procfs *procfs, uint32_t pid)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "%" PRIu32, pid);
	fd = openat(procfs->root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

ssize_t tsp_procfs_read(int process, const char *name, char *buffer,
			size_t size)
{
	int fd = openat(process, name, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	while (used < size - 1 &&
	       (n = read(fd, buffer + used, size - 1 - used)) > 0)
		used += (size_t)n;
	if (n < 0)
		n = -errno;
	close(fd);
	buffer[used] = '\0';
	return n < 0 ? n : (ssize_t)used;
}

ssize_t tsp_procfs_link(int process, const char *name, char *buffer,
			size_t size)
{
	ssize_t n = readlinkat(process, name, buffer, size - 1);

	if (n < 0)
		return -errno;
	buffer[n] = '\0';
	return n;
}

int tsp_procfs_stat(const struct tsp_procfs *procfs, int process,
		    struct tsp_procfs_stat *stat)
{
	char text[1024], *open, *close;
	uint64_t ticks;
	ssize_t n = tsp_procfs_read(process, "stat", text, sizeof(text));

	if (n < 0)
		return (int)n;
	/* A name may hold parentheses and spaces; no later field does. */
	open = strchr(text, '(');
	close = strrchr(text, ')');
	if (!open || !close || close < open)
		return -EINVAL;
	*close = '\0';
	snprintf(stat->comm, sizeof(stat->comm), "%s", open + 1);
	/* Fields 3 to 22: state, ppid, ..., starttime. */
	if (sscanf(close + 1,
		   " %*c %" SCNu32 " %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u"
		   " %*u %*d %*d %*d %*d %*d %*d %" SCNu64,
		   &stat->ppid, &ticks) != 2)
		return -EINVAL;
	stat->start_ns = ticks * procfs->tick_ns;
	return 0;
}

/* Do files here show other device numbers than their inodes carry inside? */
static bool device_differs(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && ((uint32_t)fs.f_type == BTRFS_SUPER_MAGIC ||
				     fs.f_type == OVERLAYFS_SUPER_MAGIC);
}

static const char *verify_exe(int process, const struct tsp_party *party)
{
	const char *why = NULL;
	struct stat st;
	int fd;

	if (!(party->present & TSP_PRESENT(TSP_A_PARTY_EXE_INO)))
		return NULL;
	fd = openat(process, "exe", O_PATH | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES || errno == EPERM
			       ? "no permission to read its executable"
			       : "the process has exited";
	if (fstat(fd, &st))
		why = "its executable cannot be read";
	else if (st.st_ino != party->exe_ino ||
		 ((major(st.st_dev) != KERNEL_MAJOR(party->exe_dev) ||
		   minor(st.st_dev) != KERNEL_MINOR(party->exe_dev)) &&
		  !device_differs(fd)))
		why = "the process has executed another program since";
	close(fd);
	return why;
}

const char *tsp_procfs_verify(const struct tsp_procfs *procfs, int process,
			      const struct tsp_party *party)
{
	struct tsp_procfs_stat stat;

	if (tsp_procfs_stat(procfs, process, &stat))
		return "the process has exited";
	if (stat.start_ns / procfs->tick_ns !=
	    party->start_ns / procfs->tick_ns)
		return "the pid belongs to another process by now";
	return verify_exe(process, party);
}
