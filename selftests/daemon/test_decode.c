// SPDX-License-Identifier: GPL-2.0
/* The decoder: what is right is understood, what is wrong is refused. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>

#include "fixture.h"

#define N_SETS (sizeof(sets) / sizeof(sets[0]))

static const struct tsp_set *const sets[] = {
	&tsp_party_set,	 &tsp_access_set, &tsp_step_set,
	&tsp_reason_set, &tsp_event_set,  &tsp_status_set,
	&tsp_hook_set,	 &tsp_policy_set, &tsp_replay_set,
};

static union {
	struct tsp_event event;
	struct tsp_status status;
	struct tsp_hook hook;
} in, out;

static struct nl_msg *begin(void)
{
	return nlmsg_alloc_size(65536);
}

/* Decode from memory that ends where the attributes do, for ASan to see. */
static int decode(const struct tsp_set *set, struct nl_msg *msg, size_t len,
		  struct tsp_error *error)
{
	char *copy = malloc(len ? len : 1);
	int err;

	memcpy(copy, nlmsg_data(nlmsg_hdr(msg)), len);
	memset(&out, 0xa5, sizeof(out));
	err = tsp_set_decode(set, copy, len, &out, error);
	free(copy);
	return err;
}

static int decode_all(const struct tsp_set *set, struct nl_msg *msg,
		      struct tsp_error *error)
{
	int err =
		decode(set, msg, (size_t)nlmsg_datalen(nlmsg_hdr(msg)), error);

	nlmsg_free(msg);
	return err;
}

static int decode_changed(const struct tsp_set *set, uint16_t attr,
			  enum fixture_change change, struct tsp_error *error)
{
	struct nl_msg *msg = begin();

	fixture_fill(set, &in);
	fixture_encode(msg, set, &in, attr, change);
	return decode_all(set, msg, error);
}

static void understands_every_field(void **state)
{
	struct nl_msg *msg = begin();
	struct tsp_event event;
	char *copy;
	size_t len;

	(void)state;
	fixture_event(&in.event);
	fixture_encode(msg, &tsp_event_set, &in.event, 0, AS_IT_IS);
	len = (size_t)nlmsg_datalen(nlmsg_hdr(msg));
	copy = malloc(len);
	memcpy(copy, nlmsg_data(nlmsg_hdr(msg)), len);
	nlmsg_free(msg);
	assert_int_equal(
		tsp_set_decode(&tsp_event_set, copy, len, &event, NULL), 0);
	assert_int_equal(event.seq, 17);
	assert_int_equal(event.present, 0);
	assert_string_equal(event.source.comm, "python3");
	assert_string_equal(event.source.exe, "/usr/bin/python3.11");
	assert_int_equal(event.target.start_ns, in.event.target.start_ns);
	assert_int_equal(event.target.present, in.event.target.present);
	assert_true(event.access.forced);
	assert_string_equal(event.access.file, "/usr/bin/sleep");
	assert_int_equal(event.n_step, 3);
	assert_int_equal(event.step[1].bytes, 64);
	assert_int_equal(event.n_reason, 2);
	assert_int_equal(event.reason[1].points, 15);
	free(copy);
}

static void understands_every_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SETS; i++) {
		assert_int_equal(decode_changed(sets[i], 0, AS_IT_IS, NULL), 0);
		if (sets[i]->has_present)
			assert_memory_equal(&in, &out, sizeof(uint64_t));
	}
}

/* Where a message may end without anything that is always there missing. */
static bool may_end(struct nl_msg *msg, size_t at)
{
	uint64_t need = 0;
	struct nlattr *attr;
	bool boundary = false;
	int rest;

	for (uint32_t i = 0; i < tsp_event_set.n_fields; i++)
		if (tsp_event_set.fields[i].always &&
		    tsp_event_set.fields[i].type != TSP_T_NEST_ARRAY)
			need |= TSP_PRESENT(tsp_event_set.fields[i].attr);
	nla_for_each_attr(attr, nlmsg_data(nlmsg_hdr(msg)),
			  nlmsg_datalen(nlmsg_hdr(msg)), rest) {
		size_t start = (size_t)((char *)attr -
					(char *)nlmsg_data(nlmsg_hdr(msg)));
		size_t end = start + attr->nla_len;

		/* Its padding may be cut off. */
		if (at >= end && at <= start + NLA_ALIGN(attr->nla_len))
			boundary = true;
		if (at >= end)
			need &= ~TSP_PRESENT(nla_type(attr));
	}
	return boundary && !need;
}

static void refuses_every_truncation(void **state)
{
	struct nl_msg *msg = begin();
	struct tsp_error error;
	size_t len, refused = 0;

	(void)state;
	fixture_fill(&tsp_event_set, &in);
	fixture_encode(msg, &tsp_event_set, &in, 0, AS_IT_IS);
	len = (size_t)nlmsg_datalen(nlmsg_hdr(msg));
	for (size_t at = 0; at < len; at++) {
		int err = decode(&tsp_event_set, msg, at, &error);

		if (may_end(msg, at)) {
			assert_int_equal(err, 0);
			continue;
		}
		assert_int_equal(err, -EBADMSG);
		assert_string_not_equal(error.text, "");
		refused++;
	}
	assert_true(refused > len / 2);
	nlmsg_free(msg);
}

/* No byte of a message, whatever it becomes, leads the decoder astray. */
static void survives_every_flipped_byte(void **state)
{
	struct nl_msg *msg = begin();
	unsigned char *data;
	size_t len;

	(void)state;
	fixture_fill(&tsp_event_set, &in);
	fixture_encode(msg, &tsp_event_set, &in, 0, AS_IT_IS);
	data = nlmsg_data(nlmsg_hdr(msg));
	len = (size_t)nlmsg_datalen(nlmsg_hdr(msg));
	for (size_t at = 0; at < len; at++)
		for (int flip = 1; flip < 256; flip *= 2) {
			data[at] ^= (unsigned char)flip;
			decode(&tsp_event_set, msg, len, NULL);
			data[at] ^= (unsigned char)flip;
		}
	nlmsg_free(msg);
}

static void refuses_wrong_sizes(void **state)
{
	struct tsp_error error;

	(void)state;
	for (size_t i = 0; i < N_SETS; i++)
		for (uint32_t f = 0; f < sets[i]->n_fields; f++) {
			const struct tsp_field *field = &sets[i]->fields[f];

			if (field->nested)
				continue;
			assert_int_equal(decode_changed(sets[i], field->attr,
							LONGER, &error),
					 -EBADMSG);
			assert_non_null(strstr(error.text, field->name));
			if (field->type == TSP_T_FLAG)
				continue;
			assert_int_equal(decode_changed(sets[i], field->attr,
							SHORTER, &error),
					 -EBADMSG);
			assert_non_null(strstr(error.text, field->name));
		}
}

static void refuses_what_is_missing(void **state)
{
	struct tsp_error error;

	(void)state;
	for (size_t i = 0; i < N_SETS; i++)
		for (uint32_t f = 0; f < sets[i]->n_fields; f++) {
			const struct tsp_field *field = &sets[i]->fields[f];
			bool need = field->always &&
				    field->type != TSP_T_NEST_ARRAY;

			assert_int_equal(decode_changed(sets[i], field->attr,
							OMITTED, &error),
					 need ? -EBADMSG : 0);
			if (need)
				assert_non_null(
					strstr(error.text, field->name));
		}
}

static void refuses_what_comes_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SETS; i++)
		for (uint32_t f = 0; f < sets[i]->n_fields; f++)
			if (sets[i]->fields[f].type != TSP_T_NEST_ARRAY)
				assert_int_equal(
					decode_changed(sets[i],
						       sets[i]->fields[f].attr,
						       TWICE, NULL),
					-EBADMSG);
}

static void refuses_too_many_entries(void **state)
{
	struct nl_msg *msg = begin();
	struct tsp_error error;

	(void)state;
	fixture_event(&in.event);
	in.event.n_step = TSP_STEP_MAX;
	for (int i = 0; i < TSP_STEP_MAX; i++)
		in.event.step[i].op = TSP_OP_VM_WRITE;
	fixture_encode(msg, &tsp_event_set, &in.event, 0, AS_IT_IS);
	assert_int_equal(decode_all(&tsp_event_set, msg, &error), 0);

	msg = begin();
	fixture_encode(msg, &tsp_event_set, &in.event, TSP_A_EVENT_STEP, TWICE);
	assert_int_equal(decode_all(&tsp_event_set, msg, &error), -EBADMSG);
	assert_non_null(strstr(error.text, "step"));
}

static int decode_comm(const void *comm, int len, struct tsp_error *error)
{
	struct nl_msg *msg = begin();

	fixture_fill(&tsp_party_set, &in);
	fixture_encode(msg, &tsp_party_set, &in, TSP_A_PARTY_COMM, OMITTED);
	nla_put(msg, TSP_A_PARTY_COMM, len, comm);
	return decode_all(&tsp_party_set, msg, error);
}

static void refuses_bad_strings(void **state)
{
	struct tsp_error error;

	(void)state;
	assert_int_equal(decode_comm("fifteen_letters", 16, &error), 0);
	assert_int_equal(decode_comm("sixteen__letters", 17, &error), -EBADMSG);
	assert_int_equal(decode_comm("abc", 3, &error), -EBADMSG);
	assert_int_equal(decode_comm("a\0c", 4, &error), -EBADMSG);
	assert_int_equal(decode_comm("", 0, &error), -EBADMSG);
	assert_int_equal(decode_comm("", 1, &error), 0);
}

static void names_the_nested_attribute(void **state)
{
	struct nl_msg *msg = begin();
	struct tsp_error error;
	struct nlattr *nest;

	(void)state;
	fixture_event(&in.event);
	fixture_encode(msg, &tsp_event_set, &in.event, TSP_A_EVENT_TARGET,
		       OMITTED);
	nest = nla_nest_start(msg, TSP_A_EVENT_TARGET);
	fixture_encode(msg, &tsp_party_set, &in.event.target,
		       TSP_A_PARTY_START_NS, SHORTER);
	nla_nest_end(msg, nest);
	assert_int_equal(decode_all(&tsp_event_set, msg, &error), -EBADMSG);
	assert_string_equal(error.text,
			    "target.start-ns has 7 bytes instead of 8");
}

static void skips_unknown_attributes(void **state)
{
	struct nl_msg *msg = begin();

	(void)state;
	fixture_fill(&tsp_status_set, &in);
	nla_put_u32(msg, 0, 1);
	nla_put_u32(msg, TSP_A_STATUS_MAX + 1, 1);
	nla_put_u32(msg, 1000, 1);
	fixture_encode(msg, &tsp_status_set, &in, 0, AS_IT_IS);
	assert_int_equal(decode_all(&tsp_status_set, msg, NULL), 0);
	assert_memory_equal(&in, &out, sizeof(struct tsp_status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understands_every_field),
		cmocka_unit_test(understands_every_set),
		cmocka_unit_test(refuses_every_truncation),
		cmocka_unit_test(survives_every_flipped_byte),
		cmocka_unit_test(refuses_wrong_sizes),
		cmocka_unit_test(refuses_what_is_missing),
		cmocka_unit_test(refuses_what_comes_twice),
		cmocka_unit_test(refuses_too_many_entries),
		cmocka_unit_test(refuses_bad_strings),
		cmocka_unit_test(names_the_nested_attribute),
		cmocka_unit_test(skips_unknown_attributes),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
