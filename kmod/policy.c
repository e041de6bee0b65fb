// SPDX-License-Identifier: GPL-2.0
/*
 * What can be tuned at run time.
 *
 * Writers are serialized by a mutex. Readers are hooks that cannot wait; each
 * value stands for itself, so plain single-copy reads are enough.
 */
#include "policy.h"

#include <linux/mutex.h>
#include <net/netlink.h>

#define HOUR_MS 3600000

static DEFINE_MUTEX(change_lock); /* serializes tsp_policy_change() */
static u32 values[TSP_A_POLICY_MAX + 1] = {
	[TSP_A_POLICY_WRITE_WINDOW_MS] = 10000,
	[TSP_A_POLICY_EDGE_IDLE_MS] = 10000,
	[TSP_A_POLICY_MIN_SEVERITY] = 0,
};

static const struct {
	u32 min;
	u32 max;
	const char *sentence;
} ranges[TSP_A_POLICY_MAX + 1] = {
	[TSP_A_POLICY_WRITE_WINDOW_MS] = { 1, HOUR_MS,
					   "write-window-ms must be between 1 and 3600000" },
	[TSP_A_POLICY_EDGE_IDLE_MS] = { 100, HOUR_MS,
					"edge-idle-ms must be between 100 and 3600000" },
	[TSP_A_POLICY_MIN_SEVERITY] = { 0, 100,
					"min-severity must be between 0 and 100" },
};

void tsp_policy_read(struct tsp_policy *policy)
{
	policy->write_window_ms =
		READ_ONCE(values[TSP_A_POLICY_WRITE_WINDOW_MS]);
	policy->edge_idle_ms = READ_ONCE(values[TSP_A_POLICY_EDGE_IDLE_MS]);
	policy->min_severity = READ_ONCE(values[TSP_A_POLICY_MIN_SEVERITY]);
}

static int check(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	bool named = false;
	u32 value;
	int i;

	for (i = 1; i <= TSP_A_POLICY_MAX; i++) {
		if (!attrs[i])
			continue;
		named = true;
		value = nla_get_u32(attrs[i]);
		if (value < ranges[i].min || value > ranges[i].max) {
			NL_SET_BAD_ATTR(extack, attrs[i]);
			extack->_msg = ranges[i].sentence;
			return -ERANGE;
		}
	}
	if (!named) {
		NL_SET_ERR_MSG(extack, "name at least one policy value to set");
		return -EINVAL;
	}
	return 0;
}

int tsp_policy_change(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	int err, i;

	err = check(attrs, extack);
	if (err)
		return err;

	mutex_lock(&change_lock);
	for (i = 1; i <= TSP_A_POLICY_MAX; i++)
		if (attrs[i])
			WRITE_ONCE(values[i], nla_get_u32(attrs[i]));
	mutex_unlock(&change_lock);
	return 0;
}
