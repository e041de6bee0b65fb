// SPDX-License-Identifier: GPL-2.0
/* Changes the policy and puts it back. */
#include "tune.h"

#include <stdio.h>
#include <trespass/trespass.h>

static struct tsp_policy before;
static uint64_t changed;

int tune(const struct tsp_policy *values, uint64_t which)
{
	struct tsp_error error = {};

	if ((!changed && tsp_policy_read(&before, &error)) ||
	    tsp_policy_write(values, which, &error)) {
		fprintf(stderr, "# %s\n", error.text);
		return -1;
	}
	changed |= which;
	return 0;
}

void tune_back(void)
{
	if (changed)
		tsp_policy_write(&before, changed, NULL);
	changed = 0;
}
