#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs the module through DKMS, for real, and removes it again. Runs in a
# suite's root: selftests/vm/in-root SUITE -- selftests/dkms.sh
set -uo pipefail
cd "$(dirname "$(realpath "$0")")/.." || exit 1
version=$(cat VERSION)
kernel=$(basename "$(dirname "$(echo /lib/modules/*-amd64/build)")")
tests=0 failed=0

ok() {
	local sentence=$1
	shift

	tests=$((tests + 1))
	if "$@" > /tmp/dkms.log 2>&1; then
		echo "ok $tests - $sentence"
	else
		sed 's/^/# /' /tmp/dkms.log
		echo "not ok $tests - $sentence"
		failed=1
	fi
}

# shellcheck disable=SC2317 # called through ok
installed() {
	dkms status "trespass/$version" -k "$kernel" | grep -q installed &&
		modinfo -k "$kernel" -F version trespass | grep -qx "$version"
}

# shellcheck disable=SC2317 # called through ok
gone() {
	! dkms status "trespass/$version" | grep -q . &&
		! modinfo -k "$kernel" trespass &&
		[ ! -e "/usr/src/trespass-$version" ]
}

echo "TAP version 13"
echo "1..5"
ok "nothing is installed at first" gone
ok "make dkms-install adds, builds and installs" \
	make dkms-install DKMS_FLAGS="-k $kernel"
ok "the module is there, in this version" installed
ok "make dkms-remove removes it" make dkms-remove
ok "nothing is left" gone
exit $failed
