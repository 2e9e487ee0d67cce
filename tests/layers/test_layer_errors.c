/* SPDX-License-Identifier: MIT */
/* Every documented error of layer.h; what is described and read back. */
#include <seqnet/seqnet.h>

#include "support/assert.h"
#include "support/memory.h"

#include <math.h>
#include <string.h>

/* A handle that a failing constructor must replace by NULL. */
#define NOT_NULL ((seqnet_layer *)(void *)&not_null)
static int not_null;

#define assert_create_error(call, code, part) \
    do {                                      \
        layer = NOT_NULL;                     \
        assert_error(call, code, part);       \
        assert_null(layer);                   \
    } while (0)

static void sizes_are_checked(void **state)
{
    (void)state;
    seqnet_layer *layer;
    const int32_t bad[] = { 0, -1, INT32_MIN, SEQNET_MAX_SIZE + 1 };
    for (int i = 0; i < 4; i++) {
        const int32_t n = bad[i];
        assert_create_error(seqnet_embedding_create(n, 2, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_embedding_create: vocabulary_size = ");
        assert_create_error(seqnet_embedding_create(2, n, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_embedding_create: embedding_size = ");
        assert_create_error(seqnet_rnn_create(n, 2, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_rnn_create: input_size = ");
        assert_create_error(seqnet_lstm_create(n, 2, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_lstm_create: input_size = ");
        assert_create_error(seqnet_lstm_create(2, n, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_lstm_create: hidden_size = ");
        assert_create_error(seqnet_gru_create(2, n, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_gru_create: hidden_size = ");
        assert_create_error(seqnet_linear_create(n, 2, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_linear_create: input_size = ");
        assert_create_error(seqnet_linear_create(2, n, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_linear_create: output_size = ");
        assert_create_error(seqnet_dropout_create(n, 0.5f, NULL, &layer), SEQNET_EINVAL,
                            "seqnet_dropout_create: size = ");
    }
    assert_create_error(seqnet_lstm_create(2, 0, NULL, &layer), SEQNET_EINVAL,
                        "hidden_size = 0, need 1..16777216");
}

static void handles_to_fill_are_needed(void **state)
{
    (void)state;
    seqnet_layer *const children[] = { NOT_NULL };
    assert_error(seqnet_embedding_create(1, 1, NULL, NULL), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_rnn_create(1, 1, NULL, NULL), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_lstm_create(1, 1, NULL, NULL), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_gru_create(1, 1, NULL, NULL), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_linear_create(1, 1, NULL, NULL), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_dropout_create(1, 0, NULL, NULL), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_sequential_create(children, 1, NULL, NULL), SEQNET_EINVAL, "layer = NULL");
}

struct bad_option {
    seqnet_recurrent_options options;
    const char *part;
    int kinds; /* bits: 1 rnn, 2 lstm, 4 gru */
};

static void recurrent_options_are_checked(void **state)
{
    (void)state;
    int32_t (*const create[])(int32_t, int32_t, const seqnet_recurrent_options *,
                              seqnet_layer **) = { seqnet_rnn_create, seqnet_lstm_create,
                                                   seqnet_gru_create };
    const struct bad_option bad[] = {
        { { .num_layers = -1 }, "num_layers = -1, need 0..64", 7 },
        { { .num_layers = 65 }, "num_layers = 65", 7 },
        { { .bidirectional = 2 }, "bidirectional = 2", 7 },
        { { .bidirectional = -1 }, "bidirectional = -1", 7 },
        { { .no_bias = 2 }, "no_bias = 2", 7 },
        { { .token_input = 3 }, "token_input = 3", 7 },
        { { .reset_before = 2 }, "reset_before = 2", 7 },
        { { .reset_before = 1 }, "reset_before = 1, only a GRU", 3 },
        { { .nonlinearity = 3 }, "nonlinearity = 3", 7 },
        { { .nonlinearity = -1 }, "nonlinearity = -1", 7 },
        { { .nonlinearity = SEQNET_RELU }, "nonlinearity = 1, only an RNN", 6 },
        { { .proj_size = 2 }, "proj_size = 2, only an LSTM", 5 },
        { { .proj_size = 3 }, "proj_size = 3", 7 },
        { { .proj_size = -1 }, "proj_size = -1", 7 },
        { { .dropout = 1 }, "dropout = 1", 7 },
        { { .dropout = -0.5f }, "dropout = -0.5", 7 },
        { { .dropout = NAN }, "dropout = ", 7 },
        { { .forget_bias = 1 }, "forget_bias = 1, only an LSTM", 5 },
        { { .forget_bias = NAN }, "forget_bias = ", 7 },
        { { .forget_bias = INFINITY }, "forget_bias = ", 7 },
        { { .init_range = -1 }, "init_range = -1", 7 },
        { { .init_range = NAN }, "init_range = ", 7 },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int kind = 0; kind < 3; kind++) {
            seqnet_layer *layer;
            seqnet_recurrent_options options = bad[i].options;
            options.struct_size = sizeof options;
            if (bad[i].kinds >> kind & 1)
                assert_create_error(create[kind](2, 3, &options, &layer), SEQNET_EINVAL,
                                    bad[i].part);
        }
}

static void other_options_are_checked(void **state)
{
    (void)state;
    seqnet_layer *layer;
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    embedding.has_padding_idx = 2;
    assert_create_error(seqnet_embedding_create(4, 2, &embedding, &layer), SEQNET_EINVAL,
                        ": has_padding_idx = 2, need 0..1");
    embedding.has_padding_idx = 1, embedding.padding_idx = 4;
    assert_create_error(seqnet_embedding_create(4, 2, &embedding, &layer), SEQNET_EINVAL,
                        ": padding_idx = 4, need 0..3");
    embedding.padding_idx = -1;
    assert_create_error(seqnet_embedding_create(4, 2, &embedding, &layer), SEQNET_EINVAL,
                        ": padding_idx = -1");
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    linear.no_bias = 2;
    assert_create_error(seqnet_linear_create(4, 2, &linear, &layer), SEQNET_EINVAL,
                        ": no_bias = 2");
    linear.no_bias = 0, linear.init_range = -1;
    assert_create_error(seqnet_linear_create(4, 2, &linear, &layer), SEQNET_EINVAL,
                        "init_range = -1");
    const float bad[] = { 1, -0.1f, 2, NAN };
    for (int i = 0; i < 4; i++)
        assert_create_error(seqnet_dropout_create(2, bad[i], NULL, &layer), SEQNET_EINVAL,
                            "seqnet_dropout_create: probability = ");
}

static void ties_must_fit(void **state)
{
    (void)state;
    seqnet_layer *layer, *embedding, *linear;
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    assert_ok(seqnet_embedding_create(5, 3, NULL, &embedding));
    assert_ok(seqnet_linear_create(3, 5, NULL, &linear));
    options.tied_embedding = embedding;
    assert_create_error(seqnet_linear_create(5, 3, &options, &layer), SEQNET_ESHAPE,
                        "the tied table is (5, 3), need (3, 5)");
    options.tied_embedding = linear;
    assert_create_error(seqnet_linear_create(3, 5, &options, &layer), SEQNET_EINVAL,
                        "tied_embedding is not an embedding");
    seqnet_layer_destroy(embedding), seqnet_layer_destroy(linear);
}

static void sequentials_must_fit(void **state)
{
    (void)state;
    seqnet_layer *layer, *narrow, *wide, *embedding, *inner, *dropout;
    assert_ok(seqnet_dropout_create(3, 0.5f, NULL, &dropout));
    assert_ok(seqnet_linear_create(3, 4, NULL, &narrow));
    assert_ok(seqnet_linear_create(5, 3, NULL, &wide));
    assert_ok(seqnet_embedding_create(4, 4, NULL, &embedding));
    assert_ok(seqnet_sequential_create(&narrow, 1, NULL, &inner));
    seqnet_layer *const misfit[] = { narrow, wide }, *const hole[] = { narrow, NULL };
    seqnet_layer *const tokens[] = { narrow, embedding }, *const nested[] = { inner };
    seqnet_layer *const twice[] = { dropout, narrow, dropout };
    assert_create_error(seqnet_sequential_create(misfit, 2, NULL, &layer), SEQNET_ESHAPE,
                        "layers[0] gives 4 features, layers[1] takes 5");
    assert_create_error(seqnet_sequential_create(tokens, 2, NULL, &layer), SEQNET_ESHAPE,
                        "layers[1] takes tokens");
    assert_create_error(seqnet_sequential_create(hole, 2, NULL, &layer), SEQNET_EINVAL,
                        "layers[1] = NULL");
    assert_create_error(seqnet_sequential_create(nested, 1, NULL, &layer), SEQNET_ENOTSUP,
                        "layers[0] is a sequential");
    assert_create_error(seqnet_sequential_create(twice, 3, NULL, &layer), SEQNET_EINVAL,
                        "layers[0] and layers[2] are the same one");
    assert_create_error(seqnet_sequential_create(NULL, 1, NULL, &layer), SEQNET_EINVAL,
                        "layers = NULL");
    assert_create_error(seqnet_sequential_create(misfit, 0, NULL, &layer), SEQNET_EINVAL,
                        "count = 0, need 1..64");
    assert_create_error(seqnet_sequential_create(misfit, 65, NULL, &layer), SEQNET_EINVAL,
                        "count = 65");
    seqnet_layer_destroy(narrow), seqnet_layer_destroy(wide);
    seqnet_layer_destroy(embedding), seqnet_layer_destroy(inner), seqnet_layer_destroy(dropout);
}

static void parameters_are_found_by_name_and_count(void **state)
{
    (void)state;
    seqnet_layer *layer;
    seqnet_tensor_info info = { .struct_size = sizeof info };
    float values[64] = { 0 };
    assert_ok(seqnet_linear_create(3, 4, NULL, &layer));
    assert_error(seqnet_layer_get_parameter(layer, "weights", values, 12), SEQNET_ENOTFOUND,
                 "seqnet_layer_get_parameter: no parameter \"weights\"");
    assert_error(seqnet_layer_get_parameter(layer, "weight", values, 11), SEQNET_ESHAPE,
                 "count = 11, \"weight\" has 12");
    assert_error(seqnet_layer_set_parameter(layer, "0.weight", values, 12), SEQNET_ENOTFOUND,
                 "seqnet_layer_set_parameter: no parameter");
    assert_error(seqnet_layer_set_parameter(layer, "bias", values, -4), SEQNET_ESHAPE,
                 "count = -4");
    assert_error(seqnet_layer_get_parameter(NULL, "bias", values, 4), SEQNET_EINVAL, "layer");
    assert_error(seqnet_layer_get_parameter(layer, NULL, values, 4), SEQNET_EINVAL, "name");
    assert_error(seqnet_layer_get_parameter(layer, "bias", NULL, 4), SEQNET_EINVAL, "values");
    assert_error(seqnet_layer_set_parameter(NULL, "bias", values, 4), SEQNET_EINVAL, "layer");
    assert_error(seqnet_layer_set_parameter(layer, NULL, values, 4), SEQNET_EINVAL, "name");
    assert_error(seqnet_layer_set_parameter(layer, "bias", NULL, 4), SEQNET_EINVAL, "values");
    assert_error(seqnet_layer_tensor_info(layer, 2, &info), SEQNET_ERANGE, "index = 2, need 0..1");
    assert_error(seqnet_layer_tensor_info(layer, -1, &info), SEQNET_ERANGE, "index = -1");
    assert_error(seqnet_layer_tensor_info(layer, 0, NULL), SEQNET_EINVAL, "info = NULL");
    assert_error(seqnet_layer_tensor_info(NULL, 0, &info), SEQNET_EINVAL, "layer = NULL");
    assert_int_equal(seqnet_layer_tensor_count(NULL), 0);
    seqnet_layer_destroy(layer);
}

static void questions_fit_the_kind(void **state)
{
    (void)state;
    seqnet_layer *linear, *dropout;
    seqnet_layer_info info = { .struct_size = sizeof info };
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_recurrent_options recurrent = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    int32_t size = 7, token = 7;
    float value = 7;
    assert_ok(seqnet_linear_create(3, 4, NULL, &linear));
    assert_ok(seqnet_dropout_create(3, 0.25f, NULL, &dropout));
    assert_error(seqnet_embedding_get_options(linear, &embedding), SEQNET_EINVAL,
                 "not an embedding");
    assert_error(seqnet_recurrent_get_options(linear, &size, &recurrent), SEQNET_EINVAL,
                 "no RNN, LSTM or GRU");
    assert_error(seqnet_linear_get_options(dropout, &options), SEQNET_EINVAL, "not linear");
    assert_error(seqnet_dropout_get_probability(linear, &value), SEQNET_EINVAL, "no dropout");
    assert_error(seqnet_embedding_nearest(linear, &value, 1, &token), SEQNET_EINVAL,
                 "not an embedding");
    assert_error(seqnet_embedding_get_options(NULL, &embedding), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_recurrent_get_options(NULL, &size, &recurrent), SEQNET_EINVAL, "NULL");
    assert_error(seqnet_linear_get_options(NULL, &options), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_linear_get_options(linear, NULL), SEQNET_EINVAL, "options = NULL");
    assert_error(seqnet_dropout_get_probability(NULL, &value), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_dropout_get_probability(dropout, NULL), SEQNET_EINVAL, "probability");
    assert_error(seqnet_layer_get_info(NULL, &info), SEQNET_EINVAL, "layer = NULL");
    assert_error(seqnet_layer_get_info(linear, NULL), SEQNET_EINVAL, "info = NULL");
    assert_true(size == 7 && token == 7 && value == 7);
    assert_null(seqnet_layer_child(linear, 0));
    assert_null(seqnet_layer_child(NULL, 0));
    seqnet_layer_destroy(linear), seqnet_layer_destroy(dropout);
}

/* What has no distance is never the nearest. */
static void nearest_rows_of_what_is_not_finite(void **state)
{
    (void)state;
    seqnet_layer *layer;
    const float rows[] = { NAN, 0, INFINITY, 0, 1, 1, 2, 2 };
    const float vectors[] = { 1.9f, 1.9f, NAN, 1, INFINITY, 0 };
    const int32_t expected[] = { 3, 0, 0 };
    int32_t tokens[3] = { 7, 7, 7 };
    assert_ok(seqnet_embedding_create(4, 2, NULL, &layer));
    assert_ok(seqnet_layer_set_parameter(layer, "weight", rows, 8));
    assert_ok(seqnet_embedding_nearest(layer, vectors, 3, tokens));
    assert_same_bytes(tokens, expected, sizeof tokens);
    seqnet_layer_destroy(layer);
}

/* A hook without one of its functions is refused by whatever takes a hook. */
static void hooks_need_both_functions(void **state)
{
    (void)state;
    struct test_memory memory;
    test_memory_init(&memory);
    const seqnet_allocator half[] = { { NULL, NULL, memory.allocator.free },
                                      { NULL, memory.allocator.alloc, NULL } };
    seqnet_layer *layer, *good;
    assert_ok(seqnet_linear_create(2, 2, NULL, &good));
    for (int i = 0; i < 2; i++) {
        const seqnet_allocator *hook = &half[i];
        const seqnet_embedding_options embedding = { sizeof embedding, .allocator = hook };
        const seqnet_recurrent_options recurrent = { sizeof recurrent, .allocator = hook };
        const seqnet_linear_options linear = { sizeof linear, .allocator = hook };
        const seqnet_context_options options = { sizeof options, .allocator = hook };
        const seqnet_trainer_options training = { sizeof training, .allocator = hook };
        seqnet_context *context;
        seqnet_trainer *trainer;
        seqnet_model *model;
        size_t bytes;
        assert_create_error(seqnet_embedding_create(2, 2, &embedding, &layer), SEQNET_EINVAL,
                            "seqnet_embedding_create: allocator->");
        assert_create_error(seqnet_rnn_create(2, 2, &recurrent, &layer), SEQNET_EINVAL,
                            "seqnet_rnn_create: allocator->");
        assert_create_error(seqnet_linear_create(2, 2, &linear, &layer), SEQNET_EINVAL,
                            "seqnet_linear_create: allocator->");
        assert_create_error(seqnet_dropout_create(2, 0, hook, &layer), SEQNET_EINVAL,
                            "seqnet_dropout_create: allocator->");
        assert_create_error(seqnet_sequential_create(&good, 1, hook, &layer), SEQNET_EINVAL,
                            "seqnet_sequential_create: allocator->");
        assert_error(seqnet_context_bytes(good, &options, &bytes), SEQNET_EINVAL, "allocator->");
        assert_error(seqnet_context_create(good, &options, &context), SEQNET_EINVAL,
                     "seqnet_context_create: allocator->");
        assert_error(seqnet_trainer_create(good, &training, &trainer), SEQNET_EINVAL,
                     "seqnet_trainer_create: allocator->");
        assert_error(seqnet_model_create(good, hook, &model), SEQNET_EINVAL,
                     "seqnet_model_create: allocator->");
        assert_error(seqnet_model_load("none", hook, &model), SEQNET_EINVAL,
                     "seqnet_model_load: allocator->");
    }
    assert_int_equal(memory.calls, 0);
    seqnet_layer_destroy(good);
}

static void nearest_rows_are_found(void **state)
{
    (void)state;
    seqnet_layer *layer;
    const float rows[] = { 1, 0, 0, 1, 0, 1, -1, 0 };
    const float vectors[] = { 0.9f, 0.2f, 0.1f, 0.8f, -5, 0.1f, 0, 0 };
    const int32_t expected[] = { 0, 1, 3, 0 }; /* rows 1 and 2 tie, and all at the origin */
    int32_t tokens[4] = { 7, 7, 7, 7 };
    assert_ok(seqnet_embedding_create(4, 2, NULL, &layer));
    assert_ok(seqnet_layer_set_parameter(layer, "weight", rows, 8));
    assert_ok(seqnet_embedding_nearest(layer, vectors, 0, tokens));
    assert_int_equal(tokens[0], 7);
    assert_ok(seqnet_embedding_nearest(layer, vectors, 4, tokens));
    assert_same_bytes(tokens, expected, sizeof tokens);
    assert_error(seqnet_embedding_nearest(NULL, vectors, 1, tokens), SEQNET_EINVAL, "layer");
    assert_error(seqnet_embedding_nearest(layer, NULL, 1, tokens), SEQNET_EINVAL, "vectors");
    assert_error(seqnet_embedding_nearest(layer, vectors, 1, NULL), SEQNET_EINVAL, "tokens");
    assert_error(seqnet_embedding_nearest(layer, vectors, -1, tokens), SEQNET_EINVAL, "count = -1");
    seqnet_layer_destroy(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_checked),
        cmocka_unit_test(handles_to_fill_are_needed),
        cmocka_unit_test(recurrent_options_are_checked),
        cmocka_unit_test(other_options_are_checked),
        cmocka_unit_test(ties_must_fit),
        cmocka_unit_test(sequentials_must_fit),
        cmocka_unit_test(parameters_are_found_by_name_and_count),
        cmocka_unit_test(questions_fit_the_kind),
        cmocka_unit_test(nearest_rows_are_found),
        cmocka_unit_test(nearest_rows_of_what_is_not_finite),
        cmocka_unit_test(hooks_need_both_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
