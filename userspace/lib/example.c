// SPDX-License-Identifier: GPL-2.0
/*
 * A consumer of its own: one line per event.
 *
 *	cc example.c $(pkg-config --cflags --libs trespass)
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include <trespass/trespass.h>

static int print(void *ctx, const struct tsp_event *event)
{
	(void)ctx;
	printf("%" PRIu64 " %s %s %u -> %u\n", event->seq,
	       tsp_kind_name(event->kind), tsp_technique_name(event->technique),
	       event->source.pid, event->target.pid);
	return fflush(stdout); /* not 0: keep it for me until I can write */
}

static int lost(void *ctx, const struct tsp_loss *loss)
{
	(void)ctx;
	fprintf(stderr, "%" PRIu64 " events lost\n", loss->count);
	return 0;
}

int main(void)
{
	static const struct tsp_client_ops ops = { .event = print,
						   .lost = lost };
	struct tsp_error error;
	struct tsp_client *client = tsp_client_new(&ops, NULL, &error);
	int err = client ? tsp_client_start(client, &error) : error.code;

	while (err >= 0) {
		struct pollfd fd = { tsp_client_fd(client), POLLIN, 0 };

		poll(&fd, 1, -1);
		err = tsp_client_dispatch(client, &error);
	}
	fprintf(stderr, "%s\n", error.text);
	tsp_client_free(client);
	return 1;
}
