/* SPDX-License-Identifier: GPL-2.0 */
/* One sentence and one errno for everything that fails. */
#ifndef TSP_LIB_ERROR_H
#define TSP_LIB_ERROR_H

#include "trespass.h"

/**
 * tsp_error_set() - fill an error
 * @error: may be NULL
 * @code: negative errno
 * @format: the sentence, as for printf(); what does not fit is cut off
 *
 * Context: Any thread.
 * Return: @code.
 */
__attribute__((format(printf, 3, 4))) int
tsp_error_set(struct tsp_error *error, int code, const char *format, ...);

/**
 * tsp_error_from_kernel() - fill an error with what the kernel answered
 * @error: may be NULL
 * @code: negative errno that the kernel sent
 * @advice: its extended acknowledgment, or NULL
 *
 * Context: Any thread.
 * Return: @code.
 */
int tsp_error_from_kernel(struct tsp_error *error, int code,
			  const char *advice);

/**
 * tsp_error_from_libnl() - fill an error with what libnl returned
 * @error: may be NULL
 * @nle: negative NLE_ number
 *
 * libnl folds several errnos into one number; a full receive buffer (ENOBUFS)
 * comes out of it as -NLE_NOMEM and is given back its name here.
 *
 * Context: Any thread.
 * Return: a negative errno.
 */
int tsp_error_from_libnl(struct tsp_error *error, int nle);

#endif /* TSP_LIB_ERROR_H */
