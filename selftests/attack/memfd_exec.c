// SPDX-License-Identifier: GPL-2.0
/*
 * Executes a program that no file system holds: copies it into a memfd and
 * executes that.
 *
 *	memfd_exec [--how fexecve|execveat|path] [--name NAME] [--fork]
 *		   [--file memfd|tmpfile|unlinked|tmpfs] PROGRAM [ARGUMENT...]
 *
 * --file makes another kind of file, see fileless.h; --fork leaves the
 * execution to a child.
 */
#include "memfd.h"
#include "fileless.h"

#include <getopt.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;

enum how { FEXECVE, EXECVEAT, PATH };

static const char *const hows[] = { "fexecve", "execveat", "path", NULL };
static const char *const kinds[] = { "memfd", "tmpfile", "unlinked", "tmpfs",
				     NULL };

static int execute(int fd, enum how how, char *path, char **argv)
{
	char proc[FILELESS_PATH_MAX];

	if (how == FEXECVE)
		fexecve(fd, argv, environ);
	if (how == EXECVEAT)
		syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	if (how == PATH)
		execv(*path ? path : proc, argv);
	err(1, "execution of %s as %s", argv[0], proc);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "how", required_argument, NULL, 'h' },
		{ "name", required_argument, NULL, 'n' },
		{ "fork", no_argument, NULL, 'f' },
		{ "file", required_argument, NULL, 'k' },
		{ 0 },
	};
	int option, status, fd, forks = 0;
	const char *name = "memfd_exec";
	enum fileless kind = FILELESS_MEMFD;
	char path[FILELESS_PATH_MAX];
	enum how how = FEXECVE;
	pid_t child;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (option == 'h')
			how = parse_word("--how", optarg, hows);
		else if (option == 'n')
			name = optarg;
		else if (option == 'f')
			forks = 1;
		else if (option == 'k')
			kind = parse_word("--file", optarg, kinds);
		else
			return 2;
	}
	if (optind >= argc)
		errx(2, "usage: %s [options] PROGRAM [ARGUMENT...]", argv[0]);

	fd = fileless_open(kind, 0, name, path);
	if (fd < 0)
		err(1, "file to execute");
	copy_into(fd, argv[optind]);
	if (kind != FILELESS_MEMFD)
		fd = fileless_reopen(fd);
	child = forks ? fork() : 0;
	if (!child) {
		printf("memfd_exec pid=%d name=%s\n", getpid(), name);
		fflush(stdout);
		return execute(fd, how, path, argv + optind);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		errx(1, "the child did not come back");
	return WEXITSTATUS(status);
}
