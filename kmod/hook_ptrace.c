// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on ptrace: taking, writing and letting go a tracee.
 *
 * arch_ptrace and its 32-bit twin are where every request arrives after the
 * kernel has proven that the caller is the tracer; the tracee is frozen and
 * held by the caller until they return. Functions further in are inlined on one
 * kernel or another.
 */
#include "hooks.h"

#include <linux/elf.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/signal.h>

#include "compat.h"
#include "party.h"
#include "submit.h"

/* A request of kernels since 6.16; the others refuse it. */
#ifndef PTRACE_SET_SYSCALL_INFO
#define PTRACE_SET_SYSCALL_INFO 0x4212
#endif

/* From PTRACE_ATTACH's entry to its return. */
struct attach {
	struct task_struct *target;
	u32 op;
};

/* From a request's entry to its return. */
struct request {
	struct task_struct *target;
	struct tsp_id id; /* of @target */
	u64 address;
	u32 op;
	u32 length;
};

static_assert(sizeof(struct request) <= TSP_HOOK_DATA_MAX);

static void submit(struct tsp_observation *obs, struct task_struct *source,
		   struct task_struct *target)
{
	struct tsp_actors actors = { .source = source, .target = target };

	obs->source = tsp_party_id(source);
	obs->target = tsp_party_id(target);
	tsp_submit(obs, &actors);
}

bool tsp_attach_entry(void *data, struct pt_regs *regs)
{
	struct attach *attach = data;

	attach->target = (void *)regs_get_kernel_argument(regs, 0);
	attach->op = regs_get_kernel_argument(regs, 1) == PTRACE_SEIZE
			     ? TSP_OP_PTRACE_SEIZE
			     : TSP_OP_PTRACE_ATTACH;
	return true;
}

void tsp_attach_leave(const void *data, struct pt_regs *regs)
{
	const struct attach *attach = data;
	struct tsp_observation obs = {
		.op = attach->op,
		.result = regs_return_value(regs),
	};

	submit(&obs, current, attach->target);
}

bool tsp_traceme_entry(void *data, struct pt_regs *regs)
{
	return true;
}

void tsp_traceme_leave(const void *data, struct pt_regs *regs)
{
	struct tsp_observation obs = {
		.op = TSP_OP_PTRACE_TRACEME,
		.result = regs_return_value(regs),
	};

	/* Who is to trace is the parent; the target acts for it. */
	rcu_read_lock();
	submit(&obs, rcu_dereference(current->real_parent), current);
	rcu_read_unlock();
}

static u32 classify_regset(unsigned long type)
{
	if (type == NT_PRSTATUS)
		return TSP_OP_PTRACE_REGS;
	if (tsp_compat_is_debug_regset(type))
		return TSP_OP_PTRACE_DEBUGREGS;
	if (tsp_compat_is_syscall_regset(type))
		return TSP_OP_PTRACE_SYSCALL;
	return TSP_OP_PTRACE_FPREGS;
}

/* Which operation a request is; 0 if it changes nothing in the tracee. */
static u32 classify(long request, unsigned long address, size_t regs_size)
{
	switch (request) {
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA:
		return TSP_OP_PTRACE_WRITE;
	case PTRACE_POKEUSR:
		return address < regs_size ? TSP_OP_PTRACE_REGS
					   : TSP_OP_PTRACE_DEBUGREGS;
	case PTRACE_SETREGSET:
		return classify_regset(address);
	case TSP_PTRACE_SETREGS:
		return TSP_OP_PTRACE_REGS;
	case TSP_PTRACE_SETFPREGS:
#ifdef TSP_PTRACE_SETFPXREGS
	case TSP_PTRACE_SETFPXREGS:
#endif
		return TSP_OP_PTRACE_FPREGS;
#ifdef TSP_PTRACE_SETDEBUGREGS
	case TSP_PTRACE_SETDEBUGREGS:
		return TSP_OP_PTRACE_DEBUGREGS;
	case TSP_PTRACE_SET_SYSCALL:
#endif
	case PTRACE_SET_SYSCALL_INFO:
		return TSP_OP_PTRACE_SYSCALL;
	case PTRACE_DETACH:
		return TSP_OP_PTRACE_DETACH;
	default:
		return 0;
	}
}

/* It fails for a bad signal alone, so there is no need to wait for its return.
 */
static bool detach(struct task_struct *target, unsigned long signal)
{
	struct tsp_observation obs = { .op = TSP_OP_PTRACE_DETACH };

	if (valid_signal(signal))
		submit(&obs, current, target);
	return false;
}

static bool enter(struct request *request, struct pt_regs *regs,
		  unsigned long address, size_t word, size_t regs_size)
{
	request->op =
		classify(regs_get_kernel_argument(regs, 1), address, regs_size);
	if (!request->op)
		return false;
	request->target = (void *)regs_get_kernel_argument(regs, 0);
	if (request->op == TSP_OP_PTRACE_DETACH)
		return detach(request->target,
			      regs_get_kernel_argument(regs, 3));
	request->id = tsp_party_id(request->target);
	request->address = address;
	request->length = request->op == TSP_OP_PTRACE_WRITE ? word : 0;
	return true;
}

bool tsp_request_entry(void *data, struct pt_regs *regs)
{
	return enter(data, regs, regs_get_kernel_argument(regs, 2),
		     sizeof(long), TSP_REGS_SIZE);
}

bool tsp_request_compat_entry(void *data, struct pt_regs *regs)
{
	return enter(data, regs, (u32)regs_get_kernel_argument(regs, 2),
		     sizeof(u32), TSP_REGS_SIZE_32);
}

static noinline void submit_request(const struct request *request, int result)
{
	struct task_struct *target = request->target;
	struct tsp_observation obs = {
		.op = request->op,
		.result = result,
		.address = request->address,
		.length = request->length,
	};

	/* What the others call an address is an offset, a kind or a size. */
	if (request->op != TSP_OP_PTRACE_WRITE)
		obs.address = instruction_pointer(task_pt_regs(target));
	else if (!result)
		obs.bytes = obs.length;

	submit(&obs, current, target);
}

void tsp_request_leave(const void *data, struct pt_regs *regs)
{
	const struct request *request = data;
	int result = regs_return_value(regs);

	if (request->op != TSP_OP_PTRACE_WRITE ||
	    !tsp_submit_repeat(&request->id, request->op,
			       result ?: request->length, request->address,
			       request->length))
		submit_request(request, result);
}
