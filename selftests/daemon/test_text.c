// SPDX-License-Identifier: GPL-2.0
/* Untrusted bytes: nothing harmful gets out, nothing gets lost. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static void becomes(const char *in, size_t len, const char *want)
{
	char out[256];

	assert_int_equal(tsp_text_escape(out, sizeof(out), in, len),
			 strlen(want));
	assert_string_equal(out, want);
}

static void leaves_text_alone(void **state)
{
	(void)state;
	becomes("/usr/bin/caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", 23,
		"/usr/bin/caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
	becomes("", 0, "");
	becomes("C:\\temp", 7, "C:\\temp");
}

static void escapes_control_characters(void **state)
{
	(void)state;
	becomes("\033[31m\r\n\t\x7f", 9, "\\x1b[31m\\x0d\\x0a\\x09\\x7f");
	becomes("a\0b", 3, "a\\x00b");
	becomes("\xc2\x9bJ", 3, "\\xc2\\x9bJ"); /* C1: CSI */
}

static void escapes_what_reorders_text(void **state)
{
	(void)state;
	becomes("a\xe2\x80\xaez", 5, "a\\xe2\\x80\\xaez");
	becomes("\xe2\x81\xa6", 3, "\\xe2\\x81\\xa6");
}

static void escapes_what_is_no_utf8(void **state)
{
	(void)state;
	becomes("\xff\xfe", 2, "\\xff\\xfe");
	becomes("\xc3", 1, "\\xc3");				/* cut off */
	becomes("\xc0\xaf", 2, "\\xc0\\xaf");			/* overlong */
	becomes("\xed\xa0\x80", 3, "\\xed\\xa0\\x80");		/* surrogate */
	becomes("\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80"); /* too far */
	becomes("\xe2\x28\xa1", 3, "\\xe2(\\xa1");
}

static void is_not_ambiguous(void **state)
{
	(void)state;
	becomes("\\x1b", 4, "\\x5cx1b");
}

static void never_cuts_a_character(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(tsp_text_escape(out, 4, "ab\xc3\xa9", 4), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(tsp_text_escape(out, 5, "ab\033", 3), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(tsp_text_escape(out, 1, "a", 1), 0);
	assert_int_equal(tsp_text_escape(out, 0, "a", 1), 0);
}

/* Every two bytes, in exact memory, for ASan and for what gets out. */
static void gets_nothing_harmful_out(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 65536; i++) {
		char *in = malloc(2), out[TSP_TEXT_SIZE(2)];
		size_t len;

		in[0] = (char)(i >> 8);
		in[1] = (char)i;
		len = tsp_text_escape(out, sizeof(out), in, 2);
		assert_true(len >= 2);
		for (size_t at = 0; at < len; at++)
			assert_true((unsigned char)out[at] >= 0x20 &&
				    out[at] != 0x7f);
		free(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_text_alone),
		cmocka_unit_test(escapes_control_characters),
		cmocka_unit_test(escapes_what_reorders_text),
		cmocka_unit_test(escapes_what_is_no_utf8),
		cmocka_unit_test(is_not_ambiguous),
		cmocka_unit_test(never_cuts_a_character),
		cmocka_unit_test(gets_nothing_harmful_out),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
