// SPDX-License-Identifier: GPL-2.0
/* The line that an event travels: enrich, then write. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "ecs.h"
#include "enrich_cgroup.h"
#include "enrich_lineage.h"
#include "enrich_process.h"
#include "enrich_user.h"
#include "json.h"
#include "log.h"
#include "pipeline.h"

static uint64_t now_real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

/* Move facts into the event, where it does not say the same itself. */
static void merge(struct json_object *root, const char *scope,
		  struct json_object *facts)
{
	json_object_object_foreach(facts, key, value) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", scope, key);
		if (!tsp_json_get(root, path))
			tsp_json_put(root, path, json_object_get(value));
	}
	json_object_put(facts);
}

/* What /proc tells, if it still tells of that process. NULL, or why not. */
static const char *enrich_from_proc(struct tsp_pipeline *pipeline,
				    struct json_object *root, const char *scope,
				    const struct tsp_party *party)
{
	struct json_object *facts;
	const char *why;
	int process = tsp_procfs_process(&pipeline->procfs, party->pid);

	if (process < 0)
		return process == -ENOENT ? "the process has exited"
					  : "/proc cannot be read";
	facts = json_object_new_object();
	tsp_enrich_process(facts, process, pipeline->config->command_line);
	tsp_enrich_cgroup(facts, process);
	why = tsp_procfs_verify(&pipeline->procfs, process, party);
	close(process);
	if (why)
		json_object_put(facts);
	else
		merge(root, scope, facts);
	return why;
}

/* @scope is "" for the source and "Target." for the target. */
static void enrich(struct tsp_pipeline *pipeline, struct json_object *root,
		   const char *scope, const struct tsp_party *party,
		   uint64_t boot_real_ns)
{
	struct tsp_lineage_clock clock = {
		.boot_id = pipeline->host.boot_id,
		.boot_real_ns = boot_real_ns,
	};
	struct json_object *facts = json_object_new_object();
	char status[128] = "ok";
	const char *why;

	tsp_enrich_user(facts, party);
	tsp_enrich_lineage(facts, &pipeline->procfs, party, &clock,
			   pipeline->config->lineage_max);
	json_object_object_add(facts, "process.entity_id",
			       tsp_lineage_entity_id(&clock, &pipeline->procfs,
						     party->pid,
						     party->start_ns));
	merge(root, scope, facts);

	why = enrich_from_proc(pipeline, root, scope, party);
	if (why)
		snprintf(status, sizeof(status), "unavailable: %s", why);
	facts = json_object_new_object();
	json_object_object_add(facts, "process.enrichment",
			       tsp_json_string(status));
	/* Always there, so that nobody takes "not sent" for "not asked". */
	json_object_object_add(facts, "process.executable", NULL);
	merge(root, scope, facts);
}

struct json_object *tsp_pipeline_json(struct tsp_pipeline *pipeline,
				      const struct tsp_event *event)
{
	uint64_t boot_real_ns = event->time_real_ns - event->time_boot_ns;
	struct json_object *root = tsp_ecs_event(event);

	if (tsp_ecs_has_party(event, TSP_A_EVENT_SOURCE))
		enrich(pipeline, root, "", &event->source, boot_real_ns);
	if (tsp_ecs_has_party(event, TSP_A_EVENT_TARGET))
		enrich(pipeline, root, "Target.", &event->target, boot_real_ns);
	tsp_enrich_host(root, &pipeline->host);
	return root;
}

/* Takes @root over. */
static int write_line(struct tsp_pipeline *pipeline, struct json_object *root)
{
	size_t len = 0;
	const char *text = json_object_to_json_string_length(
		root, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
		&len);
	int err = text ? tsp_sink_file_write(&pipeline->sink, text, len)
		       : -ENOMEM;

	json_object_put(root);
	return err;
}

int tsp_pipeline_event(struct tsp_pipeline *pipeline,
		       const struct tsp_event *event)
{
	return write_line(pipeline, tsp_pipeline_json(pipeline, event));
}

int tsp_pipeline_lost(struct tsp_pipeline *pipeline,
		      const struct tsp_loss *loss)
{
	struct json_object *root = tsp_ecs_loss(loss, now_real_ns());
	struct json_object *message = tsp_json_get(root, "message");
	char sentence[160];
	int err;

	snprintf(sentence, sizeof(sentence), "%s",
		 json_object_get_string(message));
	tsp_enrich_host(root, &pipeline->host);
	err = write_line(pipeline, root);
	if (!err)
		tsp_log(LOG_ERR, "%s", sentence);
	return err;
}

void tsp_pipeline_module(struct tsp_pipeline *pipeline, const char *action,
			 uint64_t instance, const char *message)
{
	struct json_object *root =
		tsp_ecs_module(action, instance, message, now_real_ns());

	tsp_enrich_host(root, &pipeline->host);
	write_line(pipeline, root);
}

static bool position_in(void *ctx, const char *line, size_t len)
{
	struct tsp_loss *position = ctx;
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *root =
		json_tokener_parse_ex(tokener, line, (int)len);
	bool found = root && tsp_ecs_position(root, &position->instance,
					      &position->last);

	json_object_put(root);
	json_tokener_free(tokener);
	return found;
}

bool tsp_pipeline_position(struct tsp_pipeline *pipeline, uint64_t *instance,
			   uint64_t *seq)
{
	struct tsp_loss position = { 0 };

	if (!tsp_sink_file_last(pipeline->sink.path, position_in, &position))
		return false;
	*instance = position.instance;
	*seq = position.last;
	return true;
}

int tsp_pipeline_open(struct tsp_pipeline *pipeline,
		      const struct tsp_config *config, const char *proc)
{
	int err;

	memset(pipeline, 0, sizeof(*pipeline));
	pipeline->config = config;
	pipeline->sink = (struct tsp_sink_file){
		.path = config->log_path,
		.group = config->log_group,
		.sync = config->log_sync,
	};
	tsp_host_read(&pipeline->host);
	err = tsp_procfs_open(&pipeline->procfs, proc);
	if (err) {
		tsp_log(LOG_ERR, "cannot open %s: %s", proc, strerror(-err));
		return err;
	}
	err = tsp_sink_file_open(&pipeline->sink);
	if (err)
		tsp_procfs_close(&pipeline->procfs);
	return err;
}

void tsp_pipeline_close(struct tsp_pipeline *pipeline)
{
	tsp_sink_file_close(&pipeline->sink);
	tsp_procfs_close(&pipeline->procfs);
}
