// SPDX-License-Identifier: GPL-2.0
/* Directories of the files that the daemon makes. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "directory.h"

void tsp_directory_make(const char *path, mode_t mode)
{
	char directory[PATH_MAX];
	char *slash;

	snprintf(directory, sizeof(directory), "%s", path);
	slash = strrchr(directory, '/');
	if (!slash || slash == directory)
		return;
	*slash = '\0';
	mkdir(directory, mode);
}
