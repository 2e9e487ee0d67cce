/* SPDX-License-Identifier: MIT */
/* Arguments and options, and tensors that describe no layer. */
#include "dialects/oracle.h"
#include "support/assert.h"

#include <stdlib.h>
#include <string.h>

static void *no_memory(size_t bytes, size_t alignment, void *user)
{
    (void)bytes;
    (void)alignment;
    (void)user;
    return NULL;
}

/* All three functions fail alike, and leave everything as it was. */
static void assert_all_refuse(const seqnet_interchange_options *options, int32_t code,
                              const char *part)
{
    seqnet_layer *layer, *made = (seqnet_layer *)&layer;
    seqnet_tensors *const tensors = new_tensors();
    assert_ok(seqnet_linear_create(3, 2, NULL, &layer));
    assert_error(seqnet_layer_export(layer, tensors, options), code, part);
    assert_int_equal(seqnet_tensors_count(tensors), 0);
    assert_ok(seqnet_layer_export(layer, tensors, NULL));
    assert_error(seqnet_layer_import(layer, tensors, options), code, part);
    assert_error(seqnet_layer_from_tensors(tensors, options, &made), code, part);
    assert_null(made);
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

static void options_outside_their_values(void **state)
{
    (void)state;
    const seqnet_interchange_options good = SEQNET_INTERCHANGE_OPTIONS_INIT;
    const seqnet_allocator half = { NULL, no_memory, NULL };
    seqnet_interchange_options options = good;
    for (options.dialect = -1; options.dialect <= 4; options.dialect += 5)
        assert_all_refuse(&options, SEQNET_EINVAL, "options->dialect = ");
    options = good;
    for (options.gru_form = -1; options.gru_form <= 3; options.gru_form += 4)
        assert_all_refuse(&options, SEQNET_EINVAL, "options->gru_form = ");
    options = good;
    for (options.nonlinearity = -1; options.nonlinearity <= 3; options.nonlinearity += 4)
        assert_all_refuse(&options, SEQNET_EINVAL, "options->nonlinearity = ");
    options = good;
    for (options.token_input = -1; options.token_input <= 2; options.token_input += 3)
        assert_all_refuse(&options, SEQNET_EINVAL, "options->token_input = ");
    options = good;
    options.allocator = &half;
    assert_all_refuse(&options, SEQNET_EINVAL, "allocator");
    options = good;
    options.struct_size = 1;
    assert_all_refuse(&options, SEQNET_EINVAL, "struct_size");
}

static void names_in_options(void **state)
{
    (void)state;
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    char many[64 * 3 + 64], large[400];
    options.prefix = "\377";
    assert_all_refuse(&options, SEQNET_EINVAL, "options->prefix is not valid UTF-8");
    options.prefix = NULL;
    options.modules = "a\377";
    assert_all_refuse(&options, SEQNET_EINVAL, "options->modules is not valid UTF-8");
    static const char *const empty[] = { "", ",a", "a,", "a,,b" };
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        options.modules = empty[i];
        assert_all_refuse(&options, SEQNET_EINVAL, "has an empty name");
    }
    options.modules = "a,b,a";
    assert_all_refuse(&options, SEQNET_EINVAL, "has \"a\" twice");
    memset(large, 'x', sizeof large);
    large[255] = '\0';
    options.modules = large;
    assert_all_refuse(&options, SEQNET_EINVAL, "256 bytes, need at most 255");
    options.modules = NULL;
    large[255] = 'x';
    large[256] = '\0';
    options.prefix = large;
    seqnet_layer *layer;
    seqnet_tensors *const tensors = new_tensors();
    assert_ok(seqnet_linear_create(3, 2, NULL, &layer));
    assert_error(seqnet_layer_export(layer, tensors, &options), SEQNET_EINVAL, "256 bytes");
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
    for (int i = 0; i < 65; i++)
        memcpy(many + (size_t)i * 3, (char[]){ (char)('0' + i / 10), (char)('0' + i % 10), ',' },
               3);
    many[65 * 3 - 1] = '\0';
    options.prefix = NULL;
    options.modules = many;
    assert_all_refuse(&options, SEQNET_EINVAL, "more than 64 names");
}

static void null_arguments(void **state)
{
    (void)state;
    seqnet_layer *layer, *made = (seqnet_layer *)&layer;
    seqnet_tensors *const tensors = new_tensors();
    assert_ok(seqnet_linear_create(3, 2, NULL, &layer));
    assert_error(seqnet_layer_import(NULL, tensors, NULL), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_layer_import(layer, NULL, NULL), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_layer_export(NULL, tensors, NULL), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_layer_export(layer, NULL, NULL), SEQNET_EINVAL, "tensors = NULL");
    assert_error(seqnet_layer_from_tensors(NULL, NULL, &made), SEQNET_EINVAL, "tensors = NULL");
    assert_null(made);
    assert_error(seqnet_layer_from_tensors(tensors, NULL, NULL), SEQNET_EINVAL, "layer = NULL");
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

static void modules_must_be_as_many_as_the_layers(void **state)
{
    (void)state;
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    seqnet_layer *layer;
    seqnet_tensors *const tensors = new_tensors();
    assert_ok(seqnet_linear_create(3, 2, NULL, &layer));
    options.modules = "a,b";
    assert_error(seqnet_layer_export(layer, tensors, &options), SEQNET_EINVAL,
                 "has 2 names, the layer has 1");
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

static void options_are_zero_at_first(void **state)
{
    (void)state;
    const seqnet_interchange_options expected = SEQNET_INTERCHANGE_OPTIONS_INIT;
    seqnet_interchange_options options;
    memset(&options, 0xFF, sizeof options);
    seqnet_interchange_options_init(&options, sizeof options);
    assert_memory_equal(&options, &expected, sizeof options);
}

/* ---------------------------------------------------------------- what describes no layer */

struct array {
    const char *name;
    int32_t rank;
    int64_t shape[5];
};

struct description {
    int32_t dialect;
    const char *modules;
    int32_t code;
    const char *part; /* of the message */
    struct array arrays[4];
};

static const struct description descriptions[] = {
    { 0, NULL, SEQNET_ENOTFOUND, "no tensor begins with \"\"", { { 0 } } },
    { 0,
      "a,c",
      SEQNET_ENOTFOUND,
      "no module \"c\"; there are \"a\", \"b\"",
      { { "a.weight", 2, { 2, 3 } }, { "b.weight", 2, { 2, 3 } } } },
    { 0,
      NULL,
      SEQNET_EINVAL,
      "there are modules \"a\", \"b.c\"; options->modules must order them",
      { { "a.weight", 2, { 2, 3 } }, { "b.c.weight", 2, { 2, 3 } } } },
    { 0,
      NULL,
      SEQNET_EINVAL,
      "there are modules \"0\", \"00\"",
      { { "0.weight", 2, { 2, 3 } }, { "00.weight", 2, { 2, 3 } } } },
    { 0,
      NULL,
      SEQNET_EINVAL,
      "there are modules \"fc\", \"\"",
      { { "fc.weight", 2, { 2, 3 } }, { "weight", 2, { 2, 3 } } } },
    { 0,
      "a,b",
      SEQNET_ESHAPE,
      "\"a.*\" gives 3 features, \"b.*\" takes 4",
      { { "a.weight", 2, { 2, 3 } }, { "b.weight", 2, { 2, 4 } } } },
    { 1,
      "a,b",
      SEQNET_ESHAPE,
      "\"b.*\" is an embedding",
      { { "a.kernel", 2, { 2, 3 } }, { "b.embeddings", 2, { 3, 4 } } } },
    { 0,
      NULL,
      SEQNET_ENOTFOUND,
      "no tensor \"m.weight_hh_l0\" or \"weight\"; found \"m.gamma\"",
      { { "m.gamma", 1, { 2 } } } },
    { 0,
      NULL,
      SEQNET_ESHAPE,
      "\"weight_hh_l0\" is (6, 3)",
      { { "weight_ih_l0", 2, { 6, 5 } }, { "weight_hh_l0", 2, { 6, 3 } } } },
    { 0,
      NULL,
      SEQNET_ESHAPE,
      "\"weight_hh_l0\" is (7, 3)",
      { { "weight_ih_l0", 2, { 7, 5 } }, { "weight_hh_l0", 2, { 7, 3 } } } },
    { 0,
      NULL,
      SEQNET_ESHAPE,
      "\"weight_hh_l0\" is (3)",
      { { "weight_ih_l0", 2, { 3, 5 } }, { "weight_hh_l0", 1, { 3 } } } },
    { 0,
      NULL,
      SEQNET_ENOTFOUND,
      "no tensor \"weight_ih_l0\"",
      { { "weight_hh_l0", 2, { 3, 3 } } } },
    { 0,
      NULL,
      SEQNET_ESHAPE,
      "\"weight_hh_l0\" is (0, 0)",
      { { "weight_ih_l0", 2, { 0, 5 } }, { "weight_hh_l0", 2, { 0, 0 } } } },
    { 0,
      NULL,
      SEQNET_ESHAPE,
      "\"weight_ih_l0\" is (0, 9000000000)",
      { { "weight_ih_l0", 2, { 0, 9000000000 } }, { "weight_hh_l0", 2, { 3, 3 } } } },
    /* sizes that would need much memory are refused before any is asked for */
    { 0,
      NULL,
      SEQNET_ESHAPE,
      "\"weight_ih_l0\" is (0, 16777216), need (64, 16777216)",
      { { "weight_ih_l0", 2, { 0, 16777216 } }, { "weight_hh_l0", 2, { 64, 16 } } } },
    { 0,
      NULL,
      SEQNET_ESHAPE,
      "\"weight_hr_l0\" is (3, 2): 2 projected to 3",
      { { "weight_ih_l0", 2, { 8, 5 } },
        { "weight_hh_l0", 2, { 8, 3 } },
        { "weight_hr_l0", 2, { 3, 2 } } } },
    { 0,
      NULL,
      SEQNET_ESHAPE,
      "\"weight_hr_l0\" is of an LSTM",
      { { "weight_ih_l0", 2, { 9, 5 } },
        { "weight_hh_l0", 2, { 9, 2 } },
        { "weight_hr_l0", 2, { 2, 3 } } } },
    { 1,
      NULL,
      SEQNET_ESHAPE,
      "\"recurrent_kernel\" is (3, 7)",
      { { "kernel", 2, { 5, 7 } }, { "recurrent_kernel", 2, { 3, 7 } } } },
    { 1, NULL, SEQNET_ENOTFOUND, "\"kernel\"", { { "recurrent_kernel", 2, { 3, 12 } } } },
    { 1,
      NULL,
      SEQNET_ENOTFOUND,
      "no tensor \"backward.kernel\"",
      { { "forward.kernel", 2, { 5, 12 } }, { "forward.recurrent_kernel", 2, { 3, 12 } } } },
    { 1,
      NULL,
      SEQNET_ENOTFOUND,
      "no tensor \"kernel\"; found \"l0.kernel\"",
      { { "l0.kernel", 2, { 5, 12 } }, { "l0.recurrent_kernel", 2, { 3, 12 } } } },
    { 2,
      NULL,
      SEQNET_ESHAPE,
      "\"R\" is (3, 12, 3), need 1 or 2 directions",
      { { "W", 3, { 3, 12, 5 } }, { "R", 3, { 3, 12, 3 } } } },
    { 2, NULL, SEQNET_ENOTFOUND, "no tensor \"W\"", { { "R", 3, { 1, 12, 3 } } } },
    { 2,
      NULL,
      SEQNET_ESHAPE,
      "\"W\" is no tensor of the layer",
      { { "W", 3, { 1, 12, 5 } }, { "B", 2, { 1, 24 } } } },
    { 3,
      NULL,
      SEQNET_ESHAPE,
      "\"weights_iter\" is (0, 1, 3, 4, 3), need 1..64 levels",
      { { "weights_layer", 5, { 0, 1, 5, 4, 3 } }, { "weights_iter", 5, { 0, 1, 3, 4, 3 } } } },
    { 3,
      NULL,
      SEQNET_ESHAPE,
      "\"weights_iter\" is (1, 1, 3, 5, 3), need 1, 3 or 4 gates",
      { { "weights_layer", 5, { 1, 1, 5, 5, 3 } }, { "weights_iter", 5, { 1, 1, 3, 5, 3 } } } },
    { 3,
      NULL,
      SEQNET_ENOTFOUND,
      "no tensor \"l0.weights_layer\"; found \"weights_iter\"",
      { { "weights_layer", 5, { 2, 1, 5, 4, 3 } }, { "weights_iter", 5, { 2, 1, 3, 4, 3 } } } },
};

static void add_array(seqnet_tensors *tensors, const struct array *array)
{
    int64_t count = 1;
    for (int32_t axis = 0; axis < array->rank; axis++)
        count *= array->shape[axis];
    float *const zeros = calloc((size_t)count + 1, sizeof *zeros);
    assert_ok(seqnet_tensors_set(tensors, array->name, array->shape, array->rank, zeros));
    free(zeros);
}

static void tensors_that_describe_no_layer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof descriptions / sizeof *descriptions; i++) {
        const struct description *const about = &descriptions[i];
        seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
        seqnet_tensors *const tensors = new_tensors();
        seqnet_layer *layer = (seqnet_layer *)&options;
        for (int j = 0; j < 4 && about->arrays[j].name; j++)
            add_array(tensors, &about->arrays[j]);
        options.dialect = about->dialect;
        options.modules = about->modules;
        assert_error(seqnet_layer_from_tensors(tensors, &options, &layer), about->code,
                     about->part);
        assert_null(layer);
        seqnet_tensors_destroy(tensors);
    }
}

/* What is looked for and not there on the way to a layer is no failure. */
static void success_leaves_the_message_alone(void **state)
{
    (void)state;
    seqnet_layer *layer, *made;
    seqnet_tensors *const tensors = new_tensors();
    assert_ok(seqnet_lstm_create(3, 2, NULL, &layer));
    for (int32_t dialect = 0; dialect <= SEQNET_DIALECT_ONEDNN; dialect++) {
        seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
        options.dialect = dialect;
        options.prefix = (const char *[]){ "a.", "b.", "c.", "d." }[dialect];
        assert_error(seqnet_tensors_create(NULL, NULL), SEQNET_EINVAL, "tensors = NULL");
        assert_ok(seqnet_layer_export(layer, tensors, &options));
        assert_ok(seqnet_layer_import(layer, tensors, &options));
        assert_ok(seqnet_layer_from_tensors(tensors, &options, &made));
        assert_string_equal(seqnet_error_message(), "seqnet_tensors_create: tensors = NULL");
        seqnet_layer_destroy(made);
    }
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_outside_their_values),
        cmocka_unit_test(names_in_options),
        cmocka_unit_test(null_arguments),
        cmocka_unit_test(modules_must_be_as_many_as_the_layers),
        cmocka_unit_test(options_are_zero_at_first),
        cmocka_unit_test(tensors_that_describe_no_layer),
        cmocka_unit_test(success_leaves_the_message_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
