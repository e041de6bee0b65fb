// SPDX-License-Identifier: GPL-2.0
/* The configuration file. */
#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trespass/trespass.h>

#include "config.h"
#include "sink_file.h"

/**
 * enum kind - what a value may be
 * @PATH: an absolute path
 * @WORD: any text
 * @NUMBER: a number between two others
 * @CHOICE: one of some words, kept as its index
 */
enum kind { PATH, WORD, NUMBER, CHOICE };

#define CHOICES_MAX 4

/**
 * struct key - a key in a section
 * @section: its section
 * @name: its name
 * @kind: what it may hold
 * @offset: of the member in struct tsp_config
 * @size: of that member, for text
 * @min: least number
 * @max: greatest number
 * @choices: words, NULL-terminated
 *
 * What [policy] has, the library knows.
 */
static const struct key {
	const char *section;
	const char *name;
	enum kind kind;
	size_t offset;
	size_t size;
	uint32_t min;
	uint32_t max;
	const char *choices[CHOICES_MAX];
} keys[] = {
#define MEMBER(m)                                                              \
	.offset = offsetof(struct tsp_config, m),                              \
	.size = sizeof(((struct tsp_config *)0)->m)
	{ "log", "path", PATH, MEMBER(log_path) },
	{ "log", "group", WORD, MEMBER(log_group) },
	{ "log", "sync", CHOICE, MEMBER(log_sync),
	  .choices = { [TSP_SYNC_NEVER] = "never",
		       [TSP_SYNC_SECOND] = "second",
		       [TSP_SYNC_ALWAYS] = "always" } },
	{ "daemon", "pid-file", PATH, MEMBER(pid_file) },
	{ "daemon", "heartbeat-s", NUMBER, MEMBER(heartbeat_s), .max = 86400 },
	{ "enrich", "command-line", CHOICE, MEMBER(command_line),
	  .choices = { "no", "yes" } },
	{ "enrich", "lineage-max", NUMBER, MEMBER(lineage_max), .max = 16 },
#undef MEMBER
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

/**
 * struct reader - a file being read
 * @config: filled
 * @why: what is wrong with the first wrong line, empty if nothing is
 */
struct reader {
	struct tsp_config *config;
	char why[256];
};

void tsp_config_defaults(struct tsp_config *config)
{
	*config = (struct tsp_config){
		.log_path = "/var/log/trespass/events.jsonl",
		.log_group = "adm",
		.log_sync = TSP_SYNC_SECOND,
		.pid_file = "/run/trespass/trespassd.pid",
		.heartbeat_s = 3600,
		.command_line = true,
		.lineage_max = 16,
	};
}

/* Append ", @word" to a list, or "@word" to an empty one. */
static void list(char *text, size_t size, const char *word)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s%s", len ? ", " : "", word);
}

static int set_text(const struct key *key, const char *value, char *member,
		    struct reader *reader)
{
	if (key->kind == PATH && value[0] != '/')
		snprintf(reader->why, sizeof(reader->why),
			 "%s must be an absolute path, not '%s'", key->name,
			 value);
	else if (strlen(value) >= key->size || !*value)
		snprintf(reader->why, sizeof(reader->why),
			 "%s must have 1 to %zu characters", key->name,
			 key->size - 1);
	else
		strcpy(member, value);
	return !reader->why[0];
}

static int set_number(const struct key *key, const char *value,
		      uint32_t *member, struct reader *reader)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 10);
	if (errno || end == value || *end || value[0] == '-' ||
	    number < key->min || number > key->max) {
		snprintf(reader->why, sizeof(reader->why),
			 "%s must be a number from %u to %u, not '%s'",
			 key->name, key->min, key->max, value);
		return 0;
	}
	*member = (uint32_t)number;
	return 1;
}

static int set_choice(const struct key *key, const char *value,
		      uint32_t *member, struct reader *reader)
{
	char words[128] = "";

	for (uint32_t i = 0; key->choices[i]; i++) {
		if (!strcmp(value, key->choices[i])) {
			*member = i;
			return 1;
		}
		list(words, sizeof(words), key->choices[i]);
	}
	snprintf(reader->why, sizeof(reader->why),
		 "%s must be one of %s, not '%s'", key->name, words, value);
	return 0;
}

static int set(const struct key *key, const char *value, struct reader *reader)
{
	void *member = (char *)reader->config + key->offset;

	switch (key->kind) {
	case NUMBER:
		return set_number(key, value, member, reader);
	case CHOICE:
		return set_choice(key, value, member, reader);
	default:
		return set_text(key, value, member, reader);
	}
}

static int set_policy(const char *name, const char *value,
		      struct reader *reader)
{
	struct tsp_config *config = reader->config;
	struct tsp_error error;
	char assignment[512];

	snprintf(assignment, sizeof(assignment), "%s=%s", name, value);
	if (!tsp_policy_parse(&config->policy, &config->policy_given,
			      assignment, &error))
		return 1;
	snprintf(reader->why, sizeof(reader->why), "%s", error.text);
	return 0;
}

/* What inih calls for each key; 0 stands for a wrong line. */
static int on_key(void *ctx, const char *section, const char *name,
		  const char *value)
{
	struct reader *reader = ctx;
	char known[256] = "", sections[128] = "";

	if (reader->why[0])
		return 0;
	if (!strcmp(section, "policy"))
		return set_policy(name, value, reader);
	for (size_t i = 0; i < N_KEYS; i++) {
		bool same = !strcmp(keys[i].section, section);

		if (same && !strcmp(keys[i].name, name))
			return set(&keys[i], value, reader);
		if (same)
			list(known, sizeof(known), keys[i].name);
		if (!i || strcmp(keys[i].section, keys[i - 1].section))
			list(sections, sizeof(sections), keys[i].section);
	}
	if (known[0])
		snprintf(reader->why, sizeof(reader->why),
			 "[%s] has no key '%.60s': it has %.120s", section,
			 name, known);
	else
		snprintf(reader->why, sizeof(reader->why),
			 "there is no section [%.60s]: there are %s, policy",
			 section, sections);
	return 0;
}

int tsp_config_read(struct tsp_config *config, const char *path,
		    struct tsp_config_error *error)
{
	struct reader reader = { .config = config };
	int line = ini_parse(path, on_key, &reader);

	if (line == -1) {
		int err = errno == ENOENT ? -ENOENT : -EINVAL;

		snprintf(error->text, sizeof(error->text),
			 "cannot read %.200s: %s", path, strerror(errno));
		return err;
	}
	if (!line)
		return 0;
	if (!reader.why[0])
		snprintf(reader.why, sizeof(reader.why),
			 "neither a [section] nor key = value");
	snprintf(error->text, sizeof(error->text), "%.200s:%d: %s", path, line,
		 reader.why);
	return -EINVAL;
}
