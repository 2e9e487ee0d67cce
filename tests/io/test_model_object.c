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
        scratch_test(null_arguments),
        scratch_test(the_layer_outlives_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
