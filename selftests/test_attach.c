// SPDX-License-Identifier: GPL-2.0
/*
 * Tracing that goes no further is told when it has come to nothing else: some
 * time after the tracer has let go, when it exits, or when it holds on for
 * longer than the window. A refusal is told at once. A process that comes into
 * a tracer's hands by its birth has the tracer for a source, not its parent.
 *
 *	tracer --traces--> forker --forks--> child
 *	   `------------the kernel-------------^
 */
#include "harness.h"

#include "expect.h"
#include "tracer.h"
#include "trial.h"
#include "tune.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <trespass/trespass.h>

FIXTURE(attach)
{
	struct events *events;
	struct victim victim;
	struct identity self;
};

FIXTURE_VARIANT(attach)
{
	enum take how;
	uint32_t op;
};

FIXTURE_VARIANT_ADD(attach, attach){
	.how = TAKE_ATTACH,
	.op = TSP_OP_PTRACE_ATTACH,
};

FIXTURE_VARIANT_ADD(attach, seize){
	.how = TAKE_SEIZE,
	.op = TSP_OP_PTRACE_SEIZE,
};

static int start(FIXTURE_DATA(attach) * self, enum kin kin)
{
	static const char *const argv[] = { "victim", NULL };

	self->events = events_open();
	return !self->events || identity_of(getpid(), &self->self) ||
	       victim_start(&self->victim, kin, 0, argv);
}

FIXTURE_SETUP(attach)
{
}

FIXTURE_TEARDOWN(attach)
{
	victim_stop(&self->victim);
	events_close(self->events);
	tune_back();
}

#define ASSERT_TOLD(which, why, ...)                                           \
	ASSERT_EVENT(WAIT_FOR(self->events, which,                             \
			      .target = self->victim.id.pid),                  \
		     TSP_TECHNIQUE_PTRACE_ATTACH, &self->self,                 \
		     &self->victim.id, 0, .end = why, __VA_ARGS__)

TEST_F(attach, is_told_after_the_release)
{
	pid_t pid;

	ASSERT_EQ(0, start(self, KIN_STRANGER));
	pid = self->victim.id.pid;
	ASSERT_EQ(pid, take(variant->how, pid));
	ASSERT_EQ(0, release(pid));
	ASSERT_TOLD(TSP_KIND_DETECTION, 0,
		    STEPS({ variant->op }, { TSP_OP_PTRACE_DETACH }));
	ASSERT_TOLD(TSP_KIND_SUMMARY, TSP_END_DETACH,
		    STEPS({ variant->op }, { TSP_OP_PTRACE_DETACH }));
	EXPECT_TOLD(2, self->events, .target = pid);
}

/* Whoever comes back before that is on the same edge. */
TEST_F(attach, again_and_again_is_told_once)
{
	ASSERT_EQ(0, start(self, KIN_STRANGER));
	ASSERT_EQ(self->victim.id.pid, take(variant->how, self->victim.id.pid));
	ASSERT_EQ(0, release(self->victim.id.pid));
	ASSERT_EQ(self->victim.id.pid, take(variant->how, self->victim.id.pid));
	ASSERT_EQ(0, release(self->victim.id.pid));
	victim_stop(&self->victim);
	ASSERT_TOLD(TSP_KIND_SUMMARY, TSP_END_DETACH,
		    STEPS({ variant->op }, { TSP_OP_PTRACE_DETACH },
			  { variant->op }, { TSP_OP_PTRACE_DETACH }));
	EXPECT_TOLD(2, self->events, .target = self->victim.id.pid);
}

TEST_F(attach, is_told_while_it_lasts)
{
	ASSERT_EQ(0, TUNE(write_window_ms, WRITE_WINDOW_MS, 100));
	ASSERT_EQ(0, start(self, KIN_STRANGER));
	ASSERT_EQ(self->victim.id.pid, take(variant->how, self->victim.id.pid));
	ASSERT_TOLD(TSP_KIND_DETECTION, 0, STEPS({ variant->op }));
	EXPECT_TOLD(1, self->events, .target = self->victim.id.pid);
}

/* Then it is the beginning of that, and nothing by itself. */
TEST_F(attach, that_goes_further_is_no_mere_attach)
{
	pid_t pid;

	ASSERT_EQ(0, start(self, KIN_STRANGER));
	pid = self->victim.id.pid;
	ASSERT_EQ(pid, take(variant->how, pid));
	ASSERT_EQ(0, change(CHANGE_POKEDATA, pid,
			    self->victim.at[TSP_REGION_DATA]));
	ASSERT_EQ(0, release(pid));
	victim_stop(&self->victim);
	ASSERT_NE(NULL, WAIT_FOR(self->events, TSP_KIND_SUMMARY,
				 TSP_TECHNIQUE_PTRACE_INJECT, .target = pid));
	EXPECT_TOLD(0, self->events, .technique = TSP_TECHNIQUE_PTRACE_ATTACH,
		    .target = pid);
}

static uint64_t untold(void)
{
	struct tsp_status status = {};

	tsp_status_read(&status, NULL);
	return status.untold;
}

/* A debugger on its own child: it sums up to nothing, and is only counted. */
TEST_F(attach, own_child_is_silent)
{
	uint64_t before;

	ASSERT_EQ(0, start(self, KIN_CHILD));
	before = untold();
	ASSERT_EQ(self->victim.id.pid, take(variant->how, self->victim.id.pid));
	ASSERT_EQ(0, release(self->victim.id.pid));
	victim_stop(&self->victim);
	EXPECT_TOLD(0, self->events, .target = self->victim.id.pid);
	EXPECT_EQ(before + 1, untold());
}

/* Where everything is told, so is that. */
TEST_F(attach, own_child_is_told_if_the_policy_says_so)
{
	ASSERT_EQ(0, TUNE(min_severity, MIN_SEVERITY, 0));
	ASSERT_EQ(0, start(self, KIN_CHILD));
	ASSERT_EQ(self->victim.id.pid, take(variant->how, self->victim.id.pid));
	ASSERT_EQ(0, release(self->victim.id.pid));
	victim_stop(&self->victim);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      .target = self->victim.id.pid),
		     TSP_TECHNIQUE_PTRACE_ATTACH, &self->self, &self->victim.id,
		     TSP_RELATION_CHILD,
		     STEPS({ variant->op }, { TSP_OP_PTRACE_DETACH }));
}

/**
 * struct tracing - what a tracer is to do
 * @how: attach or seize
 * @pid: its tracee
 */
struct tracing {
	enum take how;
	pid_t pid;
};

static int take_in_vain(void *arg)
{
	const struct tracing *tracing = arg;

	return take(tracing->how, tracing->pid) >= 0 || errno != EPERM;
}

TEST_F(attach, refusal_is_told)
{
	struct tracing tracing = { .how = variant->how };
	const struct tsp_event *event;
	struct actor actor;
	pid_t pid;

	ASSERT_EQ(0, start(self, KIN_STRANGER));
	tracing.pid = self->victim.id.pid;
	ASSERT_EQ(0, actor_start(&actor, UID_ATTACKER, take_in_vain, &tracing));
	pid = actor.id.pid;
	ASSERT_EQ(0, actor_act(&actor));
	event = WAIT_FOR(self->events, TSP_KIND_DETECTION, .source = pid);
	ASSERT_EVENT(event, TSP_TECHNIQUE_PTRACE_ATTACH, &actor.id,
		     &self->victim.id, 0, .result = -EPERM,
		     STEPS({ variant->op, .result = -EPERM }));
	EXPECT_GT(0, event_points(event, TSP_FACTOR_DENIED));
	EXPECT_LT(0, event_points(event, TSP_FACTOR_CREDENTIALS));
	actor_end(&actor);
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY, .source = pid),
		     TSP_TECHNIQUE_PTRACE_ATTACH, &actor.id, &self->victim.id,
		     0, .result = -EPERM, .end = TSP_END_SOURCE_EXIT,
		     STEPS({ variant->op, .result = -EPERM }));
}

FIXTURE(trial)
{
	struct trial trial;
};

FIXTURE_VARIANT(trial)
{
	const char *act;
	bool compat;
};

#define TRIAL(name, what, is_compat)                                           \
	FIXTURE_VARIANT_ADD(trial, name)                                       \
	{                                                                      \
		.act = what, .compat = is_compat,                              \
	}

TRIAL(attach, "attach", false);
TRIAL(attach_compat, "attach", true);
TRIAL(seize, "seize", false);
TRIAL(seize_compat, "seize", true);
TRIAL(auto_attach, "auto-attach", false);
TRIAL(auto_attach_compat, "auto-attach", true);

FIXTURE_SETUP(trial)
{
	self->trial = (struct trial){
		.act = variant->act,
		.kin = KIN_STRANGER,
		.compat = variant->compat,
	};
	ASSERT_EQ(0, trial_start(&self->trial));
}

FIXTURE_TEARDOWN(trial)
{
	trial_stop(&self->trial);
}

TEST_F(trial, is_told)
{
	ASSERT_TRIAL(&self->trial);
}

/**
 * struct birth - a child that is born into a tracer's hands
 * @options: PTRACE_O_ flags of the tracer
 * @flags: of the forker's clone()
 * @forker: it
 * @go: lets the forker fork
 * @child: result: the child, as the tracer learns of it
 */
struct birth {
	unsigned long options;
	unsigned long flags;
	pid_t forker;
	int go;
	volatile pid_t child;
};

/* The child stays until it is killed; a vfork keeps its parent as long. */
static int give_birth(void *arg)
{
	const struct birth *birth = arg;
	pid_t pid = syscall(SYS_clone, birth->flags, NULL, NULL, NULL, NULL);

	if (pid)
		return pid < 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

/* Trace the forker, let it fork, and wait for the child to come by itself. */
static int attend_birth(void *arg)
{
	struct birth *birth = arg;
	int status;
	pid_t pid;

	if (take(TAKE_ATTACH, birth->forker) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, birth->forker, 0, birth->options) ||
	    write(birth->go, "", 1) != 1 ||
	    ptrace(PTRACE_CONT, birth->forker, 0, 0))
		return -1;
	do {
		pid = waitpid(-1, &status, __WALL);
	} while (pid == birth->forker && WIFSTOPPED(status));
	if (pid <= 0 || !WIFSTOPPED(status))
		return -1;
	birth->child = pid;
	return 0;
}

FIXTURE(birth)
{
	struct events *events;
	struct birth *birth; /* shared with the actors */
	struct actor forker, tracer;
};

FIXTURE_VARIANT(birth)
{
	unsigned long options;
	unsigned long flags;
};

FIXTURE_VARIANT_ADD(birth, fork){
	.options = PTRACE_O_TRACEFORK,
	.flags = SIGCHLD,
};

FIXTURE_VARIANT_ADD(birth, vfork){
	.options = PTRACE_O_TRACEVFORK,
	.flags = CLONE_VFORK | SIGCHLD,
};

FIXTURE_VARIANT_ADD(birth, clone){
	.options = PTRACE_O_TRACECLONE,
	.flags = SIGUSR1,
};

FIXTURE_VARIANT_ADD(birth, clone_ptrace){
	.flags = CLONE_PTRACE | SIGCHLD,
};

FIXTURE_SETUP(birth)
{
	self->events = events_open();
	ASSERT_NE(NULL, self->events);
	self->birth = mmap(NULL, sizeof(*self->birth), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->birth);
	self->birth->flags = variant->flags;
	self->birth->options = variant->options;
	ASSERT_EQ(0, actor_start(&self->forker, 0, give_birth, self->birth));
	self->birth->forker = self->forker.id.pid;
	self->birth->go = self->forker.go;
	ASSERT_EQ(0, actor_start(&self->tracer, 0, attend_birth, self->birth));
}

FIXTURE_TEARDOWN(birth)
{
	if (self->birth->child)
		kill(self->birth->child, SIGKILL);
	actor_end(&self->tracer);
	actor_end(&self->forker);
	events_close(self->events);
}

TEST_F(birth, tracer_is_the_source)
{
	const pid_t tracer = self->tracer.id.pid;
	struct identity child;

	ASSERT_EQ(0, actor_act(&self->tracer));
	ASSERT_EQ(0, identity_of(self->birth->child, &child));
	ASSERT_EQ(self->forker.id.pid, child.ppid);
	actor_end(&self->tracer); /* which lets go of both */
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      .target = child.pid),
		     TSP_TECHNIQUE_AUTO_ATTACH, &self->tracer.id, &child, 0,
		     STEPS({ TSP_OP_PTRACE_AUTO_ATTACH }));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_SUMMARY,
			      .target = child.pid),
		     TSP_TECHNIQUE_AUTO_ATTACH, &self->tracer.id, &child, 0,
		     .end = TSP_END_SOURCE_EXIT,
		     STEPS({ TSP_OP_PTRACE_AUTO_ATTACH }));
	ASSERT_EVENT(WAIT_FOR(self->events, TSP_KIND_DETECTION,
			      .target = self->forker.id.pid),
		     TSP_TECHNIQUE_PTRACE_ATTACH, &self->tracer.id,
		     &self->forker.id, TSP_RELATION_SIBLING,
		     STEPS({ TSP_OP_PTRACE_ATTACH }));
	EXPECT_TOLD(0, self->events, .source = self->forker.id.pid);
	EXPECT_TOLD(4, self->events, .source = tracer);
}

/* The same birth with no tracer near. */
TEST_F(birth, untraced_one_is_silent)
{
	if (variant->flags & CLONE_VFORK)
		self->birth->flags &= ~CLONE_VFORK;
	ASSERT_EQ(0, actor_act(&self->forker));
	EXPECT_TOLD(0, self->events, .party = self->forker.id.pid);
}

TEST_HARNESS_MAIN
