// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's bytes become a few processes and what they do to each other.
 *
 * An input plays twice, over different garbage in memory, and must be told in
 * the same words both times.
 */
#include <errno.h>
#include <string.h>

#include "input.h"
#include "world.h"

#define HOUR_MS 3600000U
#define MS 1000000ULL
#define INPUT_MAX 8192

/* What one process does to another, and what to itself. */
static const u8 foreign[] = {
	TSP_OP_PTRACE_ATTACH,
	TSP_OP_PTRACE_SEIZE,
	TSP_OP_PTRACE_TRACEME,
	TSP_OP_PTRACE_WRITE,
	TSP_OP_PTRACE_REGS,
	TSP_OP_PTRACE_FPREGS,
	TSP_OP_PTRACE_DEBUGREGS,
	TSP_OP_PTRACE_DETACH,
	TSP_OP_VM_WRITE,
	TSP_OP_PROC_MEM_WRITE,
	TSP_OP_PTRACE_AUTO_ATTACH,
	TSP_OP_PTRACE_SYSCALL,
	TSP_OP_FD_STEAL,
	TSP_OP_UFFD_COPY,
	TSP_OP_UPROBE,
	TSP_OP_SECCOMP_ADDFD,
};
static const u8 own[] = {
	TSP_OP_MEMFD_EXEC,
	TSP_OP_MEMFD_MAP_EXEC,
	TSP_OP_SELF_MEM_WRITE,
	TSP_OP_WX_FLIP,
};

static u32 between(struct input *input, u32 least, u32 most)
{
	return least + take_u64(input) % (most - least + 1);
}

/* Any policy that the module would take. */
static void take_policy(struct input *input, struct tsp_policy *policy)
{
	*policy = (struct tsp_policy){
		.write_window_ms = between(input, 1, HOUR_MS),
		.edge_idle_ms = between(input, 100, HOUR_MS),
		.min_severity = between(input, 0, 100),
		.time_window_ms = between(input, 1, HOUR_MS),
		.syscall_type = between(input, 0, 15),
		.syscall_rate = between(input, 0, 1000000),
		.target_pid_threshold = between(input, 0, 4194304),
		.map_access_window_ms = between(input, 0, HOUR_MS),
		.user_context_mismatch = between(input, 0, 100),
		.process_relationship_constraint = between(input, 0, 2047),
		.file_write_threshold = between(input, 1, 1U << 30),
		.behaviour_window_ms = between(input, 0, HOUR_MS),
	};
}

/* A protection and a kind that a mapping can have; see kmod/region.c. */
static void take_mapping(struct input *input, struct tsp_where *where)
{
	u8 byte = take_u8(input);

	where->region = TSP_REGION_TEXT + (byte & 15) % (TSP_REGION_COUNT - 2);
	where->prot = byte >> 4 & 7;
	if (where->region == TSP_REGION_RELRO)
		where->prot = TSP_PROT_READ;
}

static void make_process(struct world *world, struct input *input, u32 i)
{
	struct process *process = &world->process[i];
	u8 byte = take_u8(input);
	int m;

	process->state = (struct tsp_process_state){
		.libc = TSP_C_LIBRARY_UNKNOWN,
	};
	process->flipped = false;
	process->party = (struct tsp_party){
		.pid = i + 1,
		.start_ns = i + 1,
		.ppid = byte & 3,
		.uid = 1000 * (byte >> 2 & 1),
		.session = byte >> 3 & 1,
		.pid_ns = byte >> 4 & 1,
		.mnt_ns = byte >> 5 & 1,
		.exe_flags = byte >> 6 & 1 ? TSP_EXE_FLAG_MEMFD : 0,
		.gid = take_u8(input),
	};
	for (m = 0; m < MAPPINGS; m++) {
		process->mapping[m].start = (u64)m << MAPPING_SHIFT;
		process->mapping[m].end = (u64)(m + 1) << MAPPING_SHIFT;
		take_mapping(input, &process->mapping[m]);
	}
}

/* The gravest mapping of a range, as kmod/region.c has it. */
static u32 gravity(const struct tsp_where *where)
{
	if (where->region == TSP_REGION_VDSO)
		return 4;
	if (where->prot & TSP_PROT_EXEC)
		return 3;
	if (where->region == TSP_REGION_RELRO)
		return 2;
	return where->end != 0;
}

static void look(const struct process *process, u64 address, u64 length,
		 struct tsp_observation *obs)
{
	const struct tsp_where *where;
	u64 end = address + length;
	int m;

	for (m = 0; m < MAPPINGS; m++) {
		where = &process->mapping[m];
		if (where->start >= end || where->end <= address)
			continue;
		obs->regions |= 1U << where->region;
		if (gravity(where) > gravity(&obs->where))
			obs->where = *where;
	}
	if (!obs->where.end)
		obs->where.region = TSP_REGION_UNMAPPED;
}

/* Addresses within the mappings, and rarely anywhere. */
static void take_range(struct input *input, struct tsp_observation *obs)
{
	u8 byte = take_u8(input);

	obs->address = (u64)take_u16(input) << 4;
	obs->length = byte & 63;
	if (byte & 64)
		obs->length = take_u64(input);
	if (byte & 128) {
		obs->address = take_u64(input);
		obs->length = take_u64(input);
	}
}

static void take_write(struct input *input, const struct process *target,
		       struct tsp_observation *obs)
{
	struct tsp_observation other = {};

	take_range(input, obs);
	obs->where = (struct tsp_where){};
	if (obs->op == TSP_OP_VM_WRITE && take_u8(input) & 1) {
		obs->ranges = 2;
		take_range(input, &other);
		look(target, other.address, other.length, obs);
	}
	look(target, obs->address, obs->length, obs);
	if (obs->where.region == TSP_REGION_UNMAPPED && !obs->result)
		obs->result = -EFAULT;
	if (!obs->result)
		obs->bytes = 1 + obs->length % (MAPPINGS << MAPPING_SHIFT);
}

static void observe(struct world *world, struct input *input, u32 source)
{
	static const s32 results[] = { 0, 0, 0, 0, 0, -EPERM, -ESRCH, -EIO };
	u32 target = take_below(input, PROCESSES);
	struct tsp_memfd_life *file = NULL;
	struct tsp_observation obs = {};
	u8 byte = take_u8(input);
	u32 repeats = 1, i;

	obs.result = results[byte & 7];
	obs.context = byte & 8;
	if (byte & 16)
		repeats += take_u8(input) & 15;
	world->defer = byte & 32;
	if (source == target) {
		obs.op = own[take_below(input, sizeof(own))];
		obs.where = world->process[target].mapping[0];
		if (!obs.result)
			obs.bytes = take_u16(input);
		/* Its hook tells nothing of a refusal. */
		if (obs.op == TSP_OP_MEMFD_MAP_EXEC)
			obs.result = 0;
		if (TSP_OP_BIT(obs.op) & TSP_OPS_FILELESS_RUN)
			file = &world->file[take_below(input, FILES)];
	} else {
		obs.op = foreign[take_below(input, sizeof(foreign))];
		if (TSP_OP_BIT(obs.op) & TSP_OPS_WRITE)
			take_write(input, &world->process[target], &obs);
	}
	for (i = 0; i < repeats; i++)
		world_observe(world, source, target, &obs, file);
}

static void touch_file(struct world *world, struct input *input, u32 process)
{
	struct tsp_memfd_life *file = &world->file[take_below(input, FILES)];
	struct tsp_deed *deed;
	u8 byte = take_u8(input);

	if (byte & 1) {
		*file = (struct tsp_memfd_life){
			.creator.tgid = world->process[process].party.pid,
			.flags = byte,
			.created = { .first_ns = world->now_ns, .count = 1 },
		};
		return;
	}
	/* Of one that is older than the module nothing is known. */
	if (!file->created.first_ns)
		return;
	deed = byte & 2 ? &file->sealed : &file->written;
	if (!deed->count++)
		deed->first_ns = world->now_ns;
	if (!(byte & 2))
		deed->bytes += take_u16(input);
}

/* Memory changes its protection, but not between two ticks. */
static void protect(struct world *world, struct input *input, u32 process)
{
	u32 m = take_below(input, MAPPINGS);

	world->now_ns += TICK_NS;
	take_mapping(input, &world->process[process].mapping[m]);
}

static u32 process_ms(const struct world *world)
{
	return tsp_process_ms(world->now_ns - world->now_ns % TICK_NS);
}

static void step(struct world *world, struct input *input)
{
	u8 byte = take_u8(input);
	u32 process = byte >> 4 & 3;
	struct tsp_process_state *state = &world->process[process].state;

	switch (byte & 15) {
	case 0:
		world->now_ns += take_u16(input) * 1000ULL;
		break;
	case 1:
		world->now_ns += take_u16(input) * MS;
		world_watch(world);
		break;
	case 2:
		world_deed(world, process, TSP_OP_FORK);
		break;
	case 3:
		world_deed(world, process, TSP_OP_WX_FLIP);
		break;
	case 4:
		world_exec(world, process, byte & 64);
		break;
	case 5:
		world_exit(world, process);
		break;
	case 6:
		take_policy(input, &world->policy);
		break;
	case 7:
		state->maps_tgid = 1 + take_below(input, PROCESSES);
		state->maps_ms = process_ms(world);
		break;
	case 8:
		state->libc = take_below(input, TSP_C_LIBRARY_UNKNOWN);
		state->libc_ms = process_ms(world);
		break;
	case 9:
		touch_file(world, input, process);
		break;
	case 10:
		if (byte & 64)
			world_blind(world, process);
		else
			protect(world, input, process);
		break;
	default:
		observe(world, input, process);
		break;
	}
}

static u64 play(const uint8_t *data, size_t size, int garbage)
{
	struct input input = { .at = data, .left = size };
	static struct world room;
	struct world *world = &room;
	u32 i;

	memset(world, garbage, sizeof(*world));
	world->begin_ns = 1000 * MS;
	world->now_ns = world->begin_ns;
	world->ticks = -take_u16(&input);
	world->order = 0;
	world->last_edge = 0;
	world->pending.number = 0;
	world->digest = 0;
	take_policy(&input, &world->policy);
	for (i = 0; i < PROCESSES; i++)
		make_process(world, &input, i);
	for (i = 0; i < EDGES; i++)
		world->edge[i].stage = FREE;
	for (i = 0; i < FILES; i++)
		world->file[i] = (struct tsp_memfd_life){};

	while (input.left) {
		step(world, &input);
		world_check(world);
	}
	world_catch_up(world);
	world_check(world);
	world_unload(world);
	return world->digest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > INPUT_MAX)
		return 0;
	MUST(play(data, size, 0xa5) == play(data, size, 0x5a));
	return 0;
}
