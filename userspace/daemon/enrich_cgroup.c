// SPDX-License-Identifier: GPL-2.0
/* Enrichment: the systemd unit and the container that a process is in. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "enrich_cgroup.h"
#include "json.h"
#include "procfs.h"

#define CGROUP_BYTES 8192
#define ID_DIGITS 64

/**
 * struct runtime - how a container runtime names its cgroups
 * @name: of the runtime
 * @prefix: what the name of the cgroup starts with, before the id
 * @suffix: what it ends with
 * @within: the cgroup must be somewhere below one of this name, where a "*"
 *   at the end stands for the rest of it, or NULL
 * @hex: the id is ID_DIGITS hexadecimal digits, not a name
 */
static const struct runtime {
	const char *name;
	const char *prefix;
	const char *suffix;
	const char *within;
	bool hex;
} runtimes[] = {
	{ "docker", "docker-", ".scope", NULL, true },
	{ "docker", "", "", "docker", true },
	{ "podman", "libpod-payload-", "", NULL, true },
	{ "podman", "libpod-", ".scope", NULL, true },
	{ "podman", "libpod-", "", NULL, true },
	{ "cri-o", "crio-", ".scope", NULL, true },
	{ "containerd", "cri-containerd-", ".scope", NULL, true },
	{ "containerd", "cri-containerd:", "", NULL, true },
	{ "containerd", "", "", "kubepods*", true },
	{ "containerd", "nerdctl-", ".scope", NULL, true },
	{ "lxc", "lxc.payload.", "", NULL, false },
	{ "lxc", "", "", "lxc", false },
	{ "systemd-nspawn", "systemd-nspawn@", ".service", NULL, false },
	{ "systemd-nspawn", "machine-", ".scope", "machine.slice", false },
};

/* The part of @name that is the id; its length, or 0 if it does not fit. */
static size_t id_in(const struct runtime *runtime, const char *name, size_t len,
		    const char **id)
{
	size_t prefix = strlen(runtime->prefix);
	size_t suffix = strlen(runtime->suffix);

	if (len <= prefix + suffix || strncmp(name, runtime->prefix, prefix) ||
	    strncmp(name + len - suffix, runtime->suffix, suffix))
		return 0;
	*id = name + prefix;
	len -= prefix + suffix;
	if (!runtime->hex)
		return len;
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)(*id)[i]))
			return 0;
	return len == ID_DIGITS ? len : 0;
}

/* Is there a cgroup above @at in @path that is called @name? */
static bool within(const char *path, const char *at, const char *name)
{
	size_t len = strcspn(name, "*"), here;

	for (; path < at; path += here + 1) {
		here = strcspn(path, "/");
		if (!strncmp(path, name, len) && (name[len] || here == len))
			return true;
	}
	return false;
}

static bool put_container(struct json_object *facts, const char *path,
			  const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		const struct runtime *runtime = &runtimes[i];
		const char *id;
		size_t n = id_in(runtime, name, len, &id);

		if (!n ||
		    (runtime->within && !within(path, name, runtime->within)))
			continue;
		json_object_object_add(facts, "container.id",
				       tsp_json_text(id, n));
		json_object_object_add(facts, "container.runtime",
				       tsp_json_string(runtime->name));
		return true;
	}
	return false;
}

static bool unit(const char *name, size_t len)
{
	static const char *const suffixes[] = { ".service", ".scope", ".socket",
						".mount", ".swap" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t n = strlen(suffixes[i]);

		if (len > n && !strncmp(name + len - n, suffixes[i], n))
			return true;
	}
	return false;
}

/*
 * Walk a path from the root. The first unit is the system manager's; the next
 * one, if the first is a user's manager, is that user's. The innermost
 * container counts.
 */
static void put_path(struct json_object *facts, const char *path)
{
	static const char *const fields[] = { "process.systemd.unit",
					      "process.systemd.user_unit" };
	size_t units = 0;

	json_object_object_add(facts, "process.cgroup.path",
			       tsp_json_string(path));
	for (const char *at = path; *at;) {
		size_t len = strcspn(at, "/");

		if (units < 2 && unit(at, len)) {
			json_object_object_add(facts, fields[units],
					       tsp_json_text(at, len));
			units += strncmp(at, "user@", 5) ? 2 : 1;
		}
		if (len)
			put_container(facts, path, at, len);
		at += len + (at[len] == '/');
	}
}

/* The path in a line "0::/path" or "4:name=systemd:/path", or NULL. */
static const char *path_in(const char *line)
{
	const char *controllers = strchr(line, ':');
	const char *path = controllers ? strchr(controllers + 1, ':') : NULL;

	return path ? path + 1 : NULL;
}

void tsp_enrich_cgroup(struct json_object *facts, int process)
{
	char text[CGROUP_BYTES], *save = NULL;
	const char *best = NULL;
	ssize_t n = tsp_procfs_read(process, "cgroup", text, sizeof(text));

	if (n <= 0)
		return;
	/* The tree that systemd keeps, or else whichever tells anything. */
	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *path = path_in(line);

		if (!path || (best && !strcmp(path, "/")))
			continue;
		if (!best || !strcmp(best, "/") || !strncmp(line, "0::", 3) ||
		    strstr(line, ":name=systemd:"))
			best = path;
	}
	if (best)
		put_path(facts, best);
}
