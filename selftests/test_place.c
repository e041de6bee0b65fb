// SPDX-License-Identifier: GPL-2.0
/*
 * Where a foreign write lands decides what it is: code, what the dynamic linker
 * has sealed, and the vdso are each a technique of their own, by every way of
 * writing, refused or not. Ordinary data is none of them.
 */
#include "harness.h"

#include "trial.h"
#include "writer.h"

#include <sys/mman.h>
#include <sys/uio.h>

#define IOV_MANY 64
#define FLOOD 5000
#define PAGE 4096UL
#define PAGES_MANY 100

FIXTURE(place)
{
	struct trial trial;
};

FIXTURE_VARIANT(place)
{
	const char *act;
	enum tsp_region region;
	bool compat;
};

#define WORD_NATIVE(name, how, where)                                          \
	FIXTURE_VARIANT_ADD(place, name)                                       \
	{                                                                      \
		.act = how, .region = TSP_REGION_##where,                      \
	}

#define WORD_COMPAT(name, how, where)                                          \
	FIXTURE_VARIANT_ADD(place, name##_compat)                              \
	{                                                                      \
		.act = how, .region = TSP_REGION_##where, .compat = true,      \
	}

WORD_NATIVE(text_poked, "poketext", TEXT);
WORD_COMPAT(text_poked, "poketext", TEXT);
WORD_NATIVE(text_written, "vm-write", TEXT);
WORD_COMPAT(text_written, "vm-write", TEXT);
WORD_NATIVE(text_written_in_proc, "mem-write", TEXT);
WORD_COMPAT(text_written_in_proc, "mem-write", TEXT);
WORD_NATIVE(anonymous_exec_poked, "pokedata", ANONYMOUS_EXEC);
WORD_COMPAT(anonymous_exec_poked, "pokedata", ANONYMOUS_EXEC);
WORD_NATIVE(anonymous_exec_written, "vm-write", ANONYMOUS_EXEC);
WORD_COMPAT(anonymous_exec_written, "vm-write", ANONYMOUS_EXEC);
WORD_NATIVE(anonymous_exec_written_in_proc, "mem-write", ANONYMOUS_EXEC);
WORD_COMPAT(anonymous_exec_written_in_proc, "mem-write", ANONYMOUS_EXEC);
WORD_NATIVE(relro_poked, "pokedata", RELRO);
WORD_COMPAT(relro_poked, "pokedata", RELRO);
WORD_NATIVE(relro_written, "vm-write", RELRO);
WORD_COMPAT(relro_written, "vm-write", RELRO);
WORD_NATIVE(relro_written_in_proc, "mem-write", RELRO);
WORD_COMPAT(relro_written_in_proc, "mem-write", RELRO);
WORD_NATIVE(vdso_poked, "pokedata", VDSO);
WORD_COMPAT(vdso_poked, "pokedata", VDSO);
WORD_NATIVE(vdso_written, "vm-write", VDSO);
WORD_COMPAT(vdso_written, "vm-write", VDSO);
WORD_NATIVE(vdso_written_in_proc, "mem-write", VDSO);
WORD_COMPAT(vdso_written_in_proc, "mem-write", VDSO);
WORD_NATIVE(rodata_poked, "pokedata", RODATA);
WORD_COMPAT(rodata_poked, "pokedata", RODATA);
WORD_NATIVE(rodata_written_in_proc, "mem-write", RODATA);
WORD_COMPAT(rodata_written_in_proc, "mem-write", RODATA);
WORD_NATIVE(data_poked, "pokedata", DATA);
WORD_COMPAT(data_poked, "pokedata", DATA);
WORD_NATIVE(data_written, "vm-write", DATA);
WORD_COMPAT(data_written, "vm-write", DATA);
WORD_NATIVE(data_written_in_proc, "mem-write", DATA);
WORD_COMPAT(data_written_in_proc, "mem-write", DATA);
WORD_NATIVE(heap_written, "vm-write", HEAP);
WORD_COMPAT(heap_written, "vm-write", HEAP);
WORD_NATIVE(stack_written_in_proc, "mem-write", STACK);
WORD_COMPAT(stack_written_in_proc, "mem-write", STACK);

FIXTURE_SETUP(place)
{
	self->trial = (struct trial){
		.act = variant->act,
		.region = variant->region,
		.kin = KIN_STRANGER,
		.compat = variant->compat,
	};
	ASSERT_EQ(0, trial_start(&self->trial));
}

FIXTURE_TEARDOWN(place)
{
	trial_stop(&self->trial);
}

TEST_F(place, decides)
{
	ASSERT_TRIAL(&self->trial);
}

FIXTURE(ranges)
{
	struct events *events;
	struct victim victim;
	struct identity self;
	unsigned long data;
	unsigned long code;
};

FIXTURE_SETUP(ranges)
{
	static const char *const argv[] = { "victim", NULL };

	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
	ASSERT_EQ(0, victim_start(&self->victim, KIN_STRANGER, 0, argv));
	self->data = self->victim.at[TSP_REGION_DATA];
	self->code = self->victim.at[TSP_REGION_ANONYMOUS_EXEC];
}

FIXTURE_TEARDOWN(ranges)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

/* The write itself and the place that it hit, of one process_vm_writev. */
#define ASSERT_BOTH(who, related, where, n_asked)                              \
	do {                                                                   \
		static const uint32_t techniques_[] = {                        \
			TSP_TECHNIQUE_VM_WRITE,                                \
			TSP_TECHNIQUE_TEXT_PATCH,                              \
		};                                                             \
		size_t i_;                                                     \
		for (i_ = 0; i_ < ARRAY_SIZE(techniques_); i_++)               \
			ASSERT_EVENT(                                          \
				WAIT_FOR(self->events, TSP_KIND_DETECTION,     \
					 techniques_[i_],                      \
					 .target = (who)->pid),                \
				techniques_[i_], &self->self, who, related,    \
				.address = where, .length = n_asked,           \
				.region = TSP_REGION_ANONYMOUS_EXEC,           \
				.bytes = n_asked, .count = 1,                  \
				STEPS({ TSP_OP_VM_WRITE, .bytes = n_asked })); \
	} while (0)

/* Code is the last of many ranges, and the only one that is not data. */
TEST_F(ranges, gravest_of_many_is_told)
{
	static char bytes[IOV_MANY][8];
	const unsigned long both =
		1UL << TSP_REGION_DATA | 1UL << TSP_REGION_ANONYMOUS_EXEC;
	struct iovec local[IOV_MANY], remote[IOV_MANY];
	const size_t total = sizeof(bytes);
	const struct tsp_event *event;
	size_t i;

	for (i = 0; i < IOV_MANY; i++) {
		local[i] = (struct iovec){ bytes[i], sizeof(bytes[i]) };
		remote[i] = (struct iovec){ (void *)(self->data + 8 * i),
					    sizeof(bytes[i]) };
	}
	remote[IOV_MANY - 1].iov_base = (void *)(self->code + 64);
	ASSERT_EQ(total, process_vm_writev(self->victim.id.pid, local, IOV_MANY,
					   remote, IOV_MANY, 0));
	ASSERT_BOTH(&self->victim.id, 0, self->code + 64, total);
	event = WAIT_FOR(self->events, .target = self->victim.id.pid);
	EXPECT_EQ(IOV_MANY, event->access.ranges);
	EXPECT_EQ(both, event->access.regions);
	EXPECT_TOLD(2, self->events, .target = self->victim.id.pid);
}

/* One write among thousands; before and after it, nothing but data. */
TEST_F(ranges, flood_hides_nothing)
{
	const pid_t pid = self->victim.id.pid;
	const struct tsp_event *event;
	char bytes[8] = {};
	struct iovec local = { bytes, sizeof(bytes) };
	struct iovec remote = { .iov_len = sizeof(bytes) };
	size_t i;

	for (i = 0; i < FLOOD; i++) {
		remote.iov_base = (void *)(i == FLOOD / 2 ? self->code + 128
							  : self->data);
		ASSERT_EQ(sizeof(bytes),
			  process_vm_writev(pid, &local, 1, &remote, 1, 0));
	}
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION,
			 TSP_TECHNIQUE_TEXT_PATCH, .target = pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_TEXT_PATCH, &self->self,
		     &self->victim.id, 0, .address = self->code + 128,
		     .length = sizeof(bytes),
		     .region = TSP_REGION_ANONYMOUS_EXEC,
		     .bytes = (FLOOD / 2 + 1) * sizeof(bytes),
		     .count = FLOOD / 2 + 1,
		     STEPS({ TSP_OP_VM_WRITE, .count = FLOOD / 2 + 1,
			     .bytes = (FLOOD / 2 + 1) * sizeof(bytes) }));

	victim_stop(&self->victim);
	event = WAIT_FOR(self->events, TSP_KIND_SUMMARY, .target = pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_TEXT_PATCH, &self->self,
		     &self->victim.id, 0, .address = self->code + 128,
		     .length = sizeof(bytes),
		     .region = TSP_REGION_ANONYMOUS_EXEC,
		     .bytes = FLOOD * sizeof(bytes), .count = FLOOD,
		     .end = TSP_END_TARGET_EXIT,
		     STEPS({ TSP_OP_VM_WRITE, .count = FLOOD,
			     .bytes = FLOOD * sizeof(bytes) }));
	EXPECT_TOLD(3, self->events, .target = pid);
}

static int nothing(void *arg)
{
	(void)arg;
	return 0;
}

/*
 * Many mappings in a row, each unlike its neighbours, so that the kernel keeps
 * them apart; the last one is code.
 */
static char *map_many(void)
{
	char *map = mmap(NULL, PAGES_MANY * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	size_t i;

	if (map == MAP_FAILED)
		return NULL;
	for (i = 0; i < PAGES_MANY; i += 2)
		if (madvise(map + i * PAGE, PAGE, MADV_DONTDUMP))
			return NULL;
	return mprotect(map + (PAGES_MANY - 1) * PAGE, PAGE,
			PROT_READ | PROT_WRITE | PROT_EXEC)
		       ? NULL
		       : map;
}

/* A range that begins in data and ends in code, with many mappings between. */
TEST_F(ranges, long_range_is_followed_to_its_end)
{
	const size_t size = PAGES_MANY * PAGE;
	char *map = map_many();
	struct iovec range = { map, size };
	struct actor actor;

	ASSERT_NE(NULL, map);
	ASSERT_EQ(0, actor_start(&actor, 0, nothing, NULL));
	ASSERT_EQ(size,
		  process_vm_writev(actor.id.pid, &range, 1, &range, 1, 0));
	ASSERT_BOTH(&actor.id, TSP_RELATION_CHILD,
		    (unsigned long)map + size - PAGE, size);
	actor_end(&actor);
}

TEST_HARNESS_MAIN
