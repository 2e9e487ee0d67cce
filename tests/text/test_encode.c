/* SPDX-License-Identifier: MIT */
/* Text to tokens. */
#include "support/assert.h"
#include "support/guard.h"

#include <seqnet/text.h>

#include <string.h>

static seqnet_vocabulary *build(const char *text, int32_t level, int32_t specials)
{
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.level = level;
    options.specials = specials;
    seqnet_vocabulary *vocabulary = NULL;
    assert_ok(seqnet_vocabulary_build(text, strlen(text), &options, &vocabulary));
    return vocabulary;
}

/* Counts, then encodes into a buffer of exactly that size between forbidden pages. */
static void assert_encoded(const seqnet_vocabulary *vocabulary, const char *text, size_t bytes,
                           const int32_t *expected, int64_t expected_count)
{
    int64_t count = -1;
    assert_ok(seqnet_vocabulary_encode(vocabulary, text, bytes, NULL, 0, &count));
    assert_int_equal(count, expected_count);
    struct guard guard;
    const size_t size = (size_t)count * sizeof(int32_t);
    int32_t *tokens = guard_new(&guard, size, GUARD_END);
    count = -1;
    assert_ok(seqnet_vocabulary_encode(vocabulary, text, bytes, tokens, expected_count, &count));
    assert_int_equal(count, expected_count);
    assert_same_bytes(tokens, expected, size);
    guard_free(&guard);
}

static void test_characters(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("aaaéé\n", SEQNET_LEVEL_CHARACTER, SEQNET_EOS);
    const int32_t expected[] = { 2, 1, 3, 2 };
    assert_encoded(vocabulary, "éa\né", 6, expected, 4);
    assert_encoded(vocabulary, "éa\né", 3, expected, 2);
    assert_encoded(vocabulary, NULL, 0, expected, 0);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_bytes(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("aaa\xFF\xFF\x80", SEQNET_LEVEL_BYTE, 0);
    const int32_t expected[] = { 2, 0, 1 };
    assert_encoded(vocabulary,
                   "\x80"
                   "a\xFF",
                   3, expected, 3);
    seqnet_vocabulary_destroy(vocabulary);
}

/* Line feeds are <eos>, that of the last line too; none is invented. */
static void test_words(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary =
        build("a a a b b c", SEQNET_LEVEL_WORD, SEQNET_UNK | SEQNET_EOS);
    const int32_t expected[] = { 2, 3, 1, 0, 4, 1, 1, 2, 1 };
    const char *const text = "a b\r\nx  c\n\n a\n";
    assert_encoded(vocabulary, text, strlen(text), expected, 9);
    assert_encoded(vocabulary, text, strlen(text) - 1, expected, 8);
    seqnet_vocabulary_destroy(vocabulary);
    vocabulary = build("a a a b b c", SEQNET_LEVEL_WORD, 0);
    const int32_t no_ends[] = { 0, 1, 2 };
    assert_encoded(vocabulary, "a\nb\nc\n", 6, no_ends, 3);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_specials_in_the_text(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("a <unk>", SEQNET_LEVEL_WORD, 15);
    const int32_t expected[] = { 1, 0, 2, 3, 4, 1 };
    const char *const text = "<unk> <pad> <bos> <eos> a <pad>x";
    assert_encoded(vocabulary, text, strlen(text), expected, 6);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_mapping(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.level = SEQNET_LEVEL_WORD;
    options.fold_case = options.normalize = options.split_punctuation = 1;
    seqnet_vocabulary *vocabulary = NULL;
    const char *const words = "été été,, straße,";
    assert_ok(seqnet_vocabulary_build(words, strlen(words), &options, &vocabulary));
    const int32_t expected[] = { 2, 0, 1, 0 };
    const char *const text = "STRASSE,E\xCC\x81TE\xCC\x81,";
    assert_encoded(vocabulary, text, strlen(text), expected, 4);
    seqnet_vocabulary_destroy(vocabulary);
}

/* A failed call leaves tokens (and but for ESHAPE count) as they were. */
static void assert_refused(const seqnet_vocabulary *vocabulary, const char *text, int32_t code,
                           const char *message)
{
    int32_t tokens[8] = { -9, -9, -9, -9, -9, -9, -9, -9 };
    int64_t count = -9;
    assert_error(seqnet_vocabulary_encode(vocabulary, text, strlen(text), tokens, 8, &count), code,
                 message);
    assert_int_equal(count, -9);
    for (int i = 0; i < 8; i++)
        assert_int_equal(tokens[i], -9);
    assert_error(seqnet_vocabulary_encode(vocabulary, text, strlen(text), NULL, 0, &count), code,
                 message);
    assert_int_equal(count, -9);
}

static void test_unknown_symbols(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("abé", SEQNET_LEVEL_CHARACTER, SEQNET_PAD);
    assert_refused(vocabulary, "aéc", SEQNET_ERANGE, "symbol \"c\" at byte 3 of the text");
    assert_refused(vocabulary, "ab€", SEQNET_ERANGE, "symbol \"€\" at byte 2");
    assert_refused(vocabulary, "\t", SEQNET_ERANGE, "symbol \"\\u{9}\" at byte 0");
    seqnet_vocabulary_destroy(vocabulary);
    vocabulary = build("ab", SEQNET_LEVEL_BYTE, 0);
    assert_refused(vocabulary, "ab\xE9", SEQNET_ERANGE, "symbol \"\\xE9\" at byte 2");
    seqnet_vocabulary_destroy(vocabulary);
    vocabulary = build("the cat", SEQNET_LEVEL_WORD, 0);
    assert_refused(vocabulary, "the dog", SEQNET_ERANGE, "symbol \"dog\" at byte 4");
    seqnet_vocabulary_destroy(vocabulary);
    vocabulary = build("", SEQNET_LEVEL_CHARACTER, 0);
    assert_refused(vocabulary, "a", SEQNET_ERANGE, "symbol \"a\" at byte 0");
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_invalid_utf8(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("ab", SEQNET_LEVEL_CHARACTER, SEQNET_UNK);
    assert_refused(vocabulary, "ab\xC3", SEQNET_EFORMAT,
                   "seqnet_vocabulary_encode: text is not valid UTF-8 at byte 2");
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_too_small(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("ab", SEQNET_LEVEL_CHARACTER, 0);
    int32_t tokens[3] = { -9, -9, -9 };
    int64_t count = -9;
    assert_error(seqnet_vocabulary_encode(vocabulary, "aba", 3, tokens, 2, &count), SEQNET_ESHAPE,
                 "seqnet_vocabulary_encode: capacity = 2, need 3");
    assert_int_equal(count, 3);
    assert_error(seqnet_vocabulary_encode(vocabulary, "ab", 2, tokens, 0, &count), SEQNET_ESHAPE,
                 "capacity = 0, need 2");
    assert_int_equal(count, 2);
    for (int i = 0; i < 3; i++)
        assert_int_equal(tokens[i], -9);
    assert_ok(seqnet_vocabulary_encode(vocabulary, "", 0, tokens, 0, &count));
    assert_int_equal(count, 0);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_bad_arguments(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("ab", SEQNET_LEVEL_CHARACTER, 0);
    int32_t tokens[1];
    int64_t count = -9;
    assert_error(seqnet_vocabulary_encode(NULL, "a", 1, tokens, 1, &count), SEQNET_EINVAL,
                 "vocabulary = NULL");
    assert_error(seqnet_vocabulary_encode(vocabulary, NULL, 1, tokens, 1, &count), SEQNET_EINVAL,
                 "text = NULL");
    assert_error(seqnet_vocabulary_encode(vocabulary, "a", 1, tokens, 1, NULL), SEQNET_EINVAL,
                 "count = NULL");
    assert_error(seqnet_vocabulary_encode(vocabulary, "a", 1, tokens, -1, &count), SEQNET_EINVAL,
                 "capacity = -1");
    assert_error(seqnet_vocabulary_encode(vocabulary, "a", 1, NULL, 1, &count), SEQNET_EINVAL,
                 "capacity = 1");
    assert_int_equal(count, -9);
    seqnet_vocabulary_destroy(vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters),    cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_words),         cmocka_unit_test(test_specials_in_the_text),
        cmocka_unit_test(test_mapping),       cmocka_unit_test(test_unknown_symbols),
        cmocka_unit_test(test_invalid_utf8),  cmocka_unit_test(test_too_small),
        cmocka_unit_test(test_bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
