// SPDX-License-Identifier: GPL-2.0
/* Messages and events to test with. */
#include <string.h>

#include <netlink/attr.h>

#include "fixture.h"

#define BOOT_NS 1700000000123456789ULL /* CLOCK_REALTIME at boot */

static size_t size_of(enum tsp_type type)
{
	switch (type) {
	case TSP_T_U8:
		return 1;
	case TSP_T_U16:
		return 2;
	case TSP_T_U64:
		return 8;
	case TSP_T_FLAG:
		return 0;
	default:
		return 4;
	}
}

void fixture_fill(const struct tsp_set *set, void *out)
{
	static const char text[] = "text";
	const char *pointer = text;
	uint64_t present = 0;

	memset(out, 0, set->size);
	for (uint32_t i = 0; i < set->n_fields; i++) {
		const struct tsp_field *field = &set->fields[i];
		char *at = (char *)out + field->offset;
		uint32_t count = 2;

		if (!field->always)
			present |= TSP_PRESENT(field->attr);
		switch (field->type) {
		case TSP_T_CHARS:
			memcpy(at, text, sizeof(text));
			break;
		case TSP_T_STRING:
			memcpy(at, &pointer, sizeof(pointer));
			break;
		case TSP_T_NEST:
			fixture_fill(field->nested, at);
			break;
		case TSP_T_NEST_ARRAY:
			memcpy((char *)out + field->count_offset, &count,
			       sizeof(count));
			fixture_fill(field->nested, at);
			fixture_fill(field->nested, at + field->nested->size);
			break;
		case TSP_T_FLAG:
			*(bool *)at = true;
			break;
		default:
			memset(at, (int)(field->attr + 0x10),
			       size_of(field->type));
		}
	}
	if (set->has_present)
		memcpy(out, &present, sizeof(present));
}

static void put_nest(struct nl_msg *msg, uint16_t attr,
		     const struct tsp_set *set, const void *in)
{
	struct nlattr *nest = nla_nest_start(msg, attr);

	fixture_encode(msg, set, in, 0, AS_IT_IS);
	nla_nest_end(msg, nest);
}

static void put(struct nl_msg *msg, const struct tsp_field *field,
		const void *in, enum fixture_change change)
{
	const char *at = (const char *)in + field->offset;
	unsigned char data[4200] = { 0 };
	size_t len = size_of(field->type);
	uint32_t count;

	switch (field->type) {
	case TSP_T_NEST:
		put_nest(msg, field->attr, field->nested, at);
		return;
	case TSP_T_NEST_ARRAY:
		memcpy(&count, (const char *)in + field->count_offset,
		       sizeof(count));
		for (uint32_t i = 0; i < count; i++)
			put_nest(msg, field->attr, field->nested,
				 at + i * field->nested->size);
		return;
	case TSP_T_STRING:
		memcpy(&at, at, sizeof(at));
		/* fall through */
	case TSP_T_CHARS:
		len = strlen(at) + 1;
		/* fall through */
	default:
		memcpy(data, at, len);
	}
	if (change == SHORTER)
		len -= len > 0;
	if (change == LONGER)
		len++;
	nla_put(msg, field->attr, (int)len, data);
}

void fixture_encode(struct nl_msg *msg, const struct tsp_set *set,
		    const void *in, uint16_t attr, enum fixture_change change)
{
	for (uint32_t i = 0; i < set->n_fields; i++) {
		const struct tsp_field *field = &set->fields[i];
		enum fixture_change how =
			field->attr == attr ? change : AS_IT_IS;

		if (how == OMITTED || !tsp_field_present(set, field, in))
			continue;
		put(msg, field, in, how);
		if (how == TWICE)
			put(msg, field, in, how);
	}
}

static void party(struct tsp_party *party, uint32_t pid, const char *comm,
		  const char *exe)
{
	*party = (struct tsp_party){
		.present = TSP_PRESENT(TSP_A_PARTY_EXE) |
			   TSP_PRESENT(TSP_A_PARTY_MNT_NS),
		.pid = pid,
		.tid = pid,
		.ns_pid = pid,
		.start_ns = 5000000000ULL + pid * 10000000ULL,
		.ppid = 700,
		.cap_effective = 0x1ffffffffffULL,
		.session = 700,
		.pid_ns = 4026531836,
		.mnt_ns = 4026531841,
		.user_ns = 4026531837,
		.cgroup_id = 4321,
		.exe = exe,
	};
	strcpy(party->comm, comm);
}

void fixture_event(struct tsp_event *event)
{
	*event = (struct tsp_event){
		.seq = 17,
		.instance = 0x00c0ffee12345678ULL,
		.kind = TSP_KIND_DETECTION,
		.time_boot_ns = 20000000001ULL,
		.time_real_ns = BOOT_NS + 20000000001ULL,
		.technique = TSP_TECHNIQUE_PTRACE_INJECT,
		.severity = 75,
		.edge = 9,
		.relation = TSP_RELATION_SIBLING | TSP_RELATION_SAME_UID,
		.access = {
			.present = TSP_PRESENT(TSP_A_ACCESS_PROT) |
				   TSP_PRESENT(TSP_A_ACCESS_FORCED) |
				   TSP_PRESENT(TSP_A_ACCESS_FILE),
			.address = 0x55d0c0ffe000,
			.length = 8,
			.bytes = 64,
			.count = 8,
			.region = TSP_REGION_TEXT,
			.prot = TSP_PROT_READ | TSP_PROT_EXEC,
			.forced = true,
			.file = "/usr/bin/sleep",
			.regions = 1U << TSP_REGION_TEXT |
				   1U << TSP_REGION_HEAP,
		},
		.n_step = 3,
		.step = {
			{ .op = TSP_OP_PTRACE_ATTACH, .count = 1 },
			{ .op = TSP_OP_PTRACE_WRITE, .offset_ns = 1200000,
			  .count = 8, .bytes = 64 },
			{ .op = TSP_OP_PTRACE_REGS, .offset_ns = 1400000,
			  .count = 1 },
		},
		.n_reason = 2,
		.reason = {
			{ TSP_FACTOR_TECHNIQUE, 60 },
			{ TSP_FACTOR_REGION, 15 },
		},
	};
	party(&event->source, 812, "python3", "/usr/bin/python3.11");
	party(&event->target, 810, "sleep", "/usr/bin/sleep");
}
