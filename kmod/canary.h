/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notices when trespass itself is made blind.
 */
#ifndef _TSP_CANARY_H
#define _TSP_CANARY_H

/**
 * tsp_canary_init() - begin to watch over the probes
 *
 * Context: Process context; may sleep. The hooks are armed.
 * Return: 0, -ENOMEM, or why not even a probe on ourselves can be had.
 */
int tsp_canary_init(void);

/**
 * tsp_canary_exit() - tell that the module goes, and stop
 *
 * Context: Process context; may sleep. The hooks are still armed.
 */
void tsp_canary_exit(void);

#endif /* _TSP_CANARY_H */
