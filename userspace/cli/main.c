// SPDX-License-Identifier: GPL-2.0
/* trespass: look at what the kernel module sees, and tune it. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "command.h"

static const struct tsp_command *const commands[] = {
	&tsp_command_watch,
	&tsp_command_status,
	&tsp_command_coverage,
	&tsp_command_policy,
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct tsp_command *find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int unknown(const char *name)
{
	char shown[128];

	tsp_text_escape(shown, sizeof(shown), name, strlen(name));
	fprintf(stderr,
		"trespass: there is no command '%s': 'trespass --help' lists "
		"them\n",
		shown);
	return EX_USAGE;
}

static void usage(FILE *to)
{
	fprintf(to, "usage: trespass COMMAND [OPTION...]\n\n"
		    "Shows process injections that the trespass kernel module "
		    "detects.\n\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(to, "  %-14s %s\n", commands[i]->name,
			commands[i]->summary);
	fprintf(to, "  %-14s %s\n", "help COMMAND", "say more of a command");
	fprintf(to, "\n  -h, --help      show this and exit\n"
		    "  -V, --version   show the version and exit\n");
}

static int help(int argc, char **argv)
{
	const struct tsp_command *command;

	if (argc < 2) {
		usage(stdout);
		return EX_OK;
	}
	command = find(argv[1]);
	if (!command)
		return unknown(argv[1]);
	printf("usage: trespass %s\n", command->usage);
	return EX_OK;
}

int main(int argc, char **argv)
{
	const struct tsp_command *command;

	if (argc < 2) {
		usage(stderr);
		return EX_USAGE;
	}
	argc--;
	argv++;
	if (!strcmp(argv[0], "--version") || !strcmp(argv[0], "-V")) {
		printf("trespass %s\n", tsp_version());
		return EX_OK;
	}
	if (!strcmp(argv[0], "help") || !strcmp(argv[0], "--help") ||
	    !strcmp(argv[0], "-h"))
		return help(argc, argv);
	command = find(argv[0]);
	if (!command)
		return unknown(argv[0]);
	if (argc > 1 && !strcmp(argv[1], "--help")) {
		printf("usage: trespass %s\n", command->usage);
		return EX_OK;
	}
	return command->run(argc, argv);
}
