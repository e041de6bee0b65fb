// SPDX-License-Identifier: GPL-2.0
/* Runs the attack programs to their end and tells what they did. */
#include "program.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
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

static int mount_proc(void)
{
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	       mount("proc", "/proc", "proc", 0, NULL);
}

int program_run_as(struct program *program, uid_t uid, uint64_t namespaces,
		   const char *const *argv)
{
	struct identity before;
	char path[PATH_MAX];
	int out[2], go[2];
	siginfo_t info;
	char byte;
	pid_t pid;

	attack_path(argv[0], path);
	if (pipe2(out, O_CLOEXEC) || pipe2(go, O_CLOEXEC))
		return -1;
	pid = fork_into(namespaces, 0);
	if (!pid) {
		dup2(out[1], STDOUT_FILENO);
		if (read(go[0], &byte, 1) == 1 &&
		    !(namespaces && mount_proc()) && !become(uid))
			execv(path, (char *const *)argv);
		perror(path);
		_exit(127);
	}
	close(out[1]);
	close(go[0]);
	/* only a living process says which its namespaces are */
	if (identity_of(pid, &before) || write(go[1], "", 1) != 1)
		return -1;
	close(go[1]);
	read_last_line(out[0], sizeof(program->line), program->line);

	/* a zombie still says when it was started */
	if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT) ||
	    identity_of(pid, &program->id))
		return -1;
	program->id.pid_ns = before.pid_ns;
	program->id.mnt_ns = before.mnt_ns;
	snprintf(program->id.exe, sizeof(program->id.exe), "%s", path);
	program->status = reap(pid);
	return 0;
}

int program_run(struct program *program, const char *const *argv)
{
	return program_run_as(program, getuid(), 0, argv);
}
