# SPDX-License-Identifier: GPL-2.0
#
# Everything starts here. What runs in a real kernel runs in a throw-away VM:
# see selftests/vm/run.

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

.PHONY: install-userspace install-tests
install-userspace:
	$(MAKE) -C userspace install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

install-tests:
	$(MAKE) -C selftests install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)
