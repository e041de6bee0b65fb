// SPDX-License-Identifier: GPL-2.0
/* trespass policy: what can be tuned at run time. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <trespass/field.h>

#include "command.h"
#include "daemon/json.h"
#include "daemon/value.h"

static void print(const struct tsp_policy *policy, uint64_t which)
{
	printf("%-32s %-39s %-7s %s\n", "NAME", "ATT&CK'S NAME", "UNIT",
	       "VALUE");
	for (uint32_t i = 0; i < tsp_policy_set.n_fields; i++) {
		const struct tsp_field *field = &tsp_policy_set.fields[i];
		const char *attack = tsp_policy_attack(field);
		char value[TSP_POLICY_TEXT];

		if (!(which & TSP_PRESENT(field->attr)))
			continue;
		tsp_policy_format(field, policy, value, sizeof(value));
		printf("%-32s %-39s %-7s %s\n", field->name,
		       attack ? attack : "-", field->unit,
		       *value ? value : "\"\"");
	}
}

static struct json_object *to_json(const struct tsp_policy *policy,
				   uint64_t which)
{
	struct json_object *list = json_object_new_array();

	for (uint32_t i = 0; i < tsp_policy_set.n_fields; i++) {
		const struct tsp_field *field = &tsp_policy_set.fields[i];
		struct json_object *entry;

		if (!(which & TSP_PRESENT(field->attr)))
			continue;
		entry = json_object_new_object();
		tsp_json_put(entry, "name", tsp_json_string(field->name));
		tsp_json_put(entry, "attack",
			     tsp_json_string(tsp_policy_attack(field)));
		tsp_json_put(entry, "unit", tsp_json_string(field->unit));
		tsp_json_put(entry, "value", tsp_value_json(field, policy, 0));
		json_object_array_add(list, entry);
	}
	return list;
}

/* All values of the command line, or none of them. */
static int set(char **assignments, int n, uint64_t *which)
{
	struct tsp_policy policy = { 0 };
	struct tsp_error error;
	int err = 0;

	*which = 0;
	for (int i = 0; i < n && !err; i++)
		err = tsp_policy_parse(&policy, which, assignments[i], &error);
	if (!err)
		err = tsp_policy_write(&policy, *which, &error);
	if (!err)
		return EX_OK;
	/* A value that is refused is misuse, whoever refuses it. */
	if (err == -EINVAL || err == -ERANGE) {
		fprintf(stderr, "trespass: %s\n", error.text);
		return EX_USAGE;
	}
	return tsp_command_fail(&error);
}

static int run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	struct tsp_policy policy;
	struct tsp_error error;
	uint64_t which = ~0ULL;
	bool json = false;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (c != 'j')
			return tsp_command_misuse(&tsp_command_policy);
		json = true;
	}
	argc -= optind;
	argv += optind;
	if (argc && (strcmp(argv[0], "set") || argc == 1))
		return tsp_command_misuse(&tsp_command_policy);
	if (argc) {
		status = set(argv + 1, argc - 1, &which);
		if (status)
			return status;
	}
	/* Read again, so that what is shown is what is in force. */
	if (tsp_policy_read(&policy, &error))
		return tsp_command_fail(&error);
	if (json)
		tsp_command_print_json(to_json(&policy, which));
	else
		print(&policy, which);
	return EX_OK;
}

const struct tsp_command tsp_command_policy = {
	.name = "policy",
	.summary = "show or change what can be tuned",
	.usage =
		"policy [--json]\n"
		"       trespass policy set [--json] NAME=VALUE...\n\n"
		"Shows each value of the kernel module's policy, its unit and\n"
		"its name in MITRE ATT&CK. 'set' changes values, all that are\n"
		"named or none, and shows them.\n\n"
		"NAME is either name; case, dashes and blanks do not count.\n"
		"VALUE is a whole number, if need be with ms, s, min, h or B,\n"
		"KiB, MiB, GiB behind it; or names with commas between them, or\n"
		"'none'; or text.\n\n"
		"  trespass policy set TimeWindow=5s syscall-type=fork,write\n"
		"  trespass policy set 'MAPS Path=libfoo'\n\n"
		"  --json  as a JSON list\n\n"
		"Exit status: 0, 64 if a name or value is wrong, 2 if the\n"
		"module is not loaded.",
	.run = run,
};
