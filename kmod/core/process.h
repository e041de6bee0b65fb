/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is remembered of a process by itself since it executed its program, and
 * whether that makes a native-api-sequence (AN1466).
 */
#ifndef _TSP_CORE_PROCESS_H
#define _TSP_CORE_PROCESS_H

#include "message.h"
#include "observation.h"

/**
 * enum tsp_call - kinds of calls; bit numbers of enum tsp_syscall_type
 * @TSP_CALL_FORK: making a process
 * @TSP_CALL_EXEC_MEMORY: executable anonymous or fileless memory
 * @TSP_CALL_PTRACE: tracing another process
 * @TSP_CALL_WRITE: writing another process
 * @TSP_CALLS: how many
 */
enum tsp_call {
	TSP_CALL_FORK,
	TSP_CALL_EXEC_MEMORY,
	TSP_CALL_PTRACE,
	TSP_CALL_WRITE,
	TSP_CALLS,
};

/**
 * struct tsp_burst - calls of one kind, each within a time window of the last
 * @last_ms: the last of them, see tsp_process_ms()
 * @count: how many; 0 for none
 * @op: what the last of them did, an enum tsp_op
 */
struct tsp_burst {
	u32 last_ms;
	u32 count : 24;
	u32 op : 8;
};

/**
 * struct tsp_process_state - what a process has done by itself
 * @call: by enum tsp_call
 * @maps_ms: when it last opened another's memory map, see tsp_process_ms()
 * @maps_tgid: whose that was; 0 if it has not
 * @libc_ms: when it mapped its C library
 * @flip_ms: when it last made memory executable that counted as the first
 * @libc: which one, an enum tsp_c_library
 * @flipped: @flip_ms says something
 * @told: its native-api-sequence has been told
 * @tainted: a stranger has changed it, see tsp_detector_taints()
 *
 * Small, for there is one of every process.
 */
struct tsp_process_state {
	struct tsp_burst call[TSP_CALLS];
	u32 maps_ms;
	u32 maps_tgid;
	u32 libc_ms;
	u32 flip_ms;
	u8 libc;
	bool flipped;
	bool told;
	bool tainted;
};

/**
 * tsp_process_ms() - a time in few bits
 * @time_ns: CLOCK_BOOTTIME
 *
 * Milliseconds of 2^20 ns; they wrap after seven weeks, so only differences
 * mean something, and only short ones.
 *
 * Context: Any.
 * Return: the time.
 */
static inline u32 tsp_process_ms(u64 time_ns)
{
	return time_ns >> 20;
}

/**
 * tsp_process_ns() - a time span of tsp_process_ms() in nanoseconds
 * @span_ms: the difference of two such times
 *
 * Context: Any.
 * Return: the time span.
 */
static inline u64 tsp_process_ns(u32 span_ms)
{
	return (u64)span_ms << 20;
}

/**
 * tsp_process_note() - note calls of a process
 * @state: its record
 * @op: what was done, an enum tsp_op; of no consequence if it is of no kind
 * @count: how many times
 * @now_ns: when, CLOCK_BOOTTIME
 * @window_ms: a call that comes later after the last one begins anew
 *
 * Context: Any; the caller excludes others from @state.
 */
void tsp_process_note(struct tsp_process_state *state, u32 op, u32 count,
		      u64 now_ns, u32 window_ms);

/**
 * tsp_process_flip() - a process made memory executable
 * @state: its record
 * @now_ns: when, CLOCK_BOOTTIME
 * @window_ms: how long the next ones are of no interest
 *
 * Context: Any; the caller excludes others from @state.
 * Return: true if it is the first within the window.
 */
bool tsp_process_flip(struct tsp_process_state *state, u64 now_ns,
		      u32 window_ms);

/**
 * tsp_process_fits() - has a process made a native-api-sequence?
 * @state: its record
 * @now_ns: now, CLOCK_BOOTTIME
 * @policy: the tunables
 *
 * Of at least two kinds the last call lies within the time window, and one of
 * them aims at memory or at another process.
 *
 * Context: Any; the caller excludes others from @state.
 * Return: true if so, and it has not been told.
 */
bool tsp_process_fits(const struct tsp_process_state *state, u64 now_ns,
		      const struct tsp_policy *policy);

/**
 * tsp_process_chain() - write the sequence into an event
 * @state: the process's record
 * @now_ns: now, CLOCK_BOOTTIME
 * @policy: the tunables
 * @event: its steps are filled in, in the order of their last calls
 *
 * Context: Any; the caller excludes others from @state.
 * Return: how many calls there were.
 */
u32 tsp_process_chain(const struct tsp_process_state *state, u64 now_ns,
		      const struct tsp_policy *policy, struct tsp_event *event);

#endif /* _TSP_CORE_PROCESS_H */
