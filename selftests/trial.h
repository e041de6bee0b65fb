/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One trial: the attack program "touch" does one thing to a victim, and what is
 * told of that is compared with what must be told.
 *
 * That is known from the act, the place where it lands and who the victim is,
 * so a trial is a row of values, and a matrix is a table of them.
 */
#ifndef _SELFTESTS_TRIAL_H
#define _SELFTESTS_TRIAL_H

#include "expect.h"
#include "program.h"

/**
 * struct trial - what is tried; the last members are filled in
 * @act: as attack/touch knows it
 * @region: the memory of the victim that it writes, for acts that write
 * @kin: how the victim is related to the test
 * @uid: the victim's user; the attacker is root
 * @compat: both are 32-bit programs
 * @absent: this kernel has no such thing to do
 * @family: how attacker and victim are related, as an event says it
 * @events: the listener
 * @victim: who it is done to
 * @program: who did it
 */
struct trial {
	const char *act;
	enum tsp_region region;
	enum kin kin;
	uid_t uid;
	bool compat;
	bool absent;
	uint32_t family;
	struct events *events;
	struct victim victim;
	struct program program;
};

/**
 * trial_start() - listen, and start the victim
 * @trial: what is to be tried; end it with trial_stop()
 *
 * Return: 0, or -1 with a complaint on stderr.
 */
int trial_start(struct trial *trial);

/**
 * trial_lacks() - why a trial cannot be made
 * @trial: what is to be tried
 *
 * Return: NULL if it can on this processor, else a sentence.
 */
const char *trial_lacks(const struct trial *trial);

/**
 * trial_differs() - do it, and compare all that is told of it
 * @trial: started
 *
 * Every detection and the summary are compared, and that there are no more.
 *
 * Return: NULL if all is as it must be or the act is absent, else the first
 * difference, in static memory.
 */
const char *trial_differs(struct trial *trial);

/**
 * trial_stop() - stop the victim and the listener
 * @trial: the trial
 */
void trial_stop(struct trial *trial);

/* For the files that include the test harness. */
#define ASSERT_TRIAL(trial)                                                    \
	do {                                                                   \
		const char *differs_ = trial_differs(trial);                   \
		ASSERT_EQ(NULL, differs_)                                      \
		{                                                              \
			TH_LOG("%s", differs_);                                \
		}                                                              \
	} while (0)

#endif /* _SELFTESTS_TRIAL_H */
