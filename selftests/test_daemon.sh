#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The daemon loses nothing: not when it is killed in the middle, not when the
# module comes late, goes, and comes again. Its lines hold what was promised.
# shellcheck source=selftests/ktap.sh
. "$(dirname "$(realpath "$0")")/ktap.sh"

plan 17
injections=50

pids() {
	cat "$work/pids"
}

n_pids() {
	[ "$(wc -l < "$work/pids")" -ge "$1" ]
}

inject_many() {
	: > "$work/pids"
	for _ in $(seq "$1"); do
		inject vm-write >> "$work/pids"
	done
}

all_logged() {
	# shellcheck disable=SC2046 # a list
	eventlog has $(pids)
}

each_once() {
	# shellcheck disable=SC2046 # a list
	eventlog once $(pids)
}

kill_in_the_middle() {
	local injector

	inject_many "$injections" &
	injector=$!
	wait_for n_pids 15 || return
	daemon_end KILL || return
	wait_for n_pids 35 || return
	daemon_start || return
	wait "$injector"
}

one_more() {
	inject vm-write > "$work/pids" && wait_for all_logged && each_once
}

actions() {
	[ "$(eventlog action "$1")" -ge "$2" ]
}

leaves_with() {
	local pid

	trespassd 2> "$work/leaving" &
	pid=$!
	wait_for daemon_up
	kill "-$1" "$pid"
	status_is "$2" wait "$pid"
}

check "the module is loaded" load
check "the daemon ends when told to" daemon_end TERM
check "the daemon starts" daemon_start
check "it logs an injection" one_more

check "$injections injections, the daemon killed amid" kill_in_the_middle
check "all of them are logged" wait_for all_logged
check "each exactly once, but for repeats of an id" each_once
check "every detection has all promised fields" eventlog complete

check "the module goes under the daemon" unload
check "the daemon says so" wait_for actions module-vanished 1
check "the module comes again" load
check "the daemon says so" wait_for said "armed\|watching\|loaded\|there"
check "and logs an injection" one_more

start_before_the_module() {
	daemon_end TERM && unload && : > "$work/said" && daemon_start &&
		wait_for said "not loaded" && load
}
check "the daemon starts before the module" start_before_the_module
check "and logs an injection" one_more

check "a second daemon refuses" status_is 75 trespassd
check "SIGTERM ends it well" daemon_end TERM
daemon_start
