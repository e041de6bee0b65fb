// SPDX-License-Identifier: GPL-2.0
/* Enrichment: who started whom. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "enrich_lineage.h"
#include "json.h"
#include "value.h"

struct json_object *tsp_lineage_entity_id(const struct tsp_lineage_clock *clock,
					  const struct tsp_procfs *procfs,
					  uint32_t pid, uint64_t start_ns)
{
	char id[96];

	snprintf(id, sizeof(id), "%s-%" PRIu32 "-%" PRIu64, clock->boot_id, pid,
		 start_ns / procfs->tick_ns);
	return json_object_new_string(id);
}

/* Describe process @pid, which must not be younger than its child. */
static struct json_object *ancestor(const struct tsp_procfs *procfs,
				    uint32_t pid,
				    const struct tsp_lineage_clock *clock,
				    struct tsp_procfs_stat *child)
{
	struct json_object *entry = NULL;
	struct tsp_procfs_stat stat;
	char exe[PATH_MAX];
	int dir = tsp_procfs_process(procfs, pid);

	if (dir < 0)
		return NULL;
	if (tsp_procfs_stat(procfs, dir, &stat) ||
	    stat.start_ns > child->start_ns)
		goto out;
	entry = json_object_new_object();
	json_object_object_add(entry, "pid", json_object_new_uint64(pid));
	json_object_object_add(entry, "name", tsp_json_string(stat.comm));
	if (tsp_procfs_link(dir, "exe", exe, sizeof(exe)) > 0)
		json_object_object_add(entry, "executable",
				       tsp_json_string(exe));
	json_object_object_add(
		entry, "start",
		tsp_value_time(stat.start_ns + clock->boot_real_ns));
	json_object_object_add(entry, "entity_id",
			       tsp_lineage_entity_id(clock, procfs, pid,
						     stat.start_ns));
	*child = stat;
out:
	close(dir);
	return entry;
}

/* The nearest ancestor has fields of its own, too. */
static void put_parent(struct json_object *facts, struct json_object *entry)
{
	json_object_object_foreach(entry, key, value) {
		char path[64];

		snprintf(path, sizeof(path), "process.parent.%s", key);
		json_object_object_add(facts, path, json_object_get(value));
	}
}

void tsp_enrich_lineage(struct json_object *facts,
			const struct tsp_procfs *procfs,
			const struct tsp_party *party,
			const struct tsp_lineage_clock *clock, unsigned int max)
{
	struct tsp_procfs_stat at = { .ppid = party->ppid,
				      .start_ns = party->start_ns };
	struct json_object *list = json_object_new_array();

	while (at.ppid && json_object_array_length(list) < max) {
		struct json_object *entry =
			ancestor(procfs, at.ppid, clock, &at);

		if (!entry)
			break;
		if (!json_object_array_length(list))
			put_parent(facts, entry);
		json_object_array_add(list, entry);
	}
	json_object_object_add(facts, "process.lineage", list);
}
