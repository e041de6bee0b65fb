#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Ordinary work: debuggers, tracers, compilers, interpreters, shells. None of
# it may be told with a severity of 50 or more; what is told below that is
# shown, program by program.
# shellcheck source=selftests/ktap.sh
. "$(dirname "$(realpath "$0")")/../ktap.sh"

grave=50

cat > "$work/program.c" <<'END'
#include <stdio.h>
#include <unistd.h>

static int answer(int x)
{
	return 6 * x;
}

int main(void)
{
	printf("%d\n", answer(7));
	return 0;
}
END

# A process that others look at: it only waits for its input to end.
idler_start() {
	[ -p "$work/idle" ] || mkfifo "$work/idle"
	cat "$work/idle" > /dev/null &
	idler=$!
	exec {idle}> "$work/idle"
}

idler_end() {
	exec {idle}>&-
	wait "$idler"
}

compile() {
	gcc -g -O0 -o "$work/program" "$work/program.c" && "$work/program"
}

gdb_run() {
	gdb -q -nx -batch -ex 'break answer' -ex run -ex bt -ex 'info registers' \
		-ex 'print x' -ex stepi -ex continue "$work/program"
}

gdb_look() {
	local status=0

	idler_start
	gdb -q -nx -batch -p "$idler" -ex bt -ex 'info registers' \
		-ex 'info proc mappings' -ex "x/4i \$pc" -ex detach || status=$?
	idler_end
	return $status
}

strace_command() {
	strace -f -o "$work/trace" sh -c 'ls / | wc -l; true' &&
		grep -q execve "$work/trace"
}

strace_running() {
	local tracer

	idler_start
	strace -o "$work/attached" -p "$idler" 2> "$work/strace" {idle}>&- &
	tracer=$!
	wait_for grep -q attached "$work/strace"
	idler_end
	wait "$tracer"
}

pipeline() {
	seq 2000 | sort -rn | awk '{ sum += $1 } END { print sum }' |
		grep -qx 2001000
}

storm() {
	local i

	for i in $(seq 100); do
		/bin/true "$i" &
	done
	wait
}

python_work() {
	python3 -c 'import ctypes, json, mmap, subprocess, threading
shared = mmap.mmap(-1, 4096)
shared[:5] = b"hello"
threads = [threading.Thread(target=json.dumps, args=([1],)) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
subprocess.run(["true"], check=True)
ctypes.CDLL(None).getpid()'
}

read_memory() {
	local status=0

	idler_start
	python3 - "$idler" <<-'END' || status=$?
	import ctypes
	import sys

	class Range(ctypes.Structure):
	    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]

	pid = int(sys.argv[1])
	with open(f"/proc/{pid}/maps") as maps:
	    begin = int(next(maps).split("-")[0], 16)
	buffer = ctypes.create_string_buffer(64)
	local = Range(ctypes.addressof(buffer), 64)
	remote = Range(begin, 64)
	n = ctypes.CDLL(None).process_vm_readv(
	    pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
	with open(f"/proc/{pid}/mem", "rb") as memory:
	    memory.seek(begin)
	    assert n == 64 and memory.read(4) == b"\x7fELF"
	END
	idler_end
	return $status
}

# Our own injection, so that what was told before it is in the log for sure. The
# daemon may have much to catch up with.
fence() {
	local wait_s=300

	inject vm-write > "$work/fence"
	# shellcheck disable=SC2046 # a number
	wait_for eventlog has $(cat "$work/fence")
}

rounds=(
	"a compiler and a linker" compile
	"gdb runs a program to a breakpoint" gdb_run
	"gdb looks at a running process" gdb_look
	"strace follows a command" strace_command
	"strace attaches to a process" strace_running
	"a shell pipeline" pipeline
	"a storm of forks and execs" storm
	"python with threads, mappings and children" python_work
	"reading another process's memory" read_memory
)

plan $((${#rounds[@]} / 2 + 2))
begin=$(eventlog lines)
for ((i = 0; i < ${#rounds[@]}; i += 2)); do
	check "${rounds[i]}" "${rounds[i + 1]}"
done
check "all of it is logged" fence
check "nothing of severity $grave or more" eventlog quiet "$begin" "$grave"
show_check "told"
