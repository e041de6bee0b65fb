/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Integer types for code that runs in the kernel and in userspace alike.
 * Nothing in core/ includes a kernel header but through this file.
 */
#ifndef _TSP_CORE_TYPES_H
#define _TSP_CORE_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;
#endif

#endif /* _TSP_CORE_TYPES_H */
