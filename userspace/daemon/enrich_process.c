// SPDX-License-Identifier: GPL-2.0
/* Enrichment: how a process was called, and where. */
#include <limits.h>
#include <string.h>

#include "enrich_process.h"
#include "json.h"
#include "procfs.h"

#define CMDLINE_BYTES 4096
#define ARGS_MAX 64

static void put_link(struct json_object *facts, const char *path, int process,
		     const char *name)
{
	char target[PATH_MAX];

	if (tsp_procfs_link(process, name, target, sizeof(target)) > 0)
		json_object_object_add(facts, path, tsp_json_string(target));
}

static void put_command_line(struct json_object *facts, int process)
{
	struct json_object *args;
	char text[CMDLINE_BYTES];
	ssize_t n = tsp_procfs_read(process, "cmdline", text, sizeof(text));
	size_t len;

	if (n <= 0)
		return;
	len = (size_t)n;
	/* The kernel ends each argument with a NUL, programs may not. */
	if (!text[len - 1])
		len--;
	args = json_object_new_array();
	for (size_t at = 0; at <= len; at += strnlen(text + at, len - at) + 1) {
		if (json_object_array_length(args) == ARGS_MAX)
			break;
		json_object_array_add(
			args,
			tsp_json_text(text + at, strnlen(text + at, len - at)));
	}
	json_object_object_add(facts, "process.args", args);
	for (size_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = ' ';
	json_object_object_add(facts, "process.command_line",
			       tsp_json_text(text, len));
}

void tsp_enrich_process(struct json_object *facts, int process,
			bool command_line)
{
	if (command_line)
		put_command_line(facts, process);
	put_link(facts, "process.working_directory", process, "cwd");
	put_link(facts, "process.executable", process, "exe");
}
