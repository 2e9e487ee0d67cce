/* SPDX-License-Identifier: MIT */
/*
 * The n-th allocation fails, for every n: through the allocator hook, and inside Jansson, whose
 * allocator this program (never the library) may replace. Nothing may leak, crash or half happen.
 */
#include "io/scratch.h"
#include "support/memory.h"

#include <seqnet/io.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- Jansson's allocator */

static size_t json_live, json_calls, json_fail_at;

static void *json_malloc(size_t bytes)
{
    if (++json_calls == json_fail_at)
        return NULL;
    void *const block = malloc(bytes);
    json_live += block != NULL;
    return block;
}

static void json_free(void *block)
{
    json_live -= block != NULL;
    free(block);
}

/* ---------------------------------------------------------------- what is done */

static seqnet_layer *make_layer(void)
{
    seqnet_layer *layers[3], *sequential;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_recurrent_options recurrent = SEQNET_RECURRENT_OPTIONS_INIT;
    assert_ok(seqnet_embedding_create(7, 3, NULL, &layers[0]));
    recurrent.num_layers = 2;
    recurrent.dropout = 0.5f;
    assert_ok(seqnet_gru_create(3, 3, &recurrent, &layers[1]));
    linear.tied_embedding = layers[0];
    assert_ok(seqnet_linear_create(3, 7, &linear, &layers[2]));
    assert_ok(seqnet_sequential_create(layers, 3, NULL, &sequential));
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(layers[i]);
    return sequential;
}

/* A model with metadata, its own memory from `allocator`; SEQNET_ENOMEM leaves nothing behind. */
static int32_t make_model(seqnet_layer *layer, const seqnet_allocator *allocator,
                          seqnet_model **model)
{
    char key[16];
    int32_t code = seqnet_model_create(layer, allocator, model);
    for (int i = 0; i < 10 && code == SEQNET_OK; i++) {
        snprintf(key, sizeof key, "k%d", i);
        code = seqnet_model_set_metadata(*model, key, "v");
    }
    if (code == SEQNET_OK)
        code = seqnet_model_set_metadata(*model, "k3", "another");
    if (code != SEQNET_OK) {
        seqnet_model_destroy(*model);
        *model = NULL;
    }
    return code;
}

static int32_t build_and_save(seqnet_layer *layer, const seqnet_allocator *allocator)
{
    seqnet_model *model;
    int32_t code = make_model(layer, allocator, &model);
    if (code == SEQNET_OK)
        code = seqnet_model_save(model, scratch_path("a"));
    seqnet_model_destroy(model);
    return code;
}

static int32_t load(const seqnet_allocator *allocator)
{
    seqnet_model *model = (seqnet_model *)&model;
    const int32_t code = seqnet_model_load(scratch_path("a"), allocator, &model);
    assert_int_equal(model == NULL, code != SEQNET_OK);
    seqnet_model_destroy(model);
    return code;
}

/* ---------------------------------------------------------------- through the hook */

static void every_allocation_of_a_save_fails_once(void **state)
{
    (void)state;
    seqnet_layer *const layer = make_layer();
    int32_t code = SEQNET_ENOMEM;
    size_t n;
    scratch_write("a", "old", 3);
    for (n = 1; code != SEQNET_OK; n++) {
        struct test_memory memory;
        test_memory_init(&memory);
        memory.fail_at = n;
        code = build_and_save(layer, &memory.allocator);
        assert_int_equal(memory.live, 0);
        assert_int_equal(scratch_entries(), 1);
        if (code == SEQNET_OK)
            break;
        assert_int_equal(code, SEQNET_ENOMEM);
        assert_holds("a", "old");
    }
    assert_true(n > 20);
    assert_ok(load(NULL));
    seqnet_layer_destroy(layer);
}

static void every_allocation_of_a_load_fails_once(void **state)
{
    (void)state;
    seqnet_layer *const layer = make_layer();
    int32_t code = SEQNET_ENOMEM;
    size_t n;
    assert_ok(build_and_save(layer, NULL));
    seqnet_layer_destroy(layer);
    for (n = 1; code != SEQNET_OK; n++) {
        struct test_memory memory;
        test_memory_init(&memory);
        memory.fail_at = n;
        code = load(&memory.allocator);
        assert_int_equal(memory.live, 0);
        assert_true(code == SEQNET_OK || code == SEQNET_ENOMEM);
    }
    assert_true(n > 40);
}

/* ---------------------------------------------------------------- inside Jansson */

static void every_json_allocation_of_a_save_fails_once(void **state)
{
    (void)state;
    seqnet_layer *const layer = make_layer();
    json_set_alloc_funcs(json_malloc, json_free);
    scratch_write("a", "old", 3);
    json_calls = 0;
    for (json_fail_at = 1;; json_fail_at++) {
        json_calls = 0;
        const int32_t code = build_and_save(layer, NULL);
        assert_int_equal(json_live, 0);
        assert_int_equal(scratch_entries(), 1);
        if (json_calls < json_fail_at) {
            assert_ok(code);
            break;
        }
        assert_int_equal(code, SEQNET_ENOMEM);
        assert_holds("a", "old");
    }
    assert_true(json_fail_at > 50);
    json_fail_at = 0;
    assert_ok(load(NULL));
    json_set_alloc_funcs(malloc, free);
    seqnet_layer_destroy(layer);
}

/* Jansson reports some of its failures as bad JSON, so two codes are possible here. */
static void every_json_allocation_of_a_load_fails_once(void **state)
{
    (void)state;
    seqnet_layer *const layer = make_layer();
    assert_ok(build_and_save(layer, NULL));
    seqnet_layer_destroy(layer);
    json_set_alloc_funcs(json_malloc, json_free);
    size_t reached = 0;
    for (json_fail_at = 1; reached == json_fail_at - 1; json_fail_at++) {
        json_calls = 0;
        const int32_t code = load(NULL);
        assert_int_equal(json_live, 0);
        if (json_calls >= json_fail_at)
            reached = json_fail_at;
        else
            assert_ok(code);
        assert_true(code == SEQNET_OK || code == SEQNET_ENOMEM || code == SEQNET_EFORMAT);
    }
    json_fail_at = 0;
    json_set_alloc_funcs(malloc, free);
    assert_true(reached > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(every_allocation_of_a_save_fails_once),
        scratch_test(every_allocation_of_a_load_fails_once),
        scratch_test(every_json_allocation_of_a_save_fails_once),
        scratch_test(every_json_allocation_of_a_load_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
