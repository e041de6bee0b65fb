// SPDX-License-Identifier: GPL-2.0
/* An event in one sentence, and the words that all who show one need. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sentence.h"

/**
 * struct text - a sentence that grows
 * @at: its first byte
 * @size: room
 * @len: used; what does not fit is left out
 */
struct text {
	char *at;
	size_t size;
	size_t len;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text,
						      const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text->at + text->len, text->size - text->len, format,
			args);
	va_end(args);
	if (len > 0)
		text->len += (size_t)len;
	if (text->len >= text->size)
		text->len = text->size - 1;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

bool tsp_sentence_is_blind(const struct tsp_event *event)
{
	return event->present & TSP_PRESENT(TSP_A_EVENT_BLIND_CAUSE);
}

bool tsp_sentence_has_actor(const struct tsp_event *event)
{
	return !tsp_sentence_is_blind(event) ||
	       event->blind_cause == TSP_BLIND_CAUSE_UNLOAD;
}

void tsp_sentence_blind(const struct tsp_event *event, char *out, size_t size)
{
	const char *name = tsp_blind_cause_name(event->blind_cause);
	uint64_t missed = event->access.count;

	switch (event->blind_cause) {
	case TSP_BLIND_CAUSE_KPROBES_OFF:
		snprintf(out, size, "probes switched off in debugfs");
		break;
	case TSP_BLIND_CAUSE_FTRACE_OFF:
		snprintf(out, size,
			 "probes switched off by kernel.ftrace_enabled");
		break;
	case TSP_BLIND_CAUSE_PROBE_MISSED:
		snprintf(out, size, "%" PRIu64 " hit%s not delivered to probes",
			 missed, plural(missed));
		break;
	case TSP_BLIND_CAUSE_UNLOAD:
		snprintf(out, size, "the module is being unloaded");
		break;
	default:
		snprintf(out, size, "%s", name ? name : "unknown cause");
	}
}

static bool is_deed(uint32_t op)
{
	switch (op) {
	case TSP_OP_EXEC:
	case TSP_OP_FORK:
	case TSP_OP_WX_FLIP:
	case TSP_OP_MEMFD_EXEC:
	case TSP_OP_MEMFD_MAP_EXEC:
		return true;
	default:
		return false;
	}
}

const struct tsp_step *tsp_sentence_deed(const struct tsp_event *event)
{
	if (event->technique != TSP_TECHNIQUE_INJECTED_BEHAVIOUR)
		return NULL;
	for (uint32_t i = event->n_step; i; i--)
		if (is_deed(event->step[i - 1].op))
			return &event->step[i - 1];
	return NULL;
}

static const char *op_name(const struct tsp_step *step)
{
	const char *name = tsp_op_name(step->op);

	return name ? name : "unknown";
}

static const char *name_of(const struct tsp_party *party)
{
	const char *slash = party->exe ? strrchr(party->exe, '/') : NULL;

	return slash && slash[1] ? slash + 1 : party->comm;
}

static void add_parties(struct text *text, const struct tsp_event *event)
{
	if (!tsp_sentence_has_actor(event))
		return;
	add(text, "%s[%u]", name_of(&event->source), event->source.pid);
	if (!(event->relation & TSP_RELATION_SELF))
		add(text, " -> %s[%u]", name_of(&event->target),
		    event->target.pid);
	add(text, ": ");
}

/* What was touched; an attach touches nothing, a sequence many things. */
static void add_touched(struct text *text, const struct tsp_event *event)
{
	const struct tsp_access *access = &event->access;
	const char *region = tsp_region_name(access->region);

	if (!event->edge)
		return;
	if (access->bytes || access->count)
		add(text, "; %" PRIu64 " byte%s in %" PRIu64 " operation%s",
		    access->bytes, plural(access->bytes), access->count,
		    plural(access->count));
	else if (access->address)
		add(text, "; nothing written");
	else
		return;
	add(text, " on %s memory", region ? region : "unknown");
}

static void add_chain(struct text *text, const struct tsp_event *event)
{
	for (uint32_t i = 0; i < event->n_step; i++)
		add(text, "%s%s", i ? ", " : ": ", op_name(&event->step[i]));
}

void tsp_sentence_event(const struct tsp_event *event, char *out, size_t size)
{
	const char *title = tsp_technique_title(event->technique);
	const struct tsp_step *deed = tsp_sentence_deed(event);
	struct text text = { .at = out, .size = size };
	char cause[80];

	add_parties(&text, event);
	add(&text, "%s%s", event->result < 0 ? "refused: " : "",
	    title ? title : "unknown technique");
	if (tsp_sentence_is_blind(event)) {
		tsp_sentence_blind(event, cause, sizeof(cause));
		add(&text, ": %s", cause);
	} else if (!event->edge) {
		add_chain(&text, event);
	} else if (deed) {
		add(&text, ": %s", op_name(deed));
	}
	add_touched(&text, event);
	add(&text, ", severity %u", event->severity);
}
