/* SPDX-License-Identifier: MIT */
/* Tokens to text, and the way there and back. */
#include "support/assert.h"
#include "support/guard.h"

#include <seqnet/text.h>

#include <string.h>

static seqnet_vocabulary *build(const char *text, size_t bytes, int32_t level, int32_t specials)
{
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.level = level;
    options.specials = specials;
    seqnet_vocabulary *vocabulary = NULL;
    assert_ok(seqnet_vocabulary_build(text, bytes, &options, &vocabulary));
    return vocabulary;
}

/* Counts, then decodes into a buffer with room for the text and its 0 between forbidden pages. */
static void assert_decoded(const seqnet_vocabulary *vocabulary, const int32_t *tokens,
                           int64_t count, const char *expected, size_t expected_bytes)
{
    size_t bytes = 999;
    assert_ok(seqnet_vocabulary_decode(vocabulary, tokens, count, NULL, 0, &bytes));
    assert_int_equal(bytes, expected_bytes);
    struct guard guard;
    char *text = guard_new(&guard, bytes + 1, GUARD_END);
    bytes = 999;
    assert_ok(
        seqnet_vocabulary_decode(vocabulary, tokens, count, text, expected_bytes + 1, &bytes));
    assert_int_equal(bytes, expected_bytes);
    assert_same_bytes(text, expected, bytes);
    assert_int_equal(text[bytes], 0);
    guard_free(&guard);
}

/* Tokens: <pad> 0, <unk> 1, <bos> 2, <eos> 3, a 4, b 5. */
static void test_words(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("a a b", 5, SEQNET_LEVEL_WORD, 15);
    const int32_t tokens[] = { 2, 4, 5, 3, 3, 1, 0, 4, 2, 3, 0, 5 };
    assert_decoded(vocabulary, tokens, 12, "a b\n\n<unk> a\nb", 14);
    assert_decoded(vocabulary, tokens, 4, "a b\n", 4);
    assert_decoded(vocabulary, tokens, 1, "", 0);
    assert_decoded(vocabulary, NULL, 0, "", 0);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_characters(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("aaé", 4, SEQNET_LEVEL_CHARACTER, 15);
    const int32_t tokens[] = { 4, 0, 5, 2, 3, 1, 5 };
    assert_decoded(vocabulary, tokens, 7, "aé\n<unk>é", 11);
    seqnet_vocabulary_destroy(vocabulary);
}

static void assert_round_trip(const char *text, size_t bytes, int32_t level, int32_t specials)
{
    seqnet_vocabulary *vocabulary = build(text, bytes, level, specials);
    int32_t tokens[64];
    int64_t count = 0;
    assert_ok(seqnet_vocabulary_encode(vocabulary, text, bytes, tokens, 64, &count));
    assert_decoded(vocabulary, tokens, count, text, bytes);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_round_trips(void **state)
{
    (void)state;
    assert_round_trip("a\0\xFF\x80 z\n", 7, SEQNET_LEVEL_BYTE, 0);
    assert_round_trip("a\0é 😀\n", 10, SEQNET_LEVEL_CHARACTER, 15);
    assert_round_trip("one two\n\nthree <unk>\n", 21, SEQNET_LEVEL_WORD, SEQNET_UNK | SEQNET_EOS);
    assert_round_trip("\none\ntwo", 8, SEQNET_LEVEL_WORD, SEQNET_EOS);
    assert_round_trip("", 0, SEQNET_LEVEL_WORD, 0);
}

static void test_too_small(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("ab", 2, SEQNET_LEVEL_CHARACTER, 0);
    const int32_t tokens[] = { 0, 1 };
    char text[4] = "zzz";
    size_t bytes = 999;
    assert_error(seqnet_vocabulary_decode(vocabulary, tokens, 2, text, 2, &bytes), SEQNET_ESHAPE,
                 "seqnet_vocabulary_decode: capacity = 2, need 3");
    assert_int_equal(bytes, 2);
    assert_error(seqnet_vocabulary_decode(vocabulary, tokens, 0, text, 0, &bytes), SEQNET_ESHAPE,
                 "capacity = 0, need 1");
    assert_int_equal(bytes, 0);
    assert_string_equal(text, "zzz");
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_unknown_tokens(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("ab", 2, SEQNET_LEVEL_CHARACTER, 0);
    const int32_t tokens[] = { 0, 2, -1 };
    char text[8] = "zzz";
    size_t bytes = 999;
    assert_error(seqnet_vocabulary_decode(vocabulary, tokens, 2, text, 8, &bytes), SEQNET_ERANGE,
                 "tokens[1] = 2, the vocabulary has 2 tokens");
    assert_error(seqnet_vocabulary_decode(vocabulary, tokens + 2, 1, NULL, 0, &bytes),
                 SEQNET_ERANGE, "tokens[0] = -1");
    assert_string_equal(text, "zzz");
    assert_int_equal(bytes, 999);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_bad_arguments(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("ab", 2, SEQNET_LEVEL_CHARACTER, 0);
    const int32_t tokens[] = { 0, 1 };
    char text[8];
    size_t bytes = 999;
    assert_error(seqnet_vocabulary_decode(NULL, tokens, 2, text, 8, &bytes), SEQNET_EINVAL,
                 "vocabulary = NULL");
    assert_error(seqnet_vocabulary_decode(vocabulary, NULL, 2, text, 8, &bytes), SEQNET_EINVAL,
                 "tokens = NULL");
    assert_error(seqnet_vocabulary_decode(vocabulary, tokens, -1, text, 8, &bytes), SEQNET_EINVAL,
                 "count = -1");
    assert_error(seqnet_vocabulary_decode(vocabulary, tokens, 2, NULL, 8, &bytes), SEQNET_EINVAL,
                 "text = NULL");
    assert_error(seqnet_vocabulary_decode(vocabulary, tokens, 2, text, 8, NULL), SEQNET_EINVAL,
                 "bytes = NULL");
    assert_int_equal(bytes, 999);
    seqnet_vocabulary_destroy(vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),          cmocka_unit_test(test_characters),
        cmocka_unit_test(test_round_trips),    cmocka_unit_test(test_too_small),
        cmocka_unit_test(test_unknown_tokens), cmocka_unit_test(test_bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
