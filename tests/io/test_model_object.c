/* SPDX-License-Identifier: MIT */
/* Models as objects: metadata, arguments, ownership. */
#include "io/scratch.h"

#include <seqnet/io.h>

#include <stdio.h>
#include <string.h>

static seqnet_model *make_model(void)
{
    seqnet_layer *layer;
    seqnet_model *model;
    assert_ok(seqnet_linear_create(2, 2, NULL, &layer));
    assert_ok(seqnet_model_create(layer, NULL, &model));
    seqnet_layer_destroy(layer);
    return model;
}

/* ---------------------------------------------------------------- metadata */

static void assert_keys(const seqnet_model *model, const char *keys)
{
    char held[256] = "";
    const char *key;
    for (int32_t i = 0; (key = seqnet_model_metadata_key(model, i)); i++) {
        strcat(held, key);
        strcat(held, " ");
    }
    assert_string_equal(held, keys);
    assert_null(seqnet_model_metadata_key(model, -1));
}

static void metadata_is_sorted_replaced_removed(void **state)
{
    (void)state;
    seqnet_model *const model = make_model();
    assert_keys(model, "");
    assert_ok(seqnet_model_set_metadata(model, "m", "1"));
    assert_ok(seqnet_model_set_metadata(model, "z", "2"));
    assert_ok(seqnet_model_set_metadata(model, "a", "3"));
    assert_ok(seqnet_model_set_metadata(model, "m", ""));
    assert_keys(model, "a m z ");
    assert_string_equal(seqnet_model_get_metadata(model, "m"), "");
    assert_string_equal(seqnet_model_get_metadata(model, "a"), "3");
    assert_null(seqnet_model_get_metadata(model, "b"));
    assert_ok(seqnet_model_set_metadata(model, "a", NULL));
    assert_ok(seqnet_model_set_metadata(model, "b", NULL));
    assert_keys(model, "m z ");
    assert_null(seqnet_model_get_metadata(model, "a"));
    seqnet_model_destroy(model);
}

/* More than fit the first array, added in an order that is not theirs. */
static void metadata_comes_back(void **state)
{
    (void)state;
    char key[32], value[32];
    seqnet_model *model = make_model();
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "k%d \xF0\x9F\x98\x80", i * 37 % 100);
        snprintf(value, sizeof value, "v\xC3\xA4\n\"%d", i * 37 % 100);
        assert_ok(seqnet_model_set_metadata(model, key, value));
    }
    assert_ok(seqnet_model_save(model, scratch_path("a")));
    seqnet_model_destroy(model);
    assert_ok(seqnet_model_load(scratch_path("a"), NULL, &model));
    for (int i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "k%d \xF0\x9F\x98\x80", i);
        snprintf(value, sizeof value, "v\xC3\xA4\n\"%d", i);
        assert_string_equal(seqnet_model_get_metadata(model, key), value);
    }
    assert_non_null(seqnet_model_metadata_key(model, 99));
    assert_null(seqnet_model_metadata_key(model, 100));
    seqnet_model_destroy(model);
}

static void metadata_refuses(void **state)
{
    (void)state;
    seqnet_model *const model = make_model();
    assert_error(seqnet_model_set_metadata(NULL, "k", "v"), SEQNET_EINVAL, "model = NULL");
    assert_error(seqnet_model_set_metadata(model, NULL, "v"), SEQNET_EINVAL, "key = NULL");
    assert_error(seqnet_model_set_metadata(model, "", "v"), SEQNET_EINVAL, "key is empty");
    assert_error(seqnet_model_set_metadata(model, "\xFF", "v"), SEQNET_EINVAL, "key is not");
    assert_error(seqnet_model_set_metadata(model, "k", "\xC3"), SEQNET_EINVAL, "value is not");
    assert_error(seqnet_model_set_metadata(model, "seqnet.model", "v"), SEQNET_EINVAL, "reserved");
    assert_error(seqnet_model_set_metadata(model, "seqnet.models", NULL), SEQNET_EINVAL,
                 "reserved");
    assert_error(seqnet_model_set_metadata(model, "seqnet.checksum", "v"), SEQNET_EINVAL,
                 "reserved");
    assert_keys(model, "");
    seqnet_model_destroy(model);
}

/* ---------------------------------------------------------------- memory */

static void memory_and_file_have_the_same_bytes(void **state)
{
    (void)state;
    char file[2048], bytes[2048];
    size_t size, counted;
    seqnet_model *model = make_model();
    assert_ok(seqnet_model_set_metadata(model, "k", "v"));
    assert_ok(seqnet_model_save(model, scratch_path("a")));
    assert_ok(seqnet_model_serialize(model, NULL, 0, &counted));
    assert_ok(seqnet_model_serialize(model, bytes, sizeof bytes, &size));
    seqnet_model_destroy(model);
    assert_int_equal(size, counted);
    assert_int_equal(scratch_read("a", file, sizeof file), size);
    assert_memory_equal(file, bytes, size);
    assert_ok(seqnet_model_parse(bytes, size, NULL, &model));
    memset(bytes, 0xAA, sizeof bytes);
    assert_ok(seqnet_model_serialize(model, bytes, size, &size));
    assert_memory_equal(file, bytes, size);
    assert_keys(model, "k ");
    seqnet_model_destroy(model);
}

static void memory_refuses(void **state)
{
    (void)state;
    char bytes[2048];
    size_t size, again;
    seqnet_model *const model = make_model(), *other = model;
    assert_ok(seqnet_model_serialize(model, bytes, sizeof bytes, &size));
    assert_error(seqnet_model_serialize(model, bytes, size - 1, &again), SEQNET_ESHAPE,
                 "seqnet_model_serialize: capacity = ");
    assert_int_equal(again, size);
    assert_error(seqnet_model_serialize(model, NULL, 1, &size), SEQNET_EINVAL, "data = NULL");
    assert_error(seqnet_model_serialize(model, bytes, 1, NULL), SEQNET_EINVAL, "bytes = NULL");
    assert_error(seqnet_model_serialize(NULL, bytes, 1, &size), SEQNET_EINVAL, "model = NULL");
    assert_error(seqnet_model_parse(NULL, 0, NULL, &other), SEQNET_EINVAL, "data = NULL");
    assert_null(other);
    assert_error(seqnet_model_parse(bytes, 1, NULL, NULL), SEQNET_EINVAL, "model = NULL");
    assert_error(seqnet_model_parse(bytes, size - 1, NULL, &other), SEQNET_EFORMAT,
                 "seqnet_model_parse: ");
    assert_error(seqnet_model_parse("\2\0\0\0\0\0\0\0{}", 10, NULL, &other), SEQNET_EFORMAT,
                 "seqnet_model_parse: not a seqnet model");
    seqnet_model_destroy(model);
}

/* ---------------------------------------------------------------- arguments */

static void null_arguments(void **state)
{
    (void)state;
    seqnet_model *const model = make_model(), *other = model;
    assert_error(seqnet_model_create(NULL, NULL, &other), SEQNET_EINVAL, "layer = NULL");
    assert_null(other);
    assert_error(seqnet_model_create(seqnet_model_layer(model), NULL, NULL), SEQNET_EINVAL,
                 "model = NULL");
    assert_error(seqnet_model_save(NULL, "x"), SEQNET_EINVAL, "model = NULL");
    assert_error(seqnet_model_save(model, NULL), SEQNET_EINVAL, "path = NULL");
    assert_error(seqnet_model_load("x", NULL, NULL), SEQNET_EINVAL, "model = NULL");
    other = model;
    assert_error(seqnet_model_load(NULL, NULL, &other), SEQNET_EINVAL, "path = NULL");
    assert_null(other);
    assert_null(seqnet_model_layer(NULL));
    assert_null(seqnet_model_get_metadata(NULL, "k"));
    assert_null(seqnet_model_get_metadata(model, NULL));
    assert_null(seqnet_model_metadata_key(NULL, 0));
    seqnet_model_destroy(NULL);
    seqnet_model_destroy(model);
}

static void the_layer_outlives_the_model(void **state)
{
    (void)state;
    seqnet_model *const model = make_model();
    seqnet_layer *const layer = seqnet_model_layer(model);
    seqnet_layer_retain(layer);
    seqnet_model_destroy(model);
    assert_int_equal(seqnet_layer_tensor_count(layer), 2);
    seqnet_layer_destroy(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(metadata_is_sorted_replaced_removed),
        scratch_test(metadata_comes_back),
        scratch_test(metadata_refuses),
        scratch_test(memory_and_file_have_the_same_bytes),
        scratch_test(memory_refuses),
        scratch_test(null_arguments),
        scratch_test(the_layer_outlives_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
