/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Takes decisions out of the fuzzer's bytes. Past their end everything is 0.
 */
#ifndef SELFTESTS_FUZZ_INPUT_H
#define SELFTESTS_FUZZ_INPUT_H

#include "core/types.h"

/**
 * struct input - the bytes that are left
 * @at: the next
 * @left: how many
 */
struct input {
	const u8 *at;
	size_t left;
};

static inline u8 take_u8(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->at++;
}

static inline u32 take_u16(struct input *input)
{
	u32 low = take_u8(input);

	return low | take_u8(input) << 8;
}

/* A number of any magnitude, small ones and ones near a power of 2 often. */
static inline u64 take_u64(struct input *input)
{
	u8 shift = take_u8(input);
	u64 value = take_u16(input);

	value <<= shift & 63;
	return shift & 64 ? value - 1 : value;
}

/* One of so many. */
static inline u32 take_below(struct input *input, u32 n)
{
	return take_u8(input) % n;
}

#endif /* SELFTESTS_FUZZ_INPUT_H */
