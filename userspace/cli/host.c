// SPDX-License-Identifier: GPL-2.0
/* Facts of this host that decide what can happen on it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "host.h"

int tsp_host_line(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "re");
	int err = 0;

	if (!file)
		return -errno;
	if (!fgets(out, (int)size, file))
		err = ferror(file) ? -EIO : -ENODATA;
	else
		out[strcspn(out, "\n")] = '\0';
	fclose(file);
	return err;
}

long tsp_host_number(const char *path)
{
	char text[32], *end;
	long number;

	if (tsp_host_line(path, text, sizeof(text)))
		return -1;
	number = strtol(text, &end, 10);
	return end == text ? -1 : number;
}

/* Where distributions leave it, and the headers as a last resort. */
static FILE *open_config(void)
{
	static const char *const paths[] = {
		"/boot/config-%s",
		"/lib/modules/%s/config",
		"/usr/lib/kernel/config-%s",
		"/lib/modules/%s/build/.config",
		"/lib/modules/%s/build/include/config/auto.conf",
	};
	struct utsname kernel;
	char path[256];

	if (uname(&kernel))
		return NULL;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		FILE *file;

		snprintf(path, sizeof(path), paths[i], kernel.release);
		file = fopen(path, "re");
		if (file)
			return file;
	}
	return NULL;
}

int tsp_host_config(const char *option)
{
	size_t len = strlen(option);
	FILE *file = open_config();
	char line[512];
	int set = 0;

	if (!file)
		return -1;
	while (!set && fgets(line, sizeof(line), file))
		set = !strncmp(line, option, len) && line[len] == '=' &&
		      line[len + 1] != 'n';
	fclose(file);
	return set;
}

bool tsp_host_boot_option(const char *name, char *out, size_t size)
{
	char line[4096], *save = NULL;
	bool found = false;

	if (tsp_host_line("/proc/cmdline", line, sizeof(line)))
		return false;
	/* The last one counts. */
	for (char *word = strtok_r(line, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		if (strncmp(word, name, strlen(name)))
			continue;
		snprintf(out, size, "%s", word + strlen(name));
		found = true;
	}
	return found;
}

unsigned int tsp_host_version(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname kernel;

	if (uname(&kernel) ||
	    sscanf(kernel.release, "%u.%u", &major, &minor) != 2)
		return 0;
	return major * 1000 + minor;
}
