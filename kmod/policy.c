// SPDX-License-Identifier: GPL-2.0
/*
 * What can be tuned at run time.
 *
 * A change makes a new copy and puts it in force as a whole. Readers are hooks,
 * which run with preemption off and so keep the copy that they have got.
 */
#include "policy.h"

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <net/netlink.h>

#define HOUR_MS 3600000

static DEFINE_MUTEX(change_lock); /* serializes tsp_policy_change() */

struct policy {
	struct tsp_policy values;
	struct rcu_head rcu;
};

/* Read under RCU, replaced under change_lock. */
static struct policy __rcu *in_force;

static const struct tsp_policy defaults = {
	.write_window_ms = 10000,
	.edge_idle_ms = 10000,
	.min_severity = 1,
	.time_window_ms = 10000,
	.syscall_type = TSP_SYSCALL_TYPE_FORK | TSP_SYSCALL_TYPE_EXEC_MEMORY |
			TSP_SYSCALL_TYPE_PTRACE | TSP_SYSCALL_TYPE_WRITE,
	.syscall_rate = 16,
	.process_name = "",
	.maps_path = "",
	.target_pid_threshold = 1,
	.map_access_window_ms = 15000,
	.user_context_mismatch = 15,
	.process_relationship_constraint = TSP_RELATION_CHILD |
					   TSP_RELATION_DESCENDANT |
					   TSP_RELATION_SIBLING,
	.file_write_threshold = 16,
	.behaviour_window_ms = 10000,
};

/**
 * struct bounds - the values that a number may take
 * @offset: of the number in the policy; the strings have none
 * @min: least
 * @max: most
 * @sentence: what to say to another
 */
struct bounds {
	size_t offset;
	u32 min;
	u32 max;
	const char *sentence;
};

#define RANGE(member, least, most, text)                                       \
	{                                                                      \
		.offset = offsetof(struct tsp_policy, member), .min = (least), \
		.max = (most), .sentence = (text),                             \
	}

static const struct bounds ranges[TSP_A_POLICY_MAX + 1] = {
	[TSP_A_POLICY_WRITE_WINDOW_MS] =
		RANGE(write_window_ms, 1, HOUR_MS,
		      "write-window-ms must be between 1 and 3600000"),
	[TSP_A_POLICY_EDGE_IDLE_MS] =
		RANGE(edge_idle_ms, 100, HOUR_MS,
		      "edge-idle-ms must be between 100 and 3600000"),
	[TSP_A_POLICY_MIN_SEVERITY] = RANGE(
		min_severity, 0, 100, "min-severity must be between 0 and 100"),
	[TSP_A_POLICY_TIME_WINDOW_MS] =
		RANGE(time_window_ms, 1, HOUR_MS,
		      "time-window-ms must be between 1 and 3600000"),
	[TSP_A_POLICY_SYSCALL_TYPE] = RANGE(
		syscall_type, 0, 15,
		"syscall-type has the bits fork, exec-memory, ptrace and write alone"),
	[TSP_A_POLICY_SYSCALL_RATE] =
		RANGE(syscall_rate, 0, 1000000,
		      "syscall-rate must be between 0 (never) and 1000000"),
	[TSP_A_POLICY_TARGET_PID_THRESHOLD] = RANGE(
		target_pid_threshold, 0, 4194304,
		"target-pid-threshold must be between 0 (none) and 4194304"),
	[TSP_A_POLICY_MAP_ACCESS_WINDOW_MS] = RANGE(
		map_access_window_ms, 0, HOUR_MS,
		"map-access-window-ms must be between 0 (never) and 3600000"),
	[TSP_A_POLICY_USER_CONTEXT_MISMATCH] =
		RANGE(user_context_mismatch, 0, 100,
		      "user-context-mismatch must be between 0 and 100 points"),
	[TSP_A_POLICY_PROCESS_RELATIONSHIP_CONSTRAINT] = RANGE(
		process_relationship_constraint, 0, 2047,
		"process-relationship-constraint has an unknown relation bit"),
	[TSP_A_POLICY_FILE_WRITE_THRESHOLD] = RANGE(
		file_write_threshold, 1, 1U << 30,
		"file-write-threshold must be between 1 and 1073741824 bytes"),
	[TSP_A_POLICY_BEHAVIOUR_WINDOW_MS] = RANGE(
		behaviour_window_ms, 0, HOUR_MS,
		"behaviour-window-ms must be between 0 (never) and 3600000"),
};

int tsp_policy_init(void)
{
	struct policy *policy = kzalloc(sizeof(*policy), GFP_KERNEL);

	if (!policy)
		return -ENOMEM;
	policy->values = defaults;
	rcu_assign_pointer(in_force, policy);
	return 0;
}

void tsp_policy_exit(void)
{
	kfree(rcu_dereference_protected(in_force, 1));
}

const struct tsp_policy *tsp_policy_get(void)
{
	return &rcu_dereference_sched(in_force)->values;
}

void tsp_policy_read(struct tsp_policy *policy)
{
	rcu_read_lock();
	*policy = rcu_dereference(in_force)->values;
	rcu_read_unlock();
}

static int change(struct tsp_policy *values, int i, const struct nlattr *attr,
		  struct netlink_ext_ack *extack)
{
	const struct bounds *range = &ranges[i];
	u32 value;

	if (i == TSP_A_POLICY_PROCESS_NAME) {
		strscpy(values->process_name, nla_data(attr),
			sizeof(values->process_name));
		return 0;
	}
	if (i == TSP_A_POLICY_MAPS_PATH) {
		strscpy(values->maps_path, nla_data(attr),
			sizeof(values->maps_path));
		return 0;
	}

	value = nla_get_u32(attr);
	if (value < range->min || value > range->max) {
		NL_SET_BAD_ATTR(extack, attr);
		extack->_msg = range->sentence;
		return -ERANGE;
	}
	*(u32 *)((char *)values + range->offset) = value;
	return 0;
}

static int change_all(struct tsp_policy *values, struct nlattr **attrs,
		      struct netlink_ext_ack *extack)
{
	bool named = false;
	int err, i;

	for (i = 1; i <= TSP_A_POLICY_MAX; i++) {
		if (!attrs[i])
			continue;
		named = true;
		err = change(values, i, attrs[i], extack);
		if (err)
			return err;
	}
	if (!named) {
		NL_SET_ERR_MSG(extack, "name at least one policy value to set");
		return -EINVAL;
	}
	return 0;
}

int tsp_policy_change(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	struct policy *new, *old;
	int err;

	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;

	mutex_lock(&change_lock);
	old = rcu_dereference_protected(in_force,
					lockdep_is_held(&change_lock));
	new->values = old->values;
	err = change_all(&new->values, attrs, extack);
	if (err) {
		kfree(new);
	} else {
		rcu_assign_pointer(in_force, new);
		kfree_rcu(old, rcu);
	}
	mutex_unlock(&change_lock);
	return err;
}
