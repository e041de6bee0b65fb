// SPDX-License-Identifier: GPL-2.0
/* trespassd: write what the kernel module detects into a log. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <sysexits.h>
#include <syslog.h>

#include <trespass/trespass.h>

#include "log.h"
#include "service.h"

static const char usage[] =
	"usage: trespassd [-c FILE] [--check-config]\n"
	"\n"
	"Writes what the trespass kernel module detects into a log, one JSON\n"
	"object a line. Stays in the foreground. See trespassd(8).\n"
	"\n"
	"  -c, --config FILE   read FILE instead of " TSP_CONFIG_FILE "\n"
	"      --check-config  check the configuration and exit\n"
	"  -h, --help          show this and exit\n"
	"  -V, --version       show the version and exit\n";

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check-config", no_argument, NULL, 'k' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

int main(int argc, char **argv)
{
	const char *path = NULL;
	struct tsp_config config;
	struct tsp_config_error error;
	bool check = false;
	int c, err;

	while ((c = getopt_long(argc, argv, "c:hV", options, NULL)) >= 0) {
		switch (c) {
		case 'c':
			path = optarg;
			break;
		case 'k':
			check = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return EX_OK;
		case 'V':
			printf("trespassd %s\n", tsp_version());
			return EX_OK;
		default:
			fputs(usage, stderr);
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return EX_USAGE;
	}

	tsp_config_defaults(&config);
	err = tsp_config_read(&config, path ? path : TSP_CONFIG_FILE, &error);
	/* No file at the usual place means the defaults. */
	if (err && (path || err != -ENOENT)) {
		tsp_log(LOG_ERR, "%s", error.text);
		return EX_CONFIG;
	}
	if (check) {
		printf("%s: no errors\n", path ? path : TSP_CONFIG_FILE);
		return EX_OK;
	}
	return tsp_service_run(&config);
}
