/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
 */
/*
 * libtrespass: listen to the trespass kernel module and ask it questions.
 *
 * A client sees every event exactly once and in order, whatever happens to its
 * socket: gaps are filled from what the module keeps for replay, and what can
 * no longer be had is reported with its exact numbers. One client belongs to
 * one thread; different threads may use different clients.
 */
#ifndef TRESPASS_TRESPASS_H
#define TRESPASS_TRESPASS_H

#include <stddef.h>
#include <stdint.h>

#include <trespass/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct tsp_error - why a call failed
 * @code: negative errno, what the call also returned
 * @text: one sentence for a person; the kernel's own words where it gave some
 */
struct tsp_error {
	int code;
	char text[256];
};

/**
 * struct tsp_loss - events that nobody can have any more
 * @instance: loading of the module that had sent them
 * @first: first lost sequence number
 * @last: last lost sequence number, 0 if the module went before it could tell
 * @count: how many, 0 if that cannot be known
 */
struct tsp_loss {
	uint64_t instance;
	uint64_t first;
	uint64_t last;
	uint64_t count;
};

/**
 * struct tsp_client_ops - what a client calls, all from tsp_client_dispatch()
 *   and tsp_client_start()
 * @event: the next event; valid until it returns. Return 0 to take it; anything
 *   else leaves it, and it is offered again a second later.
 * @lost: events are lost. Return as for @event. May be NULL.
 * @appeared: the module is there; its events follow. May be NULL.
 * @vanished: the module was unloaded. May be NULL.
 * @notice: a sentence worth logging, about trouble that heals by itself. May be
 *   NULL.
 */
struct tsp_client_ops {
	int (*event)(void *ctx, const struct tsp_event *event);
	int (*lost)(void *ctx, const struct tsp_loss *loss);
	void (*appeared)(void *ctx, const struct tsp_status *status);
	void (*vanished)(void *ctx);
	void (*notice)(void *ctx, const char *sentence);
};

/**
 * struct tsp_client_stats - what a client has been through
 * @events: events that were taken
 * @lost: events that were reported lost
 * @overruns: times the kernel found the socket's buffer full (ENOBUFS)
 * @replays: times kept events were fetched
 * @malformed: messages that broke the contract and were skipped
 */
struct tsp_client_stats {
	uint64_t events;
	uint64_t lost;
	uint64_t overruns;
	uint64_t replays;
	uint64_t malformed;
};

struct tsp_client;

/**
 * tsp_client_new() - make a client
 * @ops: what to call; must outlive the client
 * @ctx: handed to every call
 * @error: filled on failure; may be NULL
 *
 * Context: Any thread. The caller owns the client: see tsp_client_free().
 * Return: the client, or NULL.
 */
struct tsp_client *tsp_client_new(const struct tsp_client_ops *ops, void *ctx,
				  struct tsp_error *error);

/**
 * tsp_client_free() - close and free a client
 * @client: may be NULL
 *
 * Context: Any thread, but not from within a callback.
 */
void tsp_client_free(struct tsp_client *client);

/**
 * tsp_client_set_position() - go on where an earlier consumer stopped
 * @client: not started yet
 * @instance: the last event's instance
 * @seq: the last event's sequence number
 *
 * If another instance of the module is loaded by now, its events are told from
 * the first one that it keeps.
 *
 * Context: Any thread.
 */
void tsp_client_set_position(struct tsp_client *client, uint64_t instance,
			     uint64_t seq);

/**
 * tsp_client_start() - listen, and hand over the events that are kept
 * @client: not started yet
 * @error: filled on failure; may be NULL
 *
 * A module that is not loaded is no failure: the client waits for it.
 *
 * Context: Any thread; may sleep.
 * Return: 0, -EPERM without CAP_NET_ADMIN in the initial user namespace,
 * -EPROTO if the module speaks another version, or another negative errno.
 */
int tsp_client_start(struct tsp_client *client, struct tsp_error *error);

/**
 * tsp_client_fd() - the descriptor to poll for reading
 * @client: any
 *
 * Context: Any thread. The client owns the descriptor; it never changes.
 * Return: a descriptor.
 */
int tsp_client_fd(const struct tsp_client *client);

/**
 * tsp_client_dispatch() - handle what has arrived
 * @client: started
 * @error: filled on failure; may be NULL
 *
 * Does not wait for anything to arrive; handles a bounded number of messages,
 * the descriptor stays readable if there are more.
 *
 * Context: The client's thread; may sleep while it replays.
 * Return: 1 if something was handled, 0 if there was nothing, or as
 *   tsp_client_start() when there is no use in going on.
 */
int tsp_client_dispatch(struct tsp_client *client, struct tsp_error *error);

/**
 * tsp_client_stats() - what the client has been through
 * @client: any
 *
 * Context: The client's thread.
 * Return: counters since tsp_client_new().
 */
struct tsp_client_stats tsp_client_stats(const struct tsp_client *client);

/**
 * tsp_status_read() - read the module's counters
 * @status: filled on success
 * @error: filled on failure; may be NULL
 *
 * Context: Any thread; may sleep, at most a few seconds.
 * Return: 0, -ENOENT if the module is not loaded, -EPERM, -EPROTO, -EBADMSG,
 *   -ETIMEDOUT, or another negative errno.
 */
int tsp_status_read(struct tsp_status *status, struct tsp_error *error);

/**
 * tsp_hook_read() - read the hook table
 * @hook: called for each row; the row is valid until it returns; a value other
 *   than 0 ends the dump and is returned
 * @ctx: handed to @hook
 * @error: filled on failure; may be NULL
 *
 * Context: Any thread; may sleep, at most a few seconds.
 * Return: as tsp_status_read().
 */
int tsp_hook_read(int (*hook)(void *ctx, const struct tsp_hook *hook),
		  void *ctx, struct tsp_error *error);

/**
 * tsp_event_replay() - read the events that the module keeps, oldest first
 * @after: only events with a greater sequence number
 * @event: called for each event; it is valid until @event returns; a value
 * other than 0 ends the replay and is returned
 * @ctx: handed to @event
 * @error: filled on failure; may be NULL
 *
 * A client does this by itself; this is for a look without listening.
 *
 * Context: Any thread; may sleep, at most a few seconds between two events.
 * Return: as tsp_status_read().
 */
int tsp_event_replay(uint64_t after,
		     int (*event)(void *ctx, const struct tsp_event *event),
		     void *ctx, struct tsp_error *error);

/**
 * tsp_policy_read() - read the policy
 * @policy: filled on success
 * @error: filled on failure; may be NULL
 *
 * Context: Any thread; may sleep, at most a few seconds.
 * Return: as tsp_status_read().
 */
int tsp_policy_read(struct tsp_policy *policy, struct tsp_error *error);

/**
 * tsp_policy_write() - change the policy
 * @policy: the new values
 * @which: TSP_PRESENT() of each attribute to set; the others stay as they are
 * @error: filled on failure, with the module's advice; may be NULL
 *
 * Context: Any thread; may sleep, at most a few seconds.
 * Return: as tsp_status_read(), and -ERANGE or -EINVAL for values refused.
 */
int tsp_policy_write(const struct tsp_policy *policy, uint64_t which,
		     struct tsp_error *error);

struct tsp_field;

/* Room that tsp_policy_format() needs for any value. */
#define TSP_POLICY_TEXT 512

/**
 * tsp_policy_parse() - take over one value as a person writes it
 * @policy: the value is set in it
 * @which: TSP_PRESENT() of the attribute is added to it
 * @assignment: "NAME=VALUE"; NAME is the spec's or ATT&CK's, and case, dashes
 *   and blanks in it do not count. VALUE is a whole number, with or without a
 *   unit (ms, s, min, h; B, KiB, MiB, GiB); names joined by commas, or "none",
 *   for a set of bits; any text for a string
 * @error: filled on failure, saying what would be right; may be NULL
 *
 * Whether a number is within its bounds, the module says: tsp_policy_write().
 *
 * Context: Any thread.
 * Return: 0 or -EINVAL.
 */
int tsp_policy_parse(struct tsp_policy *policy, uint64_t *which,
		     const char *assignment, struct tsp_error *error);

/**
 * tsp_policy_format() - one value as a person reads and writes it
 * @field: one of tsp_policy_set, see field.h
 * @policy: the values
 * @out: the text, made safe by tsp_text_escape() if it is a string
 * @size: of @out; TSP_POLICY_TEXT is enough
 *
 * Context: Any thread.
 * Return: length of @out.
 */
size_t tsp_policy_format(const struct tsp_field *field,
			 const struct tsp_policy *policy, char *out,
			 size_t size);

/**
 * tsp_policy_attack() - MITRE ATT&CK's name of a tunable
 * @field: one of tsp_policy_set, see field.h
 *
 * Context: Any thread.
 * Return: a constant string, or NULL if ATT&CK names no such tunable.
 */
const char *tsp_policy_attack(const struct tsp_field *field);

/**
 * tsp_technique_title() - what a technique is, in a few words
 * @technique: an enum tsp_technique
 *
 * Context: Any thread.
 * Return: a constant string, or NULL if the library knows no such technique.
 */
const char *tsp_technique_title(uint32_t technique);

/**
 * tsp_technique_attack() - MITRE ATT&CK ids of a technique
 * @technique: an enum tsp_technique
 * @index: from 0, the most specific, on
 *
 * Context: Any thread.
 * Return: a constant string, or NULL after the last.
 */
const char *tsp_technique_attack(uint32_t technique, unsigned int index);

/**
 * tsp_technique_analytic() - MITRE ATT&CK detection analytic of a technique
 * @technique: an enum tsp_technique
 *
 * Context: Any thread.
 * Return: a constant string, or NULL if the library knows no such technique.
 */
const char *tsp_technique_analytic(uint32_t technique);

/* Room that tsp_text_escape() needs for any @len bytes. */
#define TSP_TEXT_SIZE(len) (4 * (len) + 1)

/**
 * tsp_text_escape() - make untrusted bytes fit to be shown
 * @out: the text: valid UTF-8 without control characters, NUL-terminated
 * @size: room in @out; what does not fit is left out, never part of a character
 * @in: any bytes
 * @len: how many
 *
 * Control characters, characters that reorder text and bytes that are not UTF-8
 * become \xNN, one a byte, and so does a backslash before an x: the original
 * bytes can be had back.
 *
 * Context: Any thread.
 * Return: length of @out.
 */
size_t tsp_text_escape(char *out, size_t size, const char *in, size_t len);

/**
 * tsp_version() - version of this library
 *
 * Context: Any thread.
 * Return: a constant string.
 */
const char *tsp_version(void);

#ifdef __cplusplus
}
#endif

#endif /* TRESPASS_TRESPASS_H */
