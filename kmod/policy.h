/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be tuned at run time.
 */
#ifndef _TSP_POLICY_H
#define _TSP_POLICY_H

#include <linux/netlink.h>

#include "core/message.h"

/**
 * tsp_policy_init() - put the defaults in force
 *
 * Context: Process context; may sleep.
 * Return: 0 or -ENOMEM.
 */
int tsp_policy_init(void);

/**
 * tsp_policy_exit() - free the policy
 *
 * Context: Process context, when nobody reads it any more.
 */
void tsp_policy_exit(void);

/**
 * tsp_policy_get() - the policy in force
 *
 * Context: Preemption is off, and stays so while the result is in use.
 * Return: the policy; it does not change.
 */
const struct tsp_policy *tsp_policy_get(void);

/**
 * tsp_policy_read() - copy the policy in force
 * @policy: to be filled
 *
 * Context: Any.
 */
void tsp_policy_read(struct tsp_policy *policy);

/**
 * tsp_policy_change() - change the values that a request names
 * @attrs: the request's attributes, TSP_A_POLICY_*, validated
 * @extack: gets a sentence on each refusal
 *
 * Either all values change or none.
 *
 * Context: Process context; may sleep.
 * Return: 0; -EINVAL if nothing is named; -ERANGE if a value is out of range;
 * -ENOMEM.
 */
int tsp_policy_change(struct nlattr **attrs, struct netlink_ext_ack *extack);

#endif /* _TSP_POLICY_H */
