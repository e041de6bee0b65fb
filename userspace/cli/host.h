/* SPDX-License-Identifier: GPL-2.0 */
/* Facts of this host that decide what can happen on it. */
#ifndef TSP_HOST_FACTS_H
#define TSP_HOST_FACTS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * tsp_host_line() - first line of a file
 * @path: of the file
 * @out: the line without its end
 * @size: of @out
 *
 * Context: Any.
 * Return: 0, or a negative errno.
 */
int tsp_host_line(const char *path, char *out, size_t size);

/**
 * tsp_host_number() - a file that holds a number
 * @path: of the file
 *
 * Context: Any.
 * Return: the number, or -1 if there is none.
 */
long tsp_host_number(const char *path);

/**
 * tsp_host_config() - how the running kernel was configured
 * @option: "CONFIG_" and so on
 *
 * Context: Any.
 * Return: 1 if it is set, 0 if it is not, -1 if no configuration is found.
 */
int tsp_host_config(const char *option);

/**
 * tsp_host_boot_option() - value of an option on the kernel's command line
 * @name: of the option, with its "="
 * @out: the value
 * @size: of @out
 *
 * Context: Any.
 * Return: true if it is there.
 */
bool tsp_host_boot_option(const char *name, char *out, size_t size);

/**
 * tsp_host_version() - the running kernel's version
 *
 * Context: Any.
 * Return: as major * 1000 + minor.
 */
unsigned int tsp_host_version(void);

#endif /* TSP_HOST_FACTS_H */
