/* SPDX-License-Identifier: GPL-2.0 */
/* Directories of the files that the daemon makes. */
#ifndef TSP_DIRECTORY_H
#define TSP_DIRECTORY_H

#include <sys/types.h>

/**
 * tsp_directory_make() - make the directory that a file is to be in
 * @path: of the file
 * @mode: of the directory
 *
 * Its own parent must exist: a mistyped path shall not grow a tree. Opening
 * the file afterwards tells whether it worked.
 *
 * Context: Any thread; may sleep.
 */
void tsp_directory_make(const char *path, mode_t mode);

#endif /* TSP_DIRECTORY_H */
