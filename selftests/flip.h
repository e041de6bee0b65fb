/* SPDX-License-Identifier: GPL-2.0 */
/* The ways in which writable memory becomes executable. */
#ifndef _SELFTESTS_FLIP_H
#define _SELFTESTS_FLIP_H

enum flip {
	FLIP_MMAP,     /* mapped as both */
	FLIP_MPROTECT, /* mprotect, writable before, executable after */
	FLIP_PKEY,     /* the same by pkey_mprotect */
	FLIP_SHM,      /* System V shared memory, attached with SHM_EXEC */
	FLIP_REMAP,    /* remap_file_pages of what is both */
	FLIP_IMPLIED,  /* mapped for reading, by a READ_IMPLIES_EXEC process */
};

/* Bytes that are flipped at once. */
#define FLIP_SIZE 8192

/**
 * flip() - make a little memory of the caller's executable
 * @how: in which way
 *
 * Return: where it is, or NULL with errno set.
 */
void *flip(enum flip how);

#endif /* _SELFTESTS_FLIP_H */
