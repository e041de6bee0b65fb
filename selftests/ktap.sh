#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the shell tests share: TAP output, bounded waiting, and the life of the
# module and the daemon. To be sourced; the test says "plan N" first.
# shellcheck shell=bash

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
module=${TRESPASS_MODULE:-/lib/modules/$(uname -r)/extra/trespass.ko}
pid_file=/run/trespass/trespassd.pid
log=/var/log/trespass/events.jsonl
work=$(mktemp -d)

wait_s=60
tests=0 planned=0 failed=0

finish() {
	rm -rf "$work"
	# shellcheck disable=SC2046 # a list
	kill $(jobs -p) 2> /dev/null
	wait
	[ "$tests" = "$planned" ] || echo "# planned $planned tests, ran $tests"
	[ "$failed" = 0 ] && [ "$tests" = "$planned" ]
	exit
}
trap finish EXIT

plan() {
	planned=$1
	echo "TAP version 13"
	echo "1..$1"
}

# check SENTENCE CMD...: one test; what CMD says is shown if it fails
check() {
	local sentence=$1
	shift

	tests=$((tests + 1))
	if "$@" > "$work/check" 2>&1; then
		echo "ok $tests $sentence"
		return
	fi
	sed 's/^/#	/' "$work/check"
	echo "not ok $tests $sentence"
	failed=$((failed + 1))
}

skip() {
	tests=$((tests + 1))
	echo "ok $tests $1 # SKIP $2"
}

# show_check LABEL: what the last check said, also if it passed
show_check() {
	sed "s/^/# $1: /" "$work/check"
}

# wait_for CMD...: until it succeeds, looking again every twentieth of a second
wait_for() {
	local until=$((SECONDS + wait_s))

	until "$@" > /dev/null 2>&1; do
		if [ "$SECONDS" -ge "$until" ]; then
			echo "waited $wait_s s in vain for: $*"
			return 1
		fi
		sleep 0.05
	done
}

# status_is STATUS CMD...
status_is() {
	local expected=$1 status=0
	shift

	"$@" || status=$?
	[ "$status" = "$expected" ] || {
		echo "exit status $status instead of $expected"
		return 1
	}
}

running() {
	kill -0 "$1" 2> /dev/null
}

gone() {
	! running "$1"
}

loaded() {
	grep -q '^trespass ' /proc/modules
}

load() {
	loaded || insmod "$module"
}

# While somebody is being answered, the module is in use.
unload() {
	! loaded || wait_for rmmod trespass
}

daemon_pid() {
	cat "$pid_file" 2> /dev/null
}

daemon_up() {
	local pid

	pid=$(daemon_pid) && [ -n "$pid" ] && running "$pid"
}

# What the daemon says goes to $work/said.
daemon_start() {
	trespassd >> "$work/said" 2>&1 &
	disown
	wait_for daemon_up
}

# daemon_end SIGNAL
daemon_end() {
	local pid

	pid=$(daemon_pid) && running "$pid" || return 0
	kill "-$1" "$pid"
	wait_for gone "$pid"
}

said() {
	grep -qi -- "$1" "$work/said"
}

# inject poke|vm-write: one injection, into a process of its own; prints the
# injector's pid
inject() {
	"$here/bench/burst" "$1" 1 | sed -n 's/.* pid=\([0-9]*\) .*/\1/p'
}

# eventlog CMD ARG...: see eventlog.py
eventlog() {
	"$here/eventlog.py" "$log" "$@"
}
