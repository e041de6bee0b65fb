// SPDX-License-Identifier: GPL-2.0
/* trespass status: the module's counters. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <trespass/field.h>

#include "command.h"
#include "daemon/json.h"
#include "daemon/value.h"

static void print_uptime(uint64_t ns)
{
	uint64_t s = ns / 1000000000;

	printf("%" PRIu64 " d %02" PRIu64 ":%02" PRIu64 ":%02" PRIu64 "\n",
	       s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
}

static void print(const struct tsp_status *status)
{
	bool all = status->hooks_armed == status->hooks;

	printf("trespass is %s: %u of %u hooks are armed\n\n",
	       all ? "watching" : "partly blind", status->hooks_armed,
	       status->hooks);
	for (uint32_t i = 0; i < tsp_status_set.n_fields; i++) {
		const struct tsp_field *field = &tsp_status_set.fields[i];
		const char *text = (const char *)status + field->offset;
		char shown[TSP_TEXT_SIZE(64)];

		printf("  %-18s  ", field->name);
		if (field->attr == TSP_A_STATUS_UPTIME_NS) {
			print_uptime(status->uptime_ns);
		} else if (field->type == TSP_T_CHARS) {
			tsp_text_escape(shown, sizeof(shown), text,
					strlen(text));
			puts(shown);
		} else {
			printf(field->hex ? "0x%" PRIx64 "\n" : "%" PRIu64 "\n",
			       tsp_field_number(field, status));
		}
	}
	if (!all)
		printf("\n'trespass coverage' says what goes unseen.\n");
}

static int not_loaded(void)
{
	struct json_object *root = json_object_new_object();

	json_object_object_add(root, "loaded", json_object_new_boolean(0));
	tsp_command_print_json(root);
	return TSP_EXIT_NOT_LOADED;
}

static int run(int argc, char **argv)
{
	struct tsp_status status;
	struct tsp_error error;
	bool json;
	int err = tsp_command_json_only(&tsp_command_status, argc, argv, &json);

	if (err)
		return err;
	err = tsp_status_read(&status, &error);
	if (err == -ENOENT && json)
		return not_loaded();
	if (err)
		return tsp_command_fail(&error);
	if (json) {
		struct json_object *root =
			tsp_value_struct(&tsp_status_set, &status);

		json_object_object_add(root, "loaded",
				       json_object_new_boolean(1));
		tsp_command_print_json(root);
	} else {
		print(&status);
	}
	return status.hooks_armed == status.hooks ? EX_OK : TSP_EXIT_DEGRADED;
}

const struct tsp_command tsp_command_status = {
	.name = "status",
	.summary = "is the module at work, and what has it counted?",
	.usage = "status [--json]\n\n"
		 "Shows every counter of the kernel module.\n\n"
		 "  --json  as a JSON object\n\n"
		 "Exit status: 0 if all hooks are armed, 1 if some are not,\n"
		 "2 if the module is not loaded.",
	.run = run,
};
