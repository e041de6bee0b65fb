// SPDX-License-Identifier: GPL-2.0
/*
 * The one place where bytes that somebody else chose (thread names, paths,
 * command lines, memfd names) are made fit for a terminal and for JSON.
 */
#include <stdbool.h>
#include <string.h>

#include "trespass.h"

/* Length of the UTF-8 character at the start of @in, 0 if there is none. */
static size_t character(const unsigned char *in, size_t len, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n;

	if (in[0] < 0x80)
		n = 1;
	else if ((in[0] & 0xe0) == 0xc0)
		n = 2;
	else if ((in[0] & 0xf0) == 0xe0)
		n = 3;
	else if ((in[0] & 0xf8) == 0xf0)
		n = 4;
	else
		return 0;
	if (n > len)
		return 0;
	*code = n == 1 ? in[0] : in[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((in[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (in[i] & 0x3f);
	}
	/* Overlong forms, surrogates and what lies past Unicode's end. */
	if (*code < least[n] || (*code >= 0xd800 && *code <= 0xdfff) ||
	    *code > 0x10ffff)
		return 0;
	return n;
}

/* Would it move the cursor, end the line or reorder what is around it? */
static bool harmful(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) ||
	       code == 0x061c || (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
	       (code >= 0xfff9 && code <= 0xfffb) ||
	       (code >= 0xe0000 && code <= 0xe007f);
}

size_t tsp_text_escape(char *out, size_t size, const char *in, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *at = (const unsigned char *)in;
	size_t used = 0;

	while (len) {
		uint32_t code = 0;
		size_t n = character(at, len, &code);
		bool backslash = at[0] == '\\' && len > 1 && at[1] == 'x';

		if (n && !backslash && !harmful(code)) {
			if (used + n >= size)
				break;
			memcpy(out + used, at, n);
			used += n;
		} else {
			if (!n)
				n = 1;
			if (used + 4 * n >= size)
				break;
			for (size_t i = 0; i < n; i++) {
				out[used++] = '\\';
				out[used++] = 'x';
				out[used++] = digits[at[i] >> 4];
				out[used++] = digits[at[i] & 15];
			}
		}
		at += n;
		len -= n;
	}
	if (size)
		out[used] = '\0';
	return used;
}
