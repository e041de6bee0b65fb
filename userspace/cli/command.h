/* SPDX-License-Identifier: GPL-2.0 */
/* What every command shares. */
#ifndef TSP_COMMAND_H
#define TSP_COMMAND_H

#include <json-c/json.h>

#include <trespass/trespass.h>

#define TSP_EXIT_DEGRADED 1
#define TSP_EXIT_NOT_LOADED 2

/**
 * struct tsp_command - one command of trespass(1)
 * @name: how it is called
 * @summary: one line for the list of commands
 * @usage: all that 'help' says
 * @run: run it; argv[0] is its name
 */
struct tsp_command {
	const char *name;
	const char *summary;
	const char *usage;
	int (*run)(int argc, char **argv);
};

extern const struct tsp_command tsp_command_watch;
extern const struct tsp_command tsp_command_status;
extern const struct tsp_command tsp_command_coverage;
extern const struct tsp_command tsp_command_policy;

/**
 * tsp_command_fail() - say why a command cannot go on
 * @error: from the library
 *
 * Context: Any.
 * Return: the exit status that fits.
 */
int tsp_command_fail(const struct tsp_error *error);

/**
 * tsp_command_misuse() - show how a command is called
 * @command: the command
 *
 * Context: Any.
 * Return: the exit status that fits.
 */
int tsp_command_misuse(const struct tsp_command *command);

/**
 * tsp_command_json_only() - parse the options of a command that has but --json
 * @command: the command
 * @argc: as for main()
 * @argv: as for main()
 * @json: filled
 *
 * Context: Any.
 * Return: 0, or the exit status after a misuse.
 */
int tsp_command_json_only(const struct tsp_command *command, int argc,
			  char **argv, bool *json);

/**
 * tsp_command_print_json() - print a value for people and machines
 * @value: freed
 *
 * Context: Any.
 */
void tsp_command_print_json(struct json_object *value);

#endif /* TSP_COMMAND_H */
