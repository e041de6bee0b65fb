// SPDX-License-Identifier: GPL-2.0
/* The daemon at work: its loop, from start to stop. */
#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "log.h"
#include "metrics.h"
#include "pidfile.h"
#include "pipeline.h"
#include "service.h"

#define SYNC_US 1000000ULL
#define DRAIN_SECONDS 5

/**
 * struct service - everything that lives as long as the loop
 * @config: as read
 * @pipeline: where events go
 * @client: where they come from
 * @loop: owns all event sources
 * @pidfile: one daemon at a time
 * @metrics: for the heartbeat
 * @instance: of the module that is loaded, 0 if none is
 */
struct service {
	const struct tsp_config *config;
	struct tsp_pipeline pipeline;
	struct tsp_client *client;
	sd_event *loop;
	struct tsp_pidfile pidfile;
	struct tsp_metrics metrics;
	uint64_t instance;
};

static int exit_status(int err)
{
	switch (err) {
	case -EPERM:
		return EX_NOPERM;
	case -EPROTO:
		return EX_PROTOCOL;
	case -EWOULDBLOCK:
		return EX_TEMPFAIL;
	default:
		return EX_OSERR;
	}
}

static int on_event(void *ctx, const struct tsp_event *event)
{
	struct service *service = ctx;

	return tsp_pipeline_event(&service->pipeline, event);
}

static int on_lost(void *ctx, const struct tsp_loss *loss)
{
	struct service *service = ctx;

	return tsp_pipeline_lost(&service->pipeline, loss);
}

static void push_policy(const struct tsp_config *config)
{
	struct tsp_error error;

	if (config->policy_given &&
	    tsp_policy_write(&config->policy, config->policy_given, &error))
		tsp_log(LOG_ERR,
			"the [policy] of the configuration is not in "
			"force: %s",
			error.text);
}

static void on_appeared(void *ctx, const struct tsp_status *status)
{
	struct service *service = ctx;
	char text[256];

	snprintf(text, sizeof(text),
		 "the kernel module %s is loaded, %u of %u hooks are armed",
		 status->version, status->hooks_armed, status->hooks);
	tsp_log(status->hooks_armed < status->hooks ? LOG_WARNING : LOG_NOTICE,
		"%s", text);
	service->instance = status->instance;
	service->metrics.module = *status;
	tsp_pipeline_module(&service->pipeline, "module-appeared",
			    status->instance, text);
	push_policy(service->config);
	sd_notifyf(false, "STATUS=Listening to the kernel module %s.",
		   status->version);
}

static void on_vanished(void *ctx)
{
	static const char text[] =
		"the kernel module was unloaded: nothing is detected until it "
		"is loaded again";
	struct service *service = ctx;

	tsp_log(LOG_WARNING, "%s", text);
	tsp_pipeline_module(&service->pipeline, "module-vanished",
			    service->instance, text);
	service->instance = 0;
	sd_notify(false, "STATUS=Waiting for the kernel module.");
}

static void on_notice(void *ctx, const char *sentence)
{
	(void)ctx;
	tsp_log(LOG_WARNING, "%s", sentence);
}

static const struct tsp_client_ops client_ops = {
	.event = on_event,
	.lost = on_lost,
	.appeared = on_appeared,
	.vanished = on_vanished,
	.notice = on_notice,
};

static int on_readable(sd_event_source *source, int fd, uint32_t revents,
		       void *ctx)
{
	struct service *service = ctx;
	struct tsp_error error;
	int err = tsp_client_dispatch(service->client, &error);

	(void)source, (void)fd, (void)revents;
	if (err < 0) {
		tsp_log(LOG_ERR, "%s", error.text);
		sd_event_exit(service->loop, exit_status(err));
	}
	return 0;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info,
		   void *ctx)
{
	struct service *service = ctx;

	(void)source, (void)info;
	sd_event_exit(service->loop, EX_OK);
	return 0;
}

static int on_hangup(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *ctx)
{
	struct service *service = ctx;

	(void)source, (void)info;
	tsp_sink_file_reopen(&service->pipeline.sink);
	return 0;
}

static int on_heartbeat(sd_event_source *source, uint64_t now, void *ctx)
{
	struct service *service = ctx;

	tsp_metrics_beat(&service->metrics, tsp_client_stats(service->client));
	return sd_event_source_set_time(
		source, now + service->config->heartbeat_s * 1000000ULL);
}

static int on_sync(sd_event_source *source, uint64_t now, void *ctx)
{
	struct service *service = ctx;

	tsp_sink_file_sync(&service->pipeline.sink);
	return sd_event_source_set_time(source, now + SYNC_US);
}

static int add_timer(struct service *service, uint64_t period_us,
		     sd_event_time_handler_t handler)
{
	sd_event_source *source = NULL;
	int err = sd_event_add_time_relative(service->loop, &source,
					     CLOCK_MONOTONIC, period_us, 0,
					     handler, service);

	if (err >= 0)
		err = sd_event_source_set_enabled(source, SD_EVENT_ON);
	if (err >= 0)
		err = sd_event_source_set_floating(source, true);
	sd_event_source_unref(source);
	return err;
}

static int make_loop(struct service *service)
{
	sigset_t signals;
	int err;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);

	err = sd_event_default(&service->loop);
	if (err >= 0)
		err = sd_event_add_signal(service->loop, NULL, SIGTERM, on_stop,
					  service);
	if (err >= 0)
		err = sd_event_add_signal(service->loop, NULL, SIGINT, on_stop,
					  service);
	if (err >= 0)
		err = sd_event_add_signal(service->loop, NULL, SIGHUP,
					  on_hangup, service);
	if (err >= 0)
		err = sd_event_add_io(service->loop, NULL,
				      tsp_client_fd(service->client), EPOLLIN,
				      on_readable, service);
	if (err >= 0 && service->config->log_sync == TSP_SYNC_SECOND)
		err = add_timer(service, SYNC_US, on_sync);
	if (err >= 0 && service->config->heartbeat_s)
		err = add_timer(service,
				service->config->heartbeat_s * 1000000ULL,
				on_heartbeat);
	if (err >= 0)
		err = sd_event_set_watchdog(service->loop, true);
	if (err < 0)
		tsp_log(LOG_ERR, "cannot set up the event loop: %s",
			strerror(-err));
	return err < 0 ? err : 0;
}

/*
 * The module would refuse anyway, but it may be loaded only tomorrow, and who
 * starts the daemon should hear today.
 */
static int check_privilege(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data) ||
	    data[CAP_TO_INDEX(CAP_NET_ADMIN)].effective &
		    CAP_TO_MASK(CAP_NET_ADMIN))
		return 0;
	tsp_log(LOG_ERR, "CAP_NET_ADMIN is needed to listen to the kernel "
			 "module: run as root");
	return -EPERM;
}

static int start_client(struct service *service)
{
	struct tsp_error error;
	uint64_t instance, seq;
	int err;

	service->client = tsp_client_new(&client_ops, service, &error);
	if (!service->client) {
		tsp_log(LOG_ERR, "%s", error.text);
		return error.code;
	}
	if (tsp_pipeline_position(&service->pipeline, &instance, &seq))
		tsp_client_set_position(service->client, instance, seq);
	err = tsp_client_start(service->client, &error);
	if (err)
		tsp_log(LOG_ERR, "%s", error.text);
	else if (!service->instance)
		tsp_log(LOG_NOTICE,
			"the kernel module is not loaded: waiting for it");
	return err;
}

/*
 * What has arrived by now shall not wait for the next start. Whoever floods us
 * cannot keep us from stopping, though: the rest is replayed then.
 */
static void drain(struct service *service)
{
	time_t until = time(NULL) + DRAIN_SECONDS;

	while (time(NULL) < until &&
	       tsp_client_dispatch(service->client, NULL) > 0)
		;
}

static int run_loop(struct service *service)
{
	int status;

	tsp_pidfile_write(&service->pidfile);
	sd_notifyf(false, "READY=1\nSTATUS=%s",
		   service->instance ? "Listening to the kernel module."
				     : "Waiting for the kernel module.");
	status = sd_event_loop(service->loop);
	sd_notify(false, "STOPPING=1");
	if (status == EX_OK)
		drain(service);
	return status < 0 ? EX_OSERR : status;
}

int tsp_service_run(const struct tsp_config *config)
{
	struct service service = { .config = config, .pidfile.fd = -1 };
	int err, status;

	err = check_privilege();
	if (err)
		return EX_NOPERM;
	err = tsp_pidfile_lock(&service.pidfile, config->pid_file);
	if (err)
		return err == -EWOULDBLOCK ? EX_TEMPFAIL : EX_CANTCREAT;
	err = tsp_pipeline_open(&service.pipeline, config, "/proc");
	if (err) {
		status = EX_CANTCREAT;
		goto unlock;
	}
	err = start_client(&service);
	status = exit_status(err);
	if (err)
		goto close;
	err = make_loop(&service);
	status = exit_status(err);
	if (!err)
		status = run_loop(&service);
close:
	tsp_client_free(service.client);
	tsp_pipeline_close(&service.pipeline);
	sd_event_unref(service.loop);
unlock:
	tsp_pidfile_remove(&service.pidfile);
	return status;
}
