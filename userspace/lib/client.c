// SPDX-License-Identifier: GPL-2.0
/*
 * Listen to the module for as long as it takes: across its unloading and
 * loading, full socket buffers and consumers that are not ready.
 *
 * One socket receives both the module's events and the controller's notices of
 * families that come and go, so that the two stay in order. Everything that
 * goes wrong ends in the same two moves: look whether the module is still the
 * one that was joined (resync), and fetch what was not taken yet (catch up).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "error.h"
#include "listener.h"
#include "module.h"
#include "request.h"
#include "sequence.h"

#define BATCH_MESSAGES 256 /* per dispatch, for the watchdog's sake */
#define RETRY_NS 1000000000ULL
#define LOADING_NS 20000000ULL

/**
 * struct tsp_client - see trespass.h
 * @ops: the consumer; set once
 * @ctx: for @ops; set once
 * @stats: what tsp_client_stats() gives
 * @sequence: where the consumer stands
 * @sock: receives events and notices of families
 * @epoll: the descriptor for the consumer; holds @sock and @timer
 * @timer: fires when something that failed is worth another try
 * @family: the module's family, valid while @present
 * @present: the module is there and its group joined
 * @overrun: the kernel dropped messages for @sock since it was last empty
 * @fatal: why there is no use in going on, code 0 if there is
 */
struct tsp_client {
	const struct tsp_client_ops *ops;
	void *ctx;
	struct tsp_client_stats stats;
	struct tsp_sequence sequence;
	struct nl_sock *sock;
	int epoll;
	int timer;
	struct tsp_family family;
	bool present;
	bool overrun;
	struct tsp_error fatal;
};

static void notice(struct tsp_client *client, const char *sentence)
{
	if (client->ops->notice)
		client->ops->notice(client->ctx, sentence);
}

static void retry_after(struct tsp_client *client, uint64_t ns)
{
	struct itimerspec when = {
		.it_value = { .tv_sec = (time_t)(ns / 1000000000),
			      .tv_nsec = (long)(ns % 1000000000) },
	};

	timerfd_settime(client->timer, 0, &when, NULL);
}

static int deliver(void *ctx, const struct tsp_event *event)
{
	struct tsp_client *client = ctx;
	int err = client->ops->event(client->ctx, event);

	if (!err)
		client->stats.events++;
	return err;
}

static int lose(void *ctx, const struct tsp_loss *loss)
{
	struct tsp_client *client = ctx;
	int err = 0;

	if (client->ops->lost)
		err = client->ops->lost(client->ctx, loss);
	if (!err)
		client->stats.lost += loss->count;
	return err;
}

static int replayed(void *ctx, const struct tsp_event *event)
{
	struct tsp_client *client = ctx;

	tsp_sequence_replayed(&client->sequence, event);
	return 0;
}

static int replay(void *ctx, uint64_t instance, uint64_t after)
{
	struct tsp_client *client = ctx;
	struct tsp_status status;
	struct tsp_error error;
	int err = tsp_status_read(&status, &error);

	client->stats.replays++;
	if (!err && status.instance != instance)
		return -ENOENT;
	if (!err)
		err = tsp_event_replay(after, replayed, client, &error);
	if (err && err != -ENOENT)
		notice(client, error.text);
	if (err != -EBADMSG)
		return err;
	client->stats.malformed++;
	return 0;
}

static const struct tsp_sequence_ops sequence_ops = {
	.event = deliver,
	.lost = lose,
	.replay = replay,
};

static void leave(struct tsp_client *client)
{
	client->present = false;
	if (client->overrun)
		client->sequence.stale = true;
	tsp_sequence_end(&client->sequence);
	if (client->ops->vanished)
		client->ops->vanished(client->ctx);
}

static int join(struct tsp_client *client, const struct tsp_family *family,
		struct tsp_error *error)
{
	struct tsp_status status;
	int err;

	/*
	 * Joined first, read second: an event that comes in between arrives
	 * twice instead of never.
	 */
	err = tsp_listener_join(client->sock, family->group, error);
	if (!err)
		err = tsp_status_read(&status, error);
	if (err)
		return err;
	client->family = *family;
	client->present = true;
	if (client->ops->appeared)
		client->ops->appeared(client->ctx, &status);
	tsp_sequence_begin(&client->sequence, status.instance, status.seq_last);
	if (tsp_sequence_catch_up(&client->sequence))
		retry_after(client, RETRY_NS);
	return 0;
}

/* Make what the client believes of the module true again. */
static int resync(struct tsp_client *client, struct tsp_error *error)
{
	struct tsp_family family;
	int err = tsp_family_resolve(&family, error);

	if (client->present &&
	    (err == -ENOENT || (!err && family.id != client->family.id)))
		leave(client);
	if (err || client->present)
		return err == -ENOENT ? 0 : err;
	/* What it would tell of its hooks now is true for some milliseconds. */
	if (tsp_module_loading()) {
		retry_after(client, LOADING_NS);
		return 0;
	}
	err = join(client, &family, error);
	return err == -ENOENT ? 0 : err;
}

/* Is it no use to try again? Otherwise do so later. */
static bool give_up(struct tsp_client *client, int err,
		    const struct tsp_error *error)
{
	if (!err)
		return false;
	if (err == -EPERM || err == -EPROTO) {
		client->fatal = *error;
		return true;
	}
	notice(client, error->text);
	retry_after(client, RETRY_NS);
	return false;
}

static void on_controller(struct tsp_client *client, struct nlmsghdr *hdr)
{
	struct nlattr *name = nla_find(genlmsg_attrdata(genlmsg_hdr(hdr), 0),
				       genlmsg_attrlen(genlmsg_hdr(hdr), 0),
				       CTRL_ATTR_FAMILY_NAME);
	uint8_t cmd = genlmsg_hdr(hdr)->cmd;
	struct tsp_error error;

	if (cmd != CTRL_CMD_NEWFAMILY && cmd != CTRL_CMD_DELFAMILY)
		return;
	if (name && !nla_strcmp(name, TSP_FAMILY_NAME))
		give_up(client, resync(client, &error), &error);
}

static void on_event(struct tsp_client *client, struct nlmsghdr *hdr)
{
	struct tsp_event event;
	struct tsp_error error;

	if (genlmsg_hdr(hdr)->cmd != TSP_CMD_EVENT)
		return;
	if (!tsp_message_decode(&tsp_event_set, hdr, &event, &error)) {
		tsp_sequence_live(&client->sequence, &event);
		return;
	}
	/* It has used a number: the next event's gap reports it lost. */
	client->stats.malformed++;
	notice(client, error.text);
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct tsp_client *client = arg;

	if (!genlmsg_valid_hdr(hdr, 0))
		client->stats.malformed++;
	else if (hdr->nlmsg_type == GENL_ID_CTRL)
		on_controller(client, hdr);
	else if (client->present)
		on_event(client, hdr);
	return NL_OK;
}

static int watch(struct tsp_client *client, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(client->epoll, EPOLL_CTL_ADD, fd, &event);
}

struct tsp_client *tsp_client_new(const struct tsp_client_ops *ops, void *ctx,
				  struct tsp_error *error)
{
	struct tsp_client *client = calloc(1, sizeof(*client));

	if (!client) {
		tsp_error_set(error, -ENOMEM, "out of memory");
		return NULL;
	}
	client->ops = ops;
	client->ctx = ctx;
	client->sequence.ops = &sequence_ops;
	client->sequence.ctx = client;
	client->timer =
		timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	client->epoll = epoll_create1(EPOLL_CLOEXEC);
	client->sock = tsp_listener_open(on_message, client, error);
	if (!client->sock)
		goto fail;
	if (watch(client, client->timer) ||
	    watch(client, nl_socket_get_fd(client->sock))) {
		tsp_error_set(error, -errno, "epoll: %s", strerror(errno));
		goto fail;
	}
	return client;
fail:
	tsp_client_free(client);
	return NULL;
}

void tsp_client_free(struct tsp_client *client)
{
	if (!client)
		return;
	if (client->epoll >= 0)
		close(client->epoll);
	if (client->timer >= 0)
		close(client->timer);
	nl_socket_free(client->sock);
	free(client);
}

void tsp_client_set_position(struct tsp_client *client, uint64_t instance,
			     uint64_t seq)
{
	client->sequence.instance = instance;
	client->sequence.last = seq;
}

int tsp_client_start(struct tsp_client *client, struct tsp_error *error)
{
	return resync(client, error);
}

int tsp_client_fd(const struct tsp_client *client)
{
	return client->epoll;
}

struct tsp_client_stats tsp_client_stats(const struct tsp_client *client)
{
	return client->stats;
}

/* Returns how many reads brought something; fewer than asked: none is left. */
static int receive(struct tsp_client *client, int most)
{
	struct tsp_error error;
	int n;

	for (n = 0; n < most && !client->fatal.code; n++) {
		int err = nl_recvmsgs_default(client->sock);

		if (err == -NLE_AGAIN)
			break;
		/*
		 * The buffer was full, and the kernel drops whatever comes
		 * until it is empty again. Only then does a replay help.
		 */
		if (err == -NLE_NOMEM) {
			client->overrun = true;
			client->stats.overruns++;
		} else if (err < 0) {
			tsp_error_from_libnl(&error, err);
			give_up(client, error.code, &error);
			break;
		}
	}
	return n;
}

int tsp_client_dispatch(struct tsp_client *client, struct tsp_error *error)
{
	struct tsp_error why;
	uint64_t fired = 0;
	bool due = read(client->timer, &fired, sizeof(fired)) > 0;
	int n = receive(client, BATCH_MESSAGES);

	if (client->overrun && n < BATCH_MESSAGES) {
		client->overrun = false;
		client->sequence.stale = true;
		due = true;
	}
	if (due && !client->fatal.code)
		give_up(client, resync(client, &why), &why);
	if (due && client->present &&
	    (client->sequence.stale || client->sequence.stalled))
		tsp_sequence_catch_up(&client->sequence);
	if (client->sequence.stalled)
		retry_after(client, RETRY_NS);
	if (client->fatal.code)
		return tsp_error_set(error, client->fatal.code, "%s",
				     client->fatal.text);
	return n > 0 || due;
}
