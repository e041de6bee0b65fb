/* SPDX-License-Identifier: GPL-2.0 */
/* The module as the kernel's list of modules has it. */
#ifndef TSP_LIB_MODULE_H
#define TSP_LIB_MODULE_H

#include <stdbool.h>

/**
 * tsp_module_loading() - is the module's initialization still under way?
 *
 * Its family exists before its hooks are armed.
 *
 * Context: Any thread; may sleep.
 * Return: true if it is; false if it is not, or nobody knows.
 */
bool tsp_module_loading(void);

#endif /* TSP_LIB_MODULE_H */
