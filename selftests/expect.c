// SPDX-License-Identifier: GPL-2.0
/* Compares an event with what a test expects it to say. */
#include "expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char why[2 * PATH_MAX];

static bool differ(const char *what, uint64_t expected, uint64_t seen)
{
	if (expected == seen)
		return false;
	snprintf(why, sizeof(why),
		 "%s: expected %" PRIu64 " (%#" PRIx64 "), seen %" PRIu64
		 " (%#" PRIx64 ")",
		 what, expected, expected, seen, seen);
	return true;
}

static bool differ_text(const char *what, const char *expected,
			const char *seen)
{
	if (seen && !strcmp(expected, seen))
		return false;
	snprintf(why, sizeof(why), "%s: expected %s, seen %s", what, expected,
		 seen ? seen : "nothing");
	return true;
}

static bool party_differs(const struct identity *id,
			  const struct tsp_party *party)
{
	return differ("pid", id->pid, party->pid) ||
	       (id->tid && differ("tid", id->tid, party->tid)) ||
	       differ("ppid", id->ppid, party->ppid) ||
	       differ("session", id->session, party->session) ||
	       differ("uid", id->uid, party->uid) ||
	       differ("pid in its namespace", id->ns_pid, party->ns_pid) ||
	       (id->pid_ns &&
		differ("pid namespace", id->pid_ns, party->pid_ns)) ||
	       (id->mnt_ns &&
		differ("mount namespace", id->mnt_ns, party->mnt_ns)) ||
	       differ("start", id->start_ticks, start_ticks(party->start_ns)) ||
	       differ_text("exe", id->exe, party->exe);
}

static bool count_differs(const struct expect_step *step,
			  const struct tsp_step *seen)
{
	uint64_t least = step->count ? step->count : 1;

	if (step->most && seen->count >= least && seen->count <= step->most)
		return false;
	return differ("step count", step->most ? step->most : least,
		      seen->count);
}

/*
 * What a process did by itself, and that it looked at another's memory map, is
 * known to the millisecond alone.
 */
static bool to_the_ns(const struct tsp_event *event)
{
	return event->edge && event->step[0].op != TSP_OP_MAPS_ACCESS;
}

static bool steps_differ(const struct tsp_event *event,
			 const struct expect *expect)
{
	uint64_t earlier_ns = 0;
	unsigned int i;

	if (differ("steps", expect->n_steps, event->n_step))
		return true;
	for (i = 0; i < event->n_step; i++) {
		const struct tsp_step *seen = &event->step[i];
		const struct expect_step *step = &expect->steps[i];

		if (differ_text("step", tsp_op_name(step->op),
				tsp_op_name(seen->op)) ||
		    count_differs(step, seen) ||
		    differ("step bytes", step->bytes, seen->bytes) ||
		    differ("step result", step->result, seen->result) ||
		    ((i == 0 || to_the_ns(event)) &&
		     differ("first step's offset is 0", i == 0,
			    seen->offset_ns == 0)) ||
		    differ("steps in order", 1, seen->offset_ns >= earlier_ns))
			return true;
		earlier_ns = seen->offset_ns;
	}
	return false;
}

static uint32_t relation(const struct expect *expect)
{
	const struct identity *source = expect->source;
	const struct identity *target = expect->target;
	uint32_t flags = expect->family;

	if (flags & TSP_RELATION_SELF)
		return flags;
	flags |= source->uid == target->uid ? TSP_RELATION_SAME_UID
					    : TSP_RELATION_CROSS_UID;
	if (source->session && source->session == target->session)
		flags |= TSP_RELATION_SAME_SESSION;
	return flags;
}

static bool access_differs(const struct tsp_access *access,
			   const struct expect *expect)
{
	if (expect->address &&
	    (differ("address", expect->address, access->address) ||
	     differ("length", expect->length, access->length)))
		return true;
	if ((expect->address || expect->region) &&
	    differ_text("region", tsp_region_name(expect->region),
			tsp_region_name(access->region)))
		return true;
	return differ("bytes", expect->bytes, access->bytes) ||
	       differ("count", expect->count, access->count);
}

static bool severity_differs(const struct tsp_event *event)
{
	int64_t sum = 0;
	unsigned int i;

	for (i = 0; i < event->n_reason; i++)
		sum += event->reason[i].points;
	sum = sum < 0 ? 0 : sum > 100 ? 100 : sum;
	return differ("severity is the sum of its reasons", sum,
		      event->severity);
}

const char *expect_differs(const struct tsp_event *event,
			   const struct expect *expect)
{
	if (!event)
		return "no such event came";
	if (differ_text("technique", tsp_technique_name(expect->technique),
			tsp_technique_name(event->technique)) ||
	    differ("end", expect->end, event->end) ||
	    differ("relation", relation(expect), event->relation) ||
	    differ("result", expect->result, event->result) ||
	    party_differs(expect->source, &event->source) ||
	    party_differs(expect->target, &event->target) ||
	    access_differs(&event->access, expect) ||
	    steps_differ(event, expect) || severity_differs(event)) {
		event_print(event);
		return why;
	}
	return NULL;
}

int event_points(const struct tsp_event *event, uint32_t factor)
{
	unsigned int i;

	for (i = 0; i < event->n_reason; i++)
		if (event->reason[i].factor == factor)
			return event->reason[i].points;
	return 0;
}
