// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: requests, dumps and the event group.
 *
 * Everything asks for CAP_NET_ADMIN in the initial user namespace. Commands
 * check it themselves instead of by GENL_ADMIN_PERM, so that who is refused
 * reads why. The family exists in the initial network namespace alone.
 */
#include "netlink.h"

#include <linux/module.h>
#include <linux/timekeeping.h>
#include <net/genetlink.h>

#include "compat.h"
#include "deliver.h"
#include "hooks.h"
#include "message.h"
#include "netlink_gen.h"
#include "policy.h"
#include "replay.h"
#include "ring.h"
#include "stats.h"
#include "tracker.h"

static struct genl_family family;
static u64 loaded_ns; /* set once before the family is registered */

/* Where a dump goes on; lives, zeroed at first, in netlink_callback's ctx. */
struct dump_state {
	u64 next;
	bool authorized;
};

static struct dump_state *dump_state(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct dump_state) > sizeof(cb->ctx));
	return (struct dump_state *)cb->ctx;
}

static int authorize(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "needs CAP_NET_ADMIN in the initial user namespace");
	return -EPERM;
}

/* Answer a request with one message. */
static int reply(struct genl_info *info, u8 cmd, const struct tsp_set *set,
		 const void *object)
{
	struct sk_buff *skb;
	void *header;

	skb = genlmsg_new(tsp_message_size(set, object), GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put_reply(skb, info, &family, 0, cmd);
	if (!header || tsp_message_fill(skb, set, object)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

static void read_status(struct tsp_status *status)
{
	struct tsp_stats stats;

	tsp_stats_sum(&stats);
	*status = (struct tsp_status){
		.version = TSP_VERSION,
		.instance = tsp_deliver_instance(),
		.uptime_ns = ktime_get_boottime_ns() - loaded_ns,
		.replay_max = TSP_REPLAY_MAX,
		.observations = stats.observations,
		.drop_ring_full = tsp_ring_dropped(),
		.drop_no_memory = stats.no_memory,
		.unheard = stats.unheard,
		.edges_max = TSP_EDGES_MAX,
		.edges_evicted = stats.edges_evicted,
		.processes_max = TSP_PROCESSES_MAX,
		.processes_evicted = stats.processes_evicted,
		.untold = stats.untold,
	};
	tsp_replay_range(&status->seq_first, &status->seq_last);
	tsp_tracker_count(&status->edges, &status->processes);
	tsp_hooks_count(&status->hooks, &status->hooks_armed,
			&status->probes_missed);
}

static int status_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tsp_status status;
	int err = authorize(skb, info->extack);

	if (err)
		return err;
	read_status(&status);
	return reply(info, TSP_CMD_STATUS_GET, &tsp_status_set, &status);
}

static int policy_get(struct sk_buff *skb, struct genl_info *info)
{
	struct tsp_policy policy;
	int err = authorize(skb, info->extack);

	if (err)
		return err;
	tsp_policy_read(&policy);
	return reply(info, TSP_CMD_POLICY_GET, &tsp_policy_set, &policy);
}

static int policy_set(struct sk_buff *skb, struct genl_info *info)
{
	int err = authorize(skb, info->extack);

	return err ?: tsp_policy_change(info->attrs, info->extack);
}

/*
 * At the first part of a dump, not at its start: on 6.1 a start has no extack
 * to say why. Later parts may run for whoever reads the socket by then.
 */
static int authorize_dump(struct netlink_callback *cb)
{
	struct dump_state *state = dump_state(cb);
	int err;

	if (state->authorized)
		return 0;
	err = authorize(cb->skb, cb->extack);
	state->authorized = !err;
	return err;
}

static int replay_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = tsp_compat_dump_attrs(cb);

	if (attrs && attrs[TSP_A_REPLAY_AFTER])
		dump_state(cb)->next = nla_get_u64(attrs[TSP_A_REPLAY_AFTER]);
	return 0;
}

static void *put_dump_header(struct sk_buff *skb, struct netlink_callback *cb,
			     u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &family, NLM_F_MULTI, cmd);
}

static int hook_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump_state *state = dump_state(cb);
	struct tsp_hook hook;
	void *header;
	int err;

	err = authorize_dump(cb);
	if (err)
		return err;

	for (; tsp_hooks_describe(state->next, &hook); state->next++) {
		header = put_dump_header(skb, cb, TSP_CMD_HOOK_GET);
		if (!header)
			break;
		if (tsp_message_fill(skb, &tsp_hook_set, &hook)) {
			genlmsg_cancel(skb, header);
			break;
		}
		genlmsg_end(skb, header);
	}
	return skb->len;
}

static int put_event(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct tsp_event *event)
{
	void *header = put_dump_header(skb, cb, TSP_CMD_EVENT);

	if (!header)
		return -EMSGSIZE;
	if (tsp_message_fill(skb, &tsp_event_set, event)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static int replay_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump_state *state = dump_state(cb);
	const struct tsp_event *event;
	int err;

	err = authorize_dump(cb);
	if (err)
		return err;

	tsp_replay_lock();
	while ((event = tsp_replay_next(state->next))) {
		err = put_event(skb, cb, event);
		if (err)
			break;
		state->next = event->seq;
	}
	tsp_replay_unlock();
	return skb->len ?: err;
}

int tsp_netlink_send(const struct tsp_event *event)
{
	struct sk_buff *skb;
	void *header;

	skb = genlmsg_new(tsp_message_size(&tsp_event_set, event), GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put(skb, 0, 0, &family, 0, TSP_CMD_EVENT);
	if (WARN_ON_ONCE(!header ||
			 tsp_message_fill(skb, &tsp_event_set, event))) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	if (genlmsg_multicast(&family, skb, 0, 0, GFP_KERNEL))
		tsp_stats_inc(unheard);
	return 0;
}

static const struct genl_ops ops[] = {
	{
		.cmd = TSP_CMD_STATUS_GET,
		.doit = status_get,
	},
	{
		.cmd = TSP_CMD_HOOK_GET,
		.dumpit = hook_dump,
	},
	{
		.cmd = TSP_CMD_EVENT_REPLAY,
		.policy = tsp_replay_policy,
		.maxattr = TSP_A_REPLAY_MAX,
		.start = replay_start,
		.dumpit = replay_dump,
	},
	{
		.cmd = TSP_CMD_POLICY_GET,
		.doit = policy_get,
	},
	{
		.cmd = TSP_CMD_POLICY_SET,
		.policy = tsp_policy_policy,
		.maxattr = TSP_A_POLICY_MAX,
		.doit = policy_set,
	},
};

static const struct genl_multicast_group groups[] = {
	{ .name = TSP_MCGRP_EVENTS, .flags = TSP_MCGRP_FLAGS },
};

static struct genl_family family = { .name = TSP_FAMILY_NAME,
				     .version = TSP_FAMILY_VERSION,
				     .module = THIS_MODULE,
				     .ops = ops,
				     .n_ops = ARRAY_SIZE(ops),
				     .mcgrps = groups,
				     .n_mcgrps = ARRAY_SIZE(groups),
				     .parallel_ops = true,
				     TSP_GENL_RESV_START_OP };

int tsp_netlink_init(void)
{
	loaded_ns = ktime_get_boottime_ns();
	return genl_register_family(&family);
}

void tsp_netlink_exit(void)
{
	genl_unregister_family(&family);
}
