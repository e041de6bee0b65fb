// SPDX-License-Identifier: GPL-2.0
/*
 * How source and target are related is told and weighed, never an exemption.
 *
 *	test --writes--> child | child in other namespaces
 *	test --writes--> victim of another user, session, family
 *	child --writes--> sibling
 */
#include "harness.h"

#include "expect.h"

#include <linux/sched.h>
#include <sys/uio.h>

#define SIZE 8

static char cell[SIZE] = { 1 };

static int write_to(pid_t pid, unsigned long address)
{
	struct iovec local = { cell, SIZE };
	struct iovec remote = { (void *)address, SIZE };

	return process_vm_writev(pid, &local, 1, &remote, 1, 0) != SIZE;
}

FIXTURE(relation)
{
	struct events *events;
	struct identity self;
};

FIXTURE_SETUP(relation)
{
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
}

FIXTURE_TEARDOWN(relation)
{
	events_close(self->events);
}

/* One detection of a write of the test's cell in another process. */
static const struct tsp_event *
expect_write(struct __test_metadata *_metadata, FIXTURE_DATA(relation) * self,
	     const struct identity *source, const struct identity *target,
	     unsigned long address, uint32_t family)
{
	const struct tsp_event *event = WAIT_FOR(
		self->events, TSP_KIND_DETECTION, .target = target->pid);

	ASSERT_EVENT(event, TSP_TECHNIQUE_VM_WRITE, source, target, family,
		     .address = address, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = SIZE }));
	return event;
}

FIXTURE(namespace)
{
	FIXTURE_DATA(relation) base;
	pid_t child;
};

FIXTURE_VARIANT(namespace)
{
	uint64_t flags;
	uint32_t family;
	bool container;
};

FIXTURE_VARIANT_ADD(namespace, same){
	.family = TSP_RELATION_CHILD,
};

FIXTURE_VARIANT_ADD(namespace, mount){
	.flags = CLONE_NEWNS,
	.family = TSP_RELATION_CHILD,
};

FIXTURE_VARIANT_ADD(namespace, pid){
	.flags = CLONE_NEWPID,
	.family = TSP_RELATION_CHILD | TSP_RELATION_CROSS_PIDNS,
};

FIXTURE_VARIANT_ADD(namespace, container){
	.flags = CLONE_NEWPID | CLONE_NEWNS,
	.family = TSP_RELATION_CHILD | TSP_RELATION_CROSS_PIDNS |
		  TSP_RELATION_CROSS_CONTAINER,
	.container = true,
};

FIXTURE_SETUP(namespace)
{
	relation_setup(_metadata, &self->base, NULL);
	self->child = idler_start(variant->flags, 0);
	ASSERT_LT(0, self->child);
}

FIXTURE_TEARDOWN(namespace)
{
	idler_end(self->child);
	events_close(self->base.events);
}

TEST_F(namespace, child_is_told)
{
	unsigned long address = (unsigned long)cell;
	bool other_pids = variant->flags & CLONE_NEWPID;
	const struct tsp_event *event;
	struct identity target;

	ASSERT_EQ(0, identity_of(self->child, &target));
	ASSERT_EQ(0, write_to(self->child, address));
	event = expect_write(_metadata, &self->base, &self->base.self, &target,
			     address, variant->family);
	EXPECT_GT(0, event_points(event, TSP_FACTOR_RELATION));
	EXPECT_EQ(variant->container,
		  event_points(event, TSP_FACTOR_CONTAINER) > 0);
	EXPECT_EQ(other_pids ? 1 : self->child, event->target.ns_pid);
	EXPECT_EQ(getpid(), event->source.ns_pid);
	EXPECT_EQ(other_pids, event->source.pid_ns != event->target.pid_ns);
	EXPECT_EQ(!!(variant->flags & CLONE_NEWNS),
		  event->source.mnt_ns != event->target.mnt_ns);
}

FIXTURE(kin)
{
	FIXTURE_DATA(relation) base;
	struct victim victim;
};

FIXTURE_VARIANT(kin)
{
	enum kin kin;
	uid_t uid;
	uint32_t family;
};

FIXTURE_VARIANT_ADD(kin, child){
	.kin = KIN_CHILD,
	.family = TSP_RELATION_CHILD,
};

FIXTURE_VARIANT_ADD(kin, child_of_another_user){
	.kin = KIN_CHILD,
	.uid = UID_VICTIM,
	.family = TSP_RELATION_CHILD,
};

FIXTURE_VARIANT_ADD(kin, orphan){
	.kin = KIN_ORPHAN,
};

FIXTURE_VARIANT_ADD(kin, stranger){
	.kin = KIN_STRANGER,
};

FIXTURE_VARIANT_ADD(kin, stranger_of_another_user){
	.kin = KIN_STRANGER,
	.uid = UID_VICTIM,
};

FIXTURE_SETUP(kin)
{
	static const char *const argv[] = { "victim", NULL };

	relation_setup(_metadata, &self->base, NULL);
	ASSERT_EQ(0, victim_start(&self->victim, variant->kin, variant->uid,
				  argv));
	ASSERT_EQ(variant->uid, self->victim.id.uid);
}

FIXTURE_TEARDOWN(kin)
{
	victim_stop(&self->victim);
	events_close(self->base.events);
}

TEST_F(kin, write_is_told)
{
	unsigned long data = self->victim.at[TSP_REGION_DATA];
	const struct tsp_event *event;

	ASSERT_EQ(0, write_to(self->victim.id.pid, data));
	event = expect_write(_metadata, &self->base, &self->base.self,
			     &self->victim.id, data, variant->family);
	EXPECT_EQ(variant->kin != KIN_CHILD || variant->uid,
		  event->severity >= 50);
	EXPECT_EQ(!!variant->uid,
		  event_points(event, TSP_FACTOR_CREDENTIALS) > 0);
	EXPECT_EQ(variant->uid, event->target.euid);
	EXPECT_EQ(variant->uid, event->target.fsuid);
	EXPECT_EQ(variant->uid, event->target.gid);
	EXPECT_EQ(!variant->uid, event->target.cap_effective != 0);
	EXPECT_NE(0, event->source.cap_effective);
}

static int write_to_victim(void *arg)
{
	struct victim *victim = arg;

	return write_to(victim->id.pid, victim->at[TSP_REGION_DATA]);
}

TEST_F(kin, write_by_a_child_is_told)
{
	bool siblings = variant->kin == KIN_CHILD;
	struct actor actor;

	ASSERT_EQ(0, actor_start(&actor, 0, write_to_victim, &self->victim));
	ASSERT_EQ(0, actor_act(&actor));
	expect_write(_metadata, &self->base, &actor.id, &self->victim.id,
		     self->victim.at[TSP_REGION_DATA],
		     siblings ? TSP_RELATION_SIBLING : 0);
	actor_end(&actor);
}

TEST_HARNESS_MAIN
