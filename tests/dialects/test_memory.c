/* SPDX-License-Identifier: MIT */
/* The n-th allocation fails, for every n: nothing leaks, and nothing is half done. */
#include "dialects/oracle.h"
#include "support/assert.h"
#include "support/memory.h"

static const struct oracle oracle = { .base = "rnn.",
                                      .kind = SEQNET_GRU,
                                      .input = 5,
                                      .hidden = 3,
                                      .levels = 2,
                                      .directions = 2,
                                      .has_bias = 1,
                                      .dialect = SEQNET_DIALECT_KERAS };

static seqnet_interchange_options options_of(const struct test_memory *memory)
{
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    options.allocator = &memory->allocator;
    options.dialect = oracle.dialect;
    options.modules = "rnn";
    return options;
}

static void imports(void **state)
{
    (void)state;
    seqnet_tensors *const tensors = new_tensors();
    seqnet_layer *const expected = oracle_imported_layer(&oracle);
    oracle_tensors(&oracle, tensors);
    int32_t code = SEQNET_ENOMEM;
    size_t n;
    for (n = 1; code != SEQNET_OK; n++) {
        struct test_memory memory;
        test_memory_init(&memory);
        memory.fail_at = n;
        seqnet_layer *const layer = oracle_layer(&oracle), *const before = oracle_layer(&oracle);
        const seqnet_interchange_options options = options_of(&memory);
        code = seqnet_layer_import(layer, tensors, &options);
        assert_int_equal(memory.live, 0);
        assert_true(code == SEQNET_OK || code == SEQNET_ENOMEM);
        assert_same_layers(layer, code == SEQNET_OK ? expected : before);
        seqnet_layer_destroy(layer);
        seqnet_layer_destroy(before);
    }
    assert_true(n > 8);
    seqnet_layer_destroy(expected);
    seqnet_tensors_destroy(tensors);
}

/* Both hooks fail in turn: that of the options, and that of the tensors. */
static void exports(void **state)
{
    (void)state;
    seqnet_layer *const layer = oracle_layer(&oracle);
    seqnet_tensors *const expected = new_tensors();
    oracle_tensors(&oracle, expected);
    int32_t code = SEQNET_ENOMEM;
    size_t n, made = 0;
    for (n = 1; code != SEQNET_OK; n++) {
        struct test_memory memory;
        test_memory_init(&memory);
        seqnet_tensors *tensors;
        const seqnet_interchange_options options = options_of(&memory);
        assert_ok(seqnet_tensors_create(&memory.allocator, &tensors));
        assert_ok(seqnet_tensors_set(tensors, "rnn.l1.backward.bias", NULL, 0, &(float){ 1 }));
        made = memory.live;
        memory.fail_at = memory.calls + n;
        code = seqnet_layer_export(layer, tensors, &options);
        assert_true(code == SEQNET_OK || code == SEQNET_ENOMEM);
        if (code == SEQNET_OK)
            assert_same_tensors(tensors, expected);
        else
            assert_int_equal(seqnet_tensors_count(tensors), 1);
        if (code != SEQNET_OK)
            assert_int_equal(memory.live, made);
        seqnet_tensors_destroy(tensors);
        assert_int_equal(memory.live, 0);
    }
    assert_true(n > 20);
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(expected);
}

static void creations(void **state)
{
    (void)state;
    seqnet_tensors *const tensors = new_tensors();
    seqnet_layer *const expected = oracle_imported_layer(&oracle);
    oracle_tensors(&oracle, tensors);
    int32_t code = SEQNET_ENOMEM;
    size_t n;
    for (n = 1; code != SEQNET_OK; n++) {
        struct test_memory memory;
        test_memory_init(&memory);
        memory.fail_at = n;
        const seqnet_interchange_options options = options_of(&memory);
        seqnet_layer *layer = (seqnet_layer *)&memory;
        code = seqnet_layer_from_tensors(tensors, &options, &layer);
        assert_true(code == SEQNET_OK || code == SEQNET_ENOMEM);
        assert_int_equal(layer == NULL, code != SEQNET_OK);
        if (layer)
            assert_same_layers(layer, expected);
        seqnet_layer_destroy(layer);
        assert_int_equal(memory.live, 0);
    }
    assert_true(n > 12);
    seqnet_layer_destroy(expected);
    seqnet_tensors_destroy(tensors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imports),
        cmocka_unit_test(exports),
        cmocka_unit_test(creations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
