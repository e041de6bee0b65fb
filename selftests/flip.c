// SPDX-License-Identifier: GPL-2.0
/* Makes writable memory executable. */
#include "flip.h"

#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RW (PROT_READ | PROT_WRITE)
#define RX (PROT_READ | PROT_EXEC)

static char *map(int prot, int flags)
{
	char *p = mmap(NULL, FLIP_SIZE, prot, flags | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* memory that was never touched could hold nothing */
	if (prot & PROT_WRITE)
		*p = 1;
	return p;
}

static void *attach_shm(void)
{
	int id = shmget(IPC_PRIVATE, FLIP_SIZE, IPC_CREAT | 0700);
	void *p = shmat(id, NULL, SHM_EXEC);

	shmctl(id, IPC_RMID, NULL);
	return p == (void *)-1 ? NULL : p;
}

/* It keeps the protection, so the mapping is executable to begin with. */
static void *remap(void)
{
	char *p = map(RW | PROT_EXEC, MAP_SHARED);

	if (!p || syscall(SYS_remap_file_pages, p, FLIP_SIZE / 2, 0, 1, 0))
		return NULL;
	return p;
}

static void *protect(int call)
{
	char *p = map(RW, MAP_PRIVATE);

	/* mprotect ignores the key that is none */
	return syscall(call, p, FLIP_SIZE, RX, -1) ? NULL : p;
}

static void *be_implied(void)
{
	int old = personality(0xffffffff);
	char *p;

	personality(old | READ_IMPLIES_EXEC);
	p = map(RW, MAP_PRIVATE);
	personality(old);
	return p;
}

void *flip(enum flip how)
{
	switch (how) {
	case FLIP_MMAP:
		return map(RW | PROT_EXEC, MAP_PRIVATE);
	case FLIP_MPROTECT:
		return protect(SYS_mprotect);
	case FLIP_PKEY:
		return protect(SYS_pkey_mprotect);
	case FLIP_SHM:
		return attach_shm();
	case FLIP_REMAP:
		return remap();
	case FLIP_IMPLIED:
		return be_implied();
	}
	return NULL;
}
