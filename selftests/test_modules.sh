#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module comes and goes a hundred times while injections run, and leaves
# nothing behind.
# shellcheck source=selftests/ktap.sh
. "$(dirname "$(realpath "$0")")/ktap.sh"

plan 10
rounds=${ROUNDS:-100}

# What may differ without a leak, in KiB: caches that grow a little still.
slack_kib=4096

# Keeps every hook busy until the file goes away.
load_hooks() {
	while [ -e "$work/go" ]; do
		"$here/bench/burst" poke 200
		"$here/bench/burst" vm-write 200
		"$here/attack/memfd_exec" /bin/true
		"$here/attack/memfd_dlopen" "$here/attack/payload.so"
	done > /dev/null 2>&1
}

start_load() {
	: > "$work/go"
	load_hooks &
	loader=$!
}

end_load() {
	rm "$work/go"
	wait "$loader"
}

# What the kernel holds for itself: all that is not free and belongs to no file
# and no process. Each CPU has a stock of free pages that MemFree leaves out,
# and it goes up and down by tens of megabytes.
kernel_kib() {
	sync
	echo 3 > /proc/sys/vm/drop_caches
	awk -v page_kib="$(($(getconf PAGESIZE) / 1024))" '
		/^MemTotal:/ { kib += $2 }
		/^(MemFree|Buffers|Cached|AnonPages|PageTables):/ { kib -= $2 }
		$1 == "count:" { kib -= $2 * page_kib }
		END { print kib }' /proc/meminfo /proc/zoneinfo
}

round() {
	insmod "$module" && loaded && rmmod trespass
}

many_rounds() {
	local i

	for i in $(seq "$rounds"); do
		round || {
			echo "round $i failed"
			return 1
		}
		[ $((i % 10)) != 0 ] || echo "# round $i of $rounds" >&3
	done
}

# What is freed stays in quarantine for a while; kmemleak knows better there.
frees_late() {
	grep -qw kasan_report /proc/kallsyms
}

no_more_memory() {
	local after

	after=$(kernel_kib)
	echo "$before KiB before, $after KiB after"
	[ $((after - before)) -lt "$slack_kib" ]
}

nothing_in() {
	! grep -w trespass "$1"
}

no_faults() {
	! dmesg | sed "1,/$1/d" |
		grep -E 'BUG|WARNING|Oops|Call Trace|general protection|hung'
}

# A round with listeners, a policy and events in every queue.
busy_round() {
	insmod "$module" && daemon_start && inject vm-write && inject poke &&
		unload
}

check "the daemon is stopped" daemon_end TERM
check "the module is out" unload
mark="trespass-mark-$$"
echo "$mark" > /dev/kmsg

# The first round fills caches of the kernel that stay.
start_load
check "a round with the daemon listening" busy_round
end_load
daemon_end TERM
before=$(kernel_kib)

start_load
check "$rounds rounds of loading and unloading under load" many_rounds 3>&1
check "one more with the daemon listening" busy_round
end_load
daemon_end TERM

if frees_late; then
	skip "no memory is missing" "KASAN keeps what is freed"
else
	check "no memory is missing" no_more_memory
	show_check memory
fi
check "no symbol is left" nothing_in /proc/kallsyms
check "no allocation is left" nothing_in /proc/vmallocinfo
check "the kernel log is clean" no_faults "$mark"

restore() {
	load && daemon_start
}
check "it still loads" restore
