// SPDX-License-Identifier: GPL-2.0
/*
 * Which chains fit which techniques, and how grave they are.
 */
#include <errno.h>

#include "observe.h"

/*
 * Every operation, and what it tells of strangers: by itself, if its context is
 * set, and if the kernel refused it. What is a process's own is asked of one
 * process, and also of a target that was changed before.
 */
static const struct row {
	u32 op;
	u32 told;
	u32 with_context;
	u32 refused;
	bool writes;
	bool own;
	u32 after_change;
} rows[] = {
	{ .op = TSP_OP_PTRACE_ATTACH, .refused = ONE(PTRACE_ATTACH) },
	{ .op = TSP_OP_PTRACE_SEIZE, .refused = ONE(PTRACE_ATTACH) },
	{ .op = TSP_OP_PTRACE_TRACEME },
	{ .op = TSP_OP_PTRACE_WRITE,
	  .told = ONE(PTRACE_INJECT),
	  .writes = true },
	{ .op = TSP_OP_PTRACE_REGS, .told = ONE(PTRACE_HIJACK) },
	{ .op = TSP_OP_PTRACE_FPREGS, .told = ONE(PTRACE_HIJACK) },
	{ .op = TSP_OP_PTRACE_DEBUGREGS },
	{ .op = TSP_OP_PTRACE_DETACH },
	{ .op = TSP_OP_VM_WRITE, .told = ONE(VM_WRITE), .writes = true },
	{ .op = TSP_OP_PROC_MEM_WRITE,
	  .told = ONE(PROC_MEM_WRITE),
	  .writes = true },
	{ .op = TSP_OP_MEMFD_CREATE },
	{ .op = TSP_OP_MEMFD_EXEC, .told = ONE(MEMFD_EXEC) },
	{ .op = TSP_OP_MEMFD_MAP_EXEC,
	  .told = ONE(MEMFD_MAP_EXEC),
	  .own = true,
	  .after_change = ONE(INJECTED_BEHAVIOUR) },
	{ .op = TSP_OP_EXEC,
	  .own = true,
	  .after_change = ONE(INJECTED_BEHAVIOUR) },
	{ .op = TSP_OP_PTRACE_AUTO_ATTACH, .refused = ONE(AUTO_ATTACH) },
	{ .op = TSP_OP_PTRACE_SYSCALL, .told = ONE(REMOTE_CONTROL) },
	{ .op = TSP_OP_SELF_MEM_WRITE, .told = ONE(PROC_MEM_SELF_PATCH) },
	{ .op = TSP_OP_MAPS_ACCESS },
	{ .op = TSP_OP_MEMFD_WRITE },
	{ .op = TSP_OP_MEMFD_SEAL },
	{ .op = TSP_OP_WX_FLIP,
	  .with_context = ONE(WX_FLIP),
	  .own = true,
	  .after_change = ONE(INJECTED_BEHAVIOUR) },
	{ .op = TSP_OP_FD_STEAL, .with_context = ONE(FD_THEFT) },
	{ .op = TSP_OP_UFFD_COPY, .told = ONE(REMOTE_CONTROL), .writes = true },
	{ .op = TSP_OP_UPROBE, .told = ONE(REMOTE_CONTROL), .writes = true },
	{ .op = TSP_OP_SECCOMP_ADDFD, .told = ONE(REMOTE_CONTROL) },
	{ .op = TSP_OP_FORK,
	  .own = true,
	  .after_change = ONE(INJECTED_BEHAVIOUR) },
	{ .op = TSP_OP_LIBC_MAP },
};

#define R TSP_PROT_READ
#define W TSP_PROT_WRITE
#define X TSP_PROT_EXEC

/* Every kind of mapping, and what a write to it tells besides. */
static const struct place {
	u32 region;
	u32 prot;
	u32 told;
} places[] = {
	{ TSP_REGION_UNKNOWN, 0, 0 },
	{ TSP_REGION_UNMAPPED, 0, 0 },
	{ TSP_REGION_TEXT, R | X, ONE(TEXT_PATCH) },
	{ TSP_REGION_TEXT, R | W | X, ONE(TEXT_PATCH) },
	{ TSP_REGION_TEXT, X, ONE(TEXT_PATCH) },
	{ TSP_REGION_RODATA, R, 0 },
	{ TSP_REGION_DATA, R | W, 0 },
	{ TSP_REGION_HEAP, R | W, 0 },
	{ TSP_REGION_STACK, R | W, 0 },
	{ TSP_REGION_STACK, R | W | X, ONE(TEXT_PATCH) },
	{ TSP_REGION_VDSO, R | X, ONE(VDSO_HIJACK) },
	{ TSP_REGION_VDSO, R, ONE(VDSO_HIJACK) },
	{ TSP_REGION_ANONYMOUS, R | W, 0 },
	{ TSP_REGION_ANONYMOUS, 0, 0 },
	{ TSP_REGION_ANONYMOUS_EXEC, R | W | X, ONE(TEXT_PATCH) },
	{ TSP_REGION_MEMFD, R | W, 0 },
	{ TSP_REGION_MEMFD, R | X, ONE(TEXT_PATCH) },
	{ TSP_REGION_SHARED, R | W, 0 },
	{ TSP_REGION_RELRO, R, ONE(GOT_OVERWRITE) },
	{ TSP_REGION_DELETED, R | W, 0 },
	{ TSP_REGION_DELETED, R | X, ONE(TEXT_PATCH) },
	{ TSP_REGION_TMPFS, R | W, 0 },
	{ TSP_REGION_TMPFS, R | X, ONE(TEXT_PATCH) },
};

/* What one observation tells on a new edge. */
static u32 told_of(const struct row *row, const struct place *place,
		   bool context, s32 result)
{
	struct tsp_observation obs = observation(row->op, 1, result, 8);
	struct tsp_edge_state edge;

	if (row->own)
		obs.source = obs.target;
	obs.where.region = place->region;
	obs.where.prot = place->prot;
	obs.context = context;
	begin(&edge);
	return add(&edge, &obs);
}

static void each_operation_at_each_place(void **unused)
{
	const struct place *place;
	const struct row *row;
	u32 told, flags;

	(void)unused;
	assert_int_equal(ARRAY_SIZE(rows), TSP_OP_COUNT - 1);
	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		assert_int_equal(row->op, row - rows + 1);
		for (place = places; place < places + ARRAY_SIZE(places);
		     place++) {
			for (flags = 0; flags < 4; flags++) {
				told = row->told;
				if (row->writes)
					told |= place->told;
				if (flags & 1)
					told |= row->with_context;
				if (flags & 2)
					told |= row->refused;
				if (told_of(row, place, flags & 1,
					    flags & 2 ? -EPERM : 0) != told)
					fail_msg(
						"op %u, region %u, prot %u, %u",
						row->op, place->region,
						place->prot, flags);
			}
		}
	}
}

static void every_region_is_a_place(void **unused)
{
	u32 region;
	size_t i;

	(void)unused;
	for (region = 0; region < TSP_REGION_COUNT; region++) {
		for (i = 0; i < ARRAY_SIZE(places); i++)
			if (places[i].region == region)
				break;
		if (i == ARRAY_SIZE(places))
			fail_msg("no place in region %u", region);
	}
}

/* What changes a target, so that what it does then may be another's will. */
static const u32 changes[] = {
	TSP_OP_PTRACE_WRITE, TSP_OP_PTRACE_REGS,    TSP_OP_PTRACE_FPREGS,
	TSP_OP_VM_WRITE,     TSP_OP_PROC_MEM_WRITE, TSP_OP_PTRACE_SYSCALL,
	TSP_OP_UFFD_COPY,    TSP_OP_UPROBE,
};

static bool is_change(u32 op)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(changes); i++)
		if (changes[i] == op)
			return true;
	return false;
}

/* Every operation first, then everything that the target may do by itself. */
static void behaviour_is_told_after_a_change(void **unused)
{
	const struct row *row;
	struct tsp_edge_state edge;
	u32 first;
	s32 result;

	(void)unused;
	for (first = 1; first < TSP_OP_COUNT; first++) {
		for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
			if (!row->own)
				continue;
			for (result = 0; result >= -1; result--) {
				begin(&edge);
				observe(&edge, first, 1, result, 8);
				assert_int_equal(observe(&edge, row->op, 2, 0,
							 0),
						 is_change(first) && !result
							 ? row->after_change
							 : 0);
			}
		}
	}
}

/* Even with its context a target's deed is not its source's. */
static void a_targets_deed_is_not_the_sources(void **unused)
{
	struct tsp_observation flip = observation(TSP_OP_WX_FLIP, 2, 0, 0);
	struct tsp_edge_state edge;

	(void)unused;
	flip.context = true;
	begin(&edge);
	assert_int_equal(add(&edge, &flip), 0);
	begin(&edge);
	observe(&edge, TSP_OP_VM_WRITE, 1, 0, 8);
	assert_int_equal(add(&edge, &flip), ONE(INJECTED_BEHAVIOUR));
	assert_int_equal(observe(&edge, TSP_OP_EXEC, 3, 0, 0), 0);
	assert_int_equal(observe(&edge, TSP_OP_MEMFD_MAP_EXEC, 4, 0, 0), 0);
}

static void each_technique_is_told_once(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_WRITE, 1, 0, 8),
			 ONE(PTRACE_INJECT));
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_WRITE, 2, 0, 8), 0);
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_WRITE, 3, -EIO, 8), 0);
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_REGS, 4, 0, 0), 0);
	assert_int_equal(observe(&edge, TSP_OP_VM_WRITE, 5, 0, 8),
			 ONE(VM_WRITE));
	assert_int_equal(observe(&edge, TSP_OP_VM_WRITE, 6, 0, 8), 0);
	assert_int_equal(observe(&edge, TSP_OP_UFFD_COPY, 7, 0, 8),
			 ONE(REMOTE_CONTROL));
	assert_int_equal(observe(&edge, TSP_OP_UPROBE, 8, 0, 1), 0);
}

/* A place tells for itself, whatever was told of the writing. */
static void a_place_is_told_when_it_is_reached(void **unused)
{
	struct tsp_observation obs = observation(TSP_OP_VM_WRITE, 1, 0, 8);
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	assert_int_equal(add(&edge, &obs), ONE(VM_WRITE));
	obs.where = in_text;
	assert_int_equal(add(&edge, &obs), ONE(TEXT_PATCH));
	obs.where.region = TSP_REGION_VDSO;
	assert_int_equal(add(&edge, &obs), ONE(VDSO_HIJACK));
	obs.where.region = TSP_REGION_RELRO;
	obs.where.prot = R;
	assert_int_equal(add(&edge, &obs), ONE(GOT_OVERWRITE));
	assert_int_equal(add(&edge, &obs), 0);
	assert_int_equal(edge.event.access.regions,
			 1U << TSP_REGION_DATA | 1U << TSP_REGION_TEXT |
				 1U << TSP_REGION_VDSO |
				 1U << TSP_REGION_RELRO);
}

/* Redirecting a process is part of the injection that wrote its code. */
static void registers_alone_are_a_hijack(void **unused)
{
	static const u32 writes[] = {
		TSP_OP_PTRACE_WRITE, TSP_OP_VM_WRITE, TSP_OP_PROC_MEM_WRITE,
		TSP_OP_UFFD_COPY,    TSP_OP_UPROBE,
	};
	struct tsp_edge_state edge;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(writes); i++) {
		begin(&edge);
		assert_true(observe(&edge, writes[i], 1, 0, 8));
		assert_int_equal(observe(&edge, TSP_OP_PTRACE_REGS, 2, 0, 0),
				 0);
		assert_int_equal(observe(&edge, TSP_OP_PTRACE_FPREGS, 3, 0, 0),
				 0);

		/* what was refused has written nothing */
		begin(&edge);
		assert_true(observe(&edge, writes[i], 1, -EIO, 8));
		assert_int_equal(observe(&edge, TSP_OP_PTRACE_REGS, 2, 0, 0),
				 ONE(PTRACE_HIJACK));
	}

	begin(&edge);
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_FPREGS, 1, 0, 0),
			 ONE(PTRACE_HIJACK));
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_REGS, 2, 0, 0), 0);
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_WRITE, 3, 0, 8),
			 ONE(PTRACE_INJECT));
}

/* Every technique that an operation tells: once refused, once done. */
static void success_after_refusal_is_told(void **unused)
{
	struct tsp_edge_state edge;
	const struct row *row;
	struct tsp_observation obs;
	u32 all;

	(void)unused;
	for (row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		all = row->told | row->with_context;
		obs = observation(row->op, 1, -EPERM, 8);
		obs.context = true;
		if (row->own)
			obs.source = obs.target;
		begin(&edge);
		assert_int_equal(add(&edge, &obs), all | row->refused);
		assert_int_equal(add(&edge, &obs), 0);
		obs.result = -EIO;
		assert_int_equal(add(&edge, &obs), 0);
		obs.result = 0;
		assert_int_equal(add(&edge, &obs), all);
		assert_int_equal(add(&edge, &obs), 0);
		obs.result = -EPERM;
		assert_int_equal(add(&edge, &obs), 0);
	}
}

static void an_attach_is_told_at_the_end(void **unused)
{
	static const struct {
		u32 op;
		u32 told;
	} attaches[] = {
		{ TSP_OP_PTRACE_ATTACH, ONE(PTRACE_ATTACH) },
		{ TSP_OP_PTRACE_SEIZE, ONE(PTRACE_ATTACH) },
		{ TSP_OP_PTRACE_AUTO_ATTACH, ONE(AUTO_ATTACH) },
		{ TSP_OP_PTRACE_TRACEME, 0 },
	};
	struct tsp_edge_state edge;
	size_t i;

	(void)unused;
	for (i = 0; i < ARRAY_SIZE(attaches); i++) {
		begin(&edge);
		assert_int_equal(tsp_detector_fits_at_end(&edge), 0);
		assert_int_equal(observe(&edge, attaches[i].op, 0, 0, 0), 0);
		assert_int_equal(tsp_detector_fits_at_end(&edge),
				 attaches[i].told);

		/* it came to more, and that is told instead */
		observe(&edge, TSP_OP_PTRACE_WRITE, 1, 0, 8);
		assert_int_equal(tsp_detector_fits_at_end(&edge), 0);
	}

	/* a refused one is told at once, and is no hold on the target */
	begin(&edge);
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_SEIZE, 0, -EPERM, 0),
			 ONE(PTRACE_ATTACH));
	assert_int_equal(tsp_detector_fits_at_end(&edge), 0);

	/* but what was refused is nothing that it came to */
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	assert_int_equal(observe(&edge, TSP_OP_PTRACE_WRITE, 1, -EIO, 8),
			 ONE(PTRACE_INJECT));
	assert_int_equal(tsp_detector_fits_at_end(&edge), ONE(PTRACE_ATTACH));
	tsp_detector_settle(&edge, TSP_TECHNIQUE_PTRACE_ATTACH, 0);
	assert_int_equal(tsp_detector_fits_at_end(&edge), 0);
}

/* Both ways to take hold, and the edge comes to nothing more. */
static void all_attaches_are_told_at_the_end(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_AUTO_ATTACH, 0, 0, 0);
	observe(&edge, TSP_OP_PTRACE_DETACH, 1, 0, 0);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 2, 0, 0);
	assert_int_equal(tsp_detector_fits_at_end(&edge),
			 ONE(PTRACE_ATTACH) | ONE(AUTO_ATTACH));
}

/* What each technique weighs by itself. */
static const u32 weights[TSP_TECHNIQUE_COUNT] = {
	[TSP_TECHNIQUE_PTRACE_INJECT] = 60,
	[TSP_TECHNIQUE_VM_WRITE] = 60,
	[TSP_TECHNIQUE_PROC_MEM_WRITE] = 55,
	[TSP_TECHNIQUE_MEMFD_EXEC] = 55,
	[TSP_TECHNIQUE_MEMFD_MAP_EXEC] = 50,
	[TSP_TECHNIQUE_PTRACE_ATTACH] = 25,
	[TSP_TECHNIQUE_PTRACE_HIJACK] = 60,
	[TSP_TECHNIQUE_PROC_MEM_SELF_PATCH] = 55,
	[TSP_TECHNIQUE_VDSO_HIJACK] = 70,
	[TSP_TECHNIQUE_TEXT_PATCH] = 55,
	[TSP_TECHNIQUE_GOT_OVERWRITE] = 65,
	[TSP_TECHNIQUE_WX_FLIP] = 40,
	[TSP_TECHNIQUE_FD_THEFT] = 45,
	[TSP_TECHNIQUE_REMOTE_CONTROL] = 50,
	[TSP_TECHNIQUE_AUTO_ATTACH] = 20,
	[TSP_TECHNIQUE_BLINDED] = 90,
	[TSP_TECHNIQUE_INJECTED_BEHAVIOUR] = 60,
	[TSP_TECHNIQUE_NATIVE_API_SEQUENCE] = 30,
};

static s32 points_of(const struct tsp_verdict *verdict, u32 factor)
{
	u32 i;

	for (i = 0; i < verdict->n_reason; i++)
		if (verdict->reason[i].factor == factor)
			return verdict->reason[i].points;
	return 0;
}

/* The severity is the sum of the reasons, bounded; none is empty or twice. */
static void check_sum(const struct tsp_verdict *verdict)
{
	s32 sum = 0;
	u32 i, j;

	assert_true(verdict->n_reason <= TSP_REASON_MAX);
	for (i = 0; i < verdict->n_reason; i++) {
		assert_int_not_equal(verdict->reason[i].points, 0);
		for (j = 0; j < i; j++)
			assert_int_not_equal(verdict->reason[i].factor,
					     verdict->reason[j].factor);
		sum += verdict->reason[i].points;
	}
	sum = sum < 0 ? 0 : sum > 100 ? 100 : sum;
	assert_int_equal(verdict->severity, sum);
}

/**
 * struct facts - what a severity is made of
 * @relation: of the edge's parties
 * @region: that was touched
 * @op: the deciding operation, a write to the data if it is 0
 * @ops: that had succeeded before
 * @bytes: written
 * @at_ms: when; the edge began at 0
 * @result: of the operation
 * @exe_flags: of the source
 * @target: its pid, 200 if it is 0
 * @forced: the write
 * @around: what else
 */
struct facts {
	u32 relation;
	u32 region;
	u32 op;
	u32 ops;
	u64 bytes;
	u64 at_ms;
	s32 result;
	u32 exe_flags;
	u32 target;
	bool forced;
	struct tsp_circumstances around;
};

static void weigh_by(const struct tsp_policy *policy, u32 technique,
		     const struct facts *facts, struct tsp_verdict *verdict)
{
	u32 op = facts->op ? facts->op : TSP_OP_VM_WRITE;
	struct tsp_observation obs =
		observation(op, facts->at_ms, facts->result, facts->bytes);
	struct tsp_edge_state edge;

	begin(&edge);
	edge.event.relation = facts->relation;
	edge.event.access.region = facts->region;
	edge.event.access.forced = facts->forced;
	edge.event.source.exe_flags = facts->exe_flags;
	if (facts->target)
		edge.event.target.pid = facts->target;
	edge.ops = facts->ops;
	tsp_detector_weigh(&edge, &obs, technique, policy, &facts->around,
			   verdict);
	assert_int_equal(verdict->technique, technique);
	check_sum(verdict);
}

static void weigh(u32 technique, const struct facts *facts,
		  struct tsp_verdict *verdict)
{
	weigh_by(&default_policy, technique, facts, verdict);
}

static void each_technique_has_its_weight(void **unused)
{
	const struct facts plain = {};
	struct tsp_verdict verdict;
	u32 technique;

	(void)unused;
	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++) {
		assert_int_not_equal(weights[technique], 0);
		weigh(technique, &plain, &verdict);
		assert_int_equal(verdict.n_reason, 1);
		assert_int_equal(verdict.reason[0].factor,
				 TSP_FACTOR_TECHNIQUE);
		assert_int_equal(verdict.severity, weights[technique]);
	}
}

#define BIT TSP_OP_BIT
#define ATTACHED BIT(TSP_OP_PTRACE_ATTACH)
#define WROTE BIT(TSP_OP_PTRACE_WRITE)

/* One fact each: the factor that it adds, and its points; 0 for none. */
static const struct weight {
	struct facts facts;
	u32 factor;
	s32 points;
} weighed[] = {
	/* relation */
	{ { .relation = TSP_RELATION_CHILD }, TSP_FACTOR_RELATION, -25 },
	{ { .relation = TSP_RELATION_DESCENDANT }, TSP_FACTOR_RELATION, -25 },
	{ { .relation = TSP_RELATION_PARENT }, 0, 0 },
	{ { .relation = TSP_RELATION_ANCESTOR }, 0, 0 },
	{ { .relation = TSP_RELATION_SIBLING }, TSP_FACTOR_RELATION, -20 },
	{ { .relation = TSP_RELATION_SAME_UID }, 0, 0 },
	{ { .relation = TSP_RELATION_SAME_SESSION }, 0, 0 },
	{ { .relation = TSP_RELATION_SELF }, 0, 0 },
	{ { .relation = TSP_RELATION_CROSS_UID }, TSP_FACTOR_CREDENTIALS, 15 },
	{ { .relation = TSP_RELATION_CROSS_PIDNS }, 0, 0 },
	{ { .relation = TSP_RELATION_CROSS_CONTAINER },
	  TSP_FACTOR_CONTAINER,
	  15 },

	/* the parties */
	{ { .exe_flags = TSP_EXE_FLAG_MEMFD }, TSP_FACTOR_EXE_LOCATION, 10 },
	{ { .exe_flags = TSP_EXE_FLAG_DELETED }, TSP_FACTOR_EXE_LOCATION, 10 },
	{ { .exe_flags = TSP_EXE_FLAG_TMPFS }, TSP_FACTOR_EXE_LOCATION, 10 },
	{ { .exe_flags = TSP_EXE_FLAG_MEMFD | TSP_EXE_FLAG_DELETED },
	  TSP_FACTOR_EXE_LOCATION,
	  10 },
	{ { .target = 1 }, TSP_FACTOR_SENSITIVE, 20 },
	{ { .target = 2 }, 0, 0 },
	{ { .target = 1, .relation = TSP_RELATION_SELF }, 0, 0 },

	/* where and how much */
	{ { .region = TSP_REGION_UNKNOWN }, 0, 0 },
	{ { .region = TSP_REGION_UNMAPPED }, 0, 0 },
	{ { .region = TSP_REGION_TEXT }, TSP_FACTOR_REGION, 10 },
	{ { .region = TSP_REGION_TEXT, .forced = true },
	  TSP_FACTOR_REGION,
	  10 },
	{ { .region = TSP_REGION_VDSO }, TSP_FACTOR_REGION, 10 },
	{ { .region = TSP_REGION_ANONYMOUS_EXEC }, TSP_FACTOR_REGION, 10 },
	{ { .region = TSP_REGION_RODATA }, 0, 0 },
	{ { .region = TSP_REGION_RODATA, .forced = true },
	  TSP_FACTOR_FORCED,
	  5 },
	{ { .region = TSP_REGION_RELRO, .forced = true },
	  TSP_FACTOR_FORCED,
	  5 },
	{ { .region = TSP_REGION_DATA }, 0, 0 },
	{ { .region = TSP_REGION_HEAP }, 0, 0 },
	{ { .region = TSP_REGION_STACK }, 0, 0 },
	{ { .region = TSP_REGION_ANONYMOUS }, 0, 0 },
	{ { .region = TSP_REGION_MEMFD }, 0, 0 },
	{ { .region = TSP_REGION_SHARED }, 0, 0 },
	{ { .region = TSP_REGION_DELETED }, 0, 0 },
	{ { .region = TSP_REGION_TMPFS }, 0, 0 },
	{ { .bytes = 15 }, 0, 0 },
	{ { .bytes = 16 }, TSP_FACTOR_WRITE_SIZE, 5 },
	{ { .bytes = 4096, .op = TSP_OP_SELF_MEM_WRITE }, 0, 0 },

	/* fileless files; how large they are says nothing */
	{ { .op = TSP_OP_MEMFD_EXEC,
	    .region = TSP_REGION_MEMFD,
	    .bytes = 4096 },
	  0,
	  0 },
	{ { .op = TSP_OP_MEMFD_EXEC, .region = TSP_REGION_DELETED }, 0, 0 },
	{ { .op = TSP_OP_MEMFD_EXEC, .region = TSP_REGION_TMPFS },
	  TSP_FACTOR_LINKED,
	  -25 },
	{ { .op = TSP_OP_MEMFD_MAP_EXEC, .region = TSP_REGION_TMPFS },
	  TSP_FACTOR_LINKED,
	  -25 },

	/* circumstances */
	{ { .around.maps_read = true }, TSP_FACTOR_MAPS_ACCESS, 5 },
	{ { .around.tainted = true }, TSP_FACTOR_TAINTED, 15 },
	{ { .around.double_mapping = true }, TSP_FACTOR_DOUBLE_MAPPING, 5 },
	{ { .around.shell = true }, TSP_FACTOR_SHELL, 15 },
	{ { .around.calls = 15 }, 0, 0 },
	{ { .around.calls = 16 }, TSP_FACTOR_RATE, 5 },

	/* the chain */
	{ { .ops = ATTACHED }, 0, 0 },
	{ { .ops = WROTE }, 0, 0 },
	{ { .ops = ATTACHED | BIT(TSP_OP_PTRACE_SEIZE) }, 0, 0 },
	{ { .ops = WROTE | BIT(TSP_OP_VM_WRITE) }, 0, 0 },
	{ { .ops = ATTACHED | WROTE }, TSP_FACTOR_SEQUENCE, 10 },
	{ { .ops = ATTACHED | WROTE, .at_ms = 10000 },
	  TSP_FACTOR_SEQUENCE,
	  10 },
	{ { .ops = ATTACHED | WROTE, .at_ms = 10001 }, 0, 0 },
	{ { .ops = BIT(TSP_OP_PTRACE_AUTO_ATTACH) | BIT(TSP_OP_PTRACE_FPREGS) },
	  TSP_FACTOR_SEQUENCE,
	  10 },
	{ { .ops = BIT(TSP_OP_UFFD_COPY) | BIT(TSP_OP_PTRACE_REGS) },
	  TSP_FACTOR_SEQUENCE,
	  10 },
	{ { .op = TSP_OP_MEMFD_EXEC,
	    .ops = BIT(TSP_OP_MEMFD_CREATE) | BIT(TSP_OP_MEMFD_EXEC) },
	  TSP_FACTOR_SEQUENCE,
	  10 },
	{ { .ops = BIT(TSP_OP_PTRACE_TRACEME) }, TSP_FACTOR_VOLUNTEERED, -15 },

	{ { .result = -EPERM }, TSP_FACTOR_DENIED, -30 },
	{ { .result = -EPERM, .bytes = 4096 }, TSP_FACTOR_DENIED, -30 },
};

static void each_fact_has_its_weight(void **unused)
{
	const struct weight *one;
	struct tsp_verdict verdict;
	u32 technique, seen = 1U << TSP_FACTOR_TECHNIQUE;

	(void)unused;
	for (one = weighed; one < weighed + ARRAY_SIZE(weighed); one++) {
		seen |= 1U << one->factor;
		for (technique = 1; technique < TSP_TECHNIQUE_COUNT;
		     technique++) {
			weigh(technique, &one->facts, &verdict);
			if (verdict.n_reason != 1U + !!one->points ||
			    points_of(&verdict, one->factor) != one->points)
				fail_msg("row %td: %u reasons, %d points",
					 one - weighed, verdict.n_reason,
					 points_of(&verdict, one->factor));
		}
	}
	/* every factor is in the table */
	assert_int_equal(seen | 1, (1U << TSP_FACTOR_COUNT) - 1);
}

/* All that one event can have against it still fits among its reasons. */
static void all_facts_together_are_bounded(void **unused)
{
	const struct facts worst = {
		.relation = TSP_RELATION_CHILD | TSP_RELATION_CROSS_UID |
			    TSP_RELATION_CROSS_CONTAINER,
		.region = TSP_REGION_TEXT,
		.ops = BIT(TSP_OP_PTRACE_TRACEME) | WROTE,
		.bytes = 4096,
		.exe_flags = TSP_EXE_FLAG_MEMFD,
		.target = 1,
		.around = { .maps_read = true, .tainted = true },
	};
	const struct facts least = {
		.relation = TSP_RELATION_CHILD,
		.ops = BIT(TSP_OP_PTRACE_TRACEME),
		.result = -EPERM,
	};
	struct tsp_verdict verdict;

	(void)unused;
	weigh(TSP_TECHNIQUE_TEXT_PATCH, &worst, &verdict);
	assert_int_equal(verdict.n_reason, TSP_REASON_MAX);
	assert_int_equal(points_of(&verdict, TSP_FACTOR_VOLUNTEERED), -15);
	assert_int_equal(verdict.severity, 100);
	weigh(TSP_TECHNIQUE_VM_WRITE, &least, &verdict);
	assert_int_equal(verdict.severity, 0);
}

/* Who is changed by a stranger may do a stranger's will; who is debugged, not.
 */
static void strangers_taint(void **unused)
{
	struct tsp_policy policy = default_policy;
	struct tsp_edge_state edge = {};

	(void)unused;
	assert_false(tsp_detector_taints(&edge, &policy));
	edge.changed_ns = 1;
	assert_false(tsp_detector_taints(&edge, &policy));
	edge.known = true;
	assert_true(tsp_detector_taints(&edge, &policy));
	edge.event.relation = TSP_RELATION_CROSS_UID;
	assert_true(tsp_detector_taints(&edge, &policy));
	edge.event.relation = TSP_RELATION_CHILD | TSP_RELATION_CROSS_UID;
	assert_false(tsp_detector_taints(&edge, &policy));
	policy.process_relationship_constraint = 0;
	assert_true(tsp_detector_taints(&edge, &policy));
	edge.changed_ns = 0;
	assert_false(tsp_detector_taints(&edge, &policy));
}

static void the_policy_weighs(void **unused)
{
	struct tsp_policy policy = default_policy;
	struct tsp_verdict verdict;
	struct facts facts = {
		.relation = TSP_RELATION_CHILD | TSP_RELATION_CROSS_UID,
		.bytes = 16,
		.target = 50,
		.ops = ATTACHED | WROTE,
		.at_ms = 2000,
		.around = { .calls = 16 },
	};

	(void)unused;
	policy.user_context_mismatch = 40;
	policy.process_relationship_constraint = TSP_RELATION_PARENT;
	policy.file_write_threshold = 17;
	policy.target_pid_threshold = 50;
	policy.write_window_ms = 1999;
	policy.syscall_rate = 17;
	weigh_by(&policy, TSP_TECHNIQUE_VM_WRITE, &facts, &verdict);
	assert_int_equal(points_of(&verdict, TSP_FACTOR_CREDENTIALS), 40);
	assert_int_equal(points_of(&verdict, TSP_FACTOR_SENSITIVE), 20);
	assert_int_equal(verdict.n_reason, 3);

	/* nothing: another user, a sensitive target, a rate, a relation */
	policy.user_context_mismatch = 0;
	policy.target_pid_threshold = 0;
	policy.process_relationship_constraint = 0;
	policy.syscall_rate = 0;
	facts.target = 1;
	facts.around.calls = 1000000;
	weigh_by(&policy, TSP_TECHNIQUE_VM_WRITE, &facts, &verdict);
	assert_int_equal(verdict.n_reason, 1);
}

/* The window of a chain that began without an attach is from its first step. */
static void the_window_is_from_the_attach(void **unused)
{
	const struct tsp_circumstances around = {};
	struct tsp_observation obs;
	struct tsp_edge_state edge;
	struct tsp_verdict verdict;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_MAPS_ACCESS, 0, 0, 0);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 5000, 0, 0);
	obs = observation(TSP_OP_PTRACE_WRITE, 15000, 0, 8);
	add(&edge, &obs);
	tsp_detector_weigh(&edge, &obs, TSP_TECHNIQUE_PTRACE_INJECT,
			   &default_policy, &around, &verdict);
	assert_int_equal(points_of(&verdict, TSP_FACTOR_SEQUENCE), 10);

	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_REGS, 0, 0, 0);
	obs = observation(TSP_OP_VM_WRITE, 10001, 0, 8);
	add(&edge, &obs);
	tsp_detector_weigh(&edge, &obs, TSP_TECHNIQUE_VM_WRITE, &default_policy,
			   &around, &verdict);
	assert_int_equal(points_of(&verdict, TSP_FACTOR_SEQUENCE), 0);
}

static void the_window_scores_and_never_gates(void **unused)
{
	struct tsp_edge_state edge;

	(void)unused;
	begin(&edge);
	observe(&edge, TSP_OP_PTRACE_ATTACH, 0, 0, 0);
	assert_true(observe(&edge, TSP_OP_PTRACE_WRITE, 3600000, 0, 8));
}

static void a_debugger_on_its_child_stays_low(void **unused)
{
	const struct facts facts = {
		.relation = TSP_RELATION_CHILD | TSP_RELATION_SAME_UID,
		.region = TSP_REGION_TEXT,
		.op = TSP_OP_PTRACE_WRITE,
		.ops = BIT(TSP_OP_PTRACE_TRACEME) | WROTE |
		       BIT(TSP_OP_PTRACE_REGS),
		.bytes = 8,
	};
	struct tsp_verdict verdict;

	(void)unused;
	weigh(TSP_TECHNIQUE_PTRACE_INJECT, &facts, &verdict);
	assert_int_equal(verdict.severity, 40);
	weigh(TSP_TECHNIQUE_TEXT_PATCH, &facts, &verdict);
	assert_int_equal(verdict.severity, 35);
}

/* What injects into a stranger is never low; what might only debug it is. */
static void a_strangers_injection_is_never_low(void **unused)
{
	static const u32 lesser = ONE(PTRACE_ATTACH) | ONE(AUTO_ATTACH) |
				  ONE(WX_FLIP) | ONE(FD_THEFT) |
				  ONE(NATIVE_API_SEQUENCE);
	const struct facts facts = { .relation = TSP_RELATION_SAME_UID };
	struct tsp_verdict verdict;
	u32 technique;

	(void)unused;
	for (technique = 1; technique < TSP_TECHNIQUE_COUNT; technique++) {
		weigh(technique, &facts, &verdict);
		assert_int_equal(verdict.severity >= 50,
				 !(lesser & TSP_TECHNIQUE_BIT(technique)));
	}
}

static void a_verdict_is_written_into_the_event(void **unused)
{
	const struct facts facts = { .result = -EPERM };
	struct tsp_observation obs =
		observation(TSP_OP_VM_WRITE, 12, -EPERM, 8);
	struct tsp_verdict verdict;
	/* as a summary leaves it behind, for what comes later on the edge */
	struct tsp_event event = {
		.kind = TSP_KIND_SUMMARY,
		.present = TSP_PRESENT(TSP_A_EVENT_END) |
			   TSP_PRESENT(TSP_A_EVENT_DURATION_NS) |
			   TSP_PRESENT(TSP_A_EVENT_MEMFD_NAME),
	};

	(void)unused;
	weigh(TSP_TECHNIQUE_VM_WRITE, &facts, &verdict);
	tsp_verdict_apply(&verdict, &obs, &event);
	assert_int_equal(event.kind, TSP_KIND_DETECTION);
	assert_int_equal(event.present, TSP_PRESENT(TSP_A_EVENT_MEMFD_NAME));
	assert_int_equal(event.technique, TSP_TECHNIQUE_VM_WRITE);
	assert_int_equal(event.time_boot_ns, 12 * MS);
	assert_int_equal(event.result, -EPERM);
	assert_int_equal(event.severity, 30);
	assert_int_equal(event.n_reason, 2);
	assert_int_equal(event.reason[1].factor, TSP_FACTOR_DENIED);
	assert_int_equal(event.reason[1].points, -30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_operation_at_each_place),
		cmocka_unit_test(every_region_is_a_place),
		cmocka_unit_test(behaviour_is_told_after_a_change),
		cmocka_unit_test(a_targets_deed_is_not_the_sources),
		cmocka_unit_test(each_technique_is_told_once),
		cmocka_unit_test(a_place_is_told_when_it_is_reached),
		cmocka_unit_test(registers_alone_are_a_hijack),
		cmocka_unit_test(success_after_refusal_is_told),
		cmocka_unit_test(an_attach_is_told_at_the_end),
		cmocka_unit_test(all_attaches_are_told_at_the_end),
		cmocka_unit_test(each_technique_has_its_weight),
		cmocka_unit_test(each_fact_has_its_weight),
		cmocka_unit_test(all_facts_together_are_bounded),
		cmocka_unit_test(strangers_taint),
		cmocka_unit_test(the_policy_weighs),
		cmocka_unit_test(the_window_is_from_the_attach),
		cmocka_unit_test(the_window_scores_and_never_gates),
		cmocka_unit_test(a_debugger_on_its_child_stays_low),
		cmocka_unit_test(a_strangers_injection_is_never_low),
		cmocka_unit_test(a_verdict_is_written_into_the_event),
	};

	return cmocka_run_group_tests_name("detector", tests, NULL, NULL);
}
