// SPDX-License-Identifier: GPL-2.0
/*
 * What must hold of core's answers, whatever it was asked.
 */
#include "check.h"

#include <string.h>

#include "core/process.h"
#include "core/technique.h"

void check_verdict(const struct tsp_verdict *verdict, u32 technique,
		   const struct tsp_observation *obs)
{
	s32 total = 0, own = tsp_technique_row(technique)->severity;
	u32 i, factors = 0;

	MUST(verdict->technique == technique);
	MUST(verdict->n_reason && verdict->n_reason <= TSP_REASON_MAX);
	MUST(verdict->reason[0].factor == TSP_FACTOR_TECHNIQUE);
	MUST(verdict->reason[0].points == own);
	for (i = 0; i < verdict->n_reason; i++) {
		MUST(verdict->reason[i].factor < TSP_FACTOR_COUNT);
		MUST(verdict->reason[i].points);
		MUST(!(factors & 1U << verdict->reason[i].factor));
		factors |= 1U << verdict->reason[i].factor;
		total += verdict->reason[i].points;
	}
	/* The last to be added: if it is there, none was left out. */
	MUST(!(factors & 1U << TSP_FACTOR_DENIED) == !obs->result);
	if (total < 0)
		total = 0;
	MUST(verdict->severity == (total > 100 ? 100 : (u32)total));
}

void check_chain(const struct tsp_event *event, u32 calls, u32 window_ms)
{
	u32 i, kinds = 0;
	u64 total = 0;

	MUST(event->n_step >= 2 && event->n_step <= TSP_CALLS + 1);
	MUST(!event->step[0].offset_ns);
	for (i = 0; i < event->n_step; i++) {
		MUST(!i ||
		     event->step[i].offset_ns >= event->step[i - 1].offset_ns);
		MUST(event->step[i].count);
		if (event->step[i].op == TSP_OP_LIBC_MAP)
			continue;
		total += event->step[i].count;
		kinds++;
		/* The library may have been mapped long before the calls. */
		if (event->step[0].op != TSP_OP_LIBC_MAP)
			MUST(event->step[i].offset_ns >> 20 <= window_ms);
	}
	MUST(kinds >= 2);
	MUST(total == calls);
}

void check_relation(u32 relation)
{
	static const u32 family = TSP_RELATION_CHILD | TSP_RELATION_DESCENDANT |
				  TSP_RELATION_PARENT | TSP_RELATION_ANCESTOR |
				  TSP_RELATION_SIBLING;

	if (relation & TSP_RELATION_SELF) {
		MUST(relation == TSP_RELATION_SELF);
		return;
	}
	MUST(!(relation & TSP_RELATION_SAME_UID) !=
	     !(relation & TSP_RELATION_CROSS_UID));
	MUST(__builtin_popcount(relation & family) <= 1);
	MUST(!(relation & TSP_RELATION_CROSS_CONTAINER) ||
	     relation & TSP_RELATION_CROSS_PIDNS);
}

/* The fast path may forget times within a tick, but nothing else. */
void check_paths(const struct tsp_edge_state *fast,
		 const struct tsp_edge_state *slow, u64 tick_ns)
{
	MUST(fast->event.n_step == slow->event.n_step);
	MUST(!memcmp(fast->event.step, slow->event.step,
		     fast->event.n_step * sizeof(*fast->event.step)));
	MUST(fast->event.steps_omitted == slow->event.steps_omitted);
	MUST(fast->event.access.bytes == slow->event.access.bytes);
	MUST(fast->event.access.count == slow->event.access.count);
	MUST(fast->event.access.regions == slow->event.access.regions);
	MUST(fast->first_ns == slow->first_ns);
	MUST(fast->last_ns <= slow->last_ns);
	MUST(slow->last_ns - fast->last_ns < tick_ns);
	MUST(fast->attach_ns == slow->attach_ns);
	MUST(fast->ops == slow->ops);
	MUST(fast->attached == slow->attached);
	MUST(fast->detached == slow->detached);
}
