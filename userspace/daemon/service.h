/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon at work: its loop, from start to stop. */
#ifndef TSP_SERVICE_H
#define TSP_SERVICE_H

#include "config.h"

/**
 * tsp_service_run() - listen and write until told to stop
 * @config: must not change meanwhile
 *
 * Context: The main thread, once. Says why it fails.
 * Return: exit status: 0 or one of sysexits.h.
 */
int tsp_service_run(const struct tsp_config *config);

#endif /* TSP_SERVICE_H */
