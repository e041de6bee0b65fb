#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The command: what it shows, and one clear sentence and a fitting exit status
# for everything that can be wrong.
# shellcheck source=selftests/ktap.sh
. "$(dirname "$(realpath "$0")")/ktap.sh"

plan 38

# complains STATUS WORD CMD...: that status, and one sentence with that word
complains() {
	local status=$1 word=$2
	shift 2

	status_is "$status" "$@" > "$work/out" 2> "$work/err" || {
		cat "$work/out" "$work/err"
		return 1
	}
	cat "$work/err"
	[ "$(grep -c . "$work/err")" = 1 ] && grep -qi -- "$word" "$work/err"
}

# shows WORD CMD...
shows() {
	local word=$1
	shift

	"$@" > "$work/out" || {
		cat "$work/out"
		return 1
	}
	grep -q -- "$word" "$work/out" || {
		cat "$work/out"
		return 1
	}
}

as_attacker() {
	setpriv --reuid=attacker --regid=attacker --clear-groups "$@"
}

json_has() {
	python3 -c 'import json, sys
value = json.load(open(sys.argv[1]))
sys.exit(not all(word in json.dumps(value) for word in sys.argv[2:]))' "$@"
}

json_of() {
	local file=$work/json
	local words=("$@")

	trespass "${words[0]}" --json > "$file" && json_has "$file" "${words[@]:1}"
}

watch_start() {
	trespass watch "$@" > "$work/watched" 2> "$work/watch-said" &
	watcher=$!
	wait_for grep -q 'is watching' "$work/watch-said"
}

watch_end() {
	kill "$watcher" && status_is 143 wait "$watcher"
}

watches_json() {
	watch_start --json --all --no-replay || return
	inject vm-write > "$work/pid"
	wait_for grep -q "\"pid\":$(cat "$work/pid")\b" "$work/watched"
	watch_end
	head -n 1 "$work/watched" > "$work/line"
	json_has "$work/line" detection vm-write
}

# The child of an injector is low in severity: hidden unless asked for.
watches_grave_only() {
	local victim

	watch_start --no-replay || return
	inject vm-write > /dev/null
	"$here/attack/memfd_exec" /bin/true > /dev/null
	wait_for grep -q memfd-exec "$work/watched"
	watch_end
	victim=$(grep -c vm-write "$work/watched")
	[ "$victim" = 0 ]
}

survives_unload() {
	watch_start --all --no-replay || return
	rmmod trespass && wait_for grep -q 'unloaded' "$work/watch-said" &&
		insmod "$module" && inject vm-write > /dev/null &&
		wait_for grep -q vm-write "$work/watched"
	watch_end
}

kprobes=/sys/kernel/debug/kprobes/enabled

# Switched off once: the module tells only what it has heard end meanwhile.
watches_blindness() {
	local status=0

	watch_start --no-replay || return
	echo 0 > "$kprobes"
	wait_for grep 'trespass made blind: probes switched off' "$work/watched"
	trespass coverage > "$work/silent" || status=$?
	echo "$status" >> "$work/silent"
	echo 1 > "$kprobes"
	watch_end
	cat "$work/watched"
	grep -q 'T1562.001 blinded' "$work/watched"
}

said_when_silent() {
	cat "$work/silent"
	[ "$(tail -n 1 "$work/silent")" = 1 ] &&
		grep -q 'silent: kprobes are off' "$work/silent" &&
		grep -q '^vm-write .* blind ' "$work/silent" &&
		grep -q '^blinded .* covered ' "$work/silent"
}

# policy_is NAME VALUE: as shown
policy_is() {
	trespass policy > "$work/out" && cat "$work/out" &&
		awk -v name="$1" -v value="$2" \
			'$1 == name { found = $NF == value } END { exit !found }' \
			"$work/out"
}

shows_every_tunable() {
	local name

	trespass policy > "$work/out"
	cat "$work/out"
	for name in TimeWindow SyscallType ProcessName 'MAPS Path' \
		TargetPIDThreshold TimeWindowBetweenPtraceAndMemoryWrite \
		TimeWindowBetweenMapAccessAndMemWrite UserContextMismatch \
		ProcessRelationshipConstraint FileWriteThreshold; do
		grep -q -- " $name  " "$work/out" || return
	done
}

sets_values() {
	trespass policy set 'timewindow=5s' write-window-ms=1500 \
		'syscall-type=fork,write' 'MAPS Path=libfoo' > "$work/out" || return
	[ "$(wc -l < "$work/out")" = 5 ] && policy_is time-window-ms 5000 &&
		policy_is write-window-ms 1500 &&
		policy_is syscall-type fork,write && policy_is maps-path libfoo
}

# The kernel knows the bounds; nothing changes if one value of many is refused.
sets_all_or_nothing() {
	complains 64 'between 100 and 3600000' \
		trespass policy set time-window-ms=7 edge-idle-ms=99 &&
		policy_is time-window-ms 5000
}

bad_config() {
	printf '%b' "$1" > "$work/conf"
	complains 78 "$work/conf" trespassd --config "$work/conf" --check-config
}

load
check "status shows that all is well" shows watching trespass status
check "status as JSON" json_of status observations edges
check "coverage shows every technique" shows memfd-map-exec trespass coverage
check "coverage shows the kernel's symbols" shows ptrace_attach trespass coverage
check "coverage as JSON" json_of coverage ptrace-inject hits
check "watch shows a detection as JSON" watches_json
check "watch shows grave ones only unless told" watches_grave_only
check "watch survives the module's unloading" survives_unload
check "the version is shown" shows '[0-9]' trespass --version
check "help is shown" shows coverage trespass --help
check "help of a command is shown" shows severity trespass help watch

check "coverage shows limits of this host" shows forced-mem-writes trespass coverage
check "coverage shows limits of any host" shows LD_PRELOAD trespass coverage
check "coverage as JSON has the limits" json_of coverage forced-mem-writes silenced_by arch_ptrace
check "watch shows that trespass was made blind" watches_blindness
check "coverage says that probes are silent" said_when_silent
check "policy shows every tunable under ATT&CK's names" shows_every_tunable
check "policy as JSON" json_of policy TimeWindow edge-idle-ms
check "policy sets values by either name" sets_values
check "a value out of bounds changes nothing" sets_all_or_nothing
check "policy shows what it has set" shows libfoo trespass policy set MapsPath=libfoo
check "policy with an unknown name" complains 64 "no 'nonsense'" trespass policy set nonsense=1
check "policy with an unknown bit" complains 64 'exec-memory' trespass policy set syscall-type=nonsense
check "policy with a bad number" complains 64 'whole number' trespass policy set edge-idle-ms=soon
check "policy without a value" complains 64 'NAME=VALUE' trespass policy set edge-idle-ms
check "policy with nothing to set" status_is 64 trespass policy set
check "policy without privilege" complains 77 CAP_NET_ADMIN as_attacker trespass policy set edge-idle-ms=1000

check "an unknown command" complains 64 nonsense trespass nonsense
check "an unknown option" status_is 64 trespass status --nonsense
check "no command" status_is 64 trespass
check "status without privilege" complains 77 CAP_NET_ADMIN as_attacker trespass status
check "watch without privilege" complains 77 CAP_NET_ADMIN as_attacker trespass watch
check "the daemon without privilege" status_is 77 as_attacker trespassd

check "a bad value in the configuration" bad_config '[enrich]\nlineage-max = many\n'
check "an unknown key in the configuration" bad_config '[log]\nnonsense = 1\n'
check "a configuration that is not there" complains 78 nowhere trespassd -c /nowhere --check-config

unload
check "status without the module" complains 2 'not loaded' trespass status
check "coverage without the module" complains 2 'not loaded' trespass coverage
load
