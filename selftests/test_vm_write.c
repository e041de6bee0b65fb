// SPDX-License-Identifier: GPL-2.0
/*
 * process_vm_writev to another address space is told with what it really wrote;
 * to the own one, and process_vm_readv, are not.
 */
#include "harness.h"

#include "expect.h"

#include <sys/uio.h>

#define IOV_MANY 64

FIXTURE(vm_write)
{
	struct events *events;
	struct victim victim;
	struct identity self;
};

FIXTURE_VARIANT(vm_write)
{
	enum tsp_region region;
	size_t size;
};

#define VARIANT(name, where, n)                                                \
	FIXTURE_VARIANT_ADD(vm_write, name)                                    \
	{                                                                      \
		.region = TSP_REGION_##where, .size = n,                       \
	}

VARIANT(file_data, DATA, 8);
VARIANT(heap, HEAP, 4096);
VARIANT(stack, STACK, 16);
VARIANT(anonymous, ANONYMOUS, 1);
VARIANT(anonymous_exec, ANONYMOUS_EXEC, 64);
VARIANT(memfd, MEMFD, 100);
VARIANT(shared, SHARED, 100);

static int start(struct events **events, struct victim *victim,
		 struct identity *self)
{
	static const char *const argv[] = { "victim", NULL };

	*events = events_open();
	return !*events || identity_of(getpid(), self) ||
	       victim_start(victim, KIN_CHILD, 0, argv);
}

FIXTURE_SETUP(vm_write)
{
	ASSERT_EQ(0, start(&self->events, &self->victim, &self->self));
}

FIXTURE_TEARDOWN(vm_write)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

static ssize_t vm_write(pid_t pid, unsigned long address, size_t size)
{
	static char bytes[4096];
	struct iovec local = { bytes, size };
	struct iovec remote = { (void *)address, size };

	return process_vm_writev(pid, &local, 1, &remote, 1, 0);
}

TEST_F(vm_write, every_region_is_told)
{
	/* code is told for what it is too */
	const uint32_t told[] = { TSP_TECHNIQUE_VM_WRITE,
				  TSP_TECHNIQUE_TEXT_PATCH };
	bool is_code = variant->region == TSP_REGION_ANONYMOUS_EXEC;
	unsigned long address = self->victim.at[variant->region];
	unsigned int i, n_told = is_code ? 2 : 1;
	pid_t pid = self->victim.id.pid;

	ASSERT_EQ(variant->size, vm_write(pid, address, variant->size));
	for (i = 0; i < n_told; i++)
		ASSERT_EVENT(
			WAIT_FOR(self->events, TSP_KIND_DETECTION, told[i],
				 .target = pid),
			told[i], &self->self, &self->victim.id,
			TSP_RELATION_CHILD, .address = address,
			.length = variant->size, .region = variant->region,
			.bytes = variant->size, .count = 1,
			STEPS({ TSP_OP_VM_WRITE, .bytes = variant->size }));

	victim_stop(&self->victim);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = pid),
		     TSP_TECHNIQUE_VM_WRITE, &self->self, &self->victim.id,
		     TSP_RELATION_CHILD, .bytes = variant->size, .count = 1,
		     .end = TSP_END_TARGET_EXIT,
		     STEPS({ TSP_OP_VM_WRITE, .bytes = variant->size }));
	EXPECT_TOLD(n_told + 1, self->events, .party = pid);
}

FIXTURE(vm)
{
	struct events *events;
	struct victim victim;
	struct identity self;
	unsigned long data;
};

FIXTURE_SETUP(vm)
{
	ASSERT_EQ(0, start(&self->events, &self->victim, &self->self));
	self->data = self->victim.at[TSP_REGION_DATA];
}

FIXTURE_TEARDOWN(vm)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

/* One detection of the test's write into the data of its victim. */
#define ASSERT_TOLD(n_asked, n_written, n_ranges)                              \
	do {                                                                   \
		const struct tsp_event *event_ =                               \
			WAIT_FOR(self->events, TSP_KIND_DETECTION,             \
				 .target = self->victim.id.pid);               \
		ASSERT_EVENT(event_, TSP_TECHNIQUE_VM_WRITE, &self->self,      \
			     &self->victim.id, TSP_RELATION_CHILD,             \
			     .address = self->data, .length = n_asked,         \
			     .region = TSP_REGION_DATA, .bytes = n_written,    \
			     .count = 1,                                       \
			     STEPS({ TSP_OP_VM_WRITE, .bytes = n_written }));  \
		EXPECT_EQ(n_ranges, event_->access.ranges);                    \
	} while (0)

TEST_F(vm, many_ranges_are_one_write)
{
	static char bytes[IOV_MANY][8];
	struct iovec local[IOV_MANY], remote[IOV_MANY];
	size_t i, total = 0;

	for (i = 0; i < IOV_MANY; i++) {
		size_t size = 1 + i % 8;

		local[i] = (struct iovec){ bytes[i], size };
		remote[i] =
			(struct iovec){ (void *)(self->data + 8 * i), size };
		total += size;
	}
	ASSERT_EQ(total, process_vm_writev(self->victim.id.pid, local, IOV_MANY,
					   remote, IOV_MANY, 0));
	ASSERT_TOLD(total, total, IOV_MANY);
	EXPECT_TOLD(1, self->events, .target = self->victim.id.pid);
}

TEST_F(vm, partial_write_tells_what_was_written)
{
	static char bytes[24];
	struct iovec local = { bytes, sizeof(bytes) };
	struct iovec remote[] = {
		{ (void *)self->data, 16 },
		{ (void *)8UL, 8 },
	};

	ASSERT_EQ(16, process_vm_writev(self->victim.id.pid, &local, 1, remote,
					2, 0));
	ASSERT_TOLD(24, 16, 2);
}

/* Nobody may write what is read-only this way; a later success tells again. */
TEST_F(vm, refused_write_is_told)
{
	static const uint32_t told[] = { TSP_TECHNIQUE_VM_WRITE,
					 TSP_TECHNIQUE_TEXT_PATCH };
	unsigned long text = self->victim.at[TSP_REGION_TEXT];
	pid_t pid = self->victim.id.pid;
	const struct tsp_event *event;
	uint32_t severity = 0;
	size_t i;

	ASSERT_EQ(-1, vm_write(pid, text, 8));
	ASSERT_EQ(EFAULT, errno);
	for (i = 0; i < ARRAY_SIZE(told); i++) {
		event = WAIT_FOR(self->events, TSP_KIND_DETECTION, told[i],
				 .target = pid);
		ASSERT_EVENT(event, told[i], &self->self, &self->victim.id,
			     TSP_RELATION_CHILD, .result = -EFAULT,
			     .address = text, .length = 8,
			     .region = TSP_REGION_TEXT,
			     STEPS({ TSP_OP_VM_WRITE, .result = -EFAULT }));
		severity = event->severity;
	}

	ASSERT_EQ(8, vm_write(pid, self->data, 8));
	event = WAIT_FOR(self->events, .target = pid, .succeeded = true);
	ASSERT_NE(NULL, event);
	EXPECT_EQ(TSP_TECHNIQUE_VM_WRITE, event->technique);
	EXPECT_LT(severity, event->severity);
	EXPECT_EQ(8, event->access.bytes);
	/* what was refused in the code never came about */
	EXPECT_EQ(1U << TSP_REGION_DATA, event->access.regions);
	EXPECT_TOLD(3, self->events, .target = pid);
}

static int write_refused(void *arg)
{
	FIXTURE_DATA(vm) *self = arg;

	return vm_write(self->victim.id.pid, self->data, 8) != -1 ||
	       errno != EPERM;
}

TEST_F(vm, refusal_to_another_user_is_told)
{
	const struct tsp_event *event;
	struct actor actor;

	ASSERT_EQ(0, actor_start(&actor, UID_ATTACKER, write_refused, self));
	ASSERT_EQ(0, actor_act(&actor));
	event = WAIT_FOR(self->events, .source = actor.id.pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_VM_WRITE, &actor.id, &self->victim.id,
		     TSP_RELATION_SIBLING, .result = -EPERM,
		     STEPS({ TSP_OP_VM_WRITE, .result = -EPERM }));
	EXPECT_EQ(self->data, event->access.address);
	actor_end(&actor);
}

TEST_F(vm, own_memory_is_silent)
{
	static char cell[8];

	ASSERT_EQ(8, vm_write(getpid(), (unsigned long)cell, 8));
	EXPECT_TOLD(0, self->events, .party = getpid());
}

TEST_F(vm, reading_is_silent)
{
	char bytes[64];
	struct iovec local = { bytes, sizeof(bytes) };
	struct iovec remote = { (void *)self->data, sizeof(bytes) };

	ASSERT_EQ(sizeof(bytes), process_vm_readv(self->victim.id.pid, &local,
						  1, &remote, 1, 0));
	EXPECT_TOLD(0, self->events, .party = self->victim.id.pid);
}

TEST_HARNESS_MAIN
