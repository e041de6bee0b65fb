/* SPDX-License-Identifier: GPL-2.0 */
/* What MITRE ATT&CK calls a technique of ours. */
#ifndef TSP_THREAT_H
#define TSP_THREAT_H

#include <stdint.h>

#include <json-c/json.h>

/**
 * tsp_threat_put() - add the threat.* fields and the analytic
 * @root: an event
 * @technique: an enum tsp_technique
 *
 * Context: Any thread, one at a time for one @root.
 */
void tsp_threat_put(struct json_object *root, uint32_t technique);

#endif /* TSP_THREAT_H */
