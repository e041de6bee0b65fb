/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy that the module is loaded with, once more: the unit tests weigh by
 * it, and a kernel test proves that it is the module's.
 */
#ifndef _SELFTESTS_DEFAULT_POLICY_H
#define _SELFTESTS_DEFAULT_POLICY_H

/* Initializer of a struct tsp_policy, core's or the library's. */
#define DEFAULT_POLICY                                                         \
	{                                                                      \
		.write_window_ms = 10000, .edge_idle_ms = 10000,               \
		.min_severity = 1, .time_window_ms = 10000,                    \
		.syscall_type = 15, .syscall_rate = 16, .process_name = "",    \
		.maps_path = "", .target_pid_threshold = 1,                    \
		.map_access_window_ms = 15000, .user_context_mismatch = 15,    \
		.process_relationship_constraint = TSP_RELATION_CHILD |        \
						   TSP_RELATION_DESCENDANT |   \
						   TSP_RELATION_SIBLING,       \
		.file_write_threshold = 16, .behaviour_window_ms = 10000,      \
	}

#endif /* _SELFTESTS_DEFAULT_POLICY_H */
