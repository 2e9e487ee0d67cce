/* SPDX-License-Identifier: MIT */
/* Building vocabularies: order, limits, specials, options, errors. */
#include "support/assert.h"

#include <seqnet/text.h>

#include <string.h>

/* A vocabulary of a string; freed by whoever asked. */
static seqnet_vocabulary *build(const char *text, const seqnet_vocabulary_options *options)
{
    seqnet_vocabulary *vocabulary = NULL;
    assert_ok(seqnet_vocabulary_build(text, strlen(text), options, &vocabulary));
    assert_non_null(vocabulary);
    return vocabulary;
}

/* The symbols in the order of their tokens, each followed by '|'; each is found by its name. */
static void assert_symbols(const seqnet_vocabulary *vocabulary, const char *expected)
{
    char joined[512];
    size_t used = 0;
    for (int32_t token = 0; token < seqnet_vocabulary_size(vocabulary); token++) {
        const char *symbol;
        size_t bytes;
        assert_ok(seqnet_vocabulary_symbol(vocabulary, token, &symbol, &bytes));
        assert_int_equal(symbol[bytes], 0);
        assert_int_equal(seqnet_vocabulary_find(vocabulary, symbol, bytes), token);
        assert_true(used + bytes + 2 <= sizeof joined);
        memcpy(joined + used, symbol, bytes);
        used += bytes;
        joined[used++] = '|';
    }
    joined[used] = '\0';
    assert_string_equal(joined, expected);
}

static void assert_built(const char *text, const seqnet_vocabulary_options *options,
                         const char *expected)
{
    seqnet_vocabulary *vocabulary = build(text, options);
    assert_symbols(vocabulary, expected);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_order(void **state)
{
    (void)state;
    assert_built("bacbcc", NULL, "c|b|a|");
    assert_built("dcba", NULL, "a|b|c|d|");
    assert_built("zé€é", NULL, "é|z|€|");
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.level = SEQNET_LEVEL_WORD;
    assert_built("b a ab a b aa abc", &options, "a|b|aa|ab|abc|");
    options.level = SEQNET_LEVEL_BYTE;
    assert_built("\xFF\x7F\x80\xFF", &options, "\xFF|\x7F|\x80|");
}

static void test_equal_texts(void **state)
{
    (void)state;
    assert_built("to be or not to be", NULL, " |o|t|b|e|n|r|");
    assert_built("eb ot ton ro eb ot", NULL, " |o|t|b|e|n|r|");
}

static void test_empty_text(void **state)
{
    (void)state;
    for (int32_t level = SEQNET_LEVEL_CHARACTER; level <= SEQNET_LEVEL_WORD; level++) {
        seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
        options.level = level;
        seqnet_vocabulary *vocabulary = NULL;
        assert_ok(seqnet_vocabulary_build(NULL, 0, &options, &vocabulary));
        assert_int_equal(seqnet_vocabulary_size(vocabulary), 0);
        assert_int_equal(seqnet_vocabulary_level(vocabulary), level);
        assert_int_equal(seqnet_vocabulary_find(vocabulary, "a", 1), -1);
        seqnet_vocabulary_destroy(vocabulary);
        options.specials = SEQNET_PAD | SEQNET_EOS;
        assert_built("", &options, "<pad>|<eos>|");
    }
}

static void test_min_count_and_max_size(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.min_count = 2;
    assert_built("aaabbcd", &options, "a|b|");
    options.min_count = 4;
    assert_built("aaabbcd", &options, "");
    options.min_count = 1;
    options.max_size = 3;
    assert_built("aaabbdc", &options, "a|b|c|");
    options.specials = SEQNET_PAD | SEQNET_UNK;
    assert_built("aaabbdc", &options, "<pad>|<unk>|a|");
    options.max_size = 2;
    assert_built("aaabbdc", &options, "<pad>|<unk>|");
    options.max_size = 100;
    options.min_count = 0;
    assert_built("ba", &options, "<pad>|<unk>|a|b|");
}

static void test_specials(void **state)
{
    (void)state;
    static const int32_t flags[] = { SEQNET_PAD, SEQNET_UNK, SEQNET_BOS, SEQNET_EOS };
    static const char *const names[] = { "<pad>", "<unk>", "<bos>", "<eos>" };
    for (int32_t mask = 0; mask <= 15; mask++) {
        seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
        options.specials = mask;
        seqnet_vocabulary *vocabulary = build("x", &options);
        int32_t token = 0;
        for (int i = 0; i < 4; i++) {
            const int32_t expected = mask & flags[i] ? token++ : -1;
            assert_int_equal(seqnet_vocabulary_special(vocabulary, flags[i]), expected);
            assert_int_equal(seqnet_vocabulary_find(vocabulary, names[i], 5), expected);
        }
        assert_int_equal(seqnet_vocabulary_size(vocabulary), token + 1);
        assert_int_equal(seqnet_vocabulary_special(vocabulary, 0), -1);
        assert_int_equal(seqnet_vocabulary_special(vocabulary, 3), -1);
        assert_int_equal(seqnet_vocabulary_special(vocabulary, 16), -1);
        assert_int_equal(seqnet_vocabulary_special(vocabulary, INT32_MIN), -1);
        seqnet_vocabulary_destroy(vocabulary);
    }
}

/* Names of specials in the text are the specials themselves, and count for nothing. */
static void test_specials_in_the_text(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.level = SEQNET_LEVEL_WORD;
    const char *const text = "the <unk> sat\n<unk> <pad> the\n";
    assert_built(text, &options, "<unk>|the|<pad>|sat|");
    options.specials = SEQNET_UNK | SEQNET_EOS;
    assert_built(text, &options, "<unk>|<eos>|the|<pad>|sat|");
    options.split_punctuation = 1;
    assert_built(text, &options, "<unk>|<eos>|the|<|>|pad|sat|");
    options.level = SEQNET_LEVEL_CHARACTER;
    options.split_punctuation = 0;
    assert_built("<unk>", &options, "<unk>|<eos>|<|>|k|n|u|");
}

static void test_mapping(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.fold_case = 1;
    assert_built("AaBbßS", &options, "s|a|b|");
    options.fold_case = 0;
    options.normalize = 1;
    assert_built("é"
                 "e\xCC\x81"
                 "e",
                 &options, "é|e|");
    options.level = SEQNET_LEVEL_WORD;
    options.fold_case = options.split_punctuation = 1;
    assert_built("Été, E\xCC\x81TÉ!", &options, "été|!|,|");
}

static void test_options_init(void **state)
{
    (void)state;
    const seqnet_vocabulary_options expected = SEQNET_VOCABULARY_OPTIONS_INIT;
    seqnet_vocabulary_options options;
    memset(&options, 0xFF, sizeof options);
    seqnet_vocabulary_options_init(&options, sizeof options);
    assert_same_bytes(&options, &expected, sizeof options);
}

/* An older program's shorter struct leaves the rest at default. */
static void test_short_options(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.specials = SEQNET_EOS;
    options.max_size = -7;
    options.struct_size = offsetof(seqnet_vocabulary_options, max_size);
    assert_built("ab", &options, "<eos>|a|b|");
}

static void assert_refused(const seqnet_vocabulary_options *options, int32_t code,
                           const char *message)
{
    seqnet_vocabulary *vocabulary = (seqnet_vocabulary *)(uintptr_t)64;
    assert_error(seqnet_vocabulary_build("ab", 2, options, &vocabulary), code, message);
    assert_null(vocabulary);
}

/* Refused if `member` of otherwise good options of this level has this value. */
#define assert_bad(at_level, member, value, code, message)                  \
    do {                                                                    \
        seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT; \
        options.level = (at_level);                                         \
        options.specials = SEQNET_PAD | SEQNET_EOS;                         \
        options.member = (value);                                           \
        assert_refused(&options, (code), (message));                        \
    } while (0)

static void test_bad_options(void **state)
{
    (void)state;
    const seqnet_allocator empty = { NULL, NULL, NULL };
    assert_bad(0, level, 3, SEQNET_EINVAL, "level = 3");
    assert_bad(0, level, -1, SEQNET_EINVAL, "level = -1");
    assert_bad(0, specials, 16, SEQNET_EINVAL, "specials = 16");
    assert_bad(0, specials, -1, SEQNET_EINVAL, "specials = -1");
    assert_bad(0, max_size, -1, SEQNET_EINVAL, "max_size = -1");
    assert_bad(0, max_size, 1, SEQNET_EINVAL, "max_size = 1, need 0 or at least the 2 specials");
    assert_bad(0, min_count, -1, SEQNET_EINVAL, "min_count = -1");
    assert_bad(0, fold_case, 2, SEQNET_EINVAL, "fold_case = 2");
    assert_bad(0, normalize, -1, SEQNET_EINVAL, "normalize = -1");
    assert_bad(SEQNET_LEVEL_WORD, split_punctuation, 2, SEQNET_EINVAL, "split_punctuation = 2");
    assert_bad(SEQNET_LEVEL_CHARACTER, split_punctuation, 1, SEQNET_EINVAL, "need word level");
    assert_bad(SEQNET_LEVEL_BYTE, fold_case, 1, SEQNET_EINVAL, "need character or word level");
    assert_bad(SEQNET_LEVEL_BYTE, normalize, 1, SEQNET_EINVAL, "need character or word level");
    assert_bad(0, allocator, &empty, SEQNET_EINVAL, "allocator");
    assert_bad(0, reserved, 1, SEQNET_ENOTSUP, "reserved = 1");
    assert_bad(0, struct_size, 4, SEQNET_EINVAL, "struct_size = 4");
}

static void test_newer_options(void **state)
{
    (void)state;
    struct {
        seqnet_vocabulary_options known;
        int64_t unknown;
    } options = { SEQNET_VOCABULARY_OPTIONS_INIT, 0 };
    options.known.struct_size = sizeof options;
    assert_built("ab", &options.known, "a|b|");
    options.unknown = 1;
    assert_refused(&options.known, SEQNET_ENOTSUP, "struct_size");
}

static void test_bad_arguments(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = (seqnet_vocabulary *)(uintptr_t)64;
    assert_error(seqnet_vocabulary_build("a", 1, NULL, NULL), SEQNET_EINVAL, "vocabulary = NULL");
    assert_error(seqnet_vocabulary_build(NULL, 1, NULL, &vocabulary), SEQNET_EINVAL,
                 "seqnet_vocabulary_build: text = NULL");
    assert_null(vocabulary);
    seqnet_vocabulary_destroy(NULL);
    assert_int_equal(seqnet_vocabulary_size(NULL), 0);
    assert_int_equal(seqnet_vocabulary_level(NULL), -1);
    assert_int_equal(seqnet_vocabulary_special(NULL, SEQNET_PAD), -1);
    assert_int_equal(seqnet_vocabulary_find(NULL, "a", 1), -1);
    vocabulary = build("ab", NULL);
    assert_int_equal(seqnet_vocabulary_find(vocabulary, NULL, 0), -1);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_invalid_text(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    seqnet_vocabulary *vocabulary = (seqnet_vocabulary *)(uintptr_t)64;
    assert_error(seqnet_vocabulary_build("abc\xFF", 4, NULL, &vocabulary), SEQNET_EFORMAT,
                 "seqnet_vocabulary_build: text is not valid UTF-8 at byte 3");
    assert_null(vocabulary);
    options.level = SEQNET_LEVEL_WORD;
    assert_error(seqnet_vocabulary_build("a \xE2\x82", 4, &options, &vocabulary), SEQNET_EFORMAT,
                 "at byte 2");
    options.level = SEQNET_LEVEL_BYTE;
    assert_ok(seqnet_vocabulary_build("abc\xFF", 4, &options, &vocabulary));
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_symbol(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("aab", NULL);
    const char *symbol = "untouched";
    size_t bytes = 77;
    assert_error(seqnet_vocabulary_symbol(vocabulary, 2, &symbol, &bytes), SEQNET_ERANGE,
                 "token = 2");
    assert_error(seqnet_vocabulary_symbol(vocabulary, -1, &symbol, &bytes), SEQNET_ERANGE,
                 "token = -1");
    assert_error(seqnet_vocabulary_symbol(NULL, 0, &symbol, &bytes), SEQNET_EINVAL, "vocabulary");
    assert_error(seqnet_vocabulary_symbol(vocabulary, 0, NULL, &bytes), SEQNET_EINVAL, "symbol");
    assert_string_equal(symbol, "untouched");
    assert_int_equal(bytes, 77);
    assert_ok(seqnet_vocabulary_symbol(vocabulary, 1, &symbol, NULL));
    assert_string_equal(symbol, "b");
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_every_byte(void **state)
{
    (void)state;
    char text[256];
    for (int i = 0; i < 256; i++)
        text[i] = (char)(255 - i);
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.level = SEQNET_LEVEL_BYTE;
    seqnet_vocabulary *vocabulary = NULL;
    assert_ok(seqnet_vocabulary_build(text, sizeof text, &options, &vocabulary));
    assert_int_equal(seqnet_vocabulary_size(vocabulary), 256);
    for (int i = 0; i < 256; i++) {
        const char byte = (char)i;
        assert_int_equal(seqnet_vocabulary_find(vocabulary, &byte, 1), i);
    }
    seqnet_vocabulary_destroy(vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),         cmocka_unit_test(test_equal_texts),
        cmocka_unit_test(test_empty_text),    cmocka_unit_test(test_min_count_and_max_size),
        cmocka_unit_test(test_specials),      cmocka_unit_test(test_specials_in_the_text),
        cmocka_unit_test(test_mapping),       cmocka_unit_test(test_options_init),
        cmocka_unit_test(test_short_options), cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_newer_options), cmocka_unit_test(test_bad_arguments),
        cmocka_unit_test(test_invalid_text),  cmocka_unit_test(test_symbol),
        cmocka_unit_test(test_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
