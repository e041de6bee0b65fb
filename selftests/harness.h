/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's test harness, with time enough for an emulated processor under a
 * debug kernel.
 */
#ifndef _SELFTESTS_HARNESS_H
#define _SELFTESTS_HARNESS_H

#include <kselftest_harness.h>

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

#endif /* _SELFTESTS_HARNESS_H */
