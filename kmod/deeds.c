// SPDX-License-Identifier: GPL-2.0
/*
 * What processes do by themselves: the native-api-sequence (AN1466), and what
 * goes on in the chain of whoever changed them.
 */
#include "deeds.h"

#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "core/detector.h"
#include "core/technique.h"
#include "policy.h"
#include "stats.h"
#include "tell.h"
#include "tracker.h"

/*
 * The clock of the processes' records: cheap, and as coarse as they are. It may
 * be a tick behind the other, so the two are never compared.
 */
static u64 process_clock_ns(void)
{
	return ktime_get_coarse_boottime_ns();
}

bool tsp_deeds_maps_read(const struct tsp_process *process, u32 tgid,
			 u32 *ago_ms)
{
	const struct tsp_process_state *state = &process->state;
	u32 window_ms = tsp_policy_get()->map_access_window_ms;

	*ago_ms = tsp_process_ms(process_clock_ns()) - state->maps_ms;
	return state->maps_tgid == tgid && window_ms && *ago_ms <= window_ms;
}

bool tsp_deeds_note(struct tsp_process *process, const struct task_struct *task,
		    u32 op, u32 count)
{
	const struct tsp_policy *policy;
	u64 now_ns;

	/* What has been told needs no more counting. */
	if (process->state.told || !(TSP_OP_BIT(op) & TSP_OPS_CALL))
		return false;
	policy = tsp_policy_get();
	now_ns = process_clock_ns();
	tsp_process_note(&process->state, op, count, now_ns,
			 policy->time_window_ms);
	return tsp_process_fits(&process->state, now_ns, policy) && task &&
	       strstarts(task->comm, policy->process_name);
}

bool tsp_deeds_followed(const struct tsp_edge_state *state, u64 now_ns)
{
	const struct tsp_policy *policy = tsp_policy_get();

	return state->changed_ns &&
	       now_ns - state->changed_ns <=
		       policy->behaviour_window_ms * (u64)NSEC_PER_MSEC;
}

void tsp_deeds_follow(struct tsp_process *process,
		      const struct tsp_observation *deed, bool shell)
{
	struct tsp_circumstances around = { .shell = shell };
	struct tsp_observation obs = *deed;
	u64 now_ns = deed->time_ns;
	struct tsp_edge_state *state;
	struct tsp_edge *edge;
	u32 techniques;

	hlist_for_each_entry(edge, &process->as_target, of_target) {
		state = &edge->state;
		if (edge->source == process || edge->stage == TSP_STAGE_ENDING)
			continue;
		if (obs.op != TSP_OP_EXEC && !tsp_deeds_followed(state, now_ns))
			continue;
		obs.source = edge->source->id;
		tsp_edge_add(state, &obs, 0);
		techniques = tsp_detector_fits(state, &obs);
		if (!techniques || !state->known ||
		    !tsp_deeds_followed(state, now_ns))
			continue;
		around.tainted = edge->source->state.tainted;
		tsp_tell(state, edge->file, &obs, techniques, &around);
	}
}

static void follow_deed(struct tsp_process *process, u32 op, bool shell)
{
	struct tsp_observation deed = { .target = process->id, .op = op };

	if (hlist_empty(&process->as_target))
		return;
	deed.time_ns = ktime_get_boottime_ns();
	tsp_deeds_follow(process, &deed, shell);
}

void tsp_deeds_tell(struct task_struct *task, const struct tsp_id *id)
{
	struct tsp_observation obs = { .time_ns = ktime_get_boottime_ns() };
	const struct tsp_policy *policy;
	struct tsp_process *process;
	struct tsp_edge_state *told;
	struct tsp_finding finding;
	u64 now_ns;

	told = tsp_tell_alone_begin(task, id, &finding);
	policy = tsp_policy_get();
	now_ns = process_clock_ns();
	process = tsp_tracker_process(id);
	if (process && tsp_process_fits(&process->state, now_ns, policy)) {
		process->state.told = true;
		finding.around.tainted = process->state.tainted;
		finding.around.calls = tsp_process_chain(
			&process->state, now_ns, policy, &told->event);
		told->event.c_library = process->state.libc;
		told->event.present |= TSP_PRESENT(TSP_A_EVENT_C_LIBRARY);
		tsp_tell(told, finding.file, &obs,
			 TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_NATIVE_API_SEQUENCE),
			 &finding.around);
	}
	tsp_tell_alone_end(&finding);
}

bool tsp_deeds_add(struct task_struct *task, u32 op)
{
	struct tsp_id id = tsp_party_id(task);
	bool sequence = false, first = false;
	struct tsp_process *process;

	tsp_tracker_lock();
	process = tsp_tracker_process_new(&id);
	if (process) {
		sequence = tsp_deeds_note(process, task, op, 1);
		if (op == TSP_OP_WX_FLIP)
			first = tsp_process_flip(
				&process->state, process_clock_ns(),
				tsp_policy_get()->time_window_ms);
		follow_deed(process, op, false);
	}
	tsp_tracker_unlock();

	if (sequence)
		tsp_deeds_tell(task, &id);
	return first;
}

void tsp_deeds_exec(struct task_struct *task, bool shell)
{
	struct tsp_id id = tsp_party_id(task);
	struct tsp_process *process;

	tsp_tracker_lock();
	process = tsp_tracker_process(&id);
	if (process)
		follow_deed(process, TSP_OP_EXEC, shell);
	tsp_tracker_unlock();
}

void tsp_deeds_image(const struct tsp_id *id)
{
	struct tsp_process *process;

	tsp_tracker_lock();
	process = tsp_tracker_process_new(id);
	if (process)
		process->state = (struct tsp_process_state){};
	tsp_tracker_unlock();
}

/* Which C library a file is, by its name; policy's maps-path adds to them. */
static u32 c_library(const char *name, const struct tsp_policy *policy)
{
	if (strstarts(name, "ld-musl-"))
		return TSP_C_LIBRARY_MUSL;
	if (strstarts(name, "libc.so.6") || strstarts(name, "libc-2."))
		return TSP_C_LIBRARY_GLIBC;
	if (*policy->maps_path && strstarts(name, policy->maps_path))
		return TSP_C_LIBRARY_OTHER;
	return TSP_C_LIBRARY_NONE;
}

void tsp_deeds_code_file(const struct tsp_id *id, const struct file *file)
{
	const char *name = file->f_path.dentry->d_name.name;
	u32 library = c_library(name, tsp_policy_get());
	struct tsp_process *process;

	if (library == TSP_C_LIBRARY_NONE)
		return;
	tsp_tracker_lock();
	process = tsp_tracker_process_new(id);
	if (process) {
		process->state.libc = library;
		process->state.libc_ms = tsp_process_ms(process_clock_ns());
	}
	tsp_tracker_unlock();
}

void tsp_deeds_maps(const struct tsp_id *source, u32 tgid)
{
	struct tsp_process *process;

	tsp_stats_inc(observations);
	tsp_tracker_lock();
	process = tsp_tracker_process_new(source);
	if (process) {
		process->state.maps_tgid = tgid;
		process->state.maps_ms = tsp_process_ms(process_clock_ns());
	}
	tsp_tracker_unlock();
}
