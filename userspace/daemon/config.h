/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration file. */
#ifndef TSP_CONFIG_H
#define TSP_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include <trespass/message.h>

#define TSP_CONFIG_FILE "/etc/trespass/trespassd.conf"

/**
 * struct tsp_config - what can be configured, see trespassd.conf(5)
 * @log_path: [log] path
 * @log_group: [log] group
 * @log_sync: [log] sync, an enum tsp_sync
 * @pid_file: [daemon] pid-file
 * @heartbeat_s: [daemon] heartbeat-s
 * @command_line: [enrich] command-line
 * @lineage_max: [enrich] lineage-max
 * @policy: [policy], for the module
 * @policy_given: TSP_PRESENT() of each policy attribute that the file sets
 */
struct tsp_config {
	char log_path[256];
	char log_group[64];
	uint32_t log_sync;
	char pid_file[256];
	uint32_t heartbeat_s;
	uint32_t command_line;
	uint32_t lineage_max;
	struct tsp_policy policy;
	uint64_t policy_given;
};

/**
 * struct tsp_config_error - what is wrong with a file
 * @text: a sentence with file, line and what to do
 */
struct tsp_config_error {
	char text[512];
};

/**
 * tsp_config_defaults() - what holds without a file
 * @config: filled
 *
 * Context: Any thread.
 */
void tsp_config_defaults(struct tsp_config *config);

/**
 * tsp_config_read() - read a file
 * @config: filled by tsp_config_defaults(); what the file says is changed
 * @path: of the file
 * @error: filled on failure
 *
 * Context: Any thread; may sleep.
 * Return: 0, -ENOENT if there is no file, or -EINVAL for the first thing in it
 *   that is wrong; @config is then of no use.
 */
int tsp_config_read(struct tsp_config *config, const char *path,
		    struct tsp_config_error *error);

#endif /* TSP_CONFIG_H */
