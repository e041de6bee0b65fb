// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading: a ladder and its mirror.
 */
#include <linux/module.h>

#include "canary.h"
#include "deliver.h"
#include "hooks.h"
#include "netlink.h"
#include "policy.h"
#include "replay.h"
#include "ring.h"
#include "tracker.h"
#include "watch.h"

static int __init tsp_init(void)
{
	int err;

	err = tsp_policy_init();
	if (err)
		goto err_policy;
	err = tsp_tracker_init();
	if (err)
		goto err_tracker;
	err = tsp_ring_init();
	if (err)
		goto err_ring;
	err = tsp_replay_init();
	if (err)
		goto err_replay;
	err = tsp_netlink_init();
	if (err)
		goto err_netlink;
	err = tsp_deliver_init();
	if (err)
		goto err_deliver;
	err = tsp_watch_init();
	if (err)
		goto err_submit;
	err = tsp_hooks_init();
	if (err)
		goto err_hooks;
	err = tsp_canary_init();
	if (err)
		goto err_canary;
	return 0;

err_canary:
	tsp_hooks_exit();
err_hooks:
	tsp_watch_exit();
err_submit:
	tsp_deliver_exit();
err_deliver:
	tsp_netlink_exit();
err_netlink:
	tsp_replay_exit();
err_replay:
	tsp_ring_exit();
err_ring:
	tsp_tracker_exit();
err_tracker:
	tsp_policy_exit();
err_policy:
	return err;
}

static void __exit tsp_exit(void)
{
	tsp_canary_exit();
	tsp_hooks_exit();
	tsp_watch_exit();
	tsp_deliver_exit();
	tsp_netlink_exit();
	tsp_replay_exit();
	tsp_ring_exit();
	tsp_tracker_exit();
	tsp_policy_exit();
}

module_init(tsp_init);
module_exit(tsp_exit);

MODULE_DESCRIPTION("Process-injection detector");
MODULE_AUTHOR("The trespass authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(TSP_VERSION);
