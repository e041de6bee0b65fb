// SPDX-License-Identifier: GPL-2.0
/* Enrichment: names of users and groups. */
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "enrich_user.h"
#include "json.h"

#define CACHE_ROWS 64
#define CACHE_SECONDS 300
#define ENTRY_BYTES 16384

/**
 * struct row - a name that was looked up, or that there is none
 * @until: CLOCK_MONOTONIC second that it is good for, 0 if unused
 * @id: the id
 * @group: it is a group's
 * @name: empty if the id has none
 */
struct row {
	time_t until;
	uint32_t id;
	bool group;
	char name[64];
};

static void look_up(struct row *row)
{
	char buffer[ENTRY_BYTES];
	struct passwd passwd, *user = NULL;
	struct group entry, *group = NULL;
	const char *name = NULL;

	if (row->group) {
		getgrgid_r(row->id, &entry, buffer, sizeof(buffer), &group);
		name = group ? group->gr_name : NULL;
	} else {
		getpwuid_r(row->id, &passwd, buffer, sizeof(buffer), &user);
		name = user ? user->pw_name : NULL;
	}
	snprintf(row->name, sizeof(row->name), "%s", name ? name : "");
}

static const char *name_of(uint32_t id, bool group)
{
	static struct row rows[CACHE_ROWS];
	struct row *row = &rows[(id * 2 + group) % CACHE_ROWS];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (row->until <= now.tv_sec || row->id != id || row->group != group) {
		row->id = id;
		row->group = group;
		row->until = now.tv_sec + CACHE_SECONDS;
		look_up(row);
	}
	return row->name;
}

static void put(struct json_object *facts, const char *path, uint32_t id,
		bool group)
{
	const char *name = name_of(id, group);

	if (*name)
		json_object_object_add(facts, path, tsp_json_string(name));
}

void tsp_enrich_user(struct json_object *facts, const struct tsp_party *party)
{
	put(facts, "process.user.name", party->uid, false);
	put(facts, "process.effective_user.name", party->euid, false);
	put(facts, "process.group.name", party->gid, true);
	if (party->present & TSP_PRESENT(TSP_A_PARTY_LOGIN_UID))
		put(facts, "process.login_user.name", party->login_uid, false);
}
