/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every attack program does the same way: complain, read its arguments,
 * and print facts.
 *
 * A fact line is "NAME key=value ...", addresses in hex. It is printed when the
 * act is done, so that whoever reads it knows that it has happened.
 */
#ifndef _ATTACK_COMMON_H
#define _ATTACK_COMMON_H

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/**
 * parse_number() - read a decimal or 0x number, or end the program
 * @what: what it stands for, for the complaint
 * @text: the argument
 */
static inline unsigned long parse_number(const char *what, const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || end == text || *end)
		errx(2, "%s must be a number, not '%s'", what, text);
	return value;
}

/**
 * parse_word() - find an argument among the words that may stand there
 * @what: what it stands for, for the complaint
 * @text: the argument
 * @words: the words that may, NULL at the end
 *
 * Return: the index of the word; does not return if there is none.
 */
static inline int parse_word(const char *what, const char *text,
			     const char *const *words)
{
	int i;

	for (i = 0; words[i]; i++)
		if (!strcmp(text, words[i]))
			return i;
	fprintf(stderr, "%s must be one of", what);
	for (i = 0; words[i]; i++)
		fprintf(stderr, " %s", words[i]);
	fprintf(stderr, ", not '%s'\n", text);
	exit(2);
}

/**
 * pwned_message() - the line that the injected code makes the victim print
 * @size: room at @message
 * @message: where to put it
 */
static inline void pwned_message(size_t size, char *message)
{
	snprintf(message, size, "PWNED by %s[%d]\n",
		 program_invocation_short_name, getpid());
}

#endif /* _ATTACK_COMMON_H */
