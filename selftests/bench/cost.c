// SPDX-License-Identifier: GPL-2.0
/*
 * Tells what operations cost, in nanoseconds of CPU time: instructions, in a
 * guest that counts them.
 *
 *	cost [-n REPEATS] [-r LOOPS] [OPERATION...]
 *
 * Without a name it measures all of them. Each is done in a loop, REPEATS times
 * over (once, if not told), after a tenth of the loop to warm up; what is no
 * loop is warm from the second time on. LOOPS makes the loops that many times
 * as long. A line for each loop:
 *
 *	cost op=NAME count=N path=NS total=NS
 *
 * path is the CPU time of who acts: this process, its children and, where there
 * is one, the process acted upon. total is that of all tasks in the system,
 * from before the loop until the system is at rest again: what a daemon or a
 * kernel thread had to do because of the loop is in it. Both are for the whole
 * loop. What the system does at rest is not in it, and is told first, for a
 * second, as an operation named rest.
 */
#include "../attack/common.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#define NS_PER_S 1000000000ULL
#define PAGE 4096
#define __aligned(bytes) __attribute__((aligned(bytes)))

/* The system is at rest when it does the same in several looks. */
#define LOOK_NS 250000000ULL
#define IDLE_NS 100000
#define LOOKS_MIN 4
#define LOOKS_MAX 1200

static char buffer[64]; /* what is written, and where, in this and the target */
static const char *self;
static pid_t target;
static int fd;

/* The kernel splits and merges areas when a page of it is protected. */
static char data[16 * PAGE] __aligned(PAGE);

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now))
		err(1, "clock_gettime");
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static uint64_t children_ns(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_CHILDREN, &usage))
		err(1, "getrusage");
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * NS_PER_S +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000ULL;
}

static uint64_t path_ns(void)
{
	uint64_t ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) + children_ns();
	clockid_t clock;

	if (target) {
		if (clock_getcpuclockid(target, &clock))
			errx(1, "the target has no clock");
		ns += clock_ns(clock);
	}
	return ns;
}

/*
 * The time that the CPUs spent on tasks. Counted when a task leaves its CPU, so
 * who asks sleeps first, every time.
 */
static uint64_t total_ns(void)
{
	const struct timespec look = { .tv_nsec = LOOK_NS };
	unsigned long long cpu_ns;
	uint64_t sum_ns = 0;
	char line[512];
	FILE *file;

	nanosleep(&look, NULL);
	file = fopen("/proc/schedstat", "re");
	if (!file)
		err(1, "/proc/schedstat");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "cpu%*u %*u %*u %*u %*u %*u %*u %llu",
			   &cpu_ns) == 1)
			sum_ns += cpu_ns;
	fclose(file);
	return sum_ns;
}

static bool alike(uint64_t a_ns, uint64_t b_ns)
{
	uint64_t more_ns = a_ns > b_ns ? a_ns : b_ns;
	uint64_t less_ns = a_ns > b_ns ? b_ns : a_ns;

	return more_ns - less_ns < IDLE_NS + more_ns / 8;
}

/*
 * Waits until the system does the same in each look: nothing, or what it always
 * does. Returns that.
 */
static uint64_t rest_ns(void)
{
	uint64_t before_ns = total_ns(), last_ns = 0, now_ns, work_ns;
	uint64_t sum_ns = 0;
	int looks, same = 0;

	for (looks = 0; same < LOOKS_MIN; looks++) {
		if (looks == LOOKS_MAX)
			errx(1, "the system does not come to rest");
		now_ns = total_ns();
		work_ns = now_ns - before_ns;
		if (!alike(work_ns, last_ns))
			same = sum_ns = 0;
		same++;
		sum_ns += work_ns;
		before_ns = now_ns;
		last_ns = work_ns;
	}
	return sum_ns / same;
}

/*
 * Waits until the system is at rest again, and returns what it has done until
 * then, without what it does at rest.
 */
static uint64_t drain_ns(uint64_t begin_ns, uint64_t at_rest_ns)
{
	uint64_t before_ns = total_ns(), now_ns, work_ns;
	int looks, calm = 0;

	for (looks = 1; looks < LOOKS_MIN || calm < 2; looks++) {
		if (looks == LOOKS_MAX)
			errx(1, "the system does not come to rest");
		now_ns = total_ns();
		work_ns = now_ns - before_ns;
		calm = work_ns < at_rest_ns || alike(work_ns, at_rest_ns)
			       ? calm + 1
			       : 0;
		before_ns = now_ns;
	}
	work_ns = before_ns - begin_ns;
	return work_ns > looks * at_rest_ns ? work_ns - looks * at_rest_ns : 0;
}

static void make_target(void)
{
	target = fork();
	if (target < 0)
		err(1, "fork");
	if (target)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void end_target(void)
{
	kill(target, SIGKILL);
	waitpid(target, NULL, __WALL);
	target = 0;
}

static void await_target(void)
{
	if (waitpid(target, NULL, __WALL) != target)
		err(1, "wait for the target");
}

static void getppid_loop(unsigned long count)
{
	while (count--)
		syscall(SYS_getppid);
}

static void open_loop(unsigned long count)
{
	int opened;

	while (count--) {
		opened = open("/tmp/cost", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (opened < 0)
			err(1, "open");
		close(opened);
	}
}

static void map_loop(unsigned long count, int prot, int flags)
{
	void *mapped;

	while (count--) {
		mapped = mmap(NULL, PAGE, prot, flags, fd, 0);
		if (mapped == MAP_FAILED)
			err(1, "mmap");
		munmap(mapped, PAGE);
	}
}

static void no_file(void)
{
	fd = -1;
}

static void map_data_loop(unsigned long count)
{
	map_loop(count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);
}

static void map_code_loop(unsigned long count)
{
	map_loop(count, PROT_READ | PROT_WRITE | PROT_EXEC,
		 MAP_PRIVATE | MAP_ANONYMOUS);
}

static void open_self(void)
{
	fd = open(self, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", self);
}

static void close_file(void)
{
	close(fd);
}

static void map_file_loop(unsigned long count)
{
	map_loop(count, PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

static void touch_data(void)
{
	memset(data, 1, sizeof(data));
}

static void protect_loop(unsigned long count)
{
	void *page = data + 2 * PAGE;

	while (count--) {
		if (mprotect(page, PAGE, PROT_READ | PROT_EXEC) ||
		    mprotect(page, PAGE, PROT_READ | PROT_WRITE))
			err(1, "mprotect");
	}
}

static void memfd_loop(unsigned long count)
{
	int memfd;

	while (count--) {
		memfd = memfd_create("cost", MFD_CLOEXEC);
		if (memfd < 0)
			err(1, "memfd_create");
		close(memfd);
	}
}

static void await_child(pid_t pid)
{
	int status;

	if (pid < 0)
		err(1, "fork");
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "a child failed");
}

static void fork_loop(unsigned long count)
{
	pid_t pid;

	while (count--) {
		pid = fork();
		if (!pid)
			_exit(0);
		await_child(pid);
	}
}

static void run(const char *program, const char *arg, const char *arg2)
{
	pid_t pid = fork();

	if (!pid) {
		execl(program, program, arg, arg2, NULL);
		_exit(127);
	}
	await_child(pid);
}

static void exec_loop(unsigned long count)
{
	while (count--)
		run(self, "exit", NULL);
}

static void attach_loop(unsigned long count)
{
	while (count--) {
		if (ptrace(PTRACE_ATTACH, target, 0, 0))
			err(1, "attach");
		await_target();
		if (ptrace(PTRACE_DETACH, target, 0, 0))
			err(1, "detach");
	}
}

static void attach_target(void)
{
	make_target();
	if (ptrace(PTRACE_ATTACH, target, 0, 0))
		err(1, "attach");
	await_target();
}

static void poke_loop(unsigned long count)
{
	while (count--)
		if (ptrace(PTRACE_POKEDATA, target, buffer, count))
			err(1, "poke");
}

static void vm_write_loop(unsigned long count)
{
	struct iovec iov = { buffer, sizeof(buffer) };

	while (count--)
		if (process_vm_writev(target, &iov, 1, &iov, 1, 0) !=
		    sizeof(buffer))
			err(1, "process_vm_writev");
}

static void open_mem(void)
{
	char path[32];

	make_target();
	snprintf(path, sizeof(path), "/proc/%d/mem", target);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
}

static void close_mem(void)
{
	close(fd);
	end_target();
}

static void mem_write_loop(unsigned long count)
{
	while (count--)
		if (pwrite(fd, buffer, sizeof(buffer), (uintptr_t)buffer) !=
		    sizeof(buffer))
			err(1, "write to the target's memory");
}

static void write_source(void)
{
	FILE *source = fopen("hello.c", "we");

	if (!source)
		err(1, "hello.c");
	fputs("#include <stdio.h>\n\nint main(void)\n{\n"
	      "\tputs(\"hello\");\n\treturn 0;\n}\n",
	      source);
	fclose(source);
}

static void compile_loop(unsigned long count)
{
	while (count--)
		run("/bin/sh", "-c",
		    "for i in 1 2 3 4 5; do gcc -O2 -c hello.c || exit; done");
}

static void true_loop(unsigned long count)
{
	while (count--)
		run("/bin/sh", "-c",
		    "i=200; while [ $i -gt 0 ]; do /bin/true; i=$((i-1)); done");
}

static const struct operation {
	const char *name;
	unsigned long count;
	void (*loop)(unsigned long count);
	void (*begin)(void);
	void (*end)(void);
} operations[] = {
	{ "getppid", 40000, getppid_loop },
	{ "open+close", 5000, open_loop },
	{ "mmap-rw", 3000, map_data_loop, no_file },
	{ "mmap-exec", 3000, map_code_loop, no_file },
	{ "mmap-exec-file", 3000, map_file_loop, open_self, close_file },
	{ "mprotect", 3000, protect_loop, touch_data },
	{ "memfd", 2000, memfd_loop },
	{ "fork+wait", 200, fork_loop },
	{ "fork+exec", 100, exec_loop },
	{ "attach+detach", 1000, attach_loop, make_target, end_target },
	{ "poke", 8000, poke_loop, attach_target, end_target },
	{ "vm-write", 8000, vm_write_loop, make_target, end_target },
	{ "mem-write", 6000, mem_write_loop, open_mem, close_mem },
	{ "gcc", 1, compile_loop, write_source },
	{ "true", 1, true_loop },
};

static void tell(const char *name, unsigned long count, uint64_t path,
		 uint64_t total)
{
	printf("cost op=%s count=%lu path=%lu total=%lu\n", name, count,
	       (unsigned long)path, (unsigned long)total);
	fflush(stdout);
}

static void measure(const struct operation *op, unsigned long repeats,
		    unsigned long loops)
{
	uint64_t at_rest_ns, begin_path_ns, end_path_ns, begin_total_ns;
	unsigned long count = op->count * loops;

	if (op->begin)
		op->begin();
	op->loop(op->count / 10);
	at_rest_ns = rest_ns();
	while (repeats--) {
		begin_total_ns = total_ns();
		begin_path_ns = path_ns();
		op->loop(count);
		end_path_ns = path_ns();
		tell(op->name, count, end_path_ns - begin_path_ns,
		     drain_ns(begin_total_ns, at_rest_ns));
	}
	if (op->end)
		op->end();
}

static bool wanted(const struct operation *op, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, op->name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const size_t n = sizeof(operations) / sizeof(*operations);
	unsigned long repeats = 1, loops = 1;
	int option;
	size_t i;

	if (argc == 2 && !strcmp(argv[1], "exit"))
		return 0;
	self = argv[0];
	while ((option = getopt(argc, argv, "n:r:")) != -1) {
		if (option == 'n')
			repeats = parse_number("REPEATS", optarg);
		else if (option == 'r')
			loops = parse_number("LOOPS", optarg);
		else
			errx(2,
			     "usage: %s [-n REPEATS] [-r LOOPS] [OPERATION...]",
			     argv[0]);
	}
	tell("rest", 1, 0, rest_ns() * (NS_PER_S / LOOK_NS));
	for (i = 0; i < n; i++)
		if (wanted(&operations[i], argv + optind))
			measure(&operations[i], repeats, loops);
	unlink("/tmp/cost");
	return 0;
}
