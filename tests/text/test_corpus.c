/* SPDX-License-Identifier: MIT */
/* Rows of one long text. */
#include "support/assert.h"
#include "support/guard.h"
#include "support/memory.h"

#include <seqnet/text.h>

static seqnet_corpus *create(const int32_t *tokens, int64_t count, int32_t batch)
{
    seqnet_corpus *corpus = NULL;
    assert_ok(seqnet_corpus_create(tokens, count, batch, NULL, &corpus));
    assert_non_null(corpus);
    return corpus;
}

/* The next window is (steps, batch) of these inputs and targets, and writes no more. */
static void assert_window(seqnet_corpus *corpus, int32_t max_steps, int32_t batch, int32_t steps,
                          const int32_t *inputs, const int32_t *targets)
{
    const size_t bytes = (size_t)steps * (size_t)batch * sizeof(int32_t);
    struct guard x, y;
    guard_new(&x, bytes, GUARD_END);
    guard_new(&y, bytes, GUARD_END);
    int32_t found = -9;
    assert_ok(seqnet_corpus_next(corpus, max_steps, x.data, y.data, &found));
    assert_int_equal(found, steps);
    assert_same_bytes(x.data, inputs, bytes);
    assert_same_bytes(y.data, targets, bytes);
    guard_free(&x);
    guard_free(&y);
}

/* 11 tokens in 2 rows of 5: 0..4 and 5..9; the last is dropped. */
static void test_rows(void **state)
{
    (void)state;
    int32_t tokens[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    seqnet_corpus *corpus = create(tokens, 11, 2);
    for (int i = 0; i < 11; i++)
        tokens[i] = -1; /* they were copied */
    assert_int_equal(seqnet_corpus_steps(corpus), 4);
    const int32_t x0[] = { 0, 5, 1, 6, 2, 7 }, y0[] = { 1, 6, 2, 7, 3, 8 };
    const int32_t x1[] = { 3, 8 }, y1[] = { 4, 9 };
    for (int epoch = 0; epoch < 2; epoch++) {
        assert_int_equal(seqnet_corpus_position(corpus), 0);
        assert_window(corpus, 3, 2, 3, x0, y0);
        assert_int_equal(seqnet_corpus_position(corpus), 3);
        assert_window(corpus, 3, 2, 1, x1, y1);
        assert_window(corpus, 3, 2, 0, NULL, NULL);
        assert_window(corpus, 3, 2, 0, NULL, NULL);
        assert_int_equal(seqnet_corpus_position(corpus), 4);
        assert_ok(seqnet_corpus_seek(corpus, 0));
    }
    seqnet_corpus_destroy(corpus);
}

/* Whatever the windows, each row is read once, in order, each target being the next input. */
static void test_windows_continue(void **state)
{
    (void)state;
    int32_t tokens[103];
    for (int i = 0; i < 103; i++)
        tokens[i] = 1000 + i;
    for (int32_t batch = 1; batch <= 51; batch += 5) {
        seqnet_corpus *corpus = create(tokens, 103, batch);
        const int32_t length = 103 / batch;
        assert_int_equal(seqnet_corpus_steps(corpus), length - 1);
        int32_t inputs[103], targets[103], steps, at = 0;
        for (;; at += steps) {
            assert_ok(seqnet_corpus_next(corpus, 4, inputs, targets, &steps));
            if (!steps)
                break;
            for (int32_t n = 0; n < steps * batch; n++) {
                const int32_t expected = 1000 + n % batch * length + at + n / batch;
                assert_int_equal(inputs[n], expected);
                assert_int_equal(targets[n], expected + 1);
            }
        }
        assert_int_equal(at, length - 1);
        seqnet_corpus_destroy(corpus);
    }
}

static void test_seek(void **state)
{
    (void)state;
    const int32_t tokens[] = { 10, 11, 12, 13, 14 };
    seqnet_corpus *corpus = create(tokens, 5, 1);
    assert_ok(seqnet_corpus_seek(corpus, 3));
    assert_window(corpus, INT32_MAX, 1, 1, tokens + 3, tokens + 4);
    assert_ok(seqnet_corpus_seek(corpus, 1));
    assert_window(corpus, INT32_MAX, 1, 3, tokens + 1, tokens + 2);
    assert_ok(seqnet_corpus_seek(corpus, 4));
    assert_error(seqnet_corpus_seek(corpus, 5), SEQNET_ERANGE, "position = 5, need 0..4");
    assert_error(seqnet_corpus_seek(corpus, -1), SEQNET_ERANGE, "position = -1");
    assert_int_equal(seqnet_corpus_position(corpus), 4);
    seqnet_corpus_destroy(corpus);
}

static void test_create_errors(void **state)
{
    (void)state;
    const int32_t tokens[5] = { 0 };
    const seqnet_allocator empty = { NULL, NULL, NULL };
    seqnet_corpus *corpus = (seqnet_corpus *)(uintptr_t)64;
    assert_error(seqnet_corpus_create(tokens, 5, 3, NULL, &corpus), SEQNET_ESHAPE,
                 "seqnet_corpus_create: count = 5, need 6 for batch = 3");
    assert_null(corpus);
    assert_error(seqnet_corpus_create(NULL, 0, 1, NULL, &corpus), SEQNET_ESHAPE, "count = 0");
    assert_error(seqnet_corpus_create(tokens, 5, INT32_MAX, NULL, &corpus), SEQNET_ESHAPE,
                 "need 4294967294");
    assert_error(seqnet_corpus_create(tokens, 5, 0, NULL, &corpus), SEQNET_EINVAL, "batch = 0");
    assert_error(seqnet_corpus_create(tokens, -1, 1, NULL, &corpus), SEQNET_EINVAL, "count = -1");
    assert_error(seqnet_corpus_create(NULL, 5, 1, NULL, &corpus), SEQNET_EINVAL, "tokens = NULL");
    assert_error(seqnet_corpus_create(tokens, 5, 1, NULL, NULL), SEQNET_EINVAL, "corpus = NULL");
    assert_error(seqnet_corpus_create(tokens, 5, 1, &empty, &corpus), SEQNET_EINVAL, "allocator");
    seqnet_corpus_destroy(NULL);
}

static void test_call_errors(void **state)
{
    (void)state;
    const int32_t tokens[] = { 1, 2, 3 };
    seqnet_corpus *corpus = create(tokens, 3, 1);
    int32_t x[2] = { -9, -9 }, y[2] = { -9, -9 }, steps = -9;
    assert_error(seqnet_corpus_next(NULL, 1, x, y, &steps), SEQNET_EINVAL, "corpus = NULL");
    assert_error(seqnet_corpus_next(corpus, 0, x, y, &steps), SEQNET_EINVAL, "max_steps = 0");
    assert_error(seqnet_corpus_next(corpus, 1, NULL, y, &steps), SEQNET_EINVAL, "inputs = NULL");
    assert_error(seqnet_corpus_next(corpus, 1, x, NULL, &steps), SEQNET_EINVAL, "targets = NULL");
    assert_error(seqnet_corpus_next(corpus, 1, x, y, NULL), SEQNET_EINVAL, "steps = NULL");
    assert_error(seqnet_corpus_seek(NULL, 0), SEQNET_EINVAL, "corpus = NULL");
    assert_int_equal(steps, -9);
    assert_int_equal(x[0], -9);
    assert_int_equal(seqnet_corpus_position(corpus), 0);
    assert_int_equal(seqnet_corpus_steps(NULL), 0);
    assert_int_equal(seqnet_corpus_position(NULL), 0);
    seqnet_corpus_destroy(corpus);
}

static void test_next_allocates_nothing(void **state)
{
    (void)state;
    struct test_memory memory;
    test_memory_init(&memory);
    const int32_t tokens[] = { 1, 2, 3, 4, 5, 6 };
    seqnet_corpus *corpus = NULL;
    assert_ok(seqnet_corpus_create(tokens, 6, 2, &memory.allocator, &corpus));
    const size_t calls = memory.calls;
    int32_t x[2], y[2], steps;
    do
        assert_ok(seqnet_corpus_next(corpus, 1, x, y, &steps));
    while (steps);
    assert_int_equal(memory.calls, calls);
    seqnet_corpus_destroy(corpus);
    assert_int_equal(memory.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),        cmocka_unit_test(test_windows_continue),
        cmocka_unit_test(test_seek),        cmocka_unit_test(test_create_errors),
        cmocka_unit_test(test_call_errors), cmocka_unit_test(test_next_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
