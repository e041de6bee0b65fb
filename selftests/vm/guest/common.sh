# SPDX-License-Identifier: GPL-2.0
# What the programs that run a guest's command share: what the bench asked for,
# and the two ports it reads: the command's output, and the verdict, which is
# one line: "exit STATUS" or "fail SENTENCE".
# shellcheck shell=bash

bench=/usr/lib/trespass/bench

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LANG=C.UTF-8 USER=root LOGNAME=root SHELL=/bin/bash
unset TERM

# shellcheck source=/dev/null # what the bench was asked for, as KEY=VALUE
. $bench/settings

verdict() {
	echo "$*" > "$verdict_port"
}

fail() {
	echo "bench: $*" > /dev/console
	[ -z "$verdict_port" ] || verdict "fail $*"
	busybox reboot -f
}

# wait_for SECONDS CONDITION...
wait_for() {
	local deadline=$((SECONDS + $1))
	shift

	until "$@"; do
		[ $SECONDS -lt $deadline ] || return 1
		busybox usleep 20000
	done
}

running() {
	kill -0 "$1" 2> /dev/null
}

not_running() {
	! running "$1"
}

# A port is known by its name; its number depends on the guest's devices.
port() {
	local name

	name=$(grep -lxs "trespass.$1" /sys/class/virtio-ports/*/name) &&
		echo "/dev/$(basename "$(dirname "$name")")"
}

find_ports() {
	output_port=$(port output) && verdict_port=$(port verdict)
}

# The ports, and the directory that is shared with the host, where the command
# starts.
reach_host() {
	cd /root || fail "no /root"
	wait_for 60 find_ports || fail "the ports did not appear"
	[ -n "$share" ] || return 0
	mkdir -p /share
	mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=mmap \
		share /share || fail "cannot mount the shared directory"
	cd /share || fail "cannot enter the shared directory"
}

# The command writes to a pipe, not to the port: a pipe it may open again by
# /dev/stdout. A process it left behind does not keep the guest up.
run_command() {
	local copier status

	mapfile -d '' -t command < $bench/command
	exec {out}> >(exec cat > "$output_port")
	copier=$!
	(exec "${command[@]}" >&"$out" 2>&1 {out}>&-) < /dev/null
	status=$?
	exec {out}>&-
	wait_for 5 not_running $copier
	return $status
}
