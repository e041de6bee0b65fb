// SPDX-License-Identifier: GPL-2.0
/*
 * Who may ask and listen: only CAP_NET_ADMIN in the initial user namespace. A
 * namespace of one's own gives no such thing, nor does it see the family.
 */
#include "harness.h"

#include "events.h"
#include "raw.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>

FIXTURE(access)
{
	struct events *events; /* of before the rights were dropped */
	struct family family;
};

FIXTURE_VARIANT(access)
{
	int namespaces;
	uid_t uid;
	bool visible; /* the family, from there */
};

FIXTURE_VARIANT_ADD(access, unprivileged_user){
	.uid = UID_ATTACKER,
	.visible = true,
};

FIXTURE_VARIANT_ADD(access, user_namespace){
	.uid = UID_ATTACKER,
	.namespaces = CLONE_NEWUSER,
	.visible = true,
};

FIXTURE_VARIANT_ADD(access, user_and_net_namespace){
	.uid = UID_ATTACKER,
	.namespaces = CLONE_NEWUSER | CLONE_NEWNET,
};

FIXTURE_VARIANT_ADD(access, net_namespace){
	.namespaces = CLONE_NEWNET,
};

FIXTURE_SETUP(access)
{
	const uid_t uid = variant->uid;

	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, raw_family(&self->family));
	ASSERT_EQ(0, setresuid(uid, uid, uid));
	ASSERT_EQ(0, prctl(PR_SET_DUMPABLE, 1)); /* for the fence */
	ASSERT_EQ(0, unshare(variant->namespaces))
	{
		TH_LOG("unshare: %s", strerror(errno));
	}
}

FIXTURE_TEARDOWN(access)
{
	events_close(self->events);
}

TEST_F(access, commands_are_refused)
{
	static const struct {
		uint8_t command;
		uint16_t flags;
	} commands[] = {
		{ TSP_CMD_STATUS_GET, 0 },
		{ TSP_CMD_POLICY_GET, 0 },
		{ TSP_CMD_POLICY_SET, 0 },
		{ TSP_CMD_HOOK_GET, NLM_F_DUMP },
		{ TSP_CMD_EVENT_REPLAY, NLM_F_DUMP },
	};
	struct request request;
	struct answer answer;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		request_init(&request, self->family.id, commands[i].flags,
			     commands[i].command);
		ASSERT_EQ(0, raw_ask(&request, &answer));
		EXPECT_EQ(0, answer.messages);
		EXPECT_EQ(variant->visible ? -EPERM : -ENOENT, answer.error);
		if (!variant->visible)
			continue;
		EXPECT_NE(NULL, strstr(answer.advice, "CAP_NET_ADMIN"))
		{
			TH_LOG("it says: %s", answer.advice);
		}
	}
}

/* Elsewhere a number may be joined, as it means nothing there. */
TEST_F(access, events_are_not_heard)
{
	int fd = raw_join(self->family.group);
	char byte;

	if (variant->visible || fd < 0) {
		EXPECT_EQ(-EPERM, fd);
		return;
	}
	ASSERT_EQ(1, COUNT(self->events, TSP_KIND_DETECTION,
			   TSP_TECHNIQUE_VM_WRITE));
	EXPECT_EQ(-1, recv(fd, &byte, 1, MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(access, family_is_hidden)
{
	struct family family;

	EXPECT_EQ(variant->visible ? 0 : -ENOENT, raw_family(&family));
}

/* The same by someone who may, so that the refusals above mean something. */
FIXTURE(allowed)
{
	struct family family;
};

FIXTURE_SETUP(allowed)
{
	ASSERT_EQ(0, raw_family(&self->family));
}

FIXTURE_TEARDOWN(allowed)
{
}

TEST_F(allowed, root_may)
{
	struct request request;
	struct answer answer;

	EXPECT_LE(0, raw_join(self->family.group));
	request_init(&request, self->family.id, 0, TSP_CMD_STATUS_GET);
	ASSERT_EQ(0, raw_ask(&request, &answer));
	EXPECT_EQ(0, answer.error);
	EXPECT_EQ(1, answer.messages);
}

TEST_HARNESS_MAIN
