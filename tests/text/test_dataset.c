/* SPDX-License-Identifier: MIT */
/* Padded batches of many short sequences. */
#include "support/assert.h"
#include "support/guard.h"
#include "support/memory.h"
#include "text/dataset_support.h"

static void test_classification_batches(void **state)
{
    (void)state;
    const int32_t lengths[] = { 3, 0, 1, 3, 2 };
    seqnet_dataset *dataset = dataset_of(0, 5, lengths);
    assert_int_equal(seqnet_dataset_max_length(dataset), 3);
    assert_ok(seqnet_dataset_start(dataset, 2, 0));
    struct batch batch;
    next_batch(dataset, &batch); /* sequences 1 and 2 */
    assert_int_equal(batch.steps, 1);
    assert_int_equal(batch.batch, 2);
    assert_same_bytes(batch.inputs, ((int32_t[]){ PAD, 2 }), 8);
    assert_same_bytes(batch.targets, ((int32_t[]){ 1001, 1002 }), 8);
    assert_same_bytes(batch.lengths, ((int32_t[]){ 0, 1 }), 8);
    next_batch(dataset, &batch); /* 4 and 0 */
    assert_int_equal(batch.steps, 3);
    assert_same_bytes(batch.inputs, ((int32_t[]){ 4, 0, 4, 0, PAD, 0 }), 24);
    assert_same_bytes(batch.targets, ((int32_t[]){ 1004, 1000 }), 8);
    assert_int_equal(seqnet_dataset_position(dataset), 2);
    next_batch(dataset, &batch); /* 3 */
    assert_int_equal(batch.steps, 3);
    assert_int_equal(batch.batch, 1);
    assert_same_bytes(batch.inputs, ((int32_t[]){ 3, 3, 3 }), 12);
    for (int i = 0; i < 2; i++) {
        next_batch(dataset, &batch);
        assert_int_equal(batch.steps, 0);
        assert_int_equal(batch.batch, 0);
    }
    seqnet_dataset_destroy(dataset);
}

static void test_tagging_batches(void **state)
{
    (void)state;
    const int32_t lengths[] = { 2, 0, 3 };
    seqnet_dataset *dataset = dataset_of(1, 3, lengths);
    assert_ok(seqnet_dataset_start(dataset, 3, 0));
    struct batch batch;
    next_batch(dataset, &batch);
    assert_int_equal(batch.steps, 3);
    assert_int_equal(batch.batch, 3);
    const int32_t inputs[] = { PAD, 0, 2, PAD, 0, 2, PAD, PAD, 2 };
    const int32_t targets[] = { -1, 1000, 1002, -1, 1000, 1002, -1, -1, 1002 };
    assert_same_bytes(batch.inputs, inputs, sizeof inputs);
    assert_same_bytes(batch.targets, targets, sizeof targets);
    assert_same_bytes(batch.lengths, ((int32_t[]){ 0, 2, 3 }), 12);
    seqnet_dataset_destroy(dataset);
}

/* Batches write max_length * batch elements at most, also when every sequence is empty. */
static void assert_stays_inside(seqnet_dataset *dataset, int32_t batch, uint64_t seed)
{
    assert_ok(seqnet_dataset_start(dataset, batch, seed));
    const size_t rows = (size_t)batch * sizeof(int32_t);
    const size_t bytes = (size_t)seqnet_dataset_max_length(dataset) * rows;
    struct guard inputs, targets, lengths;
    guard_new(&inputs, bytes, GUARD_END);
    guard_new(&targets, bytes, GUARD_END);
    guard_new(&lengths, rows, GUARD_END);
    int32_t steps, got;
    do
        assert_ok(
            seqnet_dataset_next(dataset, inputs.data, targets.data, lengths.data, &steps, &got));
    while (got);
    guard_free(&inputs);
    guard_free(&targets);
    guard_free(&lengths);
}

static void test_room(void **state)
{
    (void)state;
    for (int32_t per_step = 0; per_step <= 1; per_step++) {
        seqnet_dataset *dataset = dataset_of_random(per_step, 100);
        for (int32_t batch = 1; batch <= 128; batch *= 2)
            assert_stays_inside(dataset, batch, (uint64_t)batch);
        seqnet_dataset_destroy(dataset);
        const int32_t empty[] = { 0, 0, 0 };
        dataset = dataset_of(per_step, 3, empty);
        assert_int_equal(seqnet_dataset_max_length(dataset), 1);
        assert_stays_inside(dataset, 2, 1);
        assert_stays_inside(dataset, 2, 0);
        seqnet_dataset_destroy(dataset);
    }
}

static void test_state(void **state)
{
    (void)state;
    seqnet_dataset *dataset = NULL;
    int32_t x[1] = { -9 }, y[1], lengths[1], steps = -9, batch = -9;
    assert_ok(seqnet_dataset_create(0, 0, NULL, &dataset));
    assert_int_equal(seqnet_dataset_count(dataset), 0);
    assert_int_equal(seqnet_dataset_max_length(dataset), 0);
    assert_int_equal(seqnet_dataset_position(dataset), 0);
    assert_error(seqnet_dataset_next(dataset, x, y, lengths, &steps, &batch), SEQNET_ESTATE,
                 "seqnet_dataset_next: no epoch was started");
    assert_error(seqnet_dataset_seek(dataset, 0), SEQNET_ESTATE, "no epoch was started");
    assert_int_equal(steps, -9);
    assert_int_equal(batch, -9);
    assert_ok(seqnet_dataset_start(dataset, 4, 1));
    assert_ok(seqnet_dataset_next(dataset, x, y, lengths, &steps, &batch));
    assert_int_equal(steps, 0);
    assert_int_equal(batch, 0);
    assert_int_equal(x[0], -9);
    seqnet_dataset_destroy(dataset);
}

static void test_create_and_add_errors(void **state)
{
    (void)state;
    const seqnet_allocator empty = { NULL, NULL, NULL };
    const int32_t tokens[] = { 1, 2 };
    seqnet_dataset *dataset = (seqnet_dataset *)(uintptr_t)64;
    assert_error(seqnet_dataset_create(2, 0, NULL, &dataset), SEQNET_EINVAL,
                 "targets_per_step = 2");
    assert_null(dataset);
    assert_error(seqnet_dataset_create(0, 0, NULL, NULL), SEQNET_EINVAL, "dataset = NULL");
    assert_error(seqnet_dataset_create(0, 0, &empty, &dataset), SEQNET_EINVAL, "allocator");
    assert_ok(seqnet_dataset_create(0, 0, NULL, &dataset));
    assert_error(seqnet_dataset_add(NULL, tokens, 2, tokens), SEQNET_EINVAL, "dataset = NULL");
    assert_error(seqnet_dataset_add(dataset, tokens, -1, tokens), SEQNET_EINVAL, "length = -1");
    assert_error(seqnet_dataset_add(dataset, NULL, 2, tokens), SEQNET_EINVAL, "tokens = NULL");
    assert_error(seqnet_dataset_add(dataset, tokens, 2, NULL), SEQNET_EINVAL, "targets = NULL");
    assert_error(seqnet_dataset_add(dataset, NULL, 0, NULL), SEQNET_EINVAL, "targets = NULL");
    assert_int_equal(seqnet_dataset_count(dataset), 0);
    seqnet_dataset_destroy(dataset);
    assert_int_equal(seqnet_dataset_count(NULL), 0);
    assert_int_equal(seqnet_dataset_max_length(NULL), 0);
    assert_int_equal(seqnet_dataset_position(NULL), 0);
    seqnet_dataset_destroy(NULL);
}

static void test_epoch_errors(void **state)
{
    (void)state;
    const int32_t lengths[] = { 1 };
    seqnet_dataset *dataset = dataset_of(0, 1, lengths);
    int32_t x[1], y[1], n[1], steps = -9, batch = -9;
    assert_error(seqnet_dataset_start(NULL, 1, 0), SEQNET_EINVAL, "dataset = NULL");
    assert_error(seqnet_dataset_start(dataset, 0, 0), SEQNET_EINVAL, "batch = 0");
    assert_error(seqnet_dataset_seek(NULL, 0), SEQNET_EINVAL, "dataset = NULL");
    assert_ok(seqnet_dataset_start(dataset, INT32_MAX, 0));
    assert_error(seqnet_dataset_next(NULL, x, y, n, &steps, &batch), SEQNET_EINVAL, "dataset");
    assert_error(seqnet_dataset_next(dataset, NULL, y, n, &steps, &batch), SEQNET_EINVAL, "inputs");
    assert_error(seqnet_dataset_next(dataset, x, NULL, n, &steps, &batch), SEQNET_EINVAL,
                 "targets");
    assert_error(seqnet_dataset_next(dataset, x, y, NULL, &steps, &batch), SEQNET_EINVAL,
                 "lengths");
    assert_error(seqnet_dataset_next(dataset, x, y, n, NULL, &batch), SEQNET_EINVAL, "steps");
    assert_error(seqnet_dataset_next(dataset, x, y, n, &steps, NULL), SEQNET_EINVAL, "batch");
    assert_int_equal(seqnet_dataset_position(dataset), 0);
    assert_ok(seqnet_dataset_next(dataset, x, y, n, &steps, &batch));
    assert_int_equal(batch, 1);
    seqnet_dataset_destroy(dataset);
}

static void test_next_allocates_nothing(void **state)
{
    (void)state;
    struct test_memory memory;
    test_memory_init(&memory);
    seqnet_dataset *dataset = NULL;
    assert_ok(seqnet_dataset_create(0, PAD, &memory.allocator, &dataset));
    for (int32_t i = 0; i < 40; i++)
        add_sequence(dataset, i, i, 0);
    assert_ok(seqnet_dataset_start(dataset, 4, 2));
    const size_t calls = memory.calls;
    int32_t order[MOST];
    read_epoch(dataset, 4, 40, order);
    assert_int_equal(memory.calls, calls);
    seqnet_dataset_destroy(dataset);
    assert_int_equal(memory.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classification_batches),
        cmocka_unit_test(test_tagging_batches),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_create_and_add_errors),
        cmocka_unit_test(test_epoch_errors),
        cmocka_unit_test(test_next_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
