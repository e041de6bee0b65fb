/* SPDX-License-Identifier: GPL-2.0 */
/* Changes the policy for the time of a test. */
#ifndef _SELFTESTS_TUNE_H
#define _SELFTESTS_TUNE_H

#include <trespass/message.h>

/**
 * tune() - change the policy
 * @values: the new values
 * @which: TSP_PRESENT() of each one that counts
 *
 * Return: 0, or -1 with a complaint on stderr.
 */
int tune(const struct tsp_policy *values, uint64_t which);

/**
 * tune_back() - put the policy back as it was before the first tune()
 *
 * Nothing happens if there was none.
 */
void tune_back(void);

/* The longest window that a policy may have; longer than any test. */
#define HOUR_MS 3600000

/* One value: TUNE(edge_idle_ms, EDGE_IDLE_MS, 1000). */
#define TUNE(member, attr, ...)                                                \
	tune(&(struct tsp_policy){ .member = __VA_ARGS__ },                    \
	     TSP_PRESENT(TSP_A_POLICY_##attr))

#endif /* _SELFTESTS_TUNE_H */
