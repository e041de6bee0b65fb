# SPDX-License-Identifier: GPL-2.0
# The configurations in which a guest is measured: how each is entered and left.
# To be sourced, with the directory of this file in $bench.
# shellcheck shell=bash

# shellcheck source=selftests/ktap.sh
. "$bench/../ktap.sh"
trap 'status=$?; rm -rf "$work"; exit $status' EXIT
mkdir -p /run/trespass /var/log/trespass

base_enter() { :; }
base_leave() { :; }

# shellcheck disable=SC2034 # used by its name
daemon_program=trespassd

idle_enter() {
	load
}

idle_leave() {
	unload
}

daemon_enter() {
	load
	daemon_start
}

# It tells how much the daemon told, which is nothing if it was not at work.
daemon_leave() {
	daemon_end TERM
	unload
	echo "events config=daemon lines=$(wc -l < "$log")"
	rm -f "$log"
}
