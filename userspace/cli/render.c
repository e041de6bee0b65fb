// SPDX-License-Identifier: GPL-2.0
/* An event for a person at a terminal. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "daemon/sentence.h"
#include "render.h"

#define COLUMNS 110
#define INDENT 14 /* the width of "HH:MM:SS.mmm  " */
#define PATH_SHOW 28

/**
 * struct line - a line that breaks between items
 * @to: where to
 * @column: where the next item would start
 */
struct line {
	FILE *to;
	int column;
};

static const char *name(const char *(*of)(uint32_t value), uint32_t value)
{
	const char *text = of(value);

	return text ? text : "unknown";
}

/* Make @text safe, and short by leaving out its start. */
static const char *shown(const char *text, char *out, size_t size)
{
	size_t len = strlen(text), cut;
	const char *slash;

	if (len <= PATH_SHOW) {
		tsp_text_escape(out, size, text, len);
		return out;
	}
	cut = len - PATH_SHOW + 3;
	/* Not through the middle of a name, nor of a character. */
	slash = strchr(text + cut, '/');
	if (slash)
		cut = (size_t)(slash - text);
	while (cut < len && (text[cut] & 0xc0) == 0x80)
		cut++;
	snprintf(out, size, "...");
	tsp_text_escape(out + 3, size - 3, text + cut, len - cut);
	return out;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void item(struct line *line, const char *format, ...)
{
	char text[256], *at = text;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (line->column && line->column + len > COLUMNS) {
		fputc('\n', line->to);
		line->column = 0;
		at += strspn(at, ", ");
	}
	if (!line->column)
		line->column = fprintf(line->to, "%*s", INDENT, "");
	line->column += fprintf(line->to, "%s", at);
}

static void end(struct line *line)
{
	fputc('\n', line->to);
	line->column = 0;
}

static const char *party(const struct tsp_party *party, char *out, size_t size)
{
	char exe[256];

	snprintf(out, size, "%s[%u]",
		 shown(party->exe ? party->exe : party->comm, exe, sizeof(exe)),
		 party->pid);
	return out;
}

static const char *offset(uint64_t ns, char *out, size_t size)
{
	if (ns < 1000000)
		snprintf(out, size, "%" PRIu64 " us", ns / 1000);
	else if (ns < 1000000000)
		snprintf(out, size, "%.1f ms", (double)ns / 1e6);
	else
		snprintf(out, size, "%.2f s", (double)ns / 1e9);
	return out;
}

static void print_time(FILE *to, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / 1000000000);
	char text[16];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	fprintf(to, "%s.%03u  ", text,
		(unsigned int)(real_ns / 1000000 % 1000));
}

/* One process, if the event is about but one. */
static void print_parties(FILE *to, const struct tsp_event *event)
{
	char text[300];

	fprintf(to, "%s", party(&event->source, text, sizeof(text)));
	if (event->edge)
		fprintf(to, " -> %s",
			party(&event->target, text, sizeof(text)));
}

/* The mapping of the access, and what the edge has written beside it. */
static void print_region(struct line *line, const struct tsp_access *access)
{
	uint32_t others = access->regions & ~(1U << access->region);
	char text[256];

	item(line, "%s%s memory", line->column ? ", " : "",
	     name(tsp_region_name, access->region));
	if (access->address)
		item(line, " at 0x%" PRIx64, access->address);
	if (access->present & TSP_PRESENT(TSP_A_ACCESS_PROT))
		item(line, " %c%c%c", access->prot & TSP_PROT_READ ? 'r' : '-',
		     access->prot & TSP_PROT_WRITE ? 'w' : '-',
		     access->prot & TSP_PROT_EXEC ? 'x' : '-');
	if (access->file)
		item(line, " of %s", shown(access->file, text, sizeof(text)));
	if (access->forced)
		item(line, ", forced into a read-only mapping");
	if (access->ranges > 1)
		item(line, ", %u ranges in one call", access->ranges);
	for (uint32_t bit = 0; bit < 32; bit++)
		if (others >> bit & 1)
			item(line, ", also %s", name(tsp_region_name, bit));
}

/* Names of the bits that are set, from the lowest on. */
static void print_bits(struct line *line, const char *what, uint32_t bits,
		       const char *const *names, size_t n)
{
	const char *space = "";
	char text[128];
	int len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++, bits >>= 1) {
		if (!(bits & 1))
			continue;
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%s%s",
				space, names[i]);
		space = "+";
	}
	if (bits)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				"%s0x%x", space, bits << n);
	item(line, ", %s %s", what, len ? text : "none");
}

static void print_memfd(struct line *line, const struct tsp_event *event)
{
	static const char *const flags[] = { "cloexec", "allow-sealing",
					     "hugetlb", "noexec-seal", "exec" };
	static const char *const seals[] = { "seal",  "shrink",	      "grow",
					     "write", "future-write", "exec" };
	char text[256];

	if (event->memfd_name)
		item(line, "%smemfd \"%s\"", line->column ? ", " : "",
		     shown(event->memfd_name, text, sizeof(text)));
	if (event->present & TSP_PRESENT(TSP_A_EVENT_MEMFD_CREATOR))
		item(line, " made by [%u]", event->memfd_creator);
	if (event->present & TSP_PRESENT(TSP_A_EVENT_MEMFD_FLAGS))
		print_bits(line, "flags", event->memfd_flags, flags,
			   sizeof(flags) / sizeof(flags[0]));
	if (event->present & TSP_PRESENT(TSP_A_EVENT_MEMFD_SEALS))
		print_bits(line, "seals", event->memfd_seals, seals,
			   sizeof(seals) / sizeof(seals[0]));
}

/* Nothing at all, for an attach that went no further. */
static void print_touched(struct line *line, const struct tsp_event *event)
{
	const struct tsp_access *access = &event->access;
	bool written = access->bytes || access->count;

	if (written)
		item(line, "%" PRIu64 " byte%s in %" PRIu64 " operation%s",
		     access->bytes, plural(access->bytes), access->count,
		     plural(access->count));
	if (written || access->address)
		print_region(line, access);
	print_memfd(line, event);
	if (event->present & TSP_PRESENT(TSP_A_EVENT_OPENER_PID))
		item(line, "%sopened by [%u]", line->column ? ", " : "",
		     event->opener_pid);
	if (event->present & TSP_PRESENT(TSP_A_EVENT_OPENER_UID))
		item(line, " as uid %u", event->opener_uid);
	if (line->column)
		end(line);
}

/* What the target did by itself, after the source had changed it. */
static void print_deed(struct line *line, const struct tsp_event *event)
{
	const struct tsp_step *deed = tsp_sentence_deed(event);
	char text[300];

	if (!deed)
		return;
	item(line, "%s", party(&event->target, text, sizeof(text)));
	item(line, " did %s", name(tsp_op_name, deed->op));
	item(line, " after %s", party(&event->source, text, sizeof(text)));
	item(line, " had changed it");
	end(line);
}

static void print_chain(struct line *line, const struct tsp_event *event)
{
	char text[32];

	if (!event->n_step)
		return;
	for (uint32_t i = 0; i < event->n_step; i++) {
		const struct tsp_step *step = &event->step[i];

		item(line, "%s%s", i ? " > " : "", name(tsp_op_name, step->op));
		if (step->count > 1)
			item(line, " x%" PRIu64, step->count);
		if (step->bytes)
			item(line, " %" PRIu64 " B", step->bytes);
		if (step->result < 0)
			item(line, " refused: %s", strerror(-step->result));
		if (i)
			item(line, " +%s",
			     offset(step->offset_ns, text, sizeof(text)));
	}
	if (event->steps_omitted)
		item(line, " and %" PRIu64 " more", event->steps_omitted);
	end(line);
}

static void print_context(struct line *line, const struct tsp_event *event)
{
	if (event->result < 0)
		item(line, "refused: %s", strerror(-event->result));
	else
		item(line, "succeeded");
	item(line, "; uid %u", event->source.uid);
	if (!(event->relation & TSP_RELATION_SELF))
		item(line, " on uid %u", event->target.uid);
	for (uint32_t bit = 0; bit < 32; bit++)
		if (event->edge && event->relation >> bit & 1)
			item(line, ", %s", name(tsp_relation_name, bit));
	if (event->present & TSP_PRESENT(TSP_A_EVENT_C_LIBRARY))
		item(line, ", C library %s",
		     name(tsp_c_library_name, event->c_library));
	end(line);
}

/* Trespass itself; who did it is known only if the module was unloaded. */
static void print_blind(FILE *to, const struct tsp_event *event)
{
	struct line line = { .to = to };
	char text[300];

	tsp_sentence_blind(event, text, sizeof(text));
	fprintf(to, "trespass made blind: %s\n", text);
	if (!tsp_sentence_has_actor(event))
		return;
	item(&line, "by %s", party(&event->source, text, sizeof(text)));
	item(&line, ", uid %u", event->source.uid);
	end(&line);
}

static void print_detection(FILE *to, const struct tsp_event *event, bool color)
{
	static const char *const colors[] = { "\033[36m", "\033[1;33m",
					      "\033[1;31m" };
	unsigned int grade = (event->severity >= 50) + (event->severity >= 70);
	const char *attack = tsp_technique_attack(event->technique, 0);
	struct line line = { .to = to };

	print_time(to, event->time_real_ns);
	fprintf(to, "%s%3u%s  %s %s  ", color ? colors[grade] : "",
		event->severity, color ? "\033[0m" : "", attack ? attack : "-",
		name(tsp_technique_name, event->technique));
	if (tsp_sentence_is_blind(event)) {
		print_blind(to, event);
		return;
	}
	print_parties(to, event);
	fputc('\n', to);
	print_deed(&line, event);
	if (event->edge)
		print_touched(&line, event);
	print_chain(&line, event);
	print_context(&line, event);
}

/* Stands below its detection, as often as not. */
static void print_summary(FILE *to, const struct tsp_event *event, bool color)
{
	struct line line = { .to = to };
	char text[32];

	fprintf(to, "%s", color ? "\033[2m" : "");
	print_time(to, event->time_real_ns);
	fprintf(to, "  =  %s over (%s) ",
		name(tsp_technique_name, event->technique),
		name(tsp_end_name, event->end));
	print_parties(to, event);
	fputc('\n', to);
	if (event->access.bytes || event->access.count)
		item(&line, "%" PRIu64 " byte%s in %" PRIu64 " operation%s",
		     event->access.bytes, plural(event->access.bytes),
		     event->access.count, plural(event->access.count));
	if (event->duration_ns)
		item(&line, "%swithin %s", line.column ? " " : "",
		     offset(event->duration_ns, text, sizeof(text)));
	if (line.column)
		end(&line);
	/* Most of the chain comes after the detection. */
	if (event->n_step > 1)
		print_chain(&line, event);
	fprintf(to, "%s", color ? "\033[0m" : "");
}

void tsp_render_event(FILE *to, const struct tsp_event *event, bool color)
{
	if (event->kind == TSP_KIND_SUMMARY)
		print_summary(to, event, color);
	else
		print_detection(to, event, color);
}
