/* SPDX-License-Identifier: MIT */
/* Names, shapes and initial values of parameters. */
#include <seqnet/seqnet.h>

#include "support/assert.h"

#include <math.h>
#include <string.h>

struct expected {
    const char *name;
    int64_t rows, columns; /* columns 0: a vector */
};

static void assert_tensors(const seqnet_layer *layer, const struct expected *expected, int count)
{
    seqnet_layer_info layer_info = { .struct_size = sizeof layer_info };
    int64_t total = 0;
    assert_int_equal(seqnet_layer_tensor_count(layer), count);
    for (int i = 0; i < count; i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        const int64_t columns = expected[i].columns;
        assert_ok(seqnet_layer_tensor_info(layer, i, &info));
        assert_string_equal(info.name, expected[i].name);
        assert_int_equal(info.rank, columns ? 2 : 1);
        assert_int_equal(info.shape[0], expected[i].rows);
        assert_int_equal(info.shape[1], columns ? columns : 1);
        assert_true(info.shape[2] == 1 && info.shape[3] == 1);
        assert_int_equal(info.count, expected[i].rows * (columns ? columns : 1));
        total += info.count;
    }
    assert_ok(seqnet_layer_get_info(layer, &layer_info));
    assert_int_equal(layer_info.parameter_count, total);
}

static void names_are_those_of_pytorch(void **state)
{
    (void)state;
    const struct expected lstm[] = {
        { "weight_ih_l0", 16, 5 },         { "weight_hh_l0", 16, 3 },
        { "bias_ih_l0", 16, 0 },           { "bias_hh_l0", 16, 0 },
        { "weight_hr_l0", 3, 4 },          { "weight_ih_l0_reverse", 16, 5 },
        { "weight_hh_l0_reverse", 16, 3 }, { "bias_ih_l0_reverse", 16, 0 },
        { "bias_hh_l0_reverse", 16, 0 },   { "weight_hr_l0_reverse", 3, 4 },
        { "weight_ih_l1", 16, 6 },         { "weight_hh_l1", 16, 3 },
        { "bias_ih_l1", 16, 0 },           { "bias_hh_l1", 16, 0 },
        { "weight_hr_l1", 3, 4 },          { "weight_ih_l1_reverse", 16, 6 },
        { "weight_hh_l1_reverse", 16, 3 }, { "bias_ih_l1_reverse", 16, 0 },
        { "bias_hh_l1_reverse", 16, 0 },   { "weight_hr_l1_reverse", 3, 4 },
    };
    const struct expected gru[] = { { "weight_ih_l0", 12, 5 }, { "weight_hh_l0", 12, 4 } };
    const struct expected rnn[] = { { "weight_ih_l0", 4, 5 },
                                    { "weight_hh_l0", 4, 4 },
                                    { "bias_ih_l0", 4, 0 },
                                    { "bias_hh_l0", 4, 0 } };
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layer;
    for (int tokens = 0; tokens < 2; tokens++) {
        options.token_input = tokens;
        options.no_bias = 0;
        assert_ok(seqnet_rnn_create(5, 4, &options, &layer));
        assert_tensors(layer, rnn, 4);
        seqnet_layer_destroy(layer);
        options.num_layers = 2, options.bidirectional = 1, options.proj_size = 3;
        assert_ok(seqnet_lstm_create(5, 4, &options, &layer));
        assert_tensors(layer, lstm, 20);
        seqnet_layer_destroy(layer);
        seqnet_recurrent_options_init(&options, sizeof options);
        options.token_input = tokens, options.no_bias = 1;
        assert_ok(seqnet_gru_create(5, 4, &options, &layer));
        assert_tensors(layer, gru, 2);
        seqnet_layer_destroy(layer);
    }
}

static void sequentials_number_their_layers(void **state)
{
    (void)state;
    seqnet_layer *children[4], *layer;
    seqnet_linear_options tied = SEQNET_LINEAR_OPTIONS_INIT;
    assert_ok(seqnet_embedding_create(6, 3, NULL, &children[0]));
    assert_ok(seqnet_dropout_create(3, 0.5f, NULL, &children[1]));
    assert_ok(seqnet_linear_create(3, 3, NULL, &children[2]));
    tied.tied_embedding = children[0];
    assert_ok(seqnet_linear_create(3, 6, &tied, &children[3]));
    assert_ok(seqnet_sequential_create(children, 4, NULL, &layer));
    const struct expected expected[] = {
        { "0.weight", 6, 3 }, { "2.weight", 3, 3 }, { "2.bias", 3, 0 }, { "3.bias", 6, 0 }
    };
    assert_tensors(layer, expected, 4);
    for (int32_t i = 0; i < 4; i++) {
        assert_ptr_equal(seqnet_layer_child(layer, i), children[i]);
        seqnet_layer_destroy(children[i]);
    }
    assert_null(seqnet_layer_child(layer, 4));
    assert_null(seqnet_layer_child(layer, -1));
    seqnet_layer_destroy(layer);
}

static void infos_describe_the_layer(void **state)
{
    (void)state;
    seqnet_layer *layers[3];
    seqnet_layer_info info = { .struct_size = sizeof info };
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.bidirectional = 1, options.token_input = 1;
    assert_ok(seqnet_gru_create(9, 4, &options, &layers[0]));
    assert_ok(seqnet_linear_create(8, 2, NULL, &layers[1]));
    assert_ok(seqnet_sequential_create(layers, 2, NULL, &layers[2]));
    const seqnet_layer_info expected[] = {
        { sizeof info, SEQNET_GRU, 1, 9, 8, 0, 1, 2 * (12 * 13 + 24) },
        { sizeof info, SEQNET_LINEAR, 0, 8, 2, 0, 0, 18 },
        { sizeof info, SEQNET_SEQUENTIAL, 1, 9, 2, 2, 1, 2 * (12 * 13 + 24) + 18 },
    };
    for (int i = 0; i < 3; i++) {
        assert_ok(seqnet_layer_get_info(layers[i], &info));
        assert_same_bytes(&info, &expected[i], sizeof info);
    }
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(layers[i]);
}

static void parameters_come_back_as_they_were_set(void **state)
{
    (void)state;
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layer;
    float values[256], got[256];
    options.num_layers = 2, options.bidirectional = 1;
    for (int tokens = 0; tokens < 2; tokens++) {
        options.token_input = tokens;
        assert_ok(seqnet_lstm_create(5, 3, &options, &layer));
        for (int pass = 0; pass < 2; pass++) /* second pass: no tensor lies in another one */
            for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
                seqnet_tensor_info info = { .struct_size = sizeof info };
                assert_ok(seqnet_layer_tensor_info(layer, i, &info));
                for (int64_t j = 0; j < info.count; j++)
                    values[j] = (float)(i * 1000 + j);
                if (pass == 0)
                    assert_ok(seqnet_layer_set_parameter(layer, info.name, values, info.count));
                assert_ok(seqnet_layer_get_parameter(layer, info.name, got, info.count));
                assert_same_bytes(got, values, (size_t)info.count * sizeof *got);
            }
        seqnet_layer_destroy(layer);
    }
}

/* All of a tensor inside -range..range, and spread over most of it. */
static void assert_uniform(const seqnet_layer *layer, const char *name, int64_t count, float range)
{
    static float values[4096];
    float least = 1e9f, most = -1e9f;
    assert_true(count <= 4096);
    assert_ok(seqnet_layer_get_parameter(layer, name, values, count));
    for (int64_t i = 0; i < count; i++) {
        least = fminf(least, values[i]);
        most = fmaxf(most, values[i]);
    }
    assert_true(least >= -range && most <= range);
    assert_true(least < -0.9f * range && most > 0.9f * range);
}

static void initial_values_are_those_of_pytorch(void **state)
{
    (void)state;
    seqnet_layer *layer;
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    assert_ok(seqnet_lstm_create(9, 25, &options, &layer));
    assert_uniform(layer, "weight_ih_l0", 900, 0.2f);
    assert_uniform(layer, "weight_hh_l0", 2500, 0.2f);
    assert_uniform(layer, "bias_ih_l0", 100, 0.2f);
    assert_uniform(layer, "bias_hh_l0", 100, 0.2f);
    seqnet_layer_destroy(layer);
    options.init_range = 0.05f, options.forget_bias = 1;
    float ih[100], hh[100];
    assert_ok(seqnet_lstm_create(9, 25, &options, &layer));
    assert_uniform(layer, "weight_hh_l0", 2500, 0.05f);
    assert_ok(seqnet_layer_get_parameter(layer, "bias_ih_l0", ih, 100));
    assert_ok(seqnet_layer_get_parameter(layer, "bias_hh_l0", hh, 100));
    for (int i = 25; i < 50; i++)
        assert_true(ih[i] == 1 && hh[i] == 0);
    assert_true(ih[24] != 1 && ih[50] != 1 && hh[24] != 0 && hh[50] != 0);
    seqnet_layer_destroy(layer);
    assert_ok(seqnet_linear_create(25, 40, NULL, &layer));
    assert_uniform(layer, "weight", 1000, 0.2f);
    assert_uniform(layer, "bias", 40, 0.2f);
    seqnet_layer_destroy(layer);
}

static void embeddings_begin_standard_normal(void **state)
{
    (void)state;
    enum { ROWS = 100, COUNT = ROWS * 40 };
    static float values[COUNT];
    seqnet_embedding_options options = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_layer *layer;
    double sum = 0, squares = 0;
    options.has_padding_idx = 1, options.padding_idx = 7;
    assert_ok(seqnet_embedding_create(ROWS, 40, &options, &layer));
    assert_ok(seqnet_layer_get_parameter(layer, "weight", values, COUNT));
    for (int i = 0; i < COUNT; i++) {
        assert_true((i / 40 == 7) == (values[i] == 0));
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
    }
    /* five standard deviations of the mean and of the mean square of 3960 draws */
    assert_true(fabs(sum / (COUNT - 40)) < 0.08);
    assert_true(fabs(squares / (COUNT - 40) - 1) < 0.12);
    seqnet_layer_destroy(layer);
}

static void seeds_decide_initial_values(void **state)
{
    (void)state;
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    float values[3][48];
    for (int i = 0; i < 3; i++) {
        seqnet_layer *layer;
        options.seed = i == 2 ? 5 : 4;
        assert_ok(seqnet_gru_create(2, 4, &options, &layer));
        assert_ok(seqnet_layer_get_parameter(layer, "weight_hh_l0", values[i], 48));
        seqnet_layer_destroy(layer);
    }
    assert_same_bytes(values[1], values[0], sizeof values[0]);
    assert_true(memcmp(values[2], values[0], sizeof values[0]) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_pytorch),
        cmocka_unit_test(sequentials_number_their_layers),
        cmocka_unit_test(infos_describe_the_layer),
        cmocka_unit_test(parameters_come_back_as_they_were_set),
        cmocka_unit_test(initial_values_are_those_of_pytorch),
        cmocka_unit_test(embeddings_begin_standard_normal),
        cmocka_unit_test(seeds_decide_initial_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
