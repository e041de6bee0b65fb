// SPDX-License-Identifier: GPL-2.0
/*
 * Loads a shared library that no file system holds: copies it into a memfd and
 * opens it with the dynamic linker.
 *
 *	memfd_dlopen [--name NAME] LIBRARY
 *
 * payload.so, beside this program, is a library that says when it is loaded.
 */
#include "memfd.h"

#include <dlfcn.h>
#include <getopt.h>

/* Where the library's code has gone, and how much of it there is. */
static size_t code_of(const char *name, unsigned long *address)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long begin, end;
	char line[4352], protection[8];
	size_t bytes = 0;

	while (!bytes && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %7s", &begin, &end, protection) ==
			    3 &&
		    protection[2] == 'x' && strstr(line, name)) {
			*address = begin;
			bytes = end - begin;
		}
	}
	fclose(maps);
	return bytes;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "name", required_argument, NULL, 'n' },
		{ 0 },
	};
	const char *name = "memfd_dlopen";
	char path[64], mapped[280];
	unsigned long address = 0;
	size_t bytes;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'n')
			return 2;
		name = optarg;
	}
	if (optind + 1 != argc)
		errx(2, "usage: %s [--name NAME] LIBRARY", argv[0]);

	snprintf(path, sizeof(path), "/proc/self/fd/%d",
		 memfd_copy(name, argv[optind]));
	if (!dlopen(path, RTLD_NOW))
		errx(1, "%s", dlerror());
	snprintf(mapped, sizeof(mapped), "/memfd:%s ", name);
	bytes = code_of(mapped, &address);
	printf("memfd_dlopen pid=%d name=%s address=%#lx bytes=%zu\n", getpid(),
	       name, address, bytes);
	return 0;
}
