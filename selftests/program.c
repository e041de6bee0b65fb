// SPDX-License-Identifier: GPL-2.0
/* Runs the attack programs to their end and tells what they did. */
#include "program.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

unsigned long line_fact(const char *line, const char *key)
{
	char word[64];
	const char *at;

	snprintf(word, sizeof(word), " %s=", key);
	at = strstr(line, word);
	return at ? strtoul(at + strlen(word), NULL, 0) : 0;
}

unsigned long program_fact(const struct program *program, const char *key)
{
	return line_fact(program->line, key);
}

/* Read all and keep the last line. */
static void read_last_line(int fd, size_t size, char *line)
{
	FILE *file = fdopen(fd, "r");
	char text[1024];

	line[0] = 0;
	while (fgets(text, sizeof(text), file))
		snprintf(line, size, "%s", text);
	line[strcspn(line, "\n")] = 0;
	fclose(file);
}

int program_run(struct program *program, const char *const *argv)
{
	char path[PATH_MAX];
	siginfo_t info;
	int out[2];
	pid_t pid;

	attack_path(argv[0], path);
	if (pipe2(out, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(out[1], STDOUT_FILENO);
		execv(path, (char *const *)argv);
		perror(path);
		_exit(127);
	}
	close(out[1]);
	read_last_line(out[0], sizeof(program->line), program->line);

	/* a zombie still says when it was started */
	if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT) ||
	    identity_of(pid, &program->id))
		return -1;
	snprintf(program->id.exe, sizeof(program->id.exe), "%s", path);
	program->status = reap(pid);
	return 0;
}
