// SPDX-License-Identifier: GPL-2.0
/*
 * Uses the native API in a given order: each word is one call.
 *
 *	sequence [--on PID ADDRESS] WORD...
 *
 * fork		make a child, which exits
 * thread	make a thread, which is no process
 * exec-memory	map writable and executable memory
 * mprotect, pkey-mprotect, shmat, remap-file-pages, read-implies-exec
 *		make memory executable in another way
 * fileless	map an in-memory file executable
 * data-memory	map memory that is not executable
 * attach	trace PID and let go of it
 * write	write a byte to PID at ADDRESS
 * own-write	the same to one's own memory
 * map=FILE	map a file executable, as the loading of a library does
 * name=NAME	take another thread name
 * pass=MS	let time pass
 * exec		begin anew with the words that follow, as another program
 */
#include "common.h"

#include "../flip.h"
#include "../tracer.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define SIZE 4096

static pid_t pid;
static unsigned long address;
static void *mapped; /* last */

static int do_fork(void)
{
	pid_t child = fork();

	if (!child)
		_exit(0);
	return child < 0 || waitpid(child, NULL, 0) != child;
}

static void *nothing(void *arg)
{
	return arg;
}

static int do_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) ||
	       pthread_join(thread, NULL);
}

static int map(int fd, int prot, int flags)
{
	mapped = mmap(NULL, SIZE, prot, MAP_PRIVATE | flags, fd, 0);
	return mapped == MAP_FAILED;
}

static int do_fileless(void)
{
	int fd = memfd_create("sequence", 0);

	return ftruncate(fd, SIZE) || map(fd, PROT_READ | PROT_EXEC, 0);
}

static int do_data_memory(void)
{
	return map(-1, PROT_READ | PROT_WRITE, MAP_ANONYMOUS);
}

static int do_attach(void)
{
	return take(TAKE_ATTACH, pid) < 0 || release(pid);
}

static int write_to(pid_t whom, void *where)
{
	static char byte;
	struct iovec local = { &byte, 1 }, remote = { where, 1 };

	return process_vm_writev(whom, &local, 1, &remote, 1, 0) != 1;
}

static int do_write(void)
{
	return write_to(pid, (void *)address);
}

static int do_own_write(void)
{
	static char cell;

	return write_to(getpid(), &cell);
}

/* By enum flip. */
static const char *const flips[] = {
	"exec-memory", "mprotect",	   "pkey-mprotect",
	"shmat",       "remap-file-pages", "read-implies-exec",
};

static const struct {
	const char *word;
	int (*act)(void);
} plain[] = {
	{ "fork", do_fork },	       { "thread", do_thread },

	{ "fileless", do_fileless },   { "data-memory", do_data_memory },
	{ "attach", do_attach },       { "write", do_write },
	{ "own-write", do_own_write },
};

static int map_file(const char *path)
{
	return map(open(path, O_RDONLY), PROT_READ | PROT_EXEC, 0);
}

/* Not by nanosleep, which a kernel may not have for 32-bit programs. */
static int pass(long ms)
{
	return poll(NULL, 0, ms);
}

static int act(char **argv, char **words)
{
	const char *word = *words;
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(word, plain[i].word))
			return plain[i].act();
	for (i = 0; i < sizeof(flips) / sizeof(flips[0]); i++)
		if (!strcmp(word, flips[i]))
			return !(mapped = flip(i));
	if (!strncmp(word, "map=", 4))
		return map_file(word + 4);
	if (!strncmp(word, "name=", 5))
		return prctl(PR_SET_NAME, word + 5);
	if (!strncmp(word, "pass=", 5))
		return pass(parse_number("pass", word + 5));
	if (!strcmp(word, "exec")) {
		*words = argv[0];
		execv("/proc/self/exe", words);
	}
	errx(2, "no such call: %s", word);
}

int main(int argc, char **argv)
{
	int i = 1;

	if (argc > 4 && !strcmp(argv[1], "--on")) {
		pid = parse_number("PID", argv[2]);
		address = parse_number("ADDRESS", argv[3]);
		i = 4;
	}
	if (i >= argc)
		errx(2, "usage: %s [--on PID ADDRESS] WORD...", argv[0]);
	for (; i < argc; i++)
		if (act(argv, argv + i))
			err(1, "%s", argv[i]);
	printf("sequence pid=%d address=%p\n", getpid(), mapped);
	return 0;
}
