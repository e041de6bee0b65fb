/* SPDX-License-Identifier: GPL-2.0 */
/* The line that an event travels: enrich, then write. */
#ifndef TSP_PIPELINE_H
#define TSP_PIPELINE_H

#include <stdbool.h>

#include <trespass/trespass.h>

#include "config.h"
#include "enrich_host.h"
#include "procfs.h"
#include "sink_file.h"

/**
 * struct tsp_pipeline - what events pass through
 * @config: as read; set once, the owner keeps it
 * @procfs: of this host
 * @host: of this host
 * @sink: where lines go
 */
struct tsp_pipeline {
	const struct tsp_config *config;
	struct tsp_procfs procfs;
	struct tsp_host host;
	struct tsp_sink_file sink;
};

/**
 * tsp_pipeline_open() - make a pipeline ready
 * @pipeline: filled
 * @config: must outlive it
 * @proc: where /proc is mounted
 *
 * Context: One thread; may sleep. Says why it fails. Close with
 * tsp_pipeline_close().
 * Return: 0 or a negative errno.
 */
int tsp_pipeline_open(struct tsp_pipeline *pipeline,
		      const struct tsp_config *config, const char *proc);

/**
 * tsp_pipeline_close() - write what is pending and let go
 * @pipeline: opened
 *
 * Context: One thread; may sleep.
 */
void tsp_pipeline_close(struct tsp_pipeline *pipeline);

/**
 * tsp_pipeline_position() - where an earlier run stopped
 * @pipeline: opened
 * @instance: filled on success
 * @seq: filled on success
 *
 * Context: One thread; may sleep.
 * Return: false if the log does not say.
 */
bool tsp_pipeline_position(struct tsp_pipeline *pipeline, uint64_t *instance,
			   uint64_t *seq);

/**
 * tsp_pipeline_json() - an event with everything that can be known of it
 * @pipeline: opened
 * @event: decoded
 *
 * Context: One thread; may sleep. The caller owns the object.
 * Return: an object.
 */
struct json_object *tsp_pipeline_json(struct tsp_pipeline *pipeline,
				      const struct tsp_event *event);

/**
 * tsp_pipeline_event() - put an event into the log
 * @pipeline: opened
 * @event: decoded
 *
 * Context: One thread; may sleep.
 * Return: 0 once it is written, else a negative errno: bring it again.
 */
int tsp_pipeline_event(struct tsp_pipeline *pipeline,
		       const struct tsp_event *event);

/**
 * tsp_pipeline_lost() - put a loss into the log
 * @pipeline: opened
 * @loss: which events
 *
 * Context: One thread; may sleep.
 * Return: as tsp_pipeline_event().
 */
int tsp_pipeline_lost(struct tsp_pipeline *pipeline,
		      const struct tsp_loss *loss);

/**
 * tsp_pipeline_module() - put the module's coming or going into the log
 * @pipeline: opened
 * @action: "module-appeared" or "module-vanished"
 * @instance: its loading
 * @message: a sentence
 *
 * Context: One thread; may sleep.
 */
void tsp_pipeline_module(struct tsp_pipeline *pipeline, const char *action,
			 uint64_t instance, const char *message);

#endif /* TSP_PIPELINE_H */
