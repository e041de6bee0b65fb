// SPDX-License-Identifier: GPL-2.0
/*
 * A process to attack. It says where each kind of its memory is and then goes
 * on with its honest work, which is to call a function again and again.
 *
 *	victim [--for SECONDS] [--thread] [--traceme] [--chatty]
 *	       [--offer anonymous|anonymous-exec|calls]
 *
 * The first line names its pid and one address per kind of memory, each with
 * room for SCRATCH bytes, but for "relro"; "pointer" holds the function that
 * it calls and "text" is the start of that function. Code that was put there
 * and returns other than 0 has redirected it: it says so and calls something
 * else from then on.
 *
 * --offer sends a descriptor over standard input, a socket: a userfaultfd of
 * that memory, or the supervision of its calls.
 *
 * SIGTERM ends it, SIGUSR1 makes it fork a child that does the same, SIGUSR2
 * makes it execute itself again.
 */
#include "arch.h"
#include "common.h"

#include "../means.h"
#include "../parcel.h"

#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <time.h>

#define SCRATCH 4096
#define TURN_MS 20

int work(void);
asm(".pushsection .text, \"ax\"\n"
    ".balign 4096\n"
    ".globl work\n"
    "work:\n" RETURN_ZERO "	.balign 4096\n"
    ".popsection\n");

static int idle(void)
{
	return 0;
}

static int (*volatile pointer)(void) = work;
static char data[2 * SCRATCH] = { 1 };
static const char rodata[2 * SCRATCH] = { 1 };
/* Where the dynamic linker's work ends up, and is sealed. */
__attribute__((section(".data.rel.ro"))) static char relro[64] = { 1 };
static pid_t thread_tid;

enum offer { OFFER_ANONYMOUS, OFFER_ANONYMOUS_EXEC, OFFER_CALLS, OFFER_NONE };

static const char *const offers[] = { "anonymous", "anonymous-exec", "calls",
				      NULL };
/* The first two; never touched, so that another can fill them. */
static void *pages[OFFER_CALLS];
static volatile sig_atomic_t told;

static void tell(int signal)
{
	told = signal;
}

static void *map(int fd, int prot, int flags)
{
	void *p = mmap(NULL, SCRATCH, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

static void *map_file(int fd)
{
	if (fd < 0 || ftruncate(fd, SCRATCH))
		err(1, "file to map");
	return map(fd, PROT_READ | PROT_WRITE, MAP_SHARED);
}

static void *map_shared(void)
{
	char name[] = "/tmp/victim.XXXXXX";
	int fd = mkstemp(name);

	if (fd >= 0)
		unlink(name);
	return map_file(fd);
}

static void *thread_main(void *unused)
{
	__atomic_store_n(&thread_tid, syscall(SYS_gettid), __ATOMIC_RELEASE);
	for (;;)
		pause();
	return unused;
}

static void start_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, thread_main, NULL))
		errx(1, "no thread");
	while (!__atomic_load_n(&thread_tid, __ATOMIC_ACQUIRE))
		sched_yield();
}

/* The pid by which the outside knows us, if /proc is the outside's. */
static pid_t outer_pid(void)
{
	char text[16];
	ssize_t n = readlink("/proc/self", text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = 0;
	return n < 0 ? getpid() : (pid_t)parse_number("/proc/self", text);
}

static void map_pages(void)
{
	const int rw = PROT_READ | PROT_WRITE;
	const int anon = MAP_PRIVATE | MAP_ANONYMOUS;

	pages[OFFER_ANONYMOUS] = map(-1, rw, anon);
	pages[OFFER_ANONYMOUS_EXEC] = map(-1, rw | PROT_EXEC, anon);
}

static void make_offer(enum offer offer)
{
	int fd = offer == OFFER_CALLS ? supervised_start()
				      : uffd_register(pages[offer], SCRATCH);

	if (fd < 0 || parcel_send(STDIN_FILENO, fd))
		err(1, "--offer %s", offers[offer]);
	close(fd);
}

static void say_where(void *stack)
{
	printf("victim pid=%d thread=%d text=%p rodata=%p data=%p heap=%p stack=%p vdso=%#lx anonymous=%p anonymous-exec=%p memfd=%p shared=%p relro=%p pointer=%p\n",
	       outer_pid(), thread_tid, (void *)work, (void *)rodata, data,
	       malloc(SCRATCH), stack, getauxval(AT_SYSINFO_EHDR),
	       pages[OFFER_ANONYMOUS], pages[OFFER_ANONYMOUS_EXEC],
	       map_file(syscall(SYS_memfd_create, "victim", 0U)), map_shared(),
	       (void *)relro, (void *)&pointer);
	fflush(stdout);
}

static void do_as_told(char **argv)
{
	int signal = told;

	told = 0;
	if (signal == SIGTERM || signal == SIGALRM)
		exit(0);
	if (signal == SIGUSR2)
		execv("/proc/self/exe", argv);
	if (signal == SIGUSR1 && !fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		printf("child pid=%d\n", outer_pid());
		fflush(stdout);
	}
}

/*
 * Without a look at the clock: reading it is a call into the vdso, where a
 * tracer would then find us stopped now and then.
 */
static void work_on(int chatty, char **argv)
{
	const struct timespec turn = { .tv_nsec = TURN_MS * 1000000 };
	unsigned long turns = 0;

	for (;;) {
		syscall(SYS_getppid); /* may be supervised */
		if (pointer()) {
			printf("redirected pid=%d\n", getpid());
			pointer = idle;
		}
		if (chatty && turns++ % (2000 / TURN_MS) == 0)
			printf("victim[%d]: doing my honest work\n", getpid());
		fflush(stdout);
		nanosleep(&turn, NULL);
		if (told)
			do_as_told(argv);
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "for", required_argument, NULL, 'f' },
		{ "thread", no_argument, NULL, 't' },
		{ "traceme", no_argument, NULL, 'm' },
		{ "chatty", no_argument, NULL, 'c' },
		{ "offer", required_argument, NULL, 'o' },
		{ 0 },
	};
	struct sigaction action = { .sa_handler = tell };
	int option, chatty = 0, traceme = 0;
	unsigned long seconds = 120;
	enum offer offer = OFFER_NONE;
	char stack[2 * SCRATCH];

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'f')
			seconds = parse_number("--for", optarg);
		else if (option == 't')
			start_thread();
		else if (option == 'm')
			traceme = 1;
		else if (option == 'c')
			chatty = 1;
		else if (option == 'o')
			offer = parse_word("--offer", optarg, offers);
		else
			return 2;
	}
	map_pages();
	if (offer != OFFER_NONE)
		make_offer(offer);
	say_where(stack);
	if (traceme) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			err(1, "ptrace");
		raise(SIGSTOP);
	}
	alarm(seconds);
	work_on(chatty, argv);
}
