// SPDX-License-Identifier: GPL-2.0
/* Writes another process's memory. */
#include "writer.h"

#include "tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 65536

int mem_open(pid_t pid, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	return open(path, flags | O_CLOEXEC);
}

static void read_old(pid_t pid, unsigned long address, size_t size, char *old)
{
	int fd = mem_open(pid, O_RDONLY);

	if (pread64(fd, old, size, (off64_t)address) != (ssize_t)size)
		memset(old, 0, size);
	close(fd);
}

static ssize_t poke(pid_t pid, unsigned long address)
{
	int err;

	if (take(TAKE_ATTACH, pid) < 0)
		return -1;
	err = change(CHANGE_POKEDATA, pid, address) ? errno : 0;
	release(pid);
	errno = err;
	return err ? -1 : (ssize_t)sizeof(long);
}

static ssize_t vm_write(pid_t pid, unsigned long address, char *bytes,
			size_t size)
{
	struct iovec local = { bytes, size };
	struct iovec remote = { (void *)address, size };

	return process_vm_writev(pid, &local, 1, &remote, 1, 0);
}

static ssize_t mem_write(pid_t pid, unsigned long address, const char *bytes,
			 size_t size)
{
	int fd = mem_open(pid, O_RDWR), err;
	ssize_t written;

	if (fd < 0)
		return -1;
	written = pwrite64(fd, bytes, size, (off64_t)address);
	err = errno;
	close(fd);
	errno = err;
	return written;
}

ssize_t rewrite(enum way way, pid_t pid, unsigned long address, size_t size)
{
	static char old[MOST];

	if (size > MOST) {
		errno = E2BIG;
		return -1;
	}
	if (way == WAY_POKE)
		return poke(pid, address);
	read_old(pid, address, size, old);
	if (way == WAY_VM_WRITE)
		return vm_write(pid, address, old, size);
	return mem_write(pid, address, old, size);
}
