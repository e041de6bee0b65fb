/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes of the tests: who they are by /proc, victims to act on, and actors
 * that act in the tests' stead.
 *
 * Every wait here is for a condition and ends after WAIT_MS; nothing sleeps.
 */
#ifndef _SELFTESTS_PROCESS_H
#define _SELFTESTS_PROCESS_H

#include <limits.h>
#include <linux/trespass.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define WAIT_MS 30000

/* Users that the bench makes. */
#define UID_VICTIM 1000
#define UID_ATTACKER 1001

/**
 * struct identity - who a process is, read from /proc
 * @pid: thread group id
 * @tid: the thread that acts or is acted upon; 0 if the test cannot know
 * @ppid: its parent
 * @session: its session
 * @uid: real user id
 * @ns_pid: its pid in its own pid namespace
 * @pid_ns: inode of that namespace; of this and the next, 0 if it is dead
 * @mnt_ns: inode of its mount namespace
 * @start_ticks: start of the thread group in clock ticks since boot
 * @exe: path of its executable, empty if it is dead
 */
struct identity {
	pid_t pid;
	pid_t tid;
	pid_t ppid;
	pid_t session;
	uid_t uid;
	pid_t ns_pid;
	uint32_t pid_ns;
	uint32_t mnt_ns;
	uint64_t start_ticks;
	char exe[PATH_MAX];
};

/**
 * start_ticks() - a start as /proc/PID/stat has it
 * @start_ns: as events have it
 *
 * Return: clock ticks since boot.
 */
uint64_t start_ticks(uint64_t start_ns);

/**
 * identity_of() - read who a process is
 * @pid: the process, not reaped yet
 * @id: result
 *
 * Return: 0, or -1 if there is no such process.
 */
int identity_of(pid_t pid, struct identity *id);

/* How a victim is related to the test. */
enum kin {
	KIN_CHILD,     /* the test's child */
	KIN_ORPHAN,    /* of the same session, its parent is gone */
	KIN_STRANGER,  /* of a session of its own, its parent is gone */
	KIN_CONTAINED, /* an orphan in pid and mount namespaces of its own */
};

/**
 * struct victim - a running victim program
 * @id: who it is
 * @thread: its second thread, with --thread
 * @at: the address of writable room in each region, 0 where it has none
 * @pointer: the address of the function pointer that it calls
 * @out: its output
 * @pidfd: for waiting, -1 once it is gone
 */
struct victim {
	struct identity id;
	pid_t thread;
	unsigned long at[TSP_REGION_COUNT];
	unsigned long pointer;
	int out;
	int pidfd;
};

/**
 * victim_start() - run a victim and wait until it works
 * @victim: result; give it back with victim_stop()
 * @kin: how it is to be related to the caller
 * @uid: user to run it as
 * @argv: its arguments from the program's name on, NULL at the end; the name
 *   is one of the attack programs
 *
 * Return: 0, or -1 with a complaint on stderr.
 */
int victim_start(struct victim *victim, enum kin kin, uid_t uid,
		 const char *const *argv);

/**
 * victim_line() - wait for a line of a victim that starts with some words
 * @victim: the victim
 * @start: the words
 * @size: room at @line
 * @line: the line without its end
 *
 * Return: 0, or -1 if no such line comes in time.
 */
int victim_line(struct victim *victim, const char *start, size_t size,
		char *line);

/**
 * victim_stop() - kill a victim and wait until it is gone
 * @victim: the victim; nothing happens if it was stopped before
 */
void victim_stop(struct victim *victim);

/**
 * struct actor - a child that does one thing when told to
 * @id: who it is
 * @go: written by the test: a byte starts the act, the end lets it exit
 * @done: written by the actor when the act is over: what it returned; 0 if
 *   there is no such child, or no longer
 */
struct actor {
	struct identity id;
	int go;
	int done;
};

/**
 * actor_start() - fork a child that waits to be told to act
 * @actor: result; end it with actor_end()
 * @uid: user to act as
 * @act: what to do; returns 0 for success
 * @arg: for @act
 *
 * Return: 0, or -1 with errno set.
 */
int actor_start(struct actor *actor, uid_t uid, int (*act)(void *arg),
		void *arg);

/**
 * actor_act() - let an actor act, and wait until it has
 * @actor: the actor, alive afterwards
 *
 * Return: what the act returned, -1 if the actor died of it.
 */
int actor_act(struct actor *actor);

/**
 * actor_end() - let an actor exit, and wait until it is gone
 * @actor: the actor; nothing happens if it was ended before
 */
void actor_end(struct actor *actor);

/**
 * become() - be another user for good
 * @uid: who
 *
 * Return: 0, or -1 with errno set.
 */
int become(uid_t uid);

/**
 * fork_into() - fork a child into namespaces of its own
 * @flags: CLONE_NEW flags for it
 * @pid: the pid that it shall have, 0 for any
 *
 * Return: as fork().
 */
pid_t fork_into(uint64_t flags, pid_t pid);

/**
 * idler_start() - fork a child that does nothing
 * @flags: CLONE_NEW flags for it
 * @pid: the pid that it shall have, 0 for any
 *
 * Return: its pid, or -1 with errno set.
 */
pid_t idler_start(uint64_t flags, pid_t pid);

/**
 * idler_end() - kill and reap an idler
 * @pid: the idler
 */
void idler_end(pid_t pid);

/**
 * self_path() - the path of a file that lies beside the test program
 * @name: the file
 * @path: result, PATH_MAX bytes
 */
void self_path(const char *name, char *path);

/**
 * attack_path() - the path of an attack program
 * @name: the program; a name with a slash is relative to the test program
 * @path: result, PATH_MAX bytes
 */
void attack_path(const char *name, char *path);

/**
 * wait_until() - ask again and again whether something is so
 * @is_so: asks
 * @arg: for @is_so
 *
 * For what no descriptor tells.
 *
 * Return: false if it is not so in time.
 */
bool wait_until(bool (*is_so)(void *arg), void *arg);

/**
 * readable() - wait until a descriptor can be read
 * @fd: the descriptor
 *
 * Return: false if that does not happen in time.
 */
bool readable(int fd);

/**
 * kernel_forces_writes() - does /proc/PID/mem write what its owner may not?
 *
 * Newer kernels can leave that to the tracer of the process, see PROC_MEM_FORCE
 * in their configuration. The caller's own memory shows it.
 *
 * Return: true if anyone who may open the file may write read-only memory.
 */
bool kernel_forces_writes(void);

/**
 * reap() - wait for a child's end
 * @pid: the child
 *
 * Return: its exit status, -1 if a signal killed it.
 */
int reap(pid_t pid);

#endif /* _SELFTESTS_PROCESS_H */
