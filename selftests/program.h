/* SPDX-License-Identifier: GPL-2.0 */
/* Runs the attack programs to their end and tells what they did. */
#ifndef _SELFTESTS_PROGRAM_H
#define _SELFTESTS_PROGRAM_H

#include "process.h"

/**
 * struct program - a program that has ended
 * @id: who it was
 * @status: its exit status
 * @line: the last line that it printed
 */
struct program {
	struct identity id;
	int status;
	char line[1024];
};

/**
 * program_run() - run an attack program to its end
 * @program: result
 * @argv: its name and arguments, NULL at the end
 *
 * Return: 0 if it ran, whatever it returned, else -1.
 */
int program_run(struct program *program, const char *const *argv);

/**
 * program_run_as() - run an attack program as another user, or contained
 * @program: result
 * @uid: user to run it as
 * @namespaces: CLONE_NEW flags; CLONE_NEWNS with CLONE_NEWPID, for it gets a
 *   /proc of its own then
 * @argv: its name and arguments, NULL at the end
 *
 * Return: as program_run().
 */
int program_run_as(struct program *program, uid_t uid, uint64_t namespaces,
		   const char *const *argv);

/**
 * program_fact() - a number that a program printed
 * @program: the program
 * @key: "bytes" for "bytes=123"
 *
 * Return: the number, 0 if there is none.
 */
unsigned long program_fact(const struct program *program, const char *key);

/**
 * line_fact() - a number in a line of facts
 * @line: the line
 * @key: as for program_fact()
 *
 * Return: as program_fact().
 */
unsigned long line_fact(const char *line, const char *key);

#endif /* _SELFTESTS_PROGRAM_H */
