// SPDX-License-Identifier: GPL-2.0
/* A listener that keeps every event, on the library's client. */
#include "events.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <trespass/trespass.h>
#include <unistd.h>

/**
 * struct events - the listener
 * @client: the library's client
 * @kept: the events in the order of their sequence numbers
 * @n_kept: how many
 * @lost: how many the client could not get
 */
struct events {
	struct tsp_client *client;
	struct tsp_event **kept;
	size_t n_kept;
	uint64_t lost;
};

static const char *keep_text(const char *text)
{
	return text ? strdup(text) : NULL;
}

static int keep(void *ctx, const struct tsp_event *event)
{
	struct events *events = ctx;
	struct tsp_event *copy = malloc(sizeof(*copy));

	events->kept = reallocarray(events->kept, events->n_kept + 1,
				    sizeof(*events->kept));
	if (!copy || !events->kept)
		abort();
	*copy = *event;
	copy->source.exe = keep_text(event->source.exe);
	copy->target.exe = keep_text(event->target.exe);
	copy->access.file = keep_text(event->access.file);
	copy->memfd_name = keep_text(event->memfd_name);
	events->kept[events->n_kept++] = copy;
	return 0;
}

static int count_lost(void *ctx, const struct tsp_loss *loss)
{
	struct events *events = ctx;

	events->lost += loss->count ? loss->count : 1;
	fprintf(stderr, "# %" PRIu64 " events lost\n", loss->count);
	return 0;
}

static void say(void *ctx, const char *sentence)
{
	(void)ctx;
	fprintf(stderr, "# %s\n", sentence);
}

static const struct tsp_client_ops ops = {
	.event = keep,
	.lost = count_lost,
	.notice = say,
};

struct events *events_open(void)
{
	struct events *events = calloc(1, sizeof(*events));
	struct tsp_error error = { 0 };
	struct tsp_status status;

	if (!events || tsp_status_read(&status, &error))
		goto fail;
	events->client = tsp_client_new(&ops, events, &error);
	if (!events->client)
		goto fail;
	tsp_client_set_position(events->client, status.instance,
				status.seq_last);
	if (tsp_client_start(events->client, &error))
		goto fail;
	return events;

fail:
	fprintf(stderr, "# cannot listen: %s\n", error.text);
	events_close(events);
	return NULL;
}

void events_close(struct events *events)
{
	if (!events)
		return;
	tsp_client_free(events->client);
	while (events->n_kept) {
		struct tsp_event *event = events->kept[--events->n_kept];

		free((void *)event->source.exe);
		free((void *)event->target.exe);
		free((void *)event->access.file);
		free((void *)event->memfd_name);
		free(event);
	}
	free(events->kept);
	free(events);
}

static bool matches(const struct tsp_event *event, const struct match *match)
{
	uint32_t source = event->source.pid, target = event->target.pid;
	uint32_t party = match->party;

	return (event->edge || event->technique == match->technique) &&
	       (!match->kind || event->kind == match->kind) &&
	       (!match->technique || event->technique == match->technique) &&
	       (!match->source || source == (uint32_t)match->source) &&
	       (!match->target || target == (uint32_t)match->target) &&
	       (!party || source == party || target == party) &&
	       (!match->failed || event->result) &&
	       (!match->succeeded || !event->result) &&
	       (!match->after || event->seq > match->after->seq);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Take in what has come; wait for it until @until_ms. */
static int take(struct events *events, int64_t until_ms)
{
	struct pollfd fd = {
		.fd = tsp_client_fd(events->client),
		.events = POLLIN,
	};
	int64_t left_ms = until_ms - now_ms();
	struct tsp_error error;

	if (left_ms < 0 || poll(&fd, 1, left_ms) < 1)
		return -1;
	if (tsp_client_dispatch(events->client, &error) < 0) {
		fprintf(stderr, "# %s\n", error.text);
		return -1;
	}
	return 0;
}

const struct tsp_event *events_wait(struct events *events,
				    const struct match *match)
{
	int64_t until_ms = now_ms() + WAIT_MS;
	size_t i = 0;

	do {
		for (; i < events->n_kept; i++)
			if (matches(events->kept[i], match))
				return events->kept[i];
	} while (!take(events, until_ms));

	fprintf(stderr, "# none of %zu events fits:\n", events->n_kept);
	for (i = 0; i < events->n_kept; i++)
		event_print(events->kept[i]);
	return NULL;
}

/* A child writes its own child, which is nobody else's business. */
static pid_t fence(void)
{
	static char cell;
	struct iovec iov = { &cell, sizeof(cell) };
	pid_t writer = fork(), written;
	bool done;

	if (writer)
		return writer < 0 || reap(writer) ? -1 : writer;
	written = fork();
	if (!written)
		for (;;)
			pause();
	done = process_vm_writev(written, &iov, 1, &iov, 1, 0) == 1;
	kill(written, SIGKILL);
	waitpid(written, NULL, 0);
	_exit(!done);
}

int events_count(struct events *events, const struct match *match)
{
	struct match fenced = {
		.kind = TSP_KIND_SUMMARY,
		.technique = TSP_TECHNIQUE_VM_WRITE,
		.source = fence(),
	};
	size_t i, n = 0;

	if (fenced.source < 0 || !events_wait(events, &fenced) || events->lost)
		return -1;
	for (i = 0; i < events->n_kept; i++)
		if (matches(events->kept[i], match))
			n++;
	return n;
}

static void party_print(const char *what, const struct tsp_party *party)
{
	fprintf(stderr,
		"#	%s: %s[%u] tid %u ppid %u uid %u start %" PRIu64
		" exe %s\n",
		what, party->comm, party->pid, party->tid, party->ppid,
		party->uid, party->start_ns, party->exe ? party->exe : "-");
}

void events_print(const struct events *events, const struct match *match)
{
	size_t i;

	for (i = 0; i < events->n_kept; i++)
		if (matches(events->kept[i], match))
			event_print(events->kept[i]);
}

static const char *name_of(const char *name)
{
	return name ? name : "-";
}

void event_print(const struct tsp_event *event)
{
	const struct tsp_access *access = &event->access;
	uint32_t i;

	fprintf(stderr,
		"# %" PRIu64 ": %s %s severity %u result %d edge %" PRIu64
		" relation %#x end %s\n",
		event->seq, name_of(tsp_kind_name(event->kind)),
		name_of(tsp_technique_name(event->technique)), event->severity,
		event->result, event->edge, event->relation,
		name_of(tsp_end_name(event->end)));
	party_print("source", &event->source);
	party_print("target", &event->target);
	fprintf(stderr,
		"#	%" PRIu64 " bytes in %" PRIu64 ", first %" PRIu64
		" at %#" PRIx64 " %s prot %u%s %s\n",
		access->bytes, access->count, access->length, access->address,
		name_of(tsp_region_name(access->region)), access->prot,
		access->forced ? " forced" : "",
		access->file ? access->file : "");
	for (i = 0; i < event->n_step; i++)
		fprintf(stderr,
			"#	+%" PRIu64 " ns %s x %" PRIu64 ", %" PRIu64
			" bytes, result %d\n",
			event->step[i].offset_ns,
			name_of(tsp_op_name(event->step[i].op)),
			event->step[i].count, event->step[i].bytes,
			event->step[i].result);
	for (i = 0; i < event->n_reason; i++)
		fprintf(stderr, "#	%+d %s\n", event->reason[i].points,
			name_of(tsp_factor_name(event->reason[i].factor)));
}
