# SPDX-License-Identifier: GPL-2.0
#
# Everything starts here.
#
#	make demo           real injections in a throw-away VM, detected live
#	make check          every test, one summary line
#	make check-arm64    the kernel selftests on arm64, emulated
#	make fuzz           the core under libFuzzer [FUZZ_SECONDS=600]
#	make bench          what it costs, against its limits [SUITE=trixie]
#	make dkms-install   the module on this host, rebuilt for every kernel
#	make install        the daemon, the command and the library on this host
#
# demo and check need nothing but a Debian machine and root: they install what
# is missing, and what they build runs in suite roots and VMs of their own.

VERSION := $(shell cat VERSION)
KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr

.PHONY: all modules userspace tests
all: modules userspace

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

userspace:
	$(MAKE) -C userspace all

tests: userspace
	$(MAKE) -C selftests all

# --- what a person runs -------------------------------------------------------

.PHONY: demo check check-debug check-arm64 check-noise
demo:
	scripts/setup
	selftests/vm/run --timeout 600 -- /usr/lib/trespass/selftests/demo

check:
	scripts/setup
	scripts/check

# The same selftests in a kernel with KASAN, lockdep and kmemleak.
check-debug:
	scripts/setup
	scripts/check --debug

# The same selftests on arm64's kernels.
check-arm64:
	scripts/setup --arm64
	scripts/check --arm64

# The core under libFuzzer; what it finds is left in build/fuzz.
FUZZ_SECONDS ?= 600
.PHONY: fuzz
fuzz:
	scripts/setup
	mkdir -p build/fuzz
	selftests/vm/in-root --out build/fuzz bookworm -- make -s check-fuzz \
		FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_OUT=/out

SUITE ?= trixie

.PHONY: bench
bench:
	scripts/setup
	selftests/bench/bench --suite $(SUITE)

# Ordinary work on a whole Debian system, told item by item.
check-noise:
	scripts/setup
	selftests/noise/run

# --- installing on a host -----------------------------------------------------

DKMS_SOURCE := $(DESTDIR)/usr/src/trespass-$(VERSION)
DKMS_MODULE := trespass/$(VERSION)

.PHONY: install install-userspace install-tests dkms-install dkms-remove
install: install-userspace

install-userspace:
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

install-tests:
	$(MAKE) -C selftests install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

dkms-install:
	@command -v dkms > /dev/null || \
		{ echo "dkms is missing: apt-get install dkms" >&2; exit 1; }
	mkdir -p $(DKMS_SOURCE)
	cp -r Makefile Kbuild VERSION include kmod $(DKMS_SOURCE)
	sed 's/@VERSION@/$(VERSION)/' dkms.conf > $(DKMS_SOURCE)/dkms.conf
	dkms add $(DKMS_MODULE)
	dkms build $(DKMS_MODULE) $(DKMS_FLAGS)
	dkms install $(DKMS_MODULE) $(DKMS_FLAGS)

dkms-remove:
	dkms remove $(DKMS_MODULE) --all
	rm -rf $(DKMS_SOURCE)

# --- checks of the sources; scripts/check runs them in a suite's root ---------

.PHONY: gen gen-check includes style sparse check-unit check-fuzz check-example
gen:
	scripts/gen

gen-check:
	scripts/gen --check

includes:
	scripts/check-includes

style:
	scripts/check-style

sparse:
	scripts/check-sparse $(KDIR)

check-unit:
	$(MAKE) -s -C selftests/unit check
	$(MAKE) -s -C userspace check

check-fuzz:
	$(MAKE) -s -C selftests/fuzz run

check-example:
	$(MAKE) -s -C userspace check-example

.PHONY: clean clean-modules
clean: clean-modules
	rm -rf build

clean-modules:
	-$(MAKE) -C $(KDIR) M=$(CURDIR) clean
