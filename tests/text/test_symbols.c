/* SPDX-License-Identifier: MIT */
/* How text is cut into symbols, level by level, and that cutting before mapping changes nothing. */
#include "support/assert.h"

#include "core/memory.h"
#include "text/quote.h"
#include "text/symbols.h"

#include <seqnet/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define BYTE SEQNET_LEVEL_BYTE
#define CHARACTER SEQNET_LEVEL_CHARACTER
#define WORD SEQNET_LEVEL_WORD

static seqnet_allocator memory;

/* The symbols of a text, each followed by '|'. */
static const char *cut(struct symbol_rules rules, const char *text, size_t size)
{
    static char joined[4096];
    size_t used = 0;
    struct symbols symbols = symbols_begin(&rules, &memory, "cut", text, size);
    struct symbol symbol;
    for (;;) {
        assert_ok(symbols_next(&symbols, &symbol));
        if (!symbol.size)
            break;
        assert_true(used + symbol.size + 2 <= sizeof joined);
        memcpy(joined + used, symbol.bytes, symbol.size);
        used += symbol.size;
        joined[used++] = '|';
    }
    assert_int_equal(symbol.offset, size);
    symbols_end(&symbols);
    joined[used] = '\0';
    return joined;
}

static void assert_cut(struct symbol_rules rules, const char *text, const char *expected)
{
    assert_string_equal(cut(rules, text, strlen(text)), expected);
}

static void test_bytes(void **state)
{
    (void)state;
    const struct symbol_rules rules = { .level = BYTE };
    assert_cut(rules, "", "");
    assert_cut(rules, "a\n\xC3\xA9\xFF", "a|\n|\xC3|\xA9|\xFF|");
    assert_memory_equal(cut(rules, "a\0b", 3), "a|\0|b|", 7);
}

static void test_characters(void **state)
{
    (void)state;
    const struct symbol_rules rules = { .level = CHARACTER };
    assert_cut(rules, "", "");
    assert_cut(rules, "aé€😀 \n", "a|é|€|😀| |\n|");
    assert_cut(rules, "e\xCC\x81", "e|\xCC\x81|");
    assert_memory_equal(cut(rules, "a\0b", 3), "a|\0|b|", 7);
    assert_cut(rules, "\xEF\xBF\xBF\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF|\xF4\x8F\xBF\xBF|");
}

static void test_mapped_characters(void **state)
{
    (void)state;
    const struct symbol_rules fold = { .level = CHARACTER, .fold_case = 1 };
    assert_cut(fold, "Aß ΣΣς", "a|s|s| |σ|σ|σ|");
    assert_cut(fold, "E\xCC\x81", "e|\xCC\x81|");
    const struct symbol_rules normalize = { .level = CHARACTER, .normalize = 1 };
    assert_cut(normalize, "E\xCC\x81x", "É|x|");
    assert_cut(normalize, "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "각|");
    assert_cut(normalize, "a\xCC\x81\xCC\xA3", "ạ|\xCC\x81|");
    const struct symbol_rules both = { .level = CHARACTER, .fold_case = 1, .normalize = 1 };
    assert_cut(both, "E\xCC\x81İ", "é|i|\xCC\x87|");
}

static void test_words(void **state)
{
    (void)state;
    const struct symbol_rules rules = { .level = WORD };
    assert_cut(rules, "", "");
    assert_cut(rules, " \t\r\n\v\f", "");
    assert_cut(rules, "  one, two\r\nthree", "one,|two|three|");
    assert_cut(rules,
               "a\xC2\xA0"
               "b\xC2\x85"
               "c\xE2\x80\x83"
               "d\xE2\x80\xA8"
               "e\xE3\x80\x80"
               "f\xE2\x80\x8B"
               "g",
               "a|b|c|d|e|f\xE2\x80\x8Bg|");
    assert_cut(rules,
               "a\x1C"
               "b",
               "a\x1C"
               "b|");
}

static void test_line_ends(void **state)
{
    (void)state;
    const struct symbol_rules rules = { .level = WORD, .specials = SEQNET_EOS };
    assert_cut(rules, "a b\nc", "a|b|<eos>|c|");
    assert_cut(rules, "a\r\n\n b\n", "a|<eos>|<eos>|b|<eos>|");
    assert_cut(rules, "\n", "<eos>|");
    assert_cut(rules,
               "a\rb\xE2\x80\xA8"
               "c",
               "a|b|c|");
    const struct symbol_rules fold = { .level = WORD, .specials = SEQNET_EOS, .fold_case = 1 };
    assert_cut(fold, "A\nB", "a|<eos>|b|");
}

static void test_split_punctuation(void **state)
{
    (void)state;
    struct symbol_rules rules = { .level = WORD, .split_punctuation = 1 };
    assert_cut(rules, "Hello, world!", "Hello|,|world|!|");
    assert_cut(rules, "don't don’t", "don't|don’t|");
    assert_cut(rules, "(a--b) 3.14 x²", "(|a|-|-|b|)|3|.|14|x|²|");
    assert_cut(rules, "नमस्ते।", "नमस्ते|।|");
    assert_cut(rules, "a<unk>b <eos>", "a|<|unk|>|b|<|eos|>|");
    rules.specials = SEQNET_UNK | SEQNET_EOS;
    assert_cut(rules, "a<unk>b <un <eos>. <pad>", "a|<unk>|b|<|un|<eos>|.|<|pad|>|");
    rules.fold_case = 1;
    assert_cut(rules, "A,<UNK>", "a|,|<unk>|");
}

/* Offsets are those of the symbol; with mapping, of the cluster or run it came from. */
static void assert_offset(struct symbol_rules rules, const char *text, int index, size_t expected)
{
    struct symbols symbols = symbols_begin(&rules, &memory, "f", text, strlen(text));
    struct symbol symbol;
    for (int i = 0; i <= index; i++)
        assert_ok(symbols_next(&symbols, &symbol));
    assert_int_equal(symbol.offset, expected);
    symbols_end(&symbols);
}

static void test_offsets(void **state)
{
    (void)state;
    assert_offset((struct symbol_rules){ .level = BYTE }, "abc", 2, 2);
    assert_offset((struct symbol_rules){ .level = CHARACTER }, "é€x", 2, 5);
    const struct symbol_rules split = { .level = WORD, .split_punctuation = 1 };
    assert_offset(split, " a,b", 2, 3);
    const struct symbol_rules fold = { .level = CHARACTER, .fold_case = 1 };
    assert_offset(fold, "ßßx", 1, 0);
    assert_offset(fold, "ßßx", 2, 2);
    assert_offset(fold, "ßßx", 4, 4);
}

/* Symbols up to `offset` are given, then comes the error. */
static void assert_invalid(struct symbol_rules rules, const char *text, const char *place)
{
    struct symbols symbols = symbols_begin(&rules, &memory, "f", text, strlen(text));
    struct symbol symbol;
    int32_t code;
    while ((code = symbols_next(&symbols, &symbol)) == SEQNET_OK)
        assert_true(symbol.size > 0);
    symbols_end(&symbols);
    assert_error(code, SEQNET_EFORMAT, place);
}

static void test_invalid_utf8(void **state)
{
    (void)state;
    static const char *const bad[] = { "ab\xFFz",         "ab\xC3",         "ab\xC3(",
                                       "ab\xC0\x80",      "ab\xED\xA0\x80", "ab\xF4\x90\x80\x80",
                                       "ab\xE2\x82 more", "ab\x80",         "ab\xF0\x9F\x98" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct symbol_rules rules = { .level = CHARACTER };
        assert_invalid(rules, bad[i], "f: text is not valid UTF-8 at byte 2");
        rules.normalize = 1;
        assert_invalid(rules, bad[i], "at byte 2");
        rules = (struct symbol_rules){ .level = WORD };
        assert_invalid(rules, bad[i], "at byte 2");
        rules.split_punctuation = rules.fold_case = 1;
        assert_invalid(rules, bad[i], "at byte 2");
    }
}

/* The text mapped at once, by utf8proc itself. */
static char *map_whole(const char *text, size_t size, int options)
{
    utf8proc_uint8_t *mapped = NULL;
    assert_true(utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &mapped,
                             (utf8proc_option_t)options) >= 0);
    return (char *)mapped;
}

static void assert_pieces_like_whole(const char *text, size_t size)
{
    const struct symbol_rules rules = { .level = CHARACTER, .fold_case = 1, .normalize = 1 };
    char joined[256];
    size_t used = 0;
    struct symbols symbols = symbols_begin(&rules, &memory, "f", text, size);
    struct symbol symbol;
    do {
        assert_ok(symbols_next(&symbols, &symbol));
        assert_true(used + symbol.size < sizeof joined);
        memcpy(joined + used, symbol.bytes, symbol.size);
        used += symbol.size;
    } while (symbol.size);
    symbols_end(&symbols);
    joined[used] = '\0';
    char *whole = map_whole(text, size, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    assert_string_equal(joined, whole);
    free(whole);
}

/*
 * Every assigned character of the first two planes, in front of, between and behind characters
 * that compose and reorder: mapping cluster by cluster gives what mapping the whole text gives.
 */
static void test_clusters_map_like_the_whole(void **state)
{
    (void)state;
    for (int32_t c = 1; c < 0x20000; c++) {
        const utf8proc_category_t category = utf8proc_category(c);
        if (category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CS)
            continue;
        utf8proc_uint8_t character[4];
        const int size = (int)utf8proc_encode_char(c, character);
        char text[64];
        const int length = snprintf(text, sizeof text,
                                    "E%.*s\xCC\x81%.*s%.*s\xCC\xA3"
                                    "\xE1\x84\x80%.*sA",
                                    size, (char *)character, size, (char *)character, size,
                                    (char *)character, size, (char *)character);
        assert_pieces_like_whole(text, (size_t)length);
    }
}

/* Canonical decompositions stay in one cluster, so that their composition is found. */
static void test_clusters_hold_decompositions(void **state)
{
    (void)state;
    for (int32_t c = 1; c < 0x30000; c++) {
        if (utf8proc_category(c) == UTF8PROC_CATEGORY_CS)
            continue;
        utf8proc_uint8_t character[5] = { 0 };
        utf8proc_encode_char(c, character);
        char *parts = (char *)utf8proc_NFD(character);
        char *whole = (char *)utf8proc_NFC((utf8proc_uint8_t *)parts);
        if (utf8proc_codepoint_valid(c) && strcmp(whole, parts) != 0)
            assert_int_equal(unicode_cluster(parts, strlen(parts)), strlen(parts));
        free(parts);
        free(whole);
    }
}

static void test_long_cluster(void **state)
{
    (void)state;
    static char text[20001] = "e";
    for (size_t i = 1; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xCC\x81", 2);
    text[19999] = '\0';
    const struct symbol_rules rules = { .level = CHARACTER, .normalize = 1 };
    struct symbols symbols = symbols_begin(&rules, &memory, "f", text, strlen(text));
    struct symbol symbol;
    assert_ok(symbols_next(&symbols, &symbol));
    assert_memory_equal(symbol.bytes, "é", 2);
    size_t marks = 0;
    while (symbols_next(&symbols, &symbol) == SEQNET_OK && symbol.size)
        marks++;
    assert_int_equal(marks, 9998);
    symbols_end(&symbols);
}

static void test_is_one(void **state)
{
    (void)state;
    const struct symbol_rules words = { .level = WORD, .specials = SEQNET_EOS, .fold_case = 1 };
    assert_true(symbols_is_one(&words, "a,b", 3));
    assert_true(symbols_is_one(&words, "A", 1));
    assert_false(symbols_is_one(&words, "", 0));
    assert_false(symbols_is_one(&words, "a b", 3));
    assert_false(symbols_is_one(&words, " a", 2));
    assert_false(symbols_is_one(&words, "a ", 2));
    assert_false(symbols_is_one(&words, "\n", 1));
    assert_false(symbols_is_one(&words, "\nabcd", 5)); /* as long as "<eos>" */
    const struct symbol_rules split = { .level = WORD, .split_punctuation = 1 };
    assert_true(symbols_is_one(&split, ",", 1));
    assert_false(symbols_is_one(&split, "a,", 2));
    const struct symbol_rules characters = { .level = CHARACTER, .normalize = 1 };
    assert_true(symbols_is_one(&characters, "é", 2));
    assert_false(symbols_is_one(&characters, "ab", 2));
    assert_false(symbols_is_one(&characters, "\xC3", 1));
}

static void test_quote(void **state)
{
    (void)state;
    char quoted[QUOTE_BYTES];
    assert_string_equal(quote_text("", 0, quoted), "");
    assert_string_equal(quote_text("aé 😀", 8, quoted), "aé 😀");
    assert_string_equal(quote_text("\xC3", 1, quoted), "\\xC3");
    assert_string_equal(quote_text("\x1B[\xE2\x80\x8B", 5, quoted), "\\u{1B}[\\u{200B}");
    char big[400];
    for (size_t i = 0; i < 100; i++)
        memcpy(big + 4 * i, "😀", 4);
    quote_text(big, sizeof big, quoted);
    assert_true(strlen(quoted) < QUOTE_BYTES);
    assert_memory_equal(quoted, big, 92);
    assert_string_equal(quoted + 92, "..");
}

int main(void)
{
    memory = memory_hook(NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_mapped_characters),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_split_punctuation),
        cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_invalid_utf8),
        cmocka_unit_test(test_clusters_map_like_the_whole),
        cmocka_unit_test(test_clusters_hold_decompositions),
        cmocka_unit_test(test_long_cluster),
        cmocka_unit_test(test_is_one),
        cmocka_unit_test(test_quote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
