// SPDX-License-Identifier: GPL-2.0
/*
 * A few processes and the edges between them. Function by function the
 * counterpart of submit.c.
 */
#include "world.h"

#include <string.h>

#include "check.h"
#include "core/technique.h"

#define NS_PER_MS 1000000ULL

/* The coarse clock, which the processes' records go by. */
static u64 process_clock_ns(const struct world *world)
{
	return world->now_ns - world->now_ns % TICK_NS;
}

static void digest(struct world *world, u64 value)
{
	world->digest = (world->digest ^ value) * 0x100000001b3ULL;
}

/* An event goes out: what it says goes into the digest. */
static void queue(struct world *world, const struct tsp_event *event)
{
	u32 i;

	digest(world, event->kind);
	digest(world, event->technique);
	digest(world, event->severity);
	digest(world, event->result);
	digest(world, event->edge);
	digest(world, event->relation);
	digest(world, event->access.bytes);
	digest(world, event->access.count);
	digest(world, event->steps_omitted);
	for (i = 0; i < event->n_step; i++) {
		digest(world, event->step[i].op);
		digest(world, event->step[i].result);
		digest(world, event->step[i].offset_ns);
		digest(world, event->step[i].count);
	}
	for (i = 0; i < event->n_reason; i++) {
		digest(world, event->reason[i].factor);
		digest(world, event->reason[i].points);
	}
	digest(world, event->end);
	digest(world, event->duration_ns);
}

/* Of an edge, or of none. */
static void tell(struct world *world, struct tsp_edge_state *state,
		 struct edge *edge, const struct tsp_observation *obs,
		 u32 techniques, const struct tsp_circumstances *around)
{
	struct tsp_verdict verdict, gravest = {};
	struct tsp_event told;
	u32 technique;

	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++) {
		if (!(techniques & TSP_TECHNIQUE_BIT(technique)))
			continue;
		memset(&verdict, 0xa5, sizeof(verdict));
		tsp_detector_weigh(state, obs, technique, &world->policy,
				   around, &verdict);
		tsp_detector_settle(state, technique, obs->result);
		check_verdict(&verdict, technique, obs);
		if (edge)
			ledger_tell(&edge->ledger, technique, obs->result);
		if (verdict.severity < world->policy.min_severity)
			continue;
		told = state->event;
		tsp_verdict_apply(&verdict, obs, &told);
		MUST(told.kind == TSP_KIND_DETECTION);
		MUST(!(told.present & TSP_PRESENT(TSP_A_EVENT_END)));
		queue(world, &told);
		if (edge) {
			edge->queued++;
			if (verdict.severity > edge->gravest)
				edge->gravest = verdict.severity;
		}
		if (verdict.severity > gravest.severity || !gravest.technique)
			gravest = verdict;
	}
	if (!gravest.technique ||
	    (state->told && gravest.severity <= state->event.severity))
		return;
	tsp_verdict_apply(&gravest, obs, &state->event);
	state->told = true;
}

static void tell_at_end(struct world *world, struct edge *edge)
{
	static const struct tsp_circumstances around;
	struct tsp_observation obs = {
		.time_ns = edge->state.last_ns,
		.op = TSP_OP_PTRACE_ATTACH,
	};
	u32 techniques = tsp_detector_fits_at_end(&edge->state);

	/* No edge is lost: that the target was traced is told, or more. */
	if (edge->ledger.done & (TSP_OP_BIT(TSP_OP_PTRACE_ATTACH) |
				 TSP_OP_BIT(TSP_OP_PTRACE_SEIZE) |
				 TSP_OP_BIT(TSP_OP_PTRACE_AUTO_ATTACH)))
		MUST(techniques || edge->ledger.told);
	if (techniques && edge->state.known)
		tell(world, &edge->state, edge, &obs, techniques, &around);
}

static bool is_followed(const struct world *world,
			const struct tsp_edge_state *state, u64 now_ns)
{
	return state->changed_ns &&
	       now_ns - state->changed_ns <=
		       world->policy.behaviour_window_ms * NS_PER_MS;
}

static void conclude(struct world *world, struct edge *edge)
{
	struct tsp_edge_state *state = &edge->state;

	MUST(edge->stage == ENDING && !edge->summed);
	tell_at_end(world, edge);
	MUST(state->told == !!edge->queued);
	if (state->told) {
		tsp_edge_conclude(state, edge->end, world->now_ns);
		MUST(state->event.kind == TSP_KIND_SUMMARY);
		MUST(state->event.severity == edge->gravest);
		/* A read of the map is known to the millisecond only. */
		MUST(state->event.duration_ns <=
		     world->now_ns - world->begin_ns + (1ULL << 20));
		queue(world, &state->event);
		edge->summed = true;
	}
	if (state->told && !edge->target_dead && edge->source != edge->target &&
	    edge->end != TSP_END_UNLOAD &&
	    is_followed(world, state, world->now_ns))
		edge->stage = OVER;
	else
		edge->stage = FREE;
}

static struct edge *first(struct world *world, enum stage stage)
{
	struct edge *edge, *found = NULL;

	for (edge = world->edge; edge < world->edge + EDGES; edge++)
		if (edge->stage == stage &&
		    (!found || edge->order < found->order))
			found = edge;
	return found;
}

static void end(struct world *world, struct edge *edge, u32 why)
{
	edge->stage = ENDING;
	edge->end = why;
	edge->order = ++world->order;
}

static void make_room(struct world *world)
{
	struct edge *edge = first(world, OVER);

	if (edge) {
		edge->stage = FREE;
		return;
	}
	edge = first(world, ENDING);
	if (!edge) {
		edge = first(world, LIVE);
		end(world, edge, TSP_END_EVICTED);
	}
	conclude(world, edge);
	edge = first(world, OVER);
	if (edge)
		edge->stage = FREE;
}

static struct edge *find(struct world *world, u32 source, u32 target)
{
	struct edge *edge;

	for (edge = world->edge; edge < world->edge + EDGES; edge++)
		if (edge->stage == LIVE && edge->source == source &&
		    edge->target == target)
			return edge;
	return NULL;
}

static bool read_maps_of(const struct world *world,
			 const struct tsp_process_state *source, u32 tgid)
{
	u32 window_ms = world->policy.map_access_window_ms;

	return source->maps_tgid == tgid && window_ms &&
	       tsp_process_ms(process_clock_ns(world)) - source->maps_ms <=
		       window_ms;
}

static void begin(struct world *world, struct edge *edge,
		  const struct tsp_observation *obs)
{
	const struct tsp_process_state *source =
		&world->process[edge->source].state;
	struct tsp_observation maps = { .op = TSP_OP_MAPS_ACCESS };
	u64 ago_ns;

	tsp_edge_begin(&edge->state, ++world->last_edge);
	tsp_edge_begin(&edge->slow, world->last_edge);
	edge->ledger = (struct ledger){};
	if (!read_maps_of(world, source, obs->target.tgid))
		return;
	ago_ns =
		(u64)(tsp_process_ms(process_clock_ns(world)) - source->maps_ms)
		<< 20;
	maps.time_ns =
		obs->time_ns - (obs->time_ns < ago_ns ? obs->time_ns : ago_ns);
	tsp_edge_add(&edge->state, &maps, 0);
	tsp_edge_add(&edge->slow, &maps, 0);
	ledger_add(&edge->ledger, &maps);
}

static struct edge *edge_of(struct world *world, u32 source, u32 target,
			    const struct tsp_observation *obs)
{
	struct edge *edge = find(world, source, target);

	if (edge) {
		edge->order = ++world->order;
		return edge;
	}
	if (obs->op == TSP_OP_PTRACE_DETACH)
		return NULL;
	edge = first(world, FREE);
	if (!edge) {
		make_room(world);
		edge = first(world, FREE);
	}
	MUST(edge);
	edge->stage = LIVE;
	edge->order = ++world->order;
	edge->source = source;
	edge->target = target;
	edge->source_dead = false;
	edge->target_dead = false;
	edge->summed = false;
	edge->queued = 0;
	edge->gravest = 0;
	begin(world, edge, obs);
	return edge;
}

static const struct tsp_process_state *source_of(const struct world *world,
						 const struct edge *edge)
{
	return edge->source_dead ? &edge->source_state
				 : &world->process[edge->source].state;
}

static u32 relate(const struct tsp_party *source,
		  const struct tsp_party *target)
{
	const struct tsp_kinship kin = {
		.target_descends = target->gid & 1,
		.source_descends = target->gid & 2,
		.same_mnt_ns = source->mnt_ns == target->mnt_ns,
	};
	u32 relation = tsp_relation(source, target, &kin);

	check_relation(relation);
	return relation;
}

static void learn_parties(const struct world *world, struct edge *edge)
{
	struct tsp_event *event = &edge->state.event;

	event->source = world->process[edge->source].party;
	event->target = world->process[edge->target].party;
	event->relation = relate(&event->source, &event->target);
	edge->state.known = true;
}

static void tell_finding(struct world *world, struct edge *edge,
			 const struct tsp_observation *obs, u32 techniques,
			 struct tsp_circumstances *around)
{
	const struct tsp_process_state *source = source_of(world, edge);
	struct tsp_access *access = &edge->state.event.access;

	learn_parties(world, edge);
	access->address = obs->address;
	access->length = obs->length;
	access->region = obs->where.region;
	access->prot = obs->where.prot;
	access->forced = obs->bytes && !(access->prot & TSP_PROT_WRITE);
	around->tainted = source->tainted;
	around->maps_read = read_maps_of(world, source, obs->target.tgid);
	tell(world, &edge->state, edge, obs, techniques, around);
}

static void taint(struct world *world, struct edge *edge,
		  const struct tsp_observation *obs)
{
	if (edge->state.changed_ns == obs->time_ns &&
	    tsp_detector_taints(&edge->state, &world->policy))
		world->process[edge->target].state.tainted = true;
}

/* Nothing that was seen may end up untold. */
static void check_told(const struct edge *edge,
		       const struct tsp_observation *obs, u32 before)
{
	MUST(!(ledger_expects(&edge->ledger, obs, before)));
}

void world_catch_up(struct world *world)
{
	struct pending *pending = &world->pending;
	const struct tsp_observation *obs = &pending->obs;
	struct edge *edge;
	u32 techniques;

	for (edge = world->edge; edge < world->edge + EDGES; edge++) {
		if (!pending->number || edge->stage != LIVE ||
		    edge->state.event.edge != pending->number)
			continue;
		techniques = tsp_detector_fits(&edge->state, obs);
		if (techniques)
			tell_finding(world, edge, obs, techniques,
				     &pending->around);
		else if (!edge->state.known)
			learn_parties(world, edge);
		taint(world, edge, obs);
		check_told(edge, obs, edge->ledger.done);
	}
	pending->number = 0;
}

static void tell_sequence(struct world *world, u32 who)
{
	struct tsp_process_state *state = &world->process[who].state;
	struct tsp_observation obs = { .time_ns = world->now_ns };
	struct tsp_circumstances around = { .tainted = state->tainted };
	struct tsp_edge_state scratch;
	u64 now_ns = process_clock_ns(world);

	if (!tsp_process_fits(state, now_ns, &world->policy))
		return;
	memset(&scratch, 0xa5, sizeof(scratch));
	tsp_edge_begin(&scratch, 0);
	scratch.event.source = world->process[who].party;
	scratch.event.target = scratch.event.source;
	scratch.event.relation = TSP_RELATION_SELF;
	state->told = true;
	around.calls = tsp_process_chain(state, now_ns, &world->policy,
					 &scratch.event);
	check_chain(&scratch.event, around.calls, world->policy.time_window_ms);
	tell(world, &scratch, NULL, &obs,
	     TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_NATIVE_API_SEQUENCE), &around);
	MUST(!tsp_process_fits(state, now_ns, &world->policy));
}

void world_blind(struct world *world, u32 process)
{
	static const struct tsp_circumstances around;
	struct tsp_observation obs = { .time_ns = world->now_ns };
	struct tsp_edge_state scratch;

	tsp_edge_begin(&scratch, 0);
	scratch.event.source = world->process[process].party;
	scratch.event.target = scratch.event.source;
	scratch.event.relation = TSP_RELATION_SELF;
	tell(world, &scratch, NULL, &obs,
	     TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_BLINDED), &around);
}

static bool note_calls(struct world *world, u32 process, u32 op, u32 count)
{
	struct tsp_process_state *state = &world->process[process].state;
	u64 now_ns = process_clock_ns(world);

	/* What has been told needs no more counting. */
	if (state->told || !(TSP_OP_BIT(op) & TSP_OPS_CALL))
		return false;
	tsp_process_note(state, op, count, now_ns,
			 world->policy.time_window_ms);
	return tsp_process_fits(state, now_ns, &world->policy);
}

/* What has only been counted since the last operation. */
static void note_repeats(struct world *world, const struct edge *edge)
{
	const struct tsp_event *event = &edge->state.event;
	const struct tsp_step *last;

	if (!edge->state.repeats)
		return;
	MUST(event->n_step);
	last = &event->step[event->n_step - 1];
	MUST(last->count > edge->state.repeats);
	if (!last->result)
		note_calls(world, edge->source, last->op, edge->state.repeats);
}

static void follow(struct world *world, u32 target, u32 op, bool shell)
{
	static const u32 behaviour =
		TSP_TECHNIQUE_BIT(TSP_TECHNIQUE_INJECTED_BEHAVIOUR);
	struct tsp_circumstances around = { .shell = shell };
	const struct tsp_party *party = &world->process[target].party;
	struct tsp_observation obs = {
		.time_ns = world->now_ns,
		/* Whoever it was, it was another. */
		.source = { .start_ns = ~0ULL },
		.target = { .tgid = party->pid, .start_ns = party->start_ns },
		.op = op,
	};
	struct edge *edge;
	u32 techniques;

	for (edge = world->edge; edge < world->edge + EDGES; edge++) {
		if ((edge->stage != LIVE && edge->stage != OVER) ||
		    edge->target != target || edge->target_dead ||
		    (edge->source == target && !edge->source_dead))
			continue;
		if (op != TSP_OP_EXEC &&
		    !is_followed(world, &edge->state, obs.time_ns))
			continue;
		tsp_edge_add(&edge->state, &obs, 0);
		tsp_edge_add(&edge->slow, &obs, 0);
		ledger_add(&edge->ledger, &obs);
		techniques = tsp_detector_fits(&edge->state, &obs);
		if (!edge->state.known ||
		    !is_followed(world, &edge->state, obs.time_ns))
			continue;
		MUST((techniques | edge->ledger.told) & behaviour);
		if (!techniques)
			continue;
		around.tainted = source_of(world, edge)->tainted;
		tell(world, &edge->state, edge, &obs, techniques, &around);
	}
}

static void add_deed(struct edge *edge, u32 op, const struct tsp_deed *deed)
{
	if (deed->first_ns && deed->first_ns >= edge->state.last_ns)
		ledger_add_deed(&edge->ledger, op, deed);
}

static void add_life(struct edge *edge, const struct tsp_memfd_life *life)
{
	bool sealed_first = life->sealed.first_ns < life->written.first_ns;

	add_deed(edge, TSP_OP_MEMFD_CREATE, &life->created);
	if (sealed_first)
		add_deed(edge, TSP_OP_MEMFD_SEAL, &life->sealed);
	add_deed(edge, TSP_OP_MEMFD_WRITE, &life->written);
	if (!sealed_first)
		add_deed(edge, TSP_OP_MEMFD_SEAL, &life->sealed);
	tsp_edge_add_life(&edge->state, life);
	tsp_edge_add_life(&edge->slow, life);
}

static void submit_anew(struct world *world, u32 source, u32 target,
			struct tsp_observation *obs,
			const struct tsp_memfd_life *file, u32 tick)
{
	struct edge *edge = edge_of(world, source, target, obs);
	bool sequence = false;
	u32 before;

	if (!edge)
		return;
	before = edge->ledger.done;
	note_repeats(world, edge);
	if (!obs->result && obs->op != TSP_OP_WX_FLIP)
		sequence = note_calls(world, source, obs->op, 1);
	if (file && file->created.first_ns)
		add_life(edge, file);
	tsp_edge_add(&edge->state, obs, tick);
	tsp_edge_add(&edge->slow, obs, tick);
	ledger_add(&edge->ledger, obs);
	taint(world, edge, obs);
	if (obs->op == TSP_OP_MEMFD_MAP_EXEC)
		follow(world, target, obs->op, false);
	if (tsp_detector_fits(&edge->state, obs) ||
	    (edge->state.attached && !edge->state.known)) {
		world_catch_up(world);
		world->pending.obs = *obs;
		world->pending.number = edge->state.event.edge;
		world->pending.around = (struct tsp_circumstances){
			.double_mapping = file && file->flags & 1,
		};
		if (!world->defer)
			world_catch_up(world);
	} else if (world->pending.number != edge->state.event.edge) {
		check_told(edge, obs, before);
	}
	if (sequence)
		tell_sequence(world, source);
}

void world_observe(struct world *world, u32 source, u32 target,
		   struct tsp_observation *obs,
		   const struct tsp_memfd_life *file)
{
	/* Operations whose hooks try the fast path first. */
	static const u32 hurried = TSP_OP_BIT(TSP_OP_PTRACE_WRITE) |
				   TSP_OP_BIT(TSP_OP_VM_WRITE) |
				   TSP_OP_BIT(TSP_OP_PROC_MEM_WRITE);
	struct edge *edge = find(world, source, target);
	u32 tick = world->now_ns / TICK_NS + world->ticks;
	bool repeats = false;
	u32 before;

	obs->time_ns = world->now_ns;
	obs->source.tgid = world->process[source].party.pid;
	obs->source.start_ns = world->process[source].party.start_ns;
	obs->target.tgid = world->process[target].party.pid;
	obs->target.start_ns = world->process[target].party.start_ns;

	if (edge && TSP_OP_BIT(obs->op) & hurried && !obs->ranges)
		repeats = tsp_edge_repeat(&edge->state, obs->op,
					  obs->result ?: (s64)obs->bytes,
					  obs->address, obs->length, tick);
	if (!repeats) {
		submit_anew(world, source, target, obs, file, tick);
		return;
	}
	before = edge->ledger.done;
	tsp_edge_add(&edge->slow, obs, tick);
	ledger_add(&edge->ledger, obs);
	if (world->pending.number != edge->state.event.edge)
		check_told(edge, obs, before);
}

void world_deed(struct world *world, u32 process, u32 op)
{
	struct process *who = &world->process[process];
	bool first, sequence = note_calls(world, process, op, 1);

	/* The first flip makes the hook look whether it is fileless. */
	if (op == TSP_OP_WX_FLIP) {
		first = tsp_process_flip(&who->state, process_clock_ns(world),
					 world->policy.time_window_ms);
		MUST(first || who->flipped);
		who->flipped = true;
	}
	follow(world, process, op, false);
	if (sequence)
		tell_sequence(world, process);
}

void world_exec(struct world *world, u32 process, bool shell)
{
	world->process[process].state = (struct tsp_process_state){};
	world->process[process].flipped = false;
	follow(world, process, TSP_OP_EXEC, shell);
}

void world_exit(struct world *world, u32 process)
{
	struct process *gone = &world->process[process];
	struct edge *edge;

	for (edge = world->edge; edge < world->edge + EDGES; edge++) {
		if (edge->stage == FREE)
			continue;
		if (edge->source == process && !edge->source_dead) {
			if (edge->stage == LIVE)
				end(world, edge, TSP_END_SOURCE_EXIT);
			edge->source_state = gone->state;
			edge->source_dead = true;
		}
		if (edge->target == process) {
			if (edge->stage == LIVE)
				end(world, edge, TSP_END_TARGET_EXIT);
			edge->target_dead = true;
		}
	}
	gone->state = (struct tsp_process_state){
		.libc = TSP_C_LIBRARY_UNKNOWN,
	};
	gone->flipped = false;
	gone->party.start_ns = ++world->now_ns;
}

static bool is_overdue(const struct world *world,
		       const struct tsp_edge_state *state)
{
	return state->attached && state->known && !state->settled &&
	       world->now_ns - state->attach_ns >
		       world->policy.write_window_ms * NS_PER_MS;
}

void world_watch(struct world *world)
{
	u64 idle_ns = world->policy.edge_idle_ms * NS_PER_MS;
	struct edge *edge;

	for (edge = world->edge; edge < world->edge + EDGES; edge++) {
		if (edge->stage != LIVE)
			continue;
		if (tsp_edge_idle(&edge->state, world->now_ns, idle_ns))
			end(world, edge, TSP_END_IDLE);
		else if (is_overdue(world, &edge->state))
			tell_at_end(world, edge);
	}
	while ((edge = first(world, ENDING)))
		conclude(world, edge);
	for (edge = world->edge; edge < world->edge + EDGES; edge++)
		if (edge->stage == OVER &&
		    (edge->target_dead ||
		     !is_followed(world, &edge->state, world->now_ns)))
			edge->stage = FREE;
}

void world_unload(struct world *world)
{
	struct edge *edge;

	while ((edge = first(world, LIVE)))
		end(world, edge, TSP_END_UNLOAD);
	world_watch(world);
}

void world_check(const struct world *world)
{
	const struct edge *edge;

	for (edge = world->edge; edge < world->edge + EDGES; edge++) {
		if (edge->stage == FREE)
			continue;
		ledger_compare(&edge->ledger, &edge->state);
		check_paths(&edge->state, &edge->slow, TICK_NS);
	}
}
