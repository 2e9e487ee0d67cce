/* SPDX-License-Identifier: MIT */
/* Every dialect, cell, number of levels and directions, with and without biases, by the oracle. */
#include "dialects/oracle.h"
#include "support/assert.h"

#include <stdio.h>

typedef void check_function(const struct oracle *oracle);

static seqnet_interchange_options options_of(const struct oracle *oracle)
{
    seqnet_interchange_options options = SEQNET_INTERCHANGE_OPTIONS_INIT;
    options.dialect = oracle->dialect;
    options.prefix = oracle->base;
    return options;
}

/* ---------------------------------------------------------------- what is checked of each */

static void check_export(const struct oracle *oracle)
{
    const seqnet_interchange_options options = options_of(oracle);
    seqnet_layer *const layer = oracle_layer(oracle);
    seqnet_tensors *const actual = new_tensors(), *const expected = new_tensors();
    oracle_tensors(oracle, expected);
    assert_ok(seqnet_layer_export(layer, actual, &options));
    assert_same_tensors(actual, expected);
    seqnet_tensors_destroy(actual);
    seqnet_tensors_destroy(expected);
    seqnet_layer_destroy(layer);
}

static void check_import(const struct oracle *oracle)
{
    const seqnet_interchange_options options = options_of(oracle);
    seqnet_layer *const expected = oracle_imported_layer(oracle), *const layer =
                                                                      oracle_layer(oracle);
    seqnet_tensors *const tensors = new_tensors(), *const back = new_tensors();
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        const float wrong[4096] = { 7 };
        assert_ok(seqnet_layer_tensor_info(layer, i, &info));
        assert_ok(seqnet_layer_set_parameter(layer, info.name, wrong, info.count));
    }
    oracle_tensors(oracle, tensors);
    assert_ok(seqnet_layer_import(layer, tensors, &options));
    assert_same_layers(layer, expected);
    assert_ok(seqnet_layer_export(layer, back, &options));
    assert_same_tensors(back, tensors);
    seqnet_tensors_destroy(tensors);
    seqnet_tensors_destroy(back);
    seqnet_layer_destroy(layer);
    seqnet_layer_destroy(expected);
}

/* What no tensor tells: the form of a GRU in ONNX, and elsewhere without biases. */
static int is_form_open(const struct oracle *oracle)
{
    return oracle->kind == SEQNET_GRU && oracle->dialect != SEQNET_DIALECT_TORCH &&
           (oracle->dialect == SEQNET_DIALECT_ONNX || !oracle->has_bias);
}

static void check_creation(const struct oracle *oracle)
{
    seqnet_interchange_options options = options_of(oracle);
    seqnet_layer *const expected = oracle_imported_layer(oracle), *layer;
    seqnet_tensors *const tensors = new_tensors();
    oracle_tensors(oracle, tensors);
    if (is_form_open(oracle)) {
        layer = expected;
        assert_error(seqnet_layer_from_tensors(tensors, &options, &layer), SEQNET_EINVAL,
                     "gru_form");
        assert_null(layer);
        options.gru_form =
            oracle->reset_before ? SEQNET_GRU_FORM_RESET_BEFORE : SEQNET_GRU_FORM_RESET_AFTER;
    }
    assert_ok(seqnet_layer_from_tensors(tensors, &options, &layer));
    assert_same_layers(layer, expected);
    seqnet_tensors_destroy(tensors);
    seqnet_layer_destroy(layer);
    seqnet_layer_destroy(expected);
}

/* Where a dialect moves values only, a round trip leaves every bit as it was. */
static void check_round_trip(const struct oracle *oracle)
{
    const seqnet_interchange_options options = options_of(oracle);
    const int is_exact = oracle->dialect == SEQNET_DIALECT_TORCH ||
                         oracle->dialect == SEQNET_DIALECT_ONNX || !oracle->has_bias;
    seqnet_layer *const layer = oracle_layer(oracle), *const expected = oracle_layer(oracle);
    seqnet_tensors *const tensors = new_tensors();
    assert_ok(seqnet_layer_export(layer, tensors, &options));
    assert_ok(seqnet_layer_import(layer, tensors, &options));
    if (is_exact)
        assert_same_layers(layer, expected);
    seqnet_tensors_destroy(tensors);
    seqnet_layer_destroy(layer);
    seqnet_layer_destroy(expected);
}

/* ---------------------------------------------------------------- all there are */

static int check_sizes(struct oracle oracle, check_function *check)
{
    int checked = 0;
    static const struct {
        int32_t input, hidden, projection;
    } sizes[] = {
        { 5, 3, 0 }, { 3, 5, 0 }, { 4, 4, 0 }, /* square: a transposed matrix would fit */
        { 1, 1, 0 }, { 5, 4, 2 }, { 2, 4, 2 }, /* inputs of all levels are of one size */
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        oracle.input = sizes[i].input;
        oracle.hidden = sizes[i].hidden;
        oracle.projection = sizes[i].projection;
        if (!oracle_can_be_said(&oracle))
            continue;
        check(&oracle);
        checked++;
    }
    return checked;
}

static int check_dialect(int32_t dialect, check_function *check)
{
    static const struct {
        int32_t kind, reset_before;
    } cells[] = { { SEQNET_RNN, 0 }, { SEQNET_LSTM, 0 }, { SEQNET_GRU, 0 }, { SEQNET_GRU, 1 } };
    int checked = 0;
    for (int32_t bits = 0; bits < 32; bits++) {
        struct oracle oracle = { .base = bits & 1 ? "encoder.rnn." : "", .dialect = dialect };
        oracle.levels = 1 + (bits >> 1 & 1) * 2;
        oracle.directions = 1 + (bits >> 2 & 1);
        oracle.has_bias = bits >> 3 & 1;
        oracle.levels -= oracle.levels == 3 && bits >> 4 & 1;
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
            oracle.kind = cells[i].kind;
            oracle.reset_before = cells[i].reset_before;
            checked += check_sizes(oracle, check);
        }
    }
    return checked;
}

/* 32 settings; 4 sizes of each of 3 or 4 cells, and 2 more of an LSTM with a projection. */
static void check_all(check_function *check)
{
    assert_int_equal(check_dialect(SEQNET_DIALECT_TORCH, check), 32 * (3 * 4 + 2));
    assert_int_equal(check_dialect(SEQNET_DIALECT_KERAS, check), 32 * 4 * 4);
    assert_int_equal(check_dialect(SEQNET_DIALECT_ONNX, check), 32 * 4 * 4);
    assert_int_equal(check_dialect(SEQNET_DIALECT_ONEDNN, check), 32 * (4 * 4 + 2));
}

static void tensors_are_where_the_dialect_has_them(void **state)
{
    (void)state;
    check_all(check_export);
}

static void import_reads_them_and_export_gives_them_back(void **state)
{
    (void)state;
    check_all(check_import);
}

static void layers_are_made_from_names_and_shapes(void **state)
{
    (void)state;
    check_all(check_creation);
}

static void import_undoes_export(void **state)
{
    (void)state;
    check_all(check_round_trip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_are_where_the_dialect_has_them),
        cmocka_unit_test(import_reads_them_and_export_gives_them_back),
        cmocka_unit_test(layers_are_made_from_names_and_shapes),
        cmocka_unit_test(import_undoes_export),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
