// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink family: every command answers, every rejection says in a sentence
 * what is wrong, and what was told can be had again.
 */
#include "harness.h"

#include "default_policy.h"
#include "events.h"
#include "raw.h"
#include "tune.h"

#include <sys/uio.h>
#include <trespass/trespass.h>

FIXTURE(request)
{
	struct request request;
	struct answer answer;
	struct family family;
};

FIXTURE_VARIANT(request)
{
	uint8_t command;
	uint16_t flags;
	uint16_t attr;
	uint32_t value;
	size_t size;
	int error;
	const char *word; /* of the sentence; NULL if the kernel has none */
};

#define REJECTED(name, cmd, nl_flags, at, val, n, err, says)                   \
	FIXTURE_VARIANT_ADD(request, name)                                     \
	{                                                                      \
		.command = TSP_CMD_##cmd, .flags = nl_flags, .attr = at,       \
		.value = val, .size = n, .error = err, .word = says,           \
	}
#define BAD_POLICY(name, at, val, says)                                        \
	REJECTED(name, POLICY_SET, 0, TSP_A_POLICY_##at, val, 4, -ERANGE, says)

BAD_POLICY(idle_too_short, EDGE_IDLE_MS, 99, "edge-idle-ms");
BAD_POLICY(idle_too_long, EDGE_IDLE_MS, HOUR_MS + 1, "edge-idle-ms");
BAD_POLICY(window_too_short, WRITE_WINDOW_MS, 0, "write-window-ms");
BAD_POLICY(window_too_long, WRITE_WINDOW_MS, HOUR_MS + 1, "write-window-ms");
BAD_POLICY(severity_too_high, MIN_SEVERITY, 101, "min-severity");
BAD_POLICY(calls_too_close, TIME_WINDOW_MS, 0, "time-window-ms");
BAD_POLICY(calls_too_far, TIME_WINDOW_MS, HOUR_MS + 1, "time-window-ms");
BAD_POLICY(call_unknown, SYSCALL_TYPE, 16, "syscall-type");
BAD_POLICY(rate_too_high, SYSCALL_RATE, 1000001, "syscall-rate");
BAD_POLICY(pid_too_high, TARGET_PID_THRESHOLD, 4194305, "target-pid-threshold");
BAD_POLICY(map_access_too_long, MAP_ACCESS_WINDOW_MS, HOUR_MS + 1,
	   "map-access-window-ms");
BAD_POLICY(mismatch_too_high, USER_CONTEXT_MISMATCH, 101,
	   "user-context-mismatch");
BAD_POLICY(relation_unknown, PROCESS_RELATIONSHIP_CONSTRAINT, 2048,
	   "process-relationship-constraint");
BAD_POLICY(write_too_small, FILE_WRITE_THRESHOLD, 0, "file-write-threshold");
BAD_POLICY(write_too_large, FILE_WRITE_THRESHOLD, (1U << 30) + 1,
	   "file-write-threshold");
BAD_POLICY(behaviour_too_long, BEHAVIOUR_WINDOW_MS, HOUR_MS + 1,
	   "behaviour-window-ms");
REJECTED(policy_without_attribute, POLICY_SET, 0, 0, 0, 0, -EINVAL, "policy");
REJECTED(policy_cut_short, POLICY_SET, 0, TSP_A_POLICY_MIN_SEVERITY, 0, 2,
	 -EINVAL, "");
REJECTED(policy_string_for_number, POLICY_SET, 0, TSP_A_POLICY_SYSCALL_RATE, 0,
	 8, -EINVAL, "");
REJECTED(policy_name_too_long, POLICY_SET, 0, TSP_A_POLICY_PROCESS_NAME, 'x',
	 17, -EINVAL, "");
REJECTED(policy_path_too_long, POLICY_SET, 0, TSP_A_POLICY_MAPS_PATH, 'x', 33,
	 -EINVAL, "");
REJECTED(policy_attribute_unknown, POLICY_SET, 0, 77, 0, 4, -EINVAL, "");
REJECTED(replay_cut_short, EVENT_REPLAY, NLM_F_DUMP, TSP_A_REPLAY_AFTER, 0, 4,
	 -EINVAL, "");
REJECTED(replay_attribute_unknown, EVENT_REPLAY, NLM_F_DUMP, 77, 0, 4, -EINVAL,
	 "");
REJECTED(dump_of_status, STATUS_GET, NLM_F_DUMP, 0, 0, 0, -EOPNOTSUPP, NULL);
REJECTED(hooks_without_dump, HOOK_GET, 0, 0, 0, 0, -EOPNOTSUPP, NULL);
REJECTED(event_as_command, EVENT, 0, 0, 0, 0, -EOPNOTSUPP, NULL);
REJECTED(command_unknown, MAX + 1, 0, 0, 0, 0, -EOPNOTSUPP, NULL);

FIXTURE_SETUP(request)
{
	ASSERT_EQ(0, raw_family(&self->family));
}

FIXTURE_TEARDOWN(request)
{
}

TEST_F(request, is_rejected_with_a_sentence)
{
	struct tsp_policy before, after;
	char value[64];

	ASSERT_EQ(0, tsp_policy_read(&before, NULL));
	request_init(&self->request, self->family.id, variant->flags,
		     variant->command);
	/* what is longer than a number is text of the one letter */
	memset(value, variant->value, sizeof(value));
	if (variant->size <= sizeof(variant->value))
		memcpy(value, &variant->value, sizeof(variant->value));
	if (variant->attr)
		request_put(&self->request, variant->attr, value,
			    variant->size);
	ASSERT_EQ(0, raw_ask(&self->request, &self->answer));
	EXPECT_EQ(variant->error, self->answer.error);
	if (variant->word) {
		EXPECT_LT(10, strlen(self->answer.advice));
		EXPECT_NE(NULL, strstr(self->answer.advice, variant->word))
		{
			TH_LOG("it says: %s", self->answer.advice);
		}
	}
	ASSERT_EQ(0, tsp_policy_read(&after, NULL));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

/* Sizes belong to the contract as numbers do. */
FIXTURE(reply)
{
	struct family family;
	struct answer answer;
};

FIXTURE_VARIANT(reply)
{
	uint8_t command;
	uint16_t flags;
	int n;
	int sizes[32]; /* by attribute; 0 is text of any length */
};

FIXTURE_VARIANT_ADD(reply, status){
	.command = TSP_CMD_STATUS_GET,
	.n = TSP_A_STATUS_MAX,
	.sizes = { [TSP_A_STATUS_INSTANCE] = 8,
		   [TSP_A_STATUS_UPTIME_NS] = 8,
		   [TSP_A_STATUS_SEQ_FIRST] = 8,
		   [TSP_A_STATUS_SEQ_LAST] = 8,
		   [TSP_A_STATUS_REPLAY_MAX] = 4,
		   [TSP_A_STATUS_OBSERVATIONS] = 8,
		   [TSP_A_STATUS_DROP_RING_FULL] = 8,
		   [TSP_A_STATUS_DROP_NO_MEMORY] = 8,
		   [TSP_A_STATUS_UNHEARD] = 8,
		   [TSP_A_STATUS_EDGES] = 4,
		   [TSP_A_STATUS_EDGES_MAX] = 4,
		   [TSP_A_STATUS_EDGES_EVICTED] = 8,
		   [TSP_A_STATUS_PROCESSES] = 4,
		   [TSP_A_STATUS_PROCESSES_MAX] = 4,
		   [TSP_A_STATUS_PROCESSES_EVICTED] = 8,
		   [TSP_A_STATUS_PROBES_MISSED] = 8,
		   [TSP_A_STATUS_HOOKS] = 4,
		   [TSP_A_STATUS_HOOKS_ARMED] = 4,
		   [TSP_A_STATUS_UNTOLD] = 8 },
};

FIXTURE_VARIANT_ADD(reply, policy){
	.command = TSP_CMD_POLICY_GET,
	.n = TSP_A_POLICY_MAX,
	.sizes = { [TSP_A_POLICY_WRITE_WINDOW_MS] = 4,
		   [TSP_A_POLICY_EDGE_IDLE_MS] = 4,
		   [TSP_A_POLICY_MIN_SEVERITY] = 4,
		   [TSP_A_POLICY_TIME_WINDOW_MS] = 4,
		   [TSP_A_POLICY_SYSCALL_TYPE] = 4,
		   [TSP_A_POLICY_SYSCALL_RATE] = 4,
		   [TSP_A_POLICY_PROCESS_NAME] = 1, /* empty */
		   [TSP_A_POLICY_MAPS_PATH] = 1,
		   [TSP_A_POLICY_TARGET_PID_THRESHOLD] = 4,
		   [TSP_A_POLICY_MAP_ACCESS_WINDOW_MS] = 4,
		   [TSP_A_POLICY_USER_CONTEXT_MISMATCH] = 4,
		   [TSP_A_POLICY_PROCESS_RELATIONSHIP_CONSTRAINT] = 4,
		   [TSP_A_POLICY_FILE_WRITE_THRESHOLD] = 4,
		   [TSP_A_POLICY_BEHAVIOUR_WINDOW_MS] = 4 },
};

FIXTURE_SETUP(reply)
{
	ASSERT_EQ(0, raw_family(&self->family));
}

FIXTURE_TEARDOWN(reply)
{
}

TEST_F(reply, has_every_attribute_in_its_size)
{
	struct request request;
	int i, size;

	request_init(&request, self->family.id, variant->flags,
		     variant->command);
	ASSERT_EQ(0, raw_ask(&request, &self->answer));
	ASSERT_EQ(0, self->answer.error);
	for (i = 1; i <= variant->n; i++) {
		size = answer_size(&self->answer, i);
		EXPECT_TRUE(variant->sizes[i] ? size == variant->sizes[i]
					      : size > 1)
		{
			TH_LOG("attribute %d has %d bytes", i, size);
		}
	}
	EXPECT_EQ(-1, answer_size(&self->answer, variant->n + 1));
}

FIXTURE(netlink)
{
	struct events *events;
	struct tsp_status status;
};

FIXTURE_SETUP(netlink)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, tsp_status_read(&self->status, NULL));
}

FIXTURE_TEARDOWN(netlink)
{
	events_close(self->events);
}

TEST_F(netlink, status_tells_everything)
{
	const struct tsp_status *status = &self->status;
	struct tsp_status later;

	EXPECT_LT(0, strlen(status->version));
	EXPECT_NE(0, status->instance);
	EXPECT_NE(0, status->uptime_ns);
	EXPECT_EQ(4096, status->replay_max);
	EXPECT_LE(status->seq_first, status->seq_last + 1);
	EXPECT_LE(status->edges, status->edges_max);
	EXPECT_LE(status->processes, status->processes_max);
	EXPECT_LT(0, status->hooks);
	EXPECT_EQ(status->hooks, status->hooks_armed);
	EXPECT_EQ(0, status->probes_missed);

	ASSERT_EQ(1, COUNT(self->events, TSP_KIND_DETECTION,
			   TSP_TECHNIQUE_VM_WRITE));
	ASSERT_EQ(0, tsp_status_read(&later, NULL));
	EXPECT_EQ(status->instance, later.instance);
	EXPECT_LT(status->uptime_ns, later.uptime_ns);
	EXPECT_LT(status->seq_last, later.seq_last);
	EXPECT_LT(status->observations, later.observations);
}

/* All values of the policy. */
#define EVERY_VALUE (TSP_PRESENT(TSP_A_POLICY_MAX + 1) - 2)

TEST_F(netlink, policy_is_the_default)
{
	const struct tsp_policy loaded = DEFAULT_POLICY;
	struct tsp_policy now;

	ASSERT_EQ(0, tsp_policy_read(&now, NULL));
	EXPECT_EQ(0, memcmp(&loaded, &now, sizeof(now)));
}

static const struct tsp_policy least = {
	.write_window_ms = 1,
	.edge_idle_ms = 100,
	.time_window_ms = 1,
	.file_write_threshold = 1,
};

static const struct tsp_policy most = {
	.write_window_ms = HOUR_MS,
	.edge_idle_ms = HOUR_MS,
	.min_severity = 100,
	.time_window_ms = HOUR_MS,
	.syscall_type = 15,
	.syscall_rate = 1000000,
	.process_name = "fifteen-letters",
	.maps_path = "thirty-one-letters-of-a-library",
	.target_pid_threshold = 4194304,
	.map_access_window_ms = HOUR_MS,
	.user_context_mismatch = 100,
	.process_relationship_constraint = 2047,
	.file_write_threshold = 1 << 30,
	.behaviour_window_ms = HOUR_MS,
};

TEST_F(netlink, policy_is_kept)
{
	struct tsp_policy before, now, mixed;

	ASSERT_EQ(0, tsp_policy_read(&before, NULL));
	EXPECT_EQ(0, tsp_policy_write(&most, EVERY_VALUE, NULL));
	EXPECT_EQ(0, tsp_policy_read(&now, NULL));
	EXPECT_EQ(0, memcmp(&most, &now, sizeof(now)));
	EXPECT_EQ(0, tsp_policy_write(&least, EVERY_VALUE, NULL));
	EXPECT_EQ(0, tsp_policy_read(&now, NULL));
	EXPECT_EQ(0, memcmp(&least, &now, sizeof(now)));

	/* what is not named stays as it is */
	mixed = least;
	mixed.edge_idle_ms = before.edge_idle_ms;
	strcpy(mixed.maps_path, "libc-of-my-own");
	EXPECT_EQ(0,
		  tsp_policy_write(&mixed,
				   TSP_PRESENT(TSP_A_POLICY_EDGE_IDLE_MS) |
					   TSP_PRESENT(TSP_A_POLICY_MAPS_PATH),
				   NULL));
	EXPECT_EQ(0, tsp_policy_read(&now, NULL));
	EXPECT_EQ(0, memcmp(&mixed, &now, sizeof(now)));
	EXPECT_EQ(0, tsp_policy_write(&before, EVERY_VALUE, NULL));
}

TEST_F(netlink, low_severity_is_not_told)
{
	const uint64_t which = TSP_PRESENT(TSP_A_POLICY_MIN_SEVERITY) |
			       TSP_PRESENT(TSP_A_POLICY_SYSCALL_TYPE);
	/* and no sequences, which the time passed decides about */
	struct tsp_policy before, high = { .min_severity = 100 };
	struct tsp_status now;
	static const char *const argv[] = { "victim", NULL };
	struct victim victim;
	struct iovec iov, to;
	char byte = 0;
	pid_t pid;

	ASSERT_EQ(0, victim_start(&victim, KIN_CHILD, 0, argv));
	pid = victim.id.pid;
	iov = (struct iovec){ &byte, 1 };
	to = (struct iovec){ (void *)victim.at[TSP_REGION_DATA], 1 };
	ASSERT_EQ(0, tsp_policy_read(&before, NULL));
	ASSERT_EQ(0, tsp_policy_write(&high, which, NULL));
	EXPECT_EQ(1, process_vm_writev(pid, &iov, 1, &to, 1, 0));
	EXPECT_EQ(0, tsp_policy_write(&before, which, NULL));
	victim_stop(&victim);
	EXPECT_TOLD(0, self->events, .target = pid);
	ASSERT_EQ(0, tsp_status_read(&now, NULL));
	EXPECT_EQ(self->status.untold + 1, now.untold);
}

struct replayed {
	uint64_t last;
	unsigned int n;
	bool gap;
};

static int count_replayed(void *ctx, const struct tsp_event *event)
{
	struct replayed *seen = ctx;

	if (seen->last && event->seq != seen->last + 1)
		seen->gap = true;
	seen->last = event->seq;
	seen->n++;
	return 0;
}

TEST_F(netlink, replay_gives_what_was_told)
{
	uint64_t from = self->status.seq_last;
	struct replayed seen = { .last = from };
	struct replayed all = {}, none = {};
	struct tsp_status now;

	ASSERT_LE(1, COUNT(self->events, TSP_KIND_DETECTION));
	ASSERT_LE(2, COUNT(self->events, TSP_KIND_DETECTION));
	ASSERT_EQ(0, tsp_event_replay(from, count_replayed, &seen, NULL));
	EXPECT_LE(2U, seen.n);
	EXPECT_FALSE(seen.gap);
	EXPECT_EQ(from + seen.n, seen.last);

	ASSERT_EQ(0, tsp_event_replay(0, count_replayed, &all, NULL));
	ASSERT_EQ(0, tsp_status_read(&now, NULL));
	EXPECT_FALSE(all.gap);
	EXPECT_EQ(now.seq_last, all.last);
	EXPECT_EQ(now.seq_last - now.seq_first + 1, all.n);

	ASSERT_EQ(0, tsp_event_replay(UINT64_MAX, count_replayed, &none, NULL));
	EXPECT_EQ(0U, none.n);
}

TEST_HARNESS_MAIN
