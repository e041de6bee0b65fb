// SPDX-License-Identifier: GPL-2.0
/* Enrichment: which host this is. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <systemd/sd-id128.h>

#include "enrich_host.h"
#include "json.h"

void tsp_host_read(struct tsp_host *host)
{
	struct utsname name;
	sd_id128_t id;

	memset(host, 0, sizeof(*host));
	if (!uname(&name)) {
		snprintf(host->hostname, sizeof(host->hostname), "%s",
			 name.nodename);
		snprintf(host->kernel, sizeof(host->kernel), "%s",
			 name.release);
	}
	if (!sd_id128_get_machine(&id))
		snprintf(host->machine_id, sizeof(host->machine_id),
			 SD_ID128_FORMAT_STR, SD_ID128_FORMAT_VAL(id));
	/* As the kernel writes it. */
	if (!sd_id128_get_boot(&id))
		snprintf(host->boot_id, sizeof(host->boot_id),
			 SD_ID128_UUID_FORMAT_STR, SD_ID128_FORMAT_VAL(id));
}

static void put(struct json_object *root, const char *path, const char *text)
{
	if (*text)
		tsp_json_put(root, path, tsp_json_string(text));
}

void tsp_enrich_host(struct json_object *root, const struct tsp_host *host)
{
	put(root, "host.hostname", host->hostname);
	put(root, "host.name", host->hostname);
	put(root, "host.id", host->machine_id);
	put(root, "host.boot.id", host->boot_id);
	put(root, "host.os.type", "linux");
	put(root, "host.os.kernel", host->kernel);
}
