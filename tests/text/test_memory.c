/* SPDX-License-Identifier: MIT */
/*
 * Every allocation fails once: the n-th of each operation for n = 1, 2, 3 .. until it succeeds. A
 * failure gives SEQNET_ENOMEM and no handle, leaks nothing and leaves what was there as it was.
 */
#include "support/assert.h"
#include "support/memory.h"

#include <seqnet/text.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct test_memory memory;

/* From now on the n-th allocation fails; 0: none. */
static void fail_at(size_t n)
{
    memory.calls = 0;
    memory.fail_at = n;
}

/* Whether the call failed as it must: then n was one of its allocations. */
static int failed(int32_t code, const void *handle, size_t n)
{
    if (code == SEQNET_OK) {
        assert_true(memory.calls < n);
        return 0;
    }
    assert_error(code, SEQNET_ENOMEM, "memory");
    assert_true(memory.calls >= n);
    assert_null(handle);
    return 1;
}

/* Words enough for every table to grow. */
static const char *long_text(void)
{
    static char text[8192];
    size_t used = 0;
    for (int i = 0; i < 400; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "Wörd%d, ", i);
    return text;
}

static void test_build(void **state)
{
    (void)state;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.allocator = &memory.allocator;
    options.level = SEQNET_LEVEL_WORD;
    options.specials = SEQNET_UNK | SEQNET_EOS;
    options.fold_case = options.normalize = options.split_punctuation = 1;
    for (size_t n = 1;; n++) {
        test_memory_init(&memory);
        fail_at(n);
        seqnet_vocabulary *vocabulary = (seqnet_vocabulary *)(uintptr_t)64;
        const int32_t code =
            seqnet_vocabulary_build(long_text(), strlen(long_text()), &options, &vocabulary);
        const int again = failed(code, vocabulary, n);
        seqnet_vocabulary_destroy(vocabulary);
        assert_int_equal(memory.live, 0);
        if (!again) {
            assert_true(n > 20);
            break;
        }
    }
}

static void test_encode(void **state)
{
    (void)state;
    test_memory_init(&memory);
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.allocator = &memory.allocator;
    options.level = SEQNET_LEVEL_WORD;
    options.fold_case = 1;
    seqnet_vocabulary *vocabulary = NULL;
    assert_ok(seqnet_vocabulary_build("a bcdefghij", 11, &options, &vocabulary));
    const size_t live = memory.live;
    for (size_t n = 1;; n++) {
        int32_t tokens[2] = { -9, -9 };
        int64_t count = -9;
        fail_at(n);
        const int32_t code =
            seqnet_vocabulary_encode(vocabulary, "A BCDEFGHIJ", 11, tokens, 2, &count);
        assert_int_equal(memory.live, live);
        if (!failed(code, NULL, n)) {
            assert_true(n > 2);
            break;
        }
        assert_true(count == -9 || count == 2); /* the count is known before tokens are written */
    }
    seqnet_vocabulary_destroy(vocabulary);
    assert_int_equal(memory.live, 0);
}

static void test_from_json(void **state)
{
    (void)state;
    static char json[16384];
    size_t bytes = 0;
    seqnet_vocabulary *vocabulary = NULL;
    seqnet_vocabulary_options options = SEQNET_VOCABULARY_OPTIONS_INIT;
    options.level = SEQNET_LEVEL_WORD;
    options.specials = SEQNET_PAD;
    assert_ok(seqnet_vocabulary_build(long_text(), strlen(long_text()), &options, &vocabulary));
    assert_ok(seqnet_vocabulary_to_json(vocabulary, json, sizeof json, &bytes));
    seqnet_vocabulary_destroy(vocabulary);
    for (size_t n = 1;; n++) {
        test_memory_init(&memory);
        fail_at(n);
        vocabulary = (seqnet_vocabulary *)(uintptr_t)64;
        const int32_t code =
            seqnet_vocabulary_from_json(json, bytes, &memory.allocator, &vocabulary);
        const int again = failed(code, vocabulary, n);
        seqnet_vocabulary_destroy(vocabulary);
        assert_int_equal(memory.live, 0);
        if (!again) {
            assert_true(n > 10);
            break;
        }
    }
}

/*
 * The JSON reader takes its own memory from malloc. Where that fails inside a string it takes the
 * text for broken, so either code may come; but never a handle or a leak.
 */
static size_t json_calls, json_fail_at, json_live;

static void *json_test_malloc(size_t bytes)
{
    if (++json_calls == json_fail_at)
        return NULL;
    json_live++;
    return malloc(bytes);
}

static void json_test_free(void *block)
{
    json_live -= block != NULL;
    free(block);
}

static void test_json_reader(void **state)
{
    (void)state;
    static const char json[] = "{\"version\":1,\"level\":\"word\",\"fold_case\":false,"
                               "\"normalize\":false,\"split_punctuation\":false,"
                               "\"specials\":[\"<pad>\"],\"symbols\":[\"a\",\"b\"]}";
    json_set_alloc_funcs(json_test_malloc, json_test_free);
    for (size_t n = 1;; n++) {
        json_calls = json_live = 0;
        json_fail_at = n;
        seqnet_vocabulary *vocabulary = (seqnet_vocabulary *)(uintptr_t)64;
        const int32_t code = seqnet_vocabulary_from_json(json, sizeof json - 1, NULL, &vocabulary);
        assert_int_equal(json_live, 0);
        if (code == SEQNET_OK) {
            assert_true(n > 10 && json_calls < n);
            seqnet_vocabulary_destroy(vocabulary);
            break;
        }
        assert_null(vocabulary);
        assert_true(code == SEQNET_ENOMEM || code == SEQNET_EFORMAT);
    }
    json_set_alloc_funcs(malloc, free);
}

static void test_corpus(void **state)
{
    (void)state;
    const int32_t tokens[] = { 1, 2, 3, 4 };
    for (size_t n = 1;; n++) {
        test_memory_init(&memory);
        fail_at(n);
        seqnet_corpus *corpus = (seqnet_corpus *)(uintptr_t)64;
        const int32_t code = seqnet_corpus_create(tokens, 4, 2, &memory.allocator, &corpus);
        const int again = failed(code, corpus, n);
        seqnet_corpus_destroy(corpus);
        assert_int_equal(memory.live, 0);
        if (!again) {
            assert_int_equal(n, 3);
            break;
        }
    }
}

static void test_dataset_create(void **state)
{
    (void)state;
    test_memory_init(&memory);
    fail_at(1);
    seqnet_dataset *dataset = (seqnet_dataset *)(uintptr_t)64;
    const int32_t code = seqnet_dataset_create(0, 0, &memory.allocator, &dataset);
    assert_true(failed(code, dataset, 1));
    assert_int_equal(memory.live, 0);
}

/* Each addition fails in all its ways before it succeeds; nothing is there twice or half. */
static void test_dataset_add(void **state)
{
    (void)state;
    for (int32_t per_step = 0; per_step <= 1; per_step++) {
        test_memory_init(&memory);
        seqnet_dataset *dataset = NULL;
        assert_ok(seqnet_dataset_create(per_step, 0, &memory.allocator, &dataset));
        for (int32_t i = 0; i < 40; i++) {
            const int32_t tokens[3] = { i, i, i };
            for (size_t n = 1;; n++) {
                fail_at(n);
                const int32_t code = seqnet_dataset_add(dataset, tokens, i % 4, tokens);
                if (!failed(code, NULL, n))
                    break;
                assert_int_equal(seqnet_dataset_count(dataset), i);
            }
        }
        fail_at(0);
        assert_ok(seqnet_dataset_start(dataset, 40, 0));
        int32_t x[120], y[120], lengths[40], steps, batch;
        assert_ok(seqnet_dataset_next(dataset, x, y, lengths, &steps, &batch));
        assert_int_equal(batch, 40);
        for (int32_t b = 0; b < 40; b++)
            for (int32_t t = 0; t < lengths[b]; t++)
                assert_int_equal(x[t * 40 + b], b % 10 * 4 + b / 10);
        seqnet_dataset_destroy(dataset);
        assert_int_equal(memory.live, 0);
    }
}

/* A failed start leaves the epoch of before where it was. */
static void test_dataset_start(void **state)
{
    (void)state;
    test_memory_init(&memory);
    seqnet_dataset *dataset = NULL;
    assert_ok(seqnet_dataset_create(0, 0, &memory.allocator, &dataset));
    for (int32_t i = 0; i < 5; i++)
        assert_ok(seqnet_dataset_add(dataset, &i, 1, &i));
    assert_ok(seqnet_dataset_start(dataset, 2, 0));
    assert_ok(seqnet_dataset_seek(dataset, 1));
    const size_t live = memory.live;
    int32_t x[2], y[2], lengths[2], steps, batch;
    size_t n = 1;
    for (;; n++) {
        fail_at(n);
        if (!failed(seqnet_dataset_start(dataset, 1, 7), NULL, n))
            break;
        fail_at(0);
        assert_int_equal(memory.live, live);
        assert_int_equal(seqnet_dataset_position(dataset), 1);
        assert_ok(seqnet_dataset_next(dataset, x, y, lengths, &steps, &batch));
        assert_int_equal(batch, 2);
        assert_int_equal(y[0], 2);
        assert_ok(seqnet_dataset_seek(dataset, 1));
    }
    assert_int_equal(n, 4);
    assert_int_equal(memory.live, live);
    seqnet_dataset_destroy(dataset);
    assert_int_equal(memory.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_build),       cmocka_unit_test(test_encode),
        cmocka_unit_test(test_from_json),   cmocka_unit_test(test_json_reader),
        cmocka_unit_test(test_corpus),      cmocka_unit_test(test_dataset_create),
        cmocka_unit_test(test_dataset_add), cmocka_unit_test(test_dataset_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
