# SPDX-License-Identifier: GPL-2.0
# What the bench's programs share: where the cache is, how they speak to the
# user, how a thing is made once, and the way into a suite's root.
# shellcheck shell=bash

vm_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
cache=${TRESPASS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trespass}
me=selftests/vm/$(basename "$0")

# Exit statuses of the bench's own, beside those of the commands it runs.
# shellcheck disable=SC2034 # for who sources this
readonly EX_USAGE=2 EX_TIMEOUT=124 EX_BENCH=125

say() {
	echo "$me: $*" >&2
}

# A line for the curious: shown on a terminal or with TRESPASS_VERBOSE set.
progress() {
	if [ -t 2 ] || [ -n "${TRESPASS_VERBOSE:-}" ]; then
		say "$@"
	fi
}

die() {
	say "$@"
	exit $EX_BENCH
}

usage_error() {
	say "$* (see $me --help)"
	exit $EX_USAGE
}

# The help of a program is its header comment.
show_help() {
	sed -n '3,/^[^#]/s/^# \{0,1\}//p' "$0"
	exit 0
}

need_tools() {
	local tool

	[ "$(id -u)" = 0 ] || die "run me as root: I build suite roots and chroot into them"
	for tool in "$@"; do
		command -v "$tool" > /dev/null || die "$tool is missing: run scripts/setup"
	done
}

# The columns of SUITE's row after its name, or nothing.
suite_row() {
	sed 's/#.*//' "$vm_dir/suites" |
		awk -v suite="$1" '$1 == suite { $1 = ""; print }'
}

# The processor that SUITE's guests have.
arch_of() {
	case $1 in
	*-arm64) echo arm64 ;;
	*) echo amd64 ;;
	esac
}

# The program that makes a suite's root or guest.
maker() {
	case $(arch_of "$1") in
	amd64) echo "$vm_dir/make-$2" ;;
	*) echo "$vm_dir/make-$(arch_of "$1")-$2" ;;
	esac
}

check_suite() {
	[ -n "$(suite_row "$1")" ] ||
		usage_error "unknown suite '$1': choose one of $(sed 's/#.*//' "$vm_dir/suites" |
			awk 'NF { printf "%s%s", sep, $1; sep = ", " }')"
}

# The debug configuration was written for the kernel of one suite.
check_debug() {
	[ "$1" = bookworm ] ||
		usage_error "--debug works with suite bookworm, not with '$1'"
}

# A short name for the content of files and words: hash_of FILE... -- WORD...
hash_of() {
	local files=()

	while [ "$1" != -- ]; do
		files+=("$1")
		shift
	done
	shift
	{ cat "${files[@]}" && printf '%s\n' "$@"; } | sha256sum | cut -c1-12
}

# Make a directory of the cache once, even when two runs want it at a time:
# make_once DIR SENTENCE PROGRAM [ARG...] runs PROGRAM DIR.new [ARG...].
make_once() {
	local dir=$1 sentence=$2 program=$3 name log
	shift 3

	if [ -d "$dir" ]; then
		touch "$dir"
		return
	fi
	name=$(basename "$dir")
	log=$cache/log/$name.log
	mkdir -p "$cache"/{lock,log}
	exec {lock}> "$cache/lock/$name"
	flock -n "$lock" ||
		{ say "waiting for another run: $sentence" && flock "$lock"; }
	if [ ! -d "$dir" ]; then
		say "$sentence"
		forget_unused "${dir%-*}"
		rm -rf "$dir.new"
		unshare --mount --pid --fork --kill-child --mount-proc \
			"$program" "$dir.new" "$@" > "$log" 2>&1 < /dev/null || {
			tail -n 15 "$log" >&2
			die "failed: $sentence; the whole log is $log"
		}
		mv "$dir.new" "$dir"
	fi
	exec {lock}>&-
}

# A piece whose recipe changed stays for whoever still has the old recipe, and
# goes after a week without use.
forget_unused() {
	find "$cache" -maxdepth 1 -path "$1-????????????" -mtime +7 \
		-exec rm -rf {} +
}

# The cached pieces of a suite, each named after all that goes into it.
suite_root() {
	[ "$(arch_of "$1")" = amd64 ] || {
		echo "$cache/root-$1-$(hash_of "$(maker "$1" root)" -- \
			"$(suite_root "${1%-*}")")"
		return
	}
	echo "$cache/root-$1-$(hash_of "$vm_dir"/{make-root,packages} -- \
		"$(suite_row "$1")")"
}

suite_guest() {
	echo "$cache/guest-$1-$(hash_of "$(maker "$1" guest)" "$vm_dir/unpack-kernel" -- \
		"$(suite_root "$1")")"
}

bench_root() {
	echo "$cache/root-bench-$1-$(hash_of "$vm_dir/make-bench-root" -- \
		"$(suite_root "$1")")"
}

bench_guest() {
	echo "$cache/guest-bench-$1-$(hash_of "$vm_dir"/{make-guest,unpack-kernel} -- \
		"$(bench_root "$1")")"
}

full_guest() {
	echo "$cache/full-guest-$1-$(hash_of \
		"$vm_dir"/{make-full-guest,packages-full,packages-to-install} -- \
		"$(suite_guest "$1")")"
}

debug_kernel() {
	echo "$cache/debug-kernel-$(hash_of \
		"$vm_dir"/{make-debug-kernel,debug-kernel.config} -- \
		"$(cat "$(suite_root "$1")/linux-source-version")")"
}

need_root() {
	[ "$(arch_of "$1")" = amd64 ] || need_root "${1%-*}"
	make_once "$(suite_root "$1")" "root $1: building, a few minutes, once" \
		"$(maker "$1" root)" "$1"
}

need_guest() {
	need_root "$1"
	make_once "$(suite_guest "$1")" "guest $1: building, half a minute, once" \
		"$(maker "$1" guest)" "$(suite_root "$1")/root" \
		"$(cat "$(suite_root "$1")/release")"
}

need_bench_guest() {
	local release

	need_root "$1"
	release=$(cat "$(suite_root "$1")/release")
	make_once "$(bench_root "$1")" \
		"root $1 with the tools to compare with: building, some minutes, once" \
		"$vm_dir/make-bench-root" "$(suite_root "$1")/root" "$release"
	make_once "$(bench_guest "$1")" "guest $1 with these: building, a minute, once" \
		"$vm_dir/make-guest" "$(bench_root "$1")/root" "$release"
}

need_full_guest() {
	need_root "$1"
	make_once "$(full_guest "$1")" \
		"full guest $1: building, a few minutes, once" \
		"$vm_dir/make-full-guest" "$(suite_root "$1")/root" \
		"$(cat "$(suite_root "$1")/release")"
}

need_debug_kernel() {
	need_root "$1"
	make_once "$(debug_kernel "$1")" \
		"debug kernel $1: building, a quarter of an hour, once" \
		"$vm_dir/make-debug-kernel" "$(suite_root "$1")/root"
}

# Run a command inside a root, in namespaces of its own:
# in_root ROOT [SOURCE:TARGET]... -- CMD [ARG...]
#
# Addresses are not random: where the host makes them very random
# (vm.mmap_rnd_bits), the older suites' sanitizers do not find their room.
in_root() {
	unshare --mount --pid --fork --kill-child \
		setarch --addr-no-randomize "$vm_dir/enter-root" "$@"
}

# Where this checkout is built: build_dir SUITE [DEBUG].
build_dir() {
	echo "$cache/build/$(hash_of /dev/null -- "$vm_dir")/$1${2:+-debug}"
}

# Take the build directory for this process alone, and bring its sources up
# to date.
open_build_dir() {
	mkdir -p "$1"
	exec {build_lock}> "$1/lock"
	flock -n "$build_lock" ||
		{ progress "waiting for another run's build" && flock "$build_lock"; }
	"$vm_dir/sync-tree" "$1" || die "could not copy the checkout"
}
