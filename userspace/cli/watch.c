// SPDX-License-Identifier: GPL-2.0
/* trespass watch: detections, live. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "command.h"
#include "daemon/ecs.h"
#include "render.h"

/**
 * struct watch - what the reader wants
 * @min_severity: events below stay hidden
 * @history: how many kept events to begin with
 * @json: JSON lines instead of text
 * @color: the reader likes colours
 * @present: the module has been seen
 */
struct watch {
	uint32_t min_severity;
	uint64_t history;
	bool json;
	bool color;
	bool present;
};

static const struct option options[] = {
	{ "min-severity", required_argument, NULL, 'm' },
	{ "all", no_argument, NULL, 'a' },
	{ "history", required_argument, NULL, 'n' },
	{ "no-replay", no_argument, NULL, 'r' },
	{ "json", no_argument, NULL, 'j' },
	{ "color", required_argument, NULL, 'c' },
	{ 0 },
};

/* Standard output may be full of events for a program: people read this. */
static void say(const char *sentence)
{
	fflush(stdout);
	fprintf(stderr, "trespass: %s\n", sentence);
}

static int print_json(struct json_object *root)
{
	puts(json_object_to_json_string_ext(
		root, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
	return 0;
}

static int on_event(void *ctx, const struct tsp_event *event)
{
	const struct watch *watch = ctx;

	if (event->severity < watch->min_severity)
		return 0;
	if (watch->json)
		print_json(tsp_ecs_event(event));
	else
		tsp_render_event(stdout, event, watch->color);
	fflush(stdout);
	return 0;
}

static int on_lost(void *ctx, const struct tsp_loss *loss)
{
	char text[128];

	(void)ctx;
	if (loss->count)
		snprintf(text, sizeof(text),
			 "%" PRIu64 " events were lost: %" PRIu64
			 " to %" PRIu64,
			 loss->count, loss->first, loss->last);
	else
		snprintf(text, sizeof(text),
			 "events may have been lost when "
			 "the kernel module went");
	say(text);
	return 0;
}

static void on_appeared(void *ctx, const struct tsp_status *status)
{
	struct watch *watch = ctx;
	char version[TSP_TEXT_SIZE(64)], text[400];

	watch->present = true;
	tsp_text_escape(version, sizeof(version), status->version,
			strlen(status->version));
	snprintf(text, sizeof(text),
		 "the kernel module %s is watching, %u of %u hooks are armed",
		 version, status->hooks_armed, status->hooks);
	say(text);
}

static void on_vanished(void *ctx)
{
	(void)ctx;
	say("the kernel module was unloaded: waiting for it");
}

static void on_notice(void *ctx, const char *sentence)
{
	(void)ctx;
	say(sentence);
}

static const struct tsp_client_ops client_ops = {
	.event = on_event,
	.lost = on_lost,
	.appeared = on_appeared,
	.vanished = on_vanished,
	.notice = on_notice,
};

/* Begin so many events before the newest, but not before the oldest kept. */
static void set_position(struct tsp_client *client, uint64_t history)
{
	struct tsp_status status;
	uint64_t from;

	if (tsp_status_read(&status, NULL))
		return;
	from = status.seq_last > history ? status.seq_last - history : 0;
	if (from + 1 < status.seq_first)
		from = status.seq_first - 1;
	tsp_client_set_position(client, status.instance, from);
}

static bool parse_number(const char *text, uint64_t max, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return !errno && end != text && !*end && text[0] != '-' &&
	       *number <= max;
}

static int parse(struct watch *watch, int argc, char **argv)
{
	uint64_t number;
	int c;

	watch->color = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	while ((c = getopt_long(argc, argv, "n:", options, NULL)) >= 0) {
		switch (c) {
		case 'm':
			if (!parse_number(optarg, 100, &number))
				return -EINVAL;
			watch->min_severity = (uint32_t)number;
			break;
		case 'a':
			watch->min_severity = 0;
			break;
		case 'n':
			if (!strcmp(optarg, "all"))
				watch->history = UINT64_MAX;
			else if (!parse_number(optarg, UINT64_MAX,
					       &watch->history))
				return -EINVAL;
			break;
		case 'r':
			watch->history = 0;
			break;
		case 'j':
			watch->json = true;
			break;
		case 'c':
			if (!strcmp(optarg, "always"))
				watch->color = true;
			else if (!strcmp(optarg, "never"))
				watch->color = false;
			else if (strcmp(optarg, "auto"))
				return -EINVAL;
			break;
		default:
			return -EINVAL;
		}
	}
	return optind < argc ? -EINVAL : 0;
}

static int run(int argc, char **argv)
{
	struct watch watch = { .min_severity = 50, .history = 10 };
	struct tsp_client *client;
	struct tsp_error error;
	int err;

	if (parse(&watch, argc, argv))
		return tsp_command_misuse(&tsp_command_watch);
	client = tsp_client_new(&client_ops, &watch, &error);
	if (!client)
		return tsp_command_fail(&error);
	set_position(client, watch.history);
	err = tsp_client_start(client, &error);
	if (!err && !watch.present)
		say("the kernel module is not loaded: waiting for it");
	while (err >= 0) {
		struct pollfd fd = { .fd = tsp_client_fd(client),
				     .events = POLLIN };

		if (poll(&fd, 1, -1) < 0 && errno != EINTR)
			break;
		err = tsp_client_dispatch(client, &error);
	}
	tsp_client_free(client);
	return err < 0 ? tsp_command_fail(&error) : EX_OSERR;
}

const struct tsp_command tsp_command_watch = {
	.name = "watch",
	.summary = "show detections as they happen",
	.usage =
		"watch [OPTION...]\n\n"
		"Shows each detection in a few lines: when, how severe, which\n"
		"technique, who did it to whom; what was touched; the steps in\n"
		"order; whether it succeeded. A summary follows when it is over.\n"
		"\n"
		"  --min-severity N  show events of severity N or more (50)\n"
		"  --all             show all events\n"
		"  -n, --history N   begin with the last N kept events (10); or\n"
		"                    'all'\n"
		"  --no-replay       begin with what happens next\n"
		"  --json            JSON lines, as trespassd(8) writes them but\n"
		"                    without what it adds\n"
		"  --color=WHEN      always, never, or auto",
	.run = run,
};
