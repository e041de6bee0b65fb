// SPDX-License-Identifier: GPL-2.0
/* What every command shares. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "command.h"

int tsp_command_fail(const struct tsp_error *error)
{
	fflush(stdout);
	fprintf(stderr, "trespass: %s\n", error->text);
	switch (error->code) {
	case -ENOENT:
		return TSP_EXIT_NOT_LOADED;
	case -EPERM:
		return EX_NOPERM;
	case -EPROTO:
	case -EBADMSG:
		return EX_PROTOCOL;
	default:
		return EX_OSERR;
	}
}

int tsp_command_misuse(const struct tsp_command *command)
{
	fprintf(stderr, "usage: trespass %s\n", command->usage);
	return EX_USAGE;
}

int tsp_command_json_only(const struct tsp_command *command, int argc,
			  char **argv, bool *json)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int c;

	*json = false;
	while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (c != 'j')
			return tsp_command_misuse(command);
		*json = true;
	}
	return optind < argc ? tsp_command_misuse(command) : 0;
}

void tsp_command_print_json(struct json_object *value)
{
	puts(json_object_to_json_string_ext(
		value,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(value);
}
