// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors that cross processes. Taking one out of another user's process,
 * of another session or family is told; a parent that helps itself from its
 * child is not. And whoever writes through a /proc/PID/mem that another has
 * opened is told with the opener, however the descriptor came.
 *
 *	opener --opens--> /proc/victim/mem
 *	   |  stolen, inherited, sent
 *	writer --writes--> victim
 */
#include "harness.h"

#include "parcel.h"
#include "trial.h"
#include "writer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define SIZE 8

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438 /* unknown to older C libraries */
#endif

/* Take a descriptor out of a process. */
static int steal(pid_t pid, int fd)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	int stolen = syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	close(pidfd);
	return stolen;
}

FIXTURE(theft)
{
	struct trial trial;
};

FIXTURE_VARIANT(theft)
{
	enum kin kin;
	uid_t uid;
	bool compat;
};

FIXTURE_VARIANT_ADD(theft, of_another_family){
	.kin = KIN_CHILD,
};

FIXTURE_VARIANT_ADD(theft, of_another_family_compat){
	.kin = KIN_CHILD,
	.compat = true,
};

FIXTURE_VARIANT_ADD(theft, of_another_user){
	.kin = KIN_CHILD,
	.uid = UID_VICTIM,
};

FIXTURE_VARIANT_ADD(theft, of_another_session){
	.kin = KIN_STRANGER,
};

FIXTURE_SETUP(theft)
{
	self->trial = (struct trial){
		.act = "getfd",
		.kin = variant->kin,
		.uid = variant->uid,
		.compat = variant->compat,
	};
	ASSERT_EQ(0, trial_start(&self->trial));
}

FIXTURE_TEARDOWN(theft)
{
	trial_stop(&self->trial);
}

TEST_F(theft, is_told)
{
	ASSERT_TRIAL(&self->trial);
}

FIXTURE(descriptor)
{
	struct events *events;
	struct victim victim;
	struct identity self;
};

FIXTURE_SETUP(descriptor)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	ASSERT_EQ(0, identity_of(getpid(), &self->self));
}

static void descriptor_end(FIXTURE_DATA(descriptor) * self)
{
	victim_stop(&self->victim);
	events_close(self->events);
}

FIXTURE_TEARDOWN(descriptor)
{
	descriptor_end(self);
}

static int start(FIXTURE_DATA(descriptor) * self, uid_t uid)
{
	static const char *const argv[] = { "victim", NULL };

	return victim_start(&self->victim, KIN_CHILD, uid, argv);
}

TEST_F(descriptor, of_the_own_child_is_no_theft)
{
	ASSERT_EQ(0, start(self, 0));
	ASSERT_LE(0, steal(self->victim.id.pid, STDOUT_FILENO));
	victim_stop(&self->victim);
	EXPECT_TOLD(0, self->events, .source = getpid());
}

TEST_F(descriptor, of_another_users_child_is_theft)
{
	ASSERT_EQ(0, start(self, UID_VICTIM));
	ASSERT_LE(0, steal(self->victim.id.pid, STDOUT_FILENO));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      .target = self->victim.id.pid),
		     TSP_TECHNIQUE_FD_THEFT, &self->self, &self->victim.id,
		     TSP_RELATION_CHILD, STEPS({ TSP_OP_FD_STEAL }));
}

static int steal_in_vain(void *arg)
{
	const struct victim *victim = arg;

	return steal(victim->id.pid, STDOUT_FILENO) >= 0 || errno != EPERM;
}

TEST_F(descriptor, refused_theft_is_told)
{
	struct actor thief;

	ASSERT_EQ(0, start(self, 0));
	ASSERT_EQ(0, actor_start(&thief, UID_ATTACKER, steal_in_vain,
				 &self->victim));
	ASSERT_EQ(0, actor_act(&thief));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      .source = thief.id.pid),
		     TSP_TECHNIQUE_FD_THEFT, &thief.id, &self->victim.id,
		     TSP_RELATION_SIBLING, .result = -EPERM,
		     STEPS({ TSP_OP_FD_STEAL, .result = -EPERM }));
	actor_end(&thief);
}

/* How the descriptor comes to the writer. */
enum passing { STOLEN, INHERITED, SENT };

/**
 * struct affair - what opener and writer are about
 * @passing: how the descriptor passes
 * @victim: whose memory it is
 * @address: where the writer writes
 * @opener: for a thief
 * @sockets: for one who sends
 * @fd: the descriptor, shared with the actors
 */
struct affair {
	enum passing passing;
	pid_t victim;
	unsigned long address;
	pid_t opener;
	int sockets[2];
	volatile int fd;
};

static int open_victim(void *arg)
{
	struct affair *affair = arg;

	affair->fd = mem_open(affair->victim, O_RDWR);
	if (affair->fd < 0)
		return -1;
	return affair->passing == SENT
		       ? parcel_send(affair->sockets[0], affair->fd)
		       : 0;
}

static int write_victim(void *arg)
{
	struct affair *affair = arg;
	char bytes[SIZE] = {};
	int fd = affair->fd;

	if (affair->passing == STOLEN)
		fd = steal(affair->opener, fd);
	else if (affair->passing == SENT)
		fd = parcel_receive(affair->sockets[1]);
	return pwrite(fd, bytes, SIZE, affair->address) != SIZE;
}

FIXTURE(affair)
{
	FIXTURE_DATA(descriptor) base;
	struct affair *affair;
	struct actor opener, writer;
};

FIXTURE_VARIANT(affair)
{
	enum passing passing;
	uid_t opener;
	uid_t writer;
};

FIXTURE_VARIANT_ADD(affair, stolen){
	.passing = STOLEN,
};

FIXTURE_VARIANT_ADD(affair, stolen_from_another_user){
	.passing = STOLEN,
	.opener = UID_VICTIM,
};

FIXTURE_VARIANT_ADD(affair, inherited){
	.passing = INHERITED,
};

FIXTURE_VARIANT_ADD(affair, inherited_by_another_user){
	.passing = INHERITED,
	.writer = UID_ATTACKER,
};

FIXTURE_VARIANT_ADD(affair, sent){
	.passing = SENT,
};

FIXTURE_VARIANT_ADD(affair, sent_to_another_user){
	.passing = SENT,
	.opener = UID_VICTIM,
	.writer = UID_ATTACKER,
};

FIXTURE_SETUP(affair)
{
	struct affair *affair;

	descriptor_setup(_metadata, &self->base, NULL);
	ASSERT_EQ(0, start(&self->base, UID_VICTIM));
	affair = mmap(NULL, sizeof(*affair), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, affair);
	self->affair = affair;
	affair->passing = variant->passing;
	affair->victim = self->base.victim.id.pid;
	affair->address = self->base.victim.at[TSP_REGION_DATA];
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, affair->sockets));
}

FIXTURE_TEARDOWN(affair)
{
	actor_end(&self->writer);
	actor_end(&self->opener);
	descriptor_end(&self->base);
}

TEST_F(affair, tells_the_opener)
{
	const bool own = variant->passing == INHERITED;
	struct identity *opener = own ? &self->base.self : &self->opener.id;
	const struct victim *victim = &self->base.victim;
	struct affair *affair = self->affair;
	const struct tsp_event *event;

	if (own) {
		ASSERT_EQ(0, open_victim(affair));
	} else {
		ASSERT_EQ(0, actor_start(&self->opener, variant->opener,
					 open_victim, affair));
		ASSERT_EQ(0, actor_act(&self->opener));
		affair->opener = self->opener.id.pid;
	}
	ASSERT_EQ(0, actor_start(&self->writer, variant->writer, write_victim,
				 affair));
	ASSERT_EQ(0, actor_act(&self->writer));

	event = WAIT_FOR(self->base.events, TSP_KIND_DETECTION,
			 .target = victim->id.pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_PROC_MEM_WRITE, &self->writer.id,
		     &victim->id, TSP_RELATION_SIBLING,
		     .address = affair->address, .length = SIZE,
		     .region = TSP_REGION_DATA, .bytes = SIZE, .count = 1,
		     STEPS({ TSP_OP_PROC_MEM_WRITE, .bytes = SIZE }));
	EXPECT_EQ(opener->pid, event->opener_pid);
	EXPECT_EQ(variant->opener, event->opener_uid);
	EXPECT_EQ(opener->start_ticks, start_ticks(event->opener_start_ns));
	EXPECT_TOLD(1, self->base.events, .target = victim->id.pid);

	if (variant->passing != STOLEN)
		return;
	ASSERT_EVENT(WAIT_FOR(self->base.events, TSP_KIND_DETECTION,
			      .target = opener->pid),
		     TSP_TECHNIQUE_FD_THEFT, &self->writer.id, opener,
		     TSP_RELATION_SIBLING, STEPS({ TSP_OP_FD_STEAL }));
}

/* Who writes through what it has opened itself has no opener besides. */
TEST_F(affair, own_descriptor_has_no_opener)
{
	const uint64_t opener = TSP_PRESENT(TSP_A_EVENT_OPENER_PID) |
				TSP_PRESENT(TSP_A_EVENT_OPENER_UID);
	const struct tsp_event *event;
	char bytes[SIZE] = {};

	self->affair->passing = INHERITED;
	ASSERT_EQ(0, open_victim(self->affair));
	ASSERT_EQ(SIZE,
		  pwrite(self->affair->fd, bytes, SIZE, self->affair->address));
	event = WAIT_FOR(self->base.events, TSP_KIND_DETECTION,
			 .target = self->affair->victim);
	ASSERT_NE(NULL, event);
	EXPECT_EQ(0, event->present & opener);
}

TEST_HARNESS_MAIN
