// SPDX-License-Identifier: GPL-2.0
/* One write through io_uring, with bare system calls. */
#include "uring.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *map_ring(int ring, size_t size, off_t offset)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		    offset);
}

/* @rings holds the one entry's index and the one completion. */
static ssize_t submit(int ring, const struct io_uring_params *params,
		      char *rings)
{
	const struct io_uring_cqe *done = (void *)(rings + params->cq_off.cqes);
	uint32_t *tail = (void *)(rings + params->sq_off.tail);

	((uint32_t *)(rings + params->sq_off.array))[0] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) != 1)
		return -1;
	if (done->res >= 0)
		return done->res;
	errno = -done->res;
	return -1;
}

ssize_t uring_pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
	struct io_uring_params params = {};
	struct io_uring_sqe *sqe;
	ssize_t written = -1;
	size_t rings_size;
	char *rings;
	int ring;

	ring = syscall(SYS_io_uring_setup, 1, &params);
	if (ring < 0)
		return -1;
	rings_size = params.cq_off.cqes +
		     params.cq_entries * sizeof(struct io_uring_cqe) +
		     params.sq_entries * sizeof(uint32_t);
	rings = map_ring(ring, rings_size, IORING_OFF_SQ_RING);
	sqe = map_ring(ring, sizeof(*sqe), IORING_OFF_SQES);
	if (rings != MAP_FAILED && sqe != MAP_FAILED) {
		sqe->opcode = IORING_OP_WRITE;
		sqe->flags = IOSQE_ASYNC;
		sqe->fd = fd;
		sqe->addr = (uintptr_t)bytes;
		sqe->len = size;
		sqe->off = offset;
		written = submit(ring, &params, rings);
	}
	close(ring);
	return written;
}
