/* SPDX-License-Identifier: MIT */
/* Names: sequentials, prefixes, modules, ties; and what the options say where tensors do not. */
#include "dialects/oracle.h"
#include "support/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VOCABULARY 7
#define FEATURES 3
#define UNITS 4
#define OUTPUTS 5

/* Embedding, dropout, LSTM, dropout, linear. */
static seqnet_layer *make_sequential(int32_t tied)
{
    seqnet_layer *layers[5], *sequential;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    assert_ok(seqnet_embedding_create(VOCABULARY, FEATURES, NULL, &layers[0]));
    assert_ok(seqnet_dropout_create(FEATURES, 0.5f, NULL, &layers[1]));
    assert_ok(seqnet_lstm_create(FEATURES, tied ? FEATURES : UNITS, NULL, &layers[2]));
    assert_ok(seqnet_dropout_create(tied ? FEATURES : UNITS, 0.5f, NULL, &layers[3]));
    linear.tied_embedding = tied ? layers[0] : NULL;
    assert_ok(seqnet_linear_create(tied ? FEATURES : UNITS, tied ? VOCABULARY : OUTPUTS, &linear,
                                   &layers[4]));
    assert_ok(seqnet_sequential_create(layers, 5, NULL, &sequential));
    for (int i = 0; i < 5; i++)
        seqnet_layer_destroy(layers[i]);
    return sequential;
}

static seqnet_layer *make_from(const seqnet_tensors *tensors,
                               const seqnet_interchange_options *options)
{
    seqnet_layer *layer;
    assert_ok(seqnet_layer_from_tensors(tensors, options, &layer));
    return layer;
}

/* The names in a collection, in their order, are these, separated by blanks. */
static void assert_names(const seqnet_tensors *tensors, const char *expected)
{
    char names[512] = "";
    for (int32_t i = 0; i < seqnet_tensors_count(tensors); i++) {
        seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
        assert_ok(seqnet_tensors_info(tensors, i, &entry));
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? " " : "", entry.name);
    }
    assert_string_equal(names, expected);
}

static float element(const seqnet_tensors *tensors, const char *name, int64_t index)
{
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    float value;
    assert_ok(seqnet_tensors_find(tensors, name, &entry));
    assert_true(index < entry.count);
    memcpy(&value, (const char *)entry.data + (size_t)index * sizeof value, sizeof value);
    return value;
}

static void names_of_a_sequential(void **state)
{
    (void)state;
    static const char *const numbered[] = {
        "0.weight 2.bias_hh_l0 2.bias_ih_l0 2.weight_hh_l0 2.weight_ih_l0 4.bias 4.weight",
        "0.embeddings 2.bias 2.kernel 2.recurrent_kernel 4.bias 4.kernel",
        "0.data 2.B 2.R 2.W 4.B 4.C",
        "0.table 2.bias 2.weights_iter 2.weights_layer 4.bias 4.weights",
    };
    static const char *const named[] = {
        ("n.a.weight n.b.c.bias_hh_l0 n.b.c.bias_ih_l0 n.b.c.weight_hh_l0 n.b.c.weight_ih_l0 "
         "n.d.bias n.d.weight"),
        "n.a.embeddings n.b.c.bias n.b.c.kernel n.b.c.recurrent_kernel n.d.bias n.d.kernel",
        "n.a.data n.b.c.B n.b.c.R n.b.c.W n.d.B n.d.C",
        "n.a.table n.b.c.bias n.b.c.weights_iter n.b.c.weights_layer n.d.bias n.d.weights",
    };
    seqnet_layer *const layer = make_sequential(0);
    for (int32_t dialect = 0; dialect <= SEQNET_DIALECT_ONEDNN; dialect++) {
        seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
        seqnet_tensors *tensors = new_tensors();
        options.dialect = dialect;
        assert_ok(seqnet_layer_export(layer, tensors, &options));
        assert_names(tensors, numbered[dialect]);
        seqnet_tensors_destroy(tensors);
        tensors = new_tensors();
        options.prefix = "n.";
        options.modules = "a,b.c,d";
        assert_ok(seqnet_layer_export(layer, tensors, &options));
        assert_names(tensors, named[dialect]);
        seqnet_tensors_destroy(tensors);
    }
    seqnet_layer_destroy(layer);
}

static void options_default_to_pytorch(void **state)
{
    (void)state;
    seqnet_layer *const layer = make_sequential(0), *made;
    seqnet_tensors *const tensors = new_tensors();
    assert_ok(seqnet_layer_export(layer, tensors, NULL));
    assert_names(tensors, "0.weight 2.bias_hh_l0 2.bias_ih_l0 2.weight_hh_l0 2.weight_ih_l0 "
                          "4.bias 4.weight");
    assert_ok(seqnet_layer_import(layer, tensors, NULL));
    assert_ok(seqnet_layer_from_tensors(tensors, NULL, &made));
    seqnet_layer_destroy(made);
    seqnet_tensors_destroy(tensors);
    seqnet_layer_destroy(layer);
}

/* ---------------------------------------------------------------- tables and matrices */

/* Element (row, column) of the linear layer's weight, and of the embedding's table. */
static void tables_and_matrices_of_the_dialects(void **state)
{
    (void)state;
    static const char *const tables[] = { "0.weight", "0.embeddings", "0.data", "0.table" };
    static const char *const matrices[] = { "4.weight", "4.kernel", "4.B", "4.weights" };
    static const char *const biases[] = { "4.bias", "4.bias", "4.C", "4.bias" };
    seqnet_layer *const layer = make_sequential(0);
    float table[VOCABULARY * FEATURES], matrix[OUTPUTS * UNITS], bias[OUTPUTS];
    assert_ok(seqnet_layer_get_parameter(layer, "0.weight", table, VOCABULARY * FEATURES));
    assert_ok(seqnet_layer_get_parameter(layer, "4.weight", matrix, OUTPUTS * UNITS));
    assert_ok(seqnet_layer_get_parameter(layer, "4.bias", bias, OUTPUTS));
    for (int32_t dialect = 0; dialect <= SEQNET_DIALECT_ONEDNN; dialect++) {
        seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
        seqnet_tensors *const tensors = new_tensors();
        const int is_transposed = dialect == SEQNET_DIALECT_KERAS;
        options.dialect = dialect;
        assert_ok(seqnet_layer_export(layer, tensors, &options));
        for (int i = 0; i < VOCABULARY * FEATURES; i++)
            assert_true(element(tensors, tables[dialect], i) == table[i]);
        for (int i = 0; i < OUTPUTS * UNITS; i++)
            assert_true(element(tensors, matrices[dialect],
                                is_transposed ? i % UNITS * OUTPUTS + i / UNITS : i) == matrix[i]);
        for (int i = 0; i < OUTPUTS; i++)
            assert_true(element(tensors, biases[dialect], i) == bias[i]);
        seqnet_tensors_destroy(tensors);
    }
    seqnet_layer_destroy(layer);
}

/* What a sequential comes back as: without its dropouts, with the sums of biases. */
static void a_sequential_comes_back(void **state)
{
    (void)state;
    seqnet_layer *const layer = make_sequential(0);
    for (int32_t bits = 0; bits < 8; bits++) {
        seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
        seqnet_tensors *const tensors = new_tensors(), *const back = new_tensors();
        options.dialect = bits >> 1;
        options.prefix = bits & 1 ? "net." : NULL;
        options.modules = bits & 1 ? "embed,l0,head" : NULL;
        assert_ok(seqnet_layer_export(layer, tensors, &options));
        seqnet_layer *const made = make_from(tensors, &options);
        assert_int_equal(seqnet_layer_tensor_count(made), seqnet_layer_tensor_count(layer));
        assert_null(seqnet_layer_child(made, 3));
        options.modules = "embed,l0,head";
        options.prefix = "net.";
        assert_ok(seqnet_layer_export(made, back, &options));
        if (bits & 1)
            assert_same_tensors(back, tensors);
        assert_int_equal(seqnet_tensors_count(back), seqnet_tensors_count(tensors));
        assert_ok(seqnet_layer_import(layer, back, &options));
        seqnet_tensors_destroy(tensors);
        seqnet_tensors_destroy(back);
        seqnet_layer_destroy(made);
    }
    seqnet_layer_destroy(layer);
}

/* Numbers are ordered as numbers: linear layers of 2, 3, .. 13 features, "0" to "11". */
static void numbered_modules_are_ordered(void **state)
{
    (void)state;
    seqnet_tensors *const tensors = new_tensors();
    const float zeros[14 * 14] = { 0 };
    for (int64_t i = 0; i < 12; i++) {
        char name[32];
        snprintf(name, sizeof name, "%d.weight", (int)i);
        assert_ok(seqnet_tensors_set(tensors, name, (int64_t[]){ i + 3, i + 2 }, 2, zeros));
        snprintf(name, sizeof name, "%d.bias", (int)i);
        assert_ok(seqnet_tensors_set(tensors, name, (int64_t[]){ i + 3 }, 1, zeros));
    }
    seqnet_layer *const layer = make_from(tensors, NULL);
    seqnet_layer_info info = { .struct_size = sizeof info };
    assert_ok(seqnet_layer_get_info(layer, &info));
    assert_int_equal(info.child_count, 12);
    assert_int_equal(info.input_size, 2);
    assert_int_equal(info.output_size, 14);
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

/* ---------------------------------------------------------------- beside other tensors */

static void export_adds_and_replaces(void **state)
{
    (void)state;
    seqnet_layer *const layer = make_sequential(0);
    seqnet_tensors *const tensors = new_tensors();
    const float old[1] = { 7 };
    assert_ok(seqnet_tensors_set(tensors, "other", (int64_t[]){ 1 }, 1, old));
    assert_ok(seqnet_tensors_set(tensors, "4.bias", (int64_t[]){ 1 }, 1, old));
    assert_ok(seqnet_tensors_set_metadata(tensors, "key", "value"));
    assert_ok(seqnet_layer_export(layer, tensors, NULL));
    assert_int_equal(seqnet_tensors_count(tensors), 8);
    assert_true(element(tensors, "other", 0) == 7);
    assert_true(element(tensors, "4.bias", OUTPUTS - 1) != 7);
    assert_string_equal(seqnet_tensors_get_metadata(tensors, "key"), "value");
    seqnet_tensors_destroy(tensors);
    seqnet_layer_destroy(layer);
}

static void other_modules_are_left_alone_if_modules_are_named(void **state)
{
    (void)state;
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    seqnet_layer *const layer = make_sequential(0);
    seqnet_tensors *const tensors = new_tensors();
    options.modules = "embed,rnn,head";
    assert_ok(seqnet_layer_export(layer, tensors, &options));
    assert_ok(seqnet_tensors_set(tensors, "norm.weight", (int64_t[]){ 1 }, 1, &(float){ 1 }));
    assert_ok(seqnet_layer_import(layer, tensors, &options));
    options.modules = "rnn,head";
    seqnet_layer *const made = make_from(tensors, &options);
    assert_int_equal(seqnet_layer_tensor_count(made), 6);
    options.modules = "rnn";
    seqnet_layer *const single = make_from(tensors, &options);
    assert_null(seqnet_layer_child(single, 0));
    options.modules = NULL;
    options.prefix = "rnn.";
    assert_ok(seqnet_layer_import(single, tensors, &options));
    seqnet_layer_destroy(single);
    seqnet_layer_destroy(made);
    seqnet_tensors_destroy(tensors);
    seqnet_layer_destroy(layer);
}

/* ---------------------------------------------------------------- ties */

/* The weight of a tied layer is written, may be missing, and must not differ. */
static void tied_weights(void **state)
{
    (void)state;
    static const char *const names[] = { "4.weight", "4.kernel", "4.B", "4.weights" };
    seqnet_layer *const layer = make_sequential(1);
    const float wrong[VOCABULARY * FEATURES] = { 1 };
    for (int32_t dialect = 0; dialect <= SEQNET_DIALECT_ONEDNN; dialect++) {
        const int is_transposed = dialect == SEQNET_DIALECT_KERAS;
        const int64_t shape[] = { is_transposed ? FEATURES : VOCABULARY,
                                  is_transposed ? VOCABULARY : FEATURES };
        seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
        seqnet_tensors *const tensors = new_tensors();
        options.dialect = dialect;
        assert_ok(seqnet_layer_export(layer, tensors, &options));
        assert_ok(seqnet_layer_import(layer, tensors, &options));
        assert_ok(seqnet_tensors_set(tensors, names[dialect], shape, 2, wrong));
        assert_error(seqnet_layer_import(layer, tensors, &options), SEQNET_ESHAPE, names[dialect]);
        assert_ok(seqnet_tensors_remove(tensors, names[dialect]));
        assert_ok(seqnet_layer_import(layer, tensors, &options));
        seqnet_tensors_destroy(tensors);
    }
    seqnet_layer_destroy(layer);
}

/* A linear layer alone, tied to an embedding elsewhere. */
static void a_tie_to_an_embedding_elsewhere(void **state)
{
    (void)state;
    seqnet_layer *embedding, *layer;
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_tensors *const tensors = new_tensors();
    float table[VOCABULARY * FEATURES];
    assert_ok(seqnet_embedding_create(VOCABULARY, FEATURES, NULL, &embedding));
    options.tied_embedding = embedding;
    assert_ok(seqnet_linear_create(FEATURES, VOCABULARY, &options, &layer));
    assert_ok(seqnet_layer_get_parameter(embedding, "weight", table, VOCABULARY * FEATURES));
    assert_ok(seqnet_layer_export(layer, tensors, NULL));
    assert_names(tensors, "bias weight");
    for (int i = 0; i < VOCABULARY * FEATURES; i++)
        assert_true(element(tensors, "weight", i) == table[i]);
    assert_ok(seqnet_layer_import(layer, tensors, NULL));
    table[3] += 1;
    assert_ok(seqnet_tensors_set(tensors, "weight", (int64_t[]){ VOCABULARY, FEATURES }, 2, table));
    assert_error(seqnet_layer_import(layer, tensors, NULL), SEQNET_ESHAPE, "\"weight\" differs");
    seqnet_layer_destroy(embedding);
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

/* ---------------------------------------------------------------- what tensors do not say */

static void options_say_what_tensors_do_not(void **state)
{
    (void)state;
    const struct oracle oracle = { .base = "",
                                   .kind = SEQNET_RNN,
                                   .input = 5,
                                   .hidden = 3,
                                   .levels = 1,
                                   .directions = 1,
                                   .has_bias = 1,
                                   .dialect = SEQNET_DIALECT_ONNX };
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    seqnet_recurrent_options made = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_tensors *const tensors = new_tensors();
    int32_t hidden;
    oracle_tensors(&oracle, tensors);
    options.dialect = SEQNET_DIALECT_ONNX;
    options.nonlinearity = SEQNET_SIGMOID;
    options.token_input = 1;
    seqnet_layer *const layer = make_from(tensors, &options);
    assert_ok(seqnet_recurrent_get_options(layer, &hidden, &made));
    assert_int_equal(made.nonlinearity, SEQNET_SIGMOID);
    assert_int_equal(made.token_input, 1);
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

/* A PyTorch weight without bias: embedding in the first place, linear in others. */
static void weights_without_bias(void **state)
{
    (void)state;
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    seqnet_layer_info info = { .struct_size = sizeof info };
    seqnet_tensors *const tensors = new_tensors();
    const float values[12] = { 0 };
    assert_ok(seqnet_tensors_set(tensors, "a.weight", (int64_t[]){ 4, 3 }, 2, values));
    assert_ok(seqnet_tensors_set(tensors, "b.weight", (int64_t[]){ 2, 3 }, 2, values));
    options.modules = "a,b";
    seqnet_layer *const layer = make_from(tensors, &options);
    assert_ok(seqnet_layer_get_info(seqnet_layer_child(layer, 0), &info));
    assert_int_equal(info.kind, SEQNET_EMBEDDING);
    assert_ok(seqnet_layer_get_info(seqnet_layer_child(layer, 1), &info));
    assert_int_equal(info.kind, SEQNET_LINEAR);
    assert_int_equal(info.output_size, 2);
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
}

/* The weights of a reset-before GRU in PyTorch's names, for those who ask for them. */
static void reset_before_in_pytorch_if_asked_for(void **state)
{
    (void)state;
    const struct oracle oracle = { .base = "",
                                   .kind = SEQNET_GRU,
                                   .input = 5,
                                   .hidden = 3,
                                   .levels = 1,
                                   .directions = 2,
                                   .has_bias = 1,
                                   .reset_before = 1,
                                   .dialect = 0 };
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    seqnet_layer *const layer = oracle_layer(&oracle);
    seqnet_tensors *const tensors = new_tensors(), *const expected = new_tensors();
    assert_error(seqnet_layer_export(layer, tensors, &options), SEQNET_ENOTSUP, "reset-before");
    assert_int_equal(seqnet_tensors_count(tensors), 0);
    options.gru_form = SEQNET_GRU_FORM_RESET_BEFORE;
    assert_ok(seqnet_layer_export(layer, tensors, &options));
    oracle_tensors(&oracle, expected);
    assert_same_tensors(tensors, expected);
    assert_ok(seqnet_layer_import(layer, tensors, &options));
    seqnet_layer *const made = make_from(tensors, &options);
    assert_same_layers(made, layer);
    options.gru_form = SEQNET_GRU_FORM_AUTO;
    assert_error(seqnet_layer_import(layer, tensors, &options), SEQNET_ENOTSUP, "reset-before");
    seqnet_layer_destroy(made);
    seqnet_layer_destroy(layer);
    seqnet_tensors_destroy(tensors);
    seqnet_tensors_destroy(expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_a_sequential),
        cmocka_unit_test(options_default_to_pytorch),
        cmocka_unit_test(tables_and_matrices_of_the_dialects),
        cmocka_unit_test(a_sequential_comes_back),
        cmocka_unit_test(numbered_modules_are_ordered),
        cmocka_unit_test(export_adds_and_replaces),
        cmocka_unit_test(other_modules_are_left_alone_if_modules_are_named),
        cmocka_unit_test(tied_weights),
        cmocka_unit_test(a_tie_to_an_embedding_elsewhere),
        cmocka_unit_test(options_say_what_tensors_do_not),
        cmocka_unit_test(weights_without_bias),
        cmocka_unit_test(reset_before_in_pytorch_if_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
