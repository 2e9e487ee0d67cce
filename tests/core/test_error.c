/* SPDX-License-Identifier: MIT */
/* Whatever text of others a message quotes, and wherever it is cut, it can be shown and decoded. */
#include "core/error.h"
#include "io/utf8.h"
#include "support/assert.h"

#include <string.h>

static void assert_shown_as(const char *quoted, const char *shown)
{
    error_set(SEQNET_EINVAL, "%s", quoted);
    assert_string_equal(seqnet_error_message(), shown);
}

static void controls_are_hidden(void **state)
{
    (void)state;
    assert_shown_as("a\x1b[2J\n\x7f", "a?[2J??");
    assert_shown_as("\xC2\x80\xC2\x9F\xC2\xA0", "????\xC2\xA0");
}

static void what_is_not_utf8_is_hidden(void **state)
{
    (void)state;
    assert_shown_as("\xC3\xA4\xE4\xF0\x9F\x98\x80", "\xC3\xA4?\xF0\x9F\x98\x80");
    assert_shown_as("\xED\xA0\x80\xC0\x80\xFF", "??????");
    assert_shown_as("\xF0\x9F\x98", "???");
}

/* Of four bytes a character, cut after 255 bytes at each place of a character. */
static void long_messages_are_cut_to_utf8(void **state)
{
    char text[400];
    (void)state;
    for (size_t first = 0; first < 4; first++) {
        memset(text, 'a', first);
        for (size_t at = first; at + 4 < sizeof text; at += 4)
            strcpy(text + at, "\xF0\x9F\x98\x80");
        error_set(SEQNET_EINVAL, "%s", text);
        assert_int_equal(strlen(seqnet_error_message()), 255);
        assert_true(utf8_is_valid(seqnet_error_message()));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_are_hidden),
        cmocka_unit_test(what_is_not_utf8_is_hidden),
        cmocka_unit_test(long_messages_are_cut_to_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
