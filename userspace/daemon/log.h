/* SPDX-License-Identifier: GPL-2.0 */
/* What the daemon says to whoever runs it. */
#ifndef TSP_LOG_H
#define TSP_LOG_H

/**
 * tsp_log() - say one sentence on standard error
 * @level: as for syslog(): LOG_ERR, LOG_WARNING, LOG_NOTICE or LOG_INFO
 * @format: as for printf(), without a line end
 *
 * In the journal the line carries its level.
 *
 * Context: Any thread.
 */
__attribute__((format(printf, 2, 3))) void tsp_log(int level,
						   const char *format, ...);

#endif /* TSP_LOG_H */
