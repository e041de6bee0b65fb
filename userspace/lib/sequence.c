// SPDX-License-Identifier: GPL-2.0
/* Every event once and in order: what to do with a sequence number. */
#include <errno.h>

#include "sequence.h"

static void adopt(struct tsp_sequence *sequence, uint64_t instance)
{
	sequence->instance = instance;
	sequence->last = 0;
	sequence->seen = 0;
}

/* Report the numbers up to @last as lost; 0 if the report was taken. */
static int lose(struct tsp_sequence *sequence, uint64_t last)
{
	struct tsp_loss loss = { .instance = sequence->instance,
				 .first = sequence->last + 1,
				 .last = last,
				 .count = last - sequence->last };

	if (sequence->ops->lost(sequence->ctx, &loss))
		return -EAGAIN;
	sequence->last = last;
	return 0;
}

/* Hand over @event, whatever is missing before it being lost. */
static void take(struct tsp_sequence *sequence, const struct tsp_event *event)
{
	if (event->seq > sequence->last + 1 && lose(sequence, event->seq - 1))
		goto stall;
	if (sequence->ops->event(sequence->ctx, event))
		goto stall;
	sequence->last = event->seq;
	return;
stall:
	sequence->stalled = true;
}

void tsp_sequence_begin(struct tsp_sequence *sequence, uint64_t instance,
			uint64_t seq_last)
{
	if (sequence->instance != instance || sequence->last > seq_last)
		adopt(sequence, instance);
	sequence->stale = true;
}

void tsp_sequence_live(struct tsp_sequence *sequence,
		       const struct tsp_event *event)
{
	if (event->instance != sequence->instance)
		adopt(sequence, event->instance);
	if (event->seq > sequence->seen)
		sequence->seen = event->seq;
	if (sequence->stalled || event->seq <= sequence->last)
		return;
	if (event->seq > sequence->last + 1) {
		int err = tsp_sequence_catch_up(sequence);

		/* With its instance gone, what is in hand is all there is. */
		if (err == -ENOENT)
			sequence->stalled = sequence->stale = false;
		else if (err || event->seq <= sequence->last)
			return;
	}
	take(sequence, event);
}

void tsp_sequence_replayed(struct tsp_sequence *sequence,
			   const struct tsp_event *event)
{
	/* The module was exchanged meanwhile: its owner hears of that next. */
	if (event->instance != sequence->instance)
		sequence->stalled = true;
	else if (event->seq > sequence->seen)
		sequence->seen = event->seq;
	if (!sequence->stalled && event->seq > sequence->last)
		take(sequence, event);
}

int tsp_sequence_catch_up(struct tsp_sequence *sequence)
{
	int err;

	sequence->stale = false;
	sequence->stalled = false;
	err = sequence->ops->replay(sequence->ctx, sequence->instance,
				    sequence->last);
	if (!err && sequence->stalled)
		return -EAGAIN;
	if (err)
		sequence->stalled = sequence->stale = true;
	return err;
}

void tsp_sequence_end(struct tsp_sequence *sequence)
{
	if (sequence->seen > sequence->last)
		lose(sequence, sequence->seen);
	if (sequence->stale) {
		struct tsp_loss loss = { .instance = sequence->instance,
					 .first = sequence->last + 1 };

		sequence->ops->lost(sequence->ctx, &loss);
	}
	sequence->stalled = false;
	sequence->stale = false;
}
