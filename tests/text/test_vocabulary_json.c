/* SPDX-License-Identifier: MIT */
/* Vocabularies as JSON: the format, there and back, and everything the reader must refuse. */
#include "support/assert.h"
#include "support/guard.h"

#include <seqnet/text.h>

#include <jansson.h>
#include <string.h>

static seqnet_vocabulary *build(const char *text, size_t bytes,
                                const seqnet_vocabulary_options *options)
{
    seqnet_vocabulary *vocabulary = NULL;
    assert_ok(seqnet_vocabulary_build(text, bytes, options, &vocabulary));
    return vocabulary;
}

/* The JSON text, written into room of exactly its size and a 0. */
static const char *to_json(const seqnet_vocabulary *vocabulary)
{
    static char copy[8192];
    size_t bytes = 0, again = 0;
    assert_ok(seqnet_vocabulary_to_json(vocabulary, NULL, 0, &bytes));
    struct guard guard;
    char *json = guard_new(&guard, bytes + 1, GUARD_END);
    assert_ok(seqnet_vocabulary_to_json(vocabulary, json, bytes + 1, &again));
    assert_int_equal(again, bytes);
    assert_int_equal(strlen(json), bytes);
    assert_true(bytes < sizeof copy);
    memcpy(copy, json, bytes + 1);
    guard_free(&guard);
    return copy;
}

static void test_format(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    seqnet_vocabulary *vocabulary = build("aé\"\\\n", 6, &options);
    assert_string_equal(to_json(vocabulary),
                        "{\"version\":1,\"level\":\"character\",\"fold_case\":false,"
                        "\"normalize\":false,\"split_punctuation\":false,\"specials\":[],"
                        "\"symbols\":[\"\\u000A\",\"\\u0022\",\"\\u005C\",\"a\",\"é\"]}");
    seqnet_vocabulary_destroy(vocabulary);
    options.level = SEQNET_LEVEL_BYTE;
    options.specials = SEQNET_PAD | SEQNET_UNK;
    vocabulary = build("a\0\xFF\xFF", 4, &options);
    assert_string_equal(to_json(vocabulary),
                        "{\"version\":1,\"level\":\"byte\",\"fold_case\":false,"
                        "\"normalize\":false,\"split_punctuation\":false,"
                        "\"specials\":[\"<pad>\",\"<unk>\"],\"symbols\":[255,0,97]}");
    seqnet_vocabulary_destroy(vocabulary);
}

/* Symbols and rules are those of before: the text comes out the same, and so does the JSON. */
static void assert_round_trip(const char *text, size_t bytes,
                              const seqnet_vocabulary_options *options)
{
    seqnet_vocabulary *before = build(text, bytes, options), *after = NULL;
    char json[8192];
    strcpy(json, to_json(before));
    json_t *parsed = json_loads(json, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    assert_non_null(parsed);
    json_decref(parsed);
    assert_ok(seqnet_vocabulary_from_json(json, strlen(json), NULL, &after));
    assert_string_equal(to_json(after), json);
    assert_int_equal(seqnet_vocabulary_size(after), seqnet_vocabulary_size(before));
    assert_int_equal(seqnet_vocabulary_level(after), options->level);
    for (int32_t flag = 1; flag <= 8; flag *= 2)
        assert_int_equal(seqnet_vocabulary_special(after, flag),
                         seqnet_vocabulary_special(before, flag));
    int32_t old[512], new[512];
    int64_t old_count = 0, new_count = 0;
    assert_ok(seqnet_vocabulary_encode(before, text, bytes, old, 512, &old_count));
    assert_ok(seqnet_vocabulary_encode(after, text, bytes, new, 512, &new_count));
    assert_int_equal(old_count, new_count);
    assert_same_bytes(old, new, (size_t)old_count * sizeof *old);
    seqnet_vocabulary_destroy(before);
    seqnet_vocabulary_destroy(after);
}

static void test_round_trips(void **state)
{
    (void)state;
    char every_byte[256];
    for (int i = 0; i < 256; i++)
        every_byte[i] = (char)i;
    const char *const text =
        "The cat, the \"Éclair\" \\ <unk>\n\tSTRASSE e\xCC\x81 😀\x7F \x01 \x1F\n";
    for (int32_t specials = 0; specials <= 15; specials++) {
        seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
        options.specials = specials;
        assert_round_trip(text, strlen(text) + 1, &options);
        options.level = SEQNET_LEVEL_WORD;
        assert_round_trip(text, strlen(text), &options);
        options.fold_case = options.normalize = options.split_punctuation = 1;
        assert_round_trip(text, strlen(text) + 1, &options);
        options.level = SEQNET_LEVEL_CHARACTER;
        options.split_punctuation = 0;
        assert_round_trip(text, strlen(text), &options);
        options.level = SEQNET_LEVEL_BYTE;
        options.fold_case = options.normalize = 0;
        assert_round_trip(every_byte, sizeof every_byte, &options);
        assert_round_trip("", 0, &options);
    }
}

/* The rules come back too, not only the symbols. */
static void test_rules_survive(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.level = SEQNET_LEVEL_WORD;
    options.fold_case = options.normalize = options.split_punctuation = 1;
    seqnet_vocabulary *before = build("été ,", 7, &options), *after = NULL;
    const char *json = to_json(before);
    assert_ok(seqnet_vocabulary_from_json(json, strlen(json), NULL, &after));
    int32_t tokens[2] = { -9, -9 };
    int64_t count = 0;
    assert_ok(seqnet_vocabulary_encode(after, "E\xCC\x81TÉ,", 7, tokens, 2, &count));
    assert_int_equal(count, 2);
    assert_int_equal(tokens[0], 1);
    assert_int_equal(tokens[1], 0);
    seqnet_vocabulary_destroy(before);
    seqnet_vocabulary_destroy(after);
}

static void assert_refused(const char *json, const char *message)
{
    seqnet_vocabulary *vocabulary = (seqnet_vocabulary *)(uintptr_t)64;
    assert_error(seqnet_vocabulary_from_json(json, strlen(json), NULL, &vocabulary), SEQNET_EFORMAT,
                 "seqnet_vocabulary_from_json: ");
    assert_null(vocabulary);
    assert_non_null(strstr(seqnet_error_message(), message));
}

#define OBJECT(level, specials, symbols)                                     \
    "{\"version\":1,\"level\":\"" level "\",\"fold_case\":false,"            \
    "\"normalize\":false,\"split_punctuation\":false,\"specials\":" specials \
    ",\"symbols\":" symbols "}"

static void test_accepts_the_base(void **state)
{
    (void)state;
    const char *const json = "  " OBJECT("word", "[\"<unk>\"]", "[\"a\", \"b\"]") "\n";
    seqnet_vocabulary *vocabulary = NULL;
    assert_ok(seqnet_vocabulary_from_json(json, strlen(json), NULL, &vocabulary));
    assert_int_equal(seqnet_vocabulary_size(vocabulary), 3);
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_refuses_bad_json(void **state)
{
    (void)state;
    assert_refused("", "line 1, column 0");
    assert_refused("{", "line 1, column 1");
    assert_refused("{}\n x", "line 2");
    assert_refused("[]", "no object");
    assert_refused("{\"version\":1,\"version\":1}", "duplicate");
    assert_refused("{\"version\":\"\xFF\"}", "line 1");
    assert_refused("{}", "\"version\" is not 1");
    assert_refused("{\"version\":2}", "\"version\" is not 1");
    assert_refused("{\"version\":1.0}", "\"version\" is not 1");
}

/* The whole text without each of its members, with one of another type, and with one more. */
static void test_refuses_bad_members(void **state)
{
    (void)state;
    static const char *const names[] = { "version",  "level",   "fold_case",        "normalize",
                                         "specials", "symbols", "split_punctuation" };
    const char *const json = OBJECT("word", "[]", "[]");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (int removed = 0; removed <= 1; removed++) {
            json_t *root = json_loads(json, 0, NULL);
            if (removed)
                json_object_del(root, names[i]);
            else
                json_object_set_new(root, names[i], json_null());
            char *changed = json_dumps(root, JSON_COMPACT);
            assert_refused(changed, names[i]);
            free(changed);
            json_decref(root);
        }
    }
    json_t *root = json_loads(json, 0, NULL);
    json_object_set_new(root, "more", json_null());
    char *changed = json_dumps(root, JSON_COMPACT);
    assert_refused(changed, "members");
    free(changed);
    json_decref(root);
}

static void test_refuses_bad_specials(void **state)
{
    (void)state;
    assert_refused(OBJECT("words", "[]", "[]"), "\"level\"");
    assert_refused(OBJECT("word", "[\"<mask>\"]", "[]"), "specials[0]");
    assert_refused(OBJECT("word", "[\"<pad>\",3]", "[]"), "specials[1]");
    assert_refused(OBJECT("word", "[\"<unk>\",\"<pad>\"]", "[]"), "specials[1]");
    assert_refused(OBJECT("word", "[\"<pad>\",\"<pad>\"]", "[]"), "specials[1]");
}

static void test_refuses_bad_symbols(void **state)
{
    (void)state;
    assert_refused(OBJECT("word", "[]", "[\"a\",\"b\",\"a\"]"), "symbols[2] is there twice");
    assert_refused(OBJECT("word", "[\"<unk>\"]", "[\"<unk>\"]"), "symbols[0] is there twice");
    assert_refused(OBJECT("word", "[]", "[\"a b\"]"), "symbols[0]");
    assert_refused(OBJECT("word", "[]", "[\"\"]"), "symbols[0]");
    assert_refused(OBJECT("word", "[]", "[97]"), "symbols[0]");
    assert_refused(OBJECT("character", "[]", "[\"a\",\"bc\"]"), "symbols[1]");
    assert_refused(OBJECT("character", "[]", "[\"\"]"), "symbols[0]");
    assert_refused(OBJECT("character", "[]", "[\"\\uD800\"]"), "line 1");
    assert_refused(OBJECT("byte", "[]", "[1,256]"), "symbols[1] is no number 0..255");
    assert_refused(OBJECT("byte", "[]", "[-1]"), "symbols[0]");
    assert_refused(OBJECT("byte", "[]", "[4294967296]"), "symbols[0]");
    assert_refused(OBJECT("byte", "[]", "[1.0]"), "symbols[0]");
    assert_refused(OBJECT("byte", "[]", "[\"a\"]"), "symbols[0]");
    assert_refused(OBJECT("byte", "[]", "[7,7]"), "symbols[1] is there twice");
}

/* Mapping and splitting where the level has none: such a vocabulary cannot be built either. */
static void test_refuses_rules_of_another_level(void **state)
{
    (void)state;
    assert_refused("{\"version\":1,\"level\":\"byte\",\"fold_case\":true,\"normalize\":false,"
                   "\"split_punctuation\":false,\"specials\":[],\"symbols\":[]}",
                   "\"level\"");
    assert_refused("{\"version\":1,\"level\":\"byte\",\"fold_case\":false,\"normalize\":true,"
                   "\"split_punctuation\":false,\"specials\":[],\"symbols\":[]}",
                   "\"level\"");
    assert_refused("{\"version\":1,\"level\":\"character\",\"fold_case\":true,"
                   "\"normalize\":false,\"split_punctuation\":true,\"specials\":[],"
                   "\"symbols\":[]}",
                   "\"level\"");
}

/* Every beginning of a good text is refused. */
static void test_refuses_cut_text(void **state)
{
    (void)state;
    const char *const json = OBJECT("character", "[\"<pad>\"]", "[\"\\u00e9\",\"é\"]");
    const char *const good = OBJECT("character", "[\"<pad>\"]", "[\"a\",\"é\"]");
    seqnet_vocabulary *vocabulary = NULL;
    for (size_t bytes = 0; bytes < strlen(good); bytes++)
        assert_error(seqnet_vocabulary_from_json(good, bytes, NULL, &vocabulary), SEQNET_EFORMAT,
                     "line 1");
    assert_refused(json, "symbols[1] is there twice");
}

static void test_too_small(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("ab", 2, NULL);
    char json[512] = "zzz";
    size_t bytes = 0, again = 0;
    assert_ok(seqnet_vocabulary_to_json(vocabulary, NULL, 0, &bytes));
    assert_error(seqnet_vocabulary_to_json(vocabulary, json, bytes, &again), SEQNET_ESHAPE,
                 "seqnet_vocabulary_to_json: capacity");
    assert_int_equal(again, bytes);
    assert_string_equal(json, "zzz");
    seqnet_vocabulary_destroy(vocabulary);
}

static void test_bad_arguments(void **state)
{
    (void)state;
    seqnet_vocabulary *vocabulary = build("ab", 2, NULL), *read = NULL;
    const seqnet_allocator empty = { NULL, NULL, NULL };
    size_t bytes = 999;
    assert_error(seqnet_vocabulary_to_json(NULL, NULL, 0, &bytes), SEQNET_EINVAL, "vocabulary");
    assert_error(seqnet_vocabulary_to_json(vocabulary, NULL, 0, NULL), SEQNET_EINVAL, "bytes");
    assert_error(seqnet_vocabulary_to_json(vocabulary, NULL, 1, &bytes), SEQNET_EINVAL, "json");
    assert_int_equal(bytes, 999);
    assert_error(seqnet_vocabulary_from_json("{}", 2, NULL, NULL), SEQNET_EINVAL, "vocabulary");
    assert_error(seqnet_vocabulary_from_json(NULL, 0, NULL, &read), SEQNET_EINVAL, "json = NULL");
    assert_error(seqnet_vocabulary_from_json("{}", 2, &empty, &read), SEQNET_EINVAL, "allocator");
    seqnet_vocabulary_destroy(vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_rules_survive),
        cmocka_unit_test(test_accepts_the_base),
        cmocka_unit_test(test_refuses_bad_json),
        cmocka_unit_test(test_refuses_bad_members),
        cmocka_unit_test(test_refuses_bad_specials),
        cmocka_unit_test(test_refuses_bad_symbols),
        cmocka_unit_test(test_refuses_rules_of_another_level),
        cmocka_unit_test(test_refuses_cut_text),
        cmocka_unit_test(test_too_small),
        cmocka_unit_test(test_bad_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
