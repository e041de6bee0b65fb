// SPDX-License-Identifier: GPL-2.0
/* The questions that the module answers. */
#include <errno.h>

#include <netlink/attr.h>

#include "error.h"
#include "field.h"
#include "request.h"

/**
 * struct answer - how to read an answer
 * @set: description of the struct that each message holds
 * @out: that struct
 * @entry: called with it for each message of a dump, or NULL
 * @ctx: for @entry
 * @error: filled if a message is malformed
 * @messages: how many were understood
 * @malformed: how many were not, among those of a dump
 */
struct answer {
	const struct tsp_set *set;
	void *out;
	int (*entry)(void *ctx, const void *out);
	void *ctx;
	struct tsp_error *error;
	unsigned int messages;
	unsigned int malformed;
};

static int on_message(void *ctx, struct nlmsghdr *hdr)
{
	struct answer *answer = ctx;
	int err = tsp_message_decode(answer->set, hdr, answer->out,
				     answer->error);

	if (err) {
		answer->malformed++;
		/* One bad entry of a dump must not hide the others. */
		return answer->entry ? 0 : err;
	}
	answer->messages++;
	return answer->entry ? answer->entry(answer->ctx, answer->out) : 0;
}

/* A request to the module, to be sent by ask(). */
static int prepare(struct nl_msg **msg, uint8_t cmd, int flags,
		   struct tsp_error *error)
{
	struct tsp_family family;
	int err = tsp_family_resolve(&family, error);

	if (err)
		return err;
	*msg = tsp_request_new(family.id, cmd, flags);
	return *msg ? 0 : tsp_error_set(error, -ENOMEM, "out of memory");
}

static int ask(struct nl_msg *msg, struct answer *answer)
{
	int err = tsp_request_run(msg, on_message, answer, answer->error);

	if (err)
		return err;
	if (answer->malformed)
		return -EBADMSG;
	if (!answer->entry && !answer->messages)
		return tsp_error_set(answer->error, -EBADMSG,
				     "the kernel module sent no answer");
	return 0;
}

static int read_one(uint8_t cmd, const struct tsp_set *set, void *out,
		    struct tsp_error *error)
{
	struct answer answer = { .set = set, .out = out, .error = error };
	struct nl_msg *msg;
	int err = prepare(&msg, cmd, NLM_F_ACK, error);

	return err ? err : ask(msg, &answer);
}

int tsp_status_read(struct tsp_status *status, struct tsp_error *error)
{
	return read_one(TSP_CMD_STATUS_GET, &tsp_status_set, status, error);
}

int tsp_policy_read(struct tsp_policy *policy, struct tsp_error *error)
{
	return read_one(TSP_CMD_POLICY_GET, &tsp_policy_set, policy, error);
}

int tsp_policy_write(const struct tsp_policy *policy, uint64_t which,
		     struct tsp_error *error)
{
	struct nl_msg *msg;
	int err = prepare(&msg, TSP_CMD_POLICY_SET, NLM_F_ACK, error);

	if (err)
		return err;
	for (uint32_t i = 0; i < tsp_policy_set.n_fields; i++) {
		const struct tsp_field *field = &tsp_policy_set.fields[i];

		if (!(which & TSP_PRESENT(field->attr)))
			continue;
		if (field->type == TSP_T_CHARS)
			nla_put_string(msg, field->attr,
				       (const char *)policy + field->offset);
		else
			nla_put_u32(msg, field->attr,
				    (uint32_t)tsp_field_number(field, policy));
	}
	return tsp_request_run(msg, NULL, NULL, error);
}

struct hook_call {
	int (*hook)(void *ctx, const struct tsp_hook *hook);
	void *ctx;
};

static int call_hook(void *ctx, const void *out)
{
	struct hook_call *call = ctx;

	return call->hook(call->ctx, out);
}

int tsp_hook_read(int (*hook)(void *ctx, const struct tsp_hook *hook),
		  void *ctx, struct tsp_error *error)
{
	struct hook_call call = { .hook = hook, .ctx = ctx };
	struct tsp_hook out;
	struct answer answer = { .set = &tsp_hook_set,
				 .out = &out,
				 .entry = call_hook,
				 .ctx = &call,
				 .error = error };
	struct nl_msg *msg;
	int err = prepare(&msg, TSP_CMD_HOOK_GET, NLM_F_DUMP, error);

	return err ? err : ask(msg, &answer);
}

struct event_call {
	int (*event)(void *ctx, const struct tsp_event *event);
	void *ctx;
};

static int call_event(void *ctx, const void *out)
{
	struct event_call *call = ctx;

	return call->event(call->ctx, out);
}

int tsp_event_replay(uint64_t after,
		     int (*event)(void *ctx, const struct tsp_event *event),
		     void *ctx, struct tsp_error *error)
{
	struct event_call call = { .event = event, .ctx = ctx };
	struct tsp_event out;
	struct answer answer = { .set = &tsp_event_set,
				 .out = &out,
				 .entry = call_event,
				 .ctx = &call,
				 .error = error };
	struct nl_msg *msg;
	int err = prepare(&msg, TSP_CMD_EVENT_REPLAY, NLM_F_DUMP, error);

	if (err)
		return err;
	nla_put_u64(msg, TSP_A_REPLAY_AFTER, after);
	return ask(msg, &answer);
}
