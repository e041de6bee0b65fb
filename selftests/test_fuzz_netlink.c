// SPDX-License-Identifier: GPL-2.0
/*
 * Root throws garbage at the netlink family: random headers and attributes that
 * are truncated, over-long, nested or of the wrong type, dumps that nobody
 * reads to their end. Afterwards the module must still answer, hold a policy
 * that it would have taken, and detect.
 *
 *	SEED=N		the same messages again
 *	FUZZ_SECONDS=N	how long (default 3)
 */
#include "harness.h"

#include "events.h"
#include "raw.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <trespass/trespass.h>
#include <unistd.h>

#define HOUR_MS 3600000U
#define SOCKETS 4
#define CHECK_EVERY 512 /* messages */
#define LONGEST_S 7200

/* Every value of the policy, and what the module may hold of it. */
static const struct {
	size_t offset;
	uint32_t min;
	uint32_t max;
} numbers[] = {
#define NUMBER(member, least, most)                                            \
	{                                                                      \
		offsetof(struct tsp_policy, member), least, most               \
	}
	NUMBER(write_window_ms, 1, HOUR_MS),
	NUMBER(edge_idle_ms, 100, HOUR_MS),
	NUMBER(min_severity, 0, 100),
	NUMBER(time_window_ms, 1, HOUR_MS),
	NUMBER(syscall_type, 0, 15),
	NUMBER(syscall_rate, 0, 1000000),
	NUMBER(target_pid_threshold, 0, 4194304),
	NUMBER(map_access_window_ms, 0, HOUR_MS),
	NUMBER(user_context_mismatch, 0, 100),
	NUMBER(process_relationship_constraint, 0, 2047),
	NUMBER(file_write_threshold, 1, 1U << 30),
	NUMBER(behaviour_window_ms, 0, HOUR_MS),
};
#define N_NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/**
 * struct fuzz - the state of the thrower
 * @random: the next random number grows from it
 * @family: trespass's numbers
 * @fd: sockets in use, -1 for none
 * @size: bytes of the message in the making
 * @message: the message
 */
struct fuzz {
	uint64_t random;
	struct family family;
	int fd[SOCKETS];
	size_t size;
	_Alignas(8) unsigned char message[16384];
};

static uint32_t any(struct fuzz *fuzz)
{
	fuzz->random ^= fuzz->random << 13;
	fuzz->random ^= fuzz->random >> 7;
	fuzz->random ^= fuzz->random << 17;
	return fuzz->random >> 16;
}

static uint32_t below(struct fuzz *fuzz, uint32_t n)
{
	return any(fuzz) % n;
}

static bool one_in(struct fuzz *fuzz, uint32_t n)
{
	return !below(fuzz, n);
}

static void put(struct fuzz *fuzz, const void *data, size_t size)
{
	if (fuzz->size + size > sizeof(fuzz->message))
		return;
	memcpy(fuzz->message + fuzz->size, data, size);
	fuzz->size += size;
}

static void put_garbage(struct fuzz *fuzz, size_t size)
{
	uint32_t word;

	for (; size; size -= size < sizeof(word) ? size : sizeof(word)) {
		word = any(fuzz);
		put(fuzz, &word, size < sizeof(word) ? size : sizeof(word));
	}
}

/* Numbers near what matters: small ones, limits, powers of 2. */
static uint32_t number(struct fuzz *fuzz)
{
	switch (below(fuzz, 4)) {
	case 0:
		return below(fuzz, 128);
	case 1:
		return numbers[below(fuzz, N_NUMBERS)].max + below(fuzz, 3) - 1;
	case 2:
		return (1U << below(fuzz, 32)) - below(fuzz, 2);
	default:
		return any(fuzz);
	}
}

static void put_attrs(struct fuzz *fuzz, int depth);

static void put_value(struct fuzz *fuzz, int depth)
{
	uint32_t value = number(fuzz);
	char text[64];
	size_t size;

	switch (below(fuzz, 8)) {
	case 0:
		put_garbage(fuzz, below(fuzz, 64));
		break;
	case 1: /* over-long */
		put_garbage(fuzz, below(fuzz, 4096));
		break;
	case 2: /* text, with an end or without */
		size = below(fuzz, sizeof(text));
		memset(text, 'a' + below(fuzz, 26), sizeof(text));
		text[size] = '\0';
		put(fuzz, text, size + below(fuzz, 2));
		break;
	case 3:
		if (depth < 12)
			put_attrs(fuzz, depth + 1);
		break;
	default:
		put(fuzz, &value, sizeof(value));
	}
}

static void put_attr(struct fuzz *fuzz, int depth)
{
	struct nlattr header = { .nla_type = below(fuzz, 18) };
	size_t start = fuzz->size;

	if (one_in(fuzz, 16))
		header.nla_type = any(fuzz);
	if (one_in(fuzz, 16))
		header.nla_type |= NLA_F_NESTED;
	put(fuzz, &header, sizeof(header));
	put_value(fuzz, depth);

	header.nla_len = fuzz->size - start;
	if (one_in(fuzz, 16))
		header.nla_len += below(fuzz, 9) - 4;
	if (one_in(fuzz, 32))
		header.nla_len = any(fuzz);
	if (start + sizeof(header) <= sizeof(fuzz->message))
		memcpy(fuzz->message + start, &header, sizeof(header));
	if (!one_in(fuzz, 32))
		put(fuzz, "\0\0\0", -fuzz->size % NLA_ALIGNTO);
}

static void put_attrs(struct fuzz *fuzz, int depth)
{
	uint32_t n = below(fuzz, depth ? 4 : 8);

	while (n--)
		put_attr(fuzz, depth);
}

static uint16_t flags(struct fuzz *fuzz)
{
	uint16_t chosen = NLM_F_REQUEST;

	if (one_in(fuzz, 8))
		return any(fuzz);
	if (one_in(fuzz, 2))
		chosen |= NLM_F_DUMP;
	if (one_in(fuzz, 2))
		chosen |= NLM_F_ACK;
	return chosen;
}

static void put_message(struct fuzz *fuzz)
{
	struct nlmsghdr header = {
		.nlmsg_type = fuzz->family.id,
		.nlmsg_flags = flags(fuzz),
		.nlmsg_seq = any(fuzz),
	};
	struct genlmsghdr generic = {
		.cmd = below(fuzz, TSP_CMD_MAX + 2),
		.version = one_in(fuzz, 8) ? any(fuzz) : 1,
		.reserved = one_in(fuzz, 16) ? any(fuzz) : 0,
	};
	size_t start = fuzz->size;

	/* The controller too: it tells families and their policies. */
	if (one_in(fuzz, 16))
		header.nlmsg_type = GENL_ID_CTRL;
	/* Policies are what is changed most. */
	if (one_in(fuzz, 3)) {
		generic.cmd = TSP_CMD_POLICY_SET;
		header.nlmsg_flags &= ~NLM_F_DUMP;
	}
	if (one_in(fuzz, 32))
		generic.cmd = any(fuzz);
	put(fuzz, &header, sizeof(header));
	put(fuzz, &generic, one_in(fuzz, 64) ? below(fuzz, 4) : 4);
	put_attrs(fuzz, 0);

	header.nlmsg_len = fuzz->size - start;
	if (one_in(fuzz, 32))
		header.nlmsg_len += below(fuzz, 65) - 32;
	if (start + sizeof(header) <= sizeof(fuzz->message))
		memcpy(fuzz->message + start, &header, sizeof(header));
	put(fuzz, "\0\0\0", -fuzz->size % NLMSG_ALIGNTO);
}

static int open_socket(struct fuzz *fuzz)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	const int on = 1, room = 1 + below(fuzz, 8192);
	uint32_t group = fuzz->family.group;

	/* Each may fail; then the socket is a plain one. */
	if (one_in(fuzz, 2))
		setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	if (one_in(fuzz, 4))
		setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
			   sizeof(on));
	if (one_in(fuzz, 4))
		setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (one_in(fuzz, 4))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (one_in(fuzz, 4))
		setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			   sizeof(group));
	return fd;
}

/* Throw one message or a few, and read some of the answer, or none. */
static int throw_some(struct fuzz *fuzz)
{
	int *fd = &fuzz->fd[below(fuzz, SOCKETS)];
	static char answer[32768];
	uint32_t parts;

	if (*fd < 0)
		*fd = open_socket(fuzz);
	if (*fd < 0)
		return -1;
	fuzz->size = 0;
	put_message(fuzz);
	while (one_in(fuzz, 8))
		put_message(fuzz);
	if (one_in(fuzz, 32))
		fuzz->size = below(fuzz, fuzz->size + 1);
	send(*fd, fuzz->message, fuzz->size, MSG_DONTWAIT);

	/* A dump goes on while it is read; a few parts may be all. */
	for (parts = below(fuzz, 24); parts; parts--)
		if (recv(*fd, answer, 1 + below(fuzz, sizeof(answer)),
			 MSG_DONTWAIT) < 0)
			break;
	if (one_in(fuzz, 8)) {
		close(*fd);
		*fd = -1;
	}
	return 0;
}

/* Return: NULL, or what is wrong. */
static const char *check(void)
{
	struct tsp_policy policy;
	struct tsp_status status;
	uint32_t value, i;

	if (tsp_status_read(&status, NULL))
		return "the module does not tell its status";
	if (status.hooks != status.hooks_armed)
		return "a hook is not at work";
	if (tsp_policy_read(&policy, NULL))
		return "the module does not tell its policy";
	for (i = 0; i < N_NUMBERS; i++) {
		memcpy(&value, (char *)&policy + numbers[i].offset,
		       sizeof(value));
		if (value < numbers[i].min || value > numbers[i].max)
			return "a number of the policy is out of its range";
	}
	if (!memchr(policy.process_name, 0, sizeof(policy.process_name)) ||
	    !memchr(policy.maps_path, 0, sizeof(policy.maps_path)))
		return "a text of the policy has no end";
	return NULL;
}

static uint64_t environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

FIXTURE(fuzz)
{
	struct tsp_policy before;
	struct fuzz fuzz;
};

FIXTURE_SETUP(fuzz)
{
	uint64_t seed = 0;
	int i;

	for (i = 0; i < SOCKETS; i++)
		self->fuzz.fd[i] = -1;
	ASSERT_EQ(0, raw_family(&self->fuzz.family));
	ASSERT_EQ(0, tsp_policy_read(&self->before, NULL));
	ASSERT_EQ(sizeof(seed), getrandom(&seed, sizeof(seed), 0));
	/* Of 0 only zeros would grow. */
	self->fuzz.random = environment("SEED", seed) ?: 1;
	TH_LOG("SEED=%llu", (unsigned long long)self->fuzz.random);
}

FIXTURE_TEARDOWN(fuzz)
{
	int i;

	for (i = 0; i < SOCKETS; i++)
		if (self->fuzz.fd[i] >= 0)
			close(self->fuzz.fd[i]);
	EXPECT_EQ(0, tsp_policy_write(&self->before, ~0ULL, NULL));
}

TEST_F_TIMEOUT(fuzz, garbage_does_no_harm, LONGEST_S)
{
	time_t end = time(NULL) + environment("FUZZ_SECONDS", 3);
	const char *wrong = NULL;
	struct events *events;
	unsigned long n = 0;

	do {
		ASSERT_EQ(0, throw_some(&self->fuzz));
		if (++n % CHECK_EVERY == 0)
			wrong = check();
	} while (!wrong && time(NULL) < end);
	wrong = wrong ?: check();
	TH_LOG("%lu messages", n);
	EXPECT_EQ(NULL, wrong)
	{
		TH_LOG("%s", wrong);
	}

	/* What it would have told before it still tells: the fence itself. */
	ASSERT_EQ(0, tsp_policy_write(&self->before, ~0ULL, NULL));
	events = events_open();
	ASSERT_NE(NULL, events);
	EXPECT_LE(1, COUNT(events, TSP_KIND_DETECTION));
	events_close(events);
}

TEST_HARNESS_MAIN
