// SPDX-License-Identifier: GPL-2.0
/* Every event once and in order, whatever happens. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "lib/sequence.h"

#define KEPT_MAX 64

/*
 * The module and the consumer: @kept is what a replay gives, @log what the
 * consumer was told, as in "1 2 lost(3-4) 5 ".
 */
static struct {
	uint64_t instance;
	uint64_t kept[KEPT_MAX];
	size_t n_kept;
	int replay_error;
	unsigned int replays;
	uint64_t refuse; /* the consumer does not take this one */
	bool refuse_loss;
	char log[1024];
} world;

static struct tsp_sequence sequence;

static void note(const char *text)
{
	strncat(world.log, text, sizeof(world.log) - strlen(world.log) - 1);
}

static int on_event(void *ctx, const struct tsp_event *event)
{
	char text[64];

	(void)ctx;
	if (event->seq == world.refuse)
		return -EAGAIN;
	snprintf(text, sizeof(text), "%u ", (unsigned int)event->seq);
	note(text);
	return 0;
}

static int on_lost(void *ctx, const struct tsp_loss *loss)
{
	char text[64];

	(void)ctx;
	if (world.refuse_loss)
		return -EAGAIN;
	if (loss->count) {
		assert_int_equal(loss->count, loss->last - loss->first + 1);
		snprintf(text, sizeof(text), "lost(%u-%u) ",
			 (unsigned int)loss->first, (unsigned int)loss->last);
	} else {
		snprintf(text, sizeof(text), "lost(%u-?) ",
			 (unsigned int)loss->first);
	}
	note(text);
	return 0;
}

static int on_replay(void *ctx, uint64_t instance, uint64_t after)
{
	(void)ctx;
	world.replays++;
	if (world.replay_error)
		return world.replay_error;
	if (instance != world.instance)
		return -ENOENT;
	for (size_t i = 0; i < world.n_kept; i++) {
		struct tsp_event event = { .instance = world.instance,
					   .seq = world.kept[i] };

		if (event.seq > after)
			tsp_sequence_replayed(&sequence, &event);
	}
	return 0;
}

static const struct tsp_sequence_ops ops = {
	.event = on_event,
	.lost = on_lost,
	.replay = on_replay,
};

static void keep(uint64_t first, uint64_t last)
{
	while (first <= last)
		world.kept[world.n_kept++] = first++;
}

static void live(uint64_t seq)
{
	struct tsp_event event = { .instance = world.instance, .seq = seq };

	tsp_sequence_live(&sequence, &event);
}

static int start(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	memset(&sequence, 0, sizeof(sequence));
	sequence.ops = &ops;
	world.instance = 7;
	tsp_sequence_begin(&sequence, 7, 0);
	tsp_sequence_catch_up(&sequence);
	world.replays = 0;
	return 0;
}

static void passes_on_in_order(void **state)
{
	(void)state;
	live(1);
	live(2);
	live(3);
	assert_string_equal(world.log, "1 2 3 ");
	assert_int_equal(world.replays, 0);
}

static void drops_duplicates(void **state)
{
	(void)state;
	live(1);
	live(1);
	live(2);
	live(1);
	live(2);
	assert_string_equal(world.log, "1 2 ");
}

static void fills_a_gap(void **state)
{
	(void)state;
	live(1);
	keep(1, 5);
	live(5);
	live(4);
	live(6);
	assert_string_equal(world.log, "1 2 3 4 5 6 ");
	assert_int_equal(world.replays, 1);
}

static void replays_beyond_what_is_in_hand(void **state)
{
	(void)state;
	live(1);
	keep(1, 8);
	live(4);
	for (uint64_t seq = 5; seq <= 9; seq++)
		live(seq);
	assert_string_equal(world.log, "1 2 3 4 5 6 7 8 9 ");
}

static void reports_what_cannot_be_filled_once(void **state)
{
	(void)state;
	live(1);
	keep(4, 4);
	keep(6, 7);
	live(7);
	live(7);
	tsp_sequence_catch_up(&sequence);
	assert_string_equal(world.log, "1 lost(2-3) 4 lost(5-5) 6 7 ");
}

static void reports_a_gap_that_is_kept_by_nobody(void **state)
{
	(void)state;
	live(1);
	live(4);
	live(5);
	assert_string_equal(world.log, "1 lost(2-3) 4 5 ");
}

static void continues_after_a_position(void **state)
{
	(void)state;
	sequence.last = 3;
	keep(2, 6);
	tsp_sequence_begin(&sequence, 7, 6);
	assert_int_equal(tsp_sequence_catch_up(&sequence), 0);
	assert_string_equal(world.log, "4 5 6 ");
}

static void reports_what_was_lost_before_a_position(void **state)
{
	(void)state;
	sequence.last = 3;
	keep(6, 7);
	tsp_sequence_begin(&sequence, 7, 7);
	tsp_sequence_catch_up(&sequence);
	assert_string_equal(world.log, "lost(4-5) 6 7 ");
}

static void distrusts_a_position_from_the_future(void **state)
{
	(void)state;
	sequence.last = 1000;
	keep(1, 2);
	tsp_sequence_begin(&sequence, 7, 2);
	tsp_sequence_catch_up(&sequence);
	assert_string_equal(world.log, "1 2 ");
}

static void starts_anew_with_another_instance(void **state)
{
	(void)state;
	live(1);
	live(2);
	tsp_sequence_end(&sequence);
	world.instance = 8;
	keep(1, 1);
	tsp_sequence_begin(&sequence, 8, 1);
	tsp_sequence_catch_up(&sequence);
	live(2);
	assert_string_equal(world.log, "1 2 1 2 ");
}

static void does_not_mix_instances_in_a_replay(void **state)
{
	(void)state;
	live(1);
	/* Unloaded and loaded again, but that has not been heard of yet. */
	world.instance = 8;
	keep(1, 9);
	world.instance = 7;
	live(2);
	world.instance = 8;
	{
		struct tsp_event old = { .instance = 7, .seq = 5 };

		tsp_sequence_live(&sequence, &old);
	}
	assert_string_equal(world.log, "1 2 lost(3-4) 5 ");
	tsp_sequence_end(&sequence);
	tsp_sequence_begin(&sequence, 8, 9);
	tsp_sequence_catch_up(&sequence);
	assert_string_equal(world.log, "1 2 lost(3-4) 5 1 2 3 4 5 6 7 8 9 ");
}

static void keeps_order_while_the_consumer_refuses(void **state)
{
	(void)state;
	live(1);
	world.refuse = 2;
	live(2);
	live(3);
	live(4);
	assert_true(sequence.stalled);
	assert_string_equal(world.log, "1 ");
	keep(1, 4);
	assert_int_equal(tsp_sequence_catch_up(&sequence), -EAGAIN);
	world.refuse = 0;
	assert_int_equal(tsp_sequence_catch_up(&sequence), 0);
	live(5);
	assert_string_equal(world.log, "1 2 3 4 5 ");
}

static void reports_a_loss_again_until_it_is_taken(void **state)
{
	(void)state;
	live(1);
	world.refuse_loss = true;
	keep(3, 4);
	live(4);
	assert_string_equal(world.log, "1 ");
	world.refuse_loss = false;
	tsp_sequence_catch_up(&sequence);
	assert_string_equal(world.log, "1 lost(2-2) 3 4 ");
}

static void waits_when_a_replay_fails(void **state)
{
	(void)state;
	live(1);
	world.replay_error = -ENOMEM;
	live(3);
	live(4);
	assert_string_equal(world.log, "1 ");
	world.replay_error = 0;
	keep(1, 4);
	tsp_sequence_catch_up(&sequence);
	assert_string_equal(world.log, "1 2 3 4 ");
}

static void reports_what_went_with_the_module(void **state)
{
	(void)state;
	live(1);
	world.refuse = 2;
	live(2);
	live(3);
	tsp_sequence_end(&sequence);
	assert_string_equal(world.log, "1 lost(2-3) ");
}

static void says_when_a_loss_cannot_be_counted(void **state)
{
	(void)state;
	live(1);
	sequence.stale = true; /* a full buffer, and then the module went */
	tsp_sequence_end(&sequence);
	assert_string_equal(world.log, "1 lost(2-?) ");
}

static void says_nothing_when_all_was_told(void **state)
{
	(void)state;
	live(1);
	tsp_sequence_end(&sequence);
	assert_string_equal(world.log, "1 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, start)
		TEST(passes_on_in_order),
		TEST(drops_duplicates),
		TEST(fills_a_gap),
		TEST(replays_beyond_what_is_in_hand),
		TEST(reports_what_cannot_be_filled_once),
		TEST(reports_a_gap_that_is_kept_by_nobody),
		TEST(continues_after_a_position),
		TEST(reports_what_was_lost_before_a_position),
		TEST(distrusts_a_position_from_the_future),
		TEST(starts_anew_with_another_instance),
		TEST(does_not_mix_instances_in_a_replay),
		TEST(keeps_order_while_the_consumer_refuses),
		TEST(reports_a_loss_again_until_it_is_taken),
		TEST(waits_when_a_replay_fails),
		TEST(reports_what_went_with_the_module),
		TEST(says_when_a_loss_cannot_be_counted),
		TEST(says_nothing_when_all_was_told),
#undef TEST
	};

	return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}
