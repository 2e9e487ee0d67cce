/* SPDX-License-Identifier: MIT */
/* The order of epochs: complete, reproducible, shuffled, and grouped by length. */
#include "support/assert.h"
#include "text/dataset_support.h"

static void test_epochs_hold_every_sequence(void **state)
{
    (void)state;
    for (int32_t count = 0; count <= 40; count++) {
        seqnet_dataset *dataset = dataset_of_random(0, count);
        for (int32_t size = 1; size <= 64; size = size * 2 + 1) {
            for (uint64_t seed = 0; seed <= 6; seed++) {
                int32_t order[MOST];
                assert_ok(seqnet_dataset_start(dataset, size, seed));
                read_epoch(dataset, size, count, order);
                assert_each_once(order, count);
            }
        }
        seqnet_dataset_destroy(dataset);
    }
}

/* A function of content, batch and seed: not of the object, its history or its allocations. */
static void test_epochs_depend_on_the_seed_only(void **state)
{
    (void)state;
    seqnet_dataset *one = dataset_of_random(0, 300), *two = dataset_of_random(0, 300);
    int32_t a[MOST], b[MOST], c[MOST], scratch[MOST];
    assert_ok(seqnet_dataset_start(one, 16, 5));
    read_epoch(one, 16, 300, a);
    assert_ok(seqnet_dataset_start(two, 32, 9));
    read_epoch(two, 32, 300, scratch);
    assert_ok(seqnet_dataset_start(two, 16, 6));
    read_epoch(two, 16, 300, c);
    assert_ok(seqnet_dataset_start(two, 16, 5));
    read_epoch(two, 16, 300, b);
    assert_same_bytes(a, b, 300 * sizeof *a);
    assert_memory_not_equal(a, c, 300 * sizeof *a);
    seqnet_dataset_destroy(one);
    seqnet_dataset_destroy(two);
}

/* The order must stay what it is from release to release: checkpoints hold positions in it. */
static void test_epochs_stay(void **state)
{
    (void)state;
    const int32_t lengths[] = { 5, 20, 3, 60, 33, 8, 8, 41, 0, 17 };
    const int32_t expected[] = { 4, 7, 3, 8, 2, 0, 6, 5, 9, 1 };
    seqnet_dataset *dataset = dataset_of(0, 10, lengths);
    int32_t order[MOST];
    assert_ok(seqnet_dataset_start(dataset, 3, 1234567890123456789u));
    read_epoch(dataset, 3, 10, order);
    assert_same_bytes(order, expected, sizeof expected);
    seqnet_dataset_destroy(dataset);
}

/* Seeds change who is beside whom, and still most of the work is no padding. */
static void test_epochs_are_shuffled_and_grouped(void **state)
{
    (void)state;
    enum { COUNT = 480, SIZE = 16, SEEDS = 20 };
    seqnet_dataset *dataset = dataset_of_random(0, COUNT);
    int32_t tokens = 0, pairs = 0, short_first = 0;
    for (int32_t i = 0; i < COUNT; i++)
        tokens += random_length(i);
    int32_t first[MOST], order[MOST];
    assert_ok(seqnet_dataset_start(dataset, SIZE, 1));
    read_epoch(dataset, SIZE, COUNT, first);
    for (uint64_t seed = 2; seed < 2 + SEEDS; seed++) {
        assert_ok(seqnet_dataset_start(dataset, SIZE, seed));
        const int32_t padding = read_epoch(dataset, SIZE, COUNT, order);
        assert_true(padding < tokens / 6);
        for (int32_t i = 0; i + 1 < COUNT; i++)
            for (int32_t j = 0; j + 1 < COUNT; j++)
                pairs += order[i] == first[j] && order[i + 1] == first[j + 1];
        const int32_t head = random_length(order[0]);
        const int32_t tail = random_length(order[COUNT - 1]);
        short_first += head < tail;
    }
    assert_true(pairs < COUNT * SEEDS / 20);
    assert_in_range(short_first, 3, SEEDS - 3);
    seqnet_dataset_destroy(dataset);
}

/* The small batch comes last and is not always made of the longest sequences. */
static void test_small_batch(void **state)
{
    (void)state;
    int32_t lengths[10];
    for (int32_t i = 0; i < 10; i++)
        lengths[i] = 1 + 6 * i;
    seqnet_dataset *dataset = dataset_of(0, 10, lengths);
    char seen[10] = { 0 };
    for (uint64_t seed = 1; seed <= 60; seed++) {
        int32_t order[MOST];
        assert_ok(seqnet_dataset_start(dataset, 3, seed));
        read_epoch(dataset, 3, 10, order);
        seen[order[9]] = 1;
    }
    assert_true(seen[0] && seen[3] && seen[6] && seen[9]);
    seqnet_dataset_destroy(dataset);
}

/* Seed 0: by length, ties in the order they were added. */
static void test_evaluation_order(void **state)
{
    (void)state;
    const int32_t lengths[] = { 4, 2, 4, 0, 2, 2, 0 };
    const int32_t expected[] = { 3, 6, 1, 4, 5, 0, 2 };
    seqnet_dataset *dataset = dataset_of(0, 7, lengths);
    for (int32_t size = 1; size <= 8; size++) {
        int32_t order[MOST];
        assert_ok(seqnet_dataset_start(dataset, size, 0));
        read_epoch(dataset, size, 7, order);
        assert_same_bytes(order, expected, sizeof expected);
    }
    seqnet_dataset_destroy(dataset);
}

static void test_seek(void **state)
{
    (void)state;
    seqnet_dataset *dataset = dataset_of_random(1, 50);
    assert_ok(seqnet_dataset_start(dataset, 8, 3));
    static struct batch batches[7], again;
    for (int p = 0; p < 7; p++) {
        assert_int_equal(seqnet_dataset_position(dataset), p);
        next_batch(dataset, &batches[p]);
    }
    for (int p = 6; p >= 0; p--) {
        assert_ok(seqnet_dataset_seek(dataset, p));
        next_batch(dataset, &again);
        assert_same_bytes(&again, &batches[p], sizeof again);
    }
    assert_ok(seqnet_dataset_seek(dataset, 7));
    next_batch(dataset, &again);
    assert_int_equal(again.batch, 0);
    assert_error(seqnet_dataset_seek(dataset, 8), SEQNET_ERANGE, "position = 8, need 0..7");
    assert_error(seqnet_dataset_seek(dataset, -1), SEQNET_ERANGE, "position = -1");
    assert_int_equal(seqnet_dataset_position(dataset), 7);
    seqnet_dataset_destroy(dataset);
}

/* What is added during an epoch belongs to the next one. */
static void test_add_during_an_epoch(void **state)
{
    (void)state;
    const int32_t lengths[] = { 1, 2 };
    seqnet_dataset *dataset = dataset_of(0, 2, lengths);
    int32_t order[MOST];
    assert_ok(seqnet_dataset_start(dataset, 2, 0));
    for (int32_t i = 2; i < 100; i++)
        add_sequence(dataset, i, 3, 0);
    read_epoch(dataset, 2, 2, order);
    assert_ok(seqnet_dataset_start(dataset, 2, 0));
    read_epoch(dataset, 2, 100, order);
    assert_each_once(order, 100);
    seqnet_dataset_destroy(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_epochs_hold_every_sequence),
        cmocka_unit_test(test_epochs_depend_on_the_seed_only),
        cmocka_unit_test(test_epochs_stay),
        cmocka_unit_test(test_epochs_are_shuffled_and_grouped),
        cmocka_unit_test(test_small_batch),
        cmocka_unit_test(test_evaluation_order),
        cmocka_unit_test(test_seek),
        cmocka_unit_test(test_add_during_an_epoch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
