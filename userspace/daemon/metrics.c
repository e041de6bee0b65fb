// SPDX-License-Identifier: GPL-2.0
/* The heartbeat: what went through, and what did not. */
#include <errno.h>
#include <inttypes.h>
#include <syslog.h>

#include "log.h"
#include "metrics.h"

static void say_grown(uint64_t now, uint64_t before, const char *what)
{
	if (now > before)
		tsp_log(LOG_WARNING, "%" PRIu64 " %s since the last heartbeat",
			now - before, what);
}

static void compare(const struct tsp_status *now,
		    const struct tsp_status *before)
{
	say_grown(now->drop_ring_full, before->drop_ring_full,
		  "events were lost because a queue in the kernel was full");
	say_grown(now->drop_no_memory, before->drop_no_memory,
		  "events were lost because the kernel had no memory");
	say_grown(now->probes_missed, before->probes_missed,
		  "operations passed while a probe could not run");
	say_grown(now->edges_evicted, before->edges_evicted,
		  "quiet edges had to make room for others");
	say_grown(now->processes_evicted, before->processes_evicted,
		  "quiet processes had to make room for others");
	if (now->hooks_armed < now->hooks)
		tsp_log(LOG_WARNING,
			"%u of %u hooks are not armed: 'trespass coverage' "
			"says what goes unseen",
			now->hooks - now->hooks_armed, now->hooks);
}

void tsp_metrics_beat(struct tsp_metrics *metrics,
		      struct tsp_client_stats client)
{
	const struct tsp_client_stats *last = &metrics->client;
	struct tsp_status now;
	struct tsp_error error;
	int err = tsp_status_read(&now, &error);

	tsp_log(LOG_INFO,
		"heartbeat: %" PRIu64 " events written, %" PRIu64
		" lost, %" PRIu64 " full buffers, %" PRIu64
		" malformed messages",
		client.events - last->events, client.lost - last->lost,
		client.overruns - last->overruns,
		client.malformed - last->malformed);
	metrics->client = client;
	if (err && err != -ENOENT)
		tsp_log(LOG_WARNING, "%s", error.text);
	/* One that was just exchanged has its own beginning noted soon. */
	if (err || now.instance != metrics->module.instance)
		return;
	compare(&now, &metrics->module);
	metrics->module = now;
}
