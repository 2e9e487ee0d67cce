/* SPDX-License-Identifier: MIT */
#include "core/random.h"
#include "io/scratch.h"

#include <seqnet/context.h>
#include <seqnet/io.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- equal layers */

/* Parameters of which none equals another, so that a swap cannot go unnoticed. */
static void fill(seqnet_layer *layer)
{
    uint64_t place = 0;
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        assert_ok(seqnet_layer_tensor_info(layer, i, &info));
        float *const values = malloc((size_t)info.count * sizeof *values);
        assert_non_null(values);
        for (int64_t j = 0; j < info.count; j++)
            values[j] = random_normal(3, 0, place++);
        assert_ok(seqnet_layer_set_parameter(layer, info.name, values, info.count));
        free(values);
    }
}

static void assert_equal_tensor(const seqnet_layer *a, const seqnet_layer *b, int32_t index)
{
    seqnet_tensor_info info_a = { .struct_size = sizeof info_a }, info_b = info_a;
    assert_ok(seqnet_layer_tensor_info(a, index, &info_a));
    assert_ok(seqnet_layer_tensor_info(b, index, &info_b));
    assert_memory_equal(&info_a, &info_b, sizeof info_a);
    const size_t bytes = (size_t)info_a.count * sizeof(float);
    float *const values_a = malloc(bytes), *const values_b = malloc(bytes);
    assert_ok(seqnet_layer_get_parameter(a, info_a.name, values_a, info_a.count));
    assert_ok(seqnet_layer_get_parameter(b, info_a.name, values_b, info_a.count));
    assert_same_bytes(values_a, values_b, bytes);
    free(values_a);
    free(values_b);
}

static void assert_equal_recurrent(const seqnet_layer *a, const seqnet_layer *b)
{
    seqnet_recurrent_options options_a = SEQNET_RECURRENT_OPTIONS_INIT, options_b = options_a;
    int32_t hidden_a, hidden_b;
    assert_ok(seqnet_recurrent_get_options(a, &hidden_a, &options_a));
    assert_ok(seqnet_recurrent_get_options(b, &hidden_b, &options_b));
    assert_int_equal(hidden_a, hidden_b);
    assert_memory_equal(&options_a, &options_b, sizeof options_a);
}

static void assert_equal_linear(const seqnet_layer *a, const seqnet_layer *b)
{
    seqnet_linear_options options_a = SEQNET_LINEAR_OPTIONS_INIT, options_b = options_a;
    assert_ok(seqnet_linear_get_options(a, &options_a));
    assert_ok(seqnet_linear_get_options(b, &options_b));
    assert_int_equal(!options_a.tied_embedding, !options_b.tied_embedding);
    options_a.tied_embedding = options_b.tied_embedding = NULL;
    assert_memory_equal(&options_a, &options_b, sizeof options_a);
}

static void assert_equal_embedding(const seqnet_layer *a, const seqnet_layer *b)
{
    seqnet_embedding_options options_a = SEQNET_EMBEDDING_OPTIONS_INIT, options_b = options_a;
    assert_ok(seqnet_embedding_get_options(a, &options_a));
    assert_ok(seqnet_embedding_get_options(b, &options_b));
    assert_memory_equal(&options_a, &options_b, sizeof options_a);
}

static void assert_equal_dropout(const seqnet_layer *a, const seqnet_layer *b)
{
    float probability_a, probability_b;
    assert_ok(seqnet_dropout_get_probability(a, &probability_a));
    assert_ok(seqnet_dropout_get_probability(b, &probability_b));
    assert_same_bytes(&probability_a, &probability_b, sizeof probability_a);
}

static void assert_equal_options(int32_t kind, const seqnet_layer *a, const seqnet_layer *b)
{
    switch (kind) {
    case SEQNET_EMBEDDING:
        assert_equal_embedding(a, b);
        break;
    case SEQNET_LINEAR:
        assert_equal_linear(a, b);
        break;
    case SEQNET_DROPOUT:
        assert_equal_dropout(a, b);
        break;
    case SEQNET_SEQUENTIAL:
        break;
    default:
        assert_equal_recurrent(a, b);
    }
}

static void assert_equal_info(const seqnet_layer *a, const seqnet_layer *b)
{
    seqnet_layer_info info_a = { .struct_size = sizeof info_a }, info_b = info_a;
    assert_ok(seqnet_layer_get_info(a, &info_a));
    assert_ok(seqnet_layer_get_info(b, &info_b));
    assert_memory_equal(&info_a, &info_b, sizeof info_a);
    assert_equal_options(info_a.kind, a, b);
}

static void assert_equal_layers(const seqnet_layer *a, const seqnet_layer *b)
{
    assert_equal_info(a, b);
    const seqnet_layer *child;
    for (int32_t i = 0; (child = seqnet_layer_child(a, i)); i++)
        assert_equal_info(child, seqnet_layer_child(b, i));
    assert_int_equal(seqnet_layer_tensor_count(a), seqnet_layer_tensor_count(b));
    for (int32_t i = 0; i < seqnet_layer_tensor_count(a); i++)
        assert_equal_tensor(a, b, i);
}

/* Save, load, compare; takes over the reference. */
static void check_layer(seqnet_layer *layer)
{
    seqnet_model *model, *loaded;
    fill(layer);
    assert_ok(seqnet_model_create(layer, NULL, &model));
    assert_ptr_equal(seqnet_model_layer(model), layer);
    assert_ok(seqnet_model_save(model, scratch_path("a")));
    assert_ok(seqnet_model_load(scratch_path("a"), NULL, &loaded));
    assert_equal_layers(layer, seqnet_model_layer(loaded));
    assert_null(seqnet_model_metadata_key(loaded, 0));
    seqnet_layer_destroy(layer);
    seqnet_model_destroy(model);
    seqnet_model_destroy(loaded);
}

/* ---------------------------------------------------------------- every kind, every option */

static void embeddings(void **state)
{
    (void)state;
    seqnet_layer *layer;
    seqnet_embedding_options options = SEQNET_EMBEDDING_OPTIONS_INIT;
    assert_ok(seqnet_embedding_create(7, 3, NULL, &layer));
    check_layer(layer);
    options.has_padding_idx = 1;
    for (int32_t padding = 0; padding < 7; padding += 6) {
        options.padding_idx = padding;
        assert_ok(seqnet_embedding_create(7, 3, &options, &layer));
        check_layer(layer);
    }
}

typedef int32_t create_recurrent(int32_t, int32_t, const seqnet_recurrent_options *,
                                 seqnet_layer **);

static void check_recurrent(create_recurrent *create, seqnet_recurrent_options options)
{
    seqnet_layer *layer;
    assert_ok(create(5, 4, &options, &layer));
    check_layer(layer);
}

/* All combinations of what RNN, LSTM and GRU share. */
static void check_shared_options(create_recurrent *create)
{
    for (int32_t bits = 0; bits < 32; bits++) {
        seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
        options.num_layers = bits & 1 ? 3 : 0;
        options.bidirectional = bits >> 1 & 1;
        options.no_bias = bits >> 2 & 1;
        options.token_input = bits >> 3 & 1;
        options.dropout = bits & 16 ? 0.1f : 0.0f;
        options.init_range = bits & 16 ? 0.08f : 0.0f;
        check_recurrent(create, options);
    }
}

static void rnns(void **state)
{
    (void)state;
    check_shared_options(seqnet_rnn_create);
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    for (options.nonlinearity = 0; options.nonlinearity <= SEQNET_SIGMOID; options.nonlinearity++)
        check_recurrent(seqnet_rnn_create, options);
}

static void lstms(void **state)
{
    (void)state;
    check_shared_options(seqnet_lstm_create);
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.proj_size = 2;
    check_recurrent(seqnet_lstm_create, options);
    options.num_layers = 2;
    options.bidirectional = 1;
    options.forget_bias = -0.3333f;
    check_recurrent(seqnet_lstm_create, options);
}

static void grus(void **state)
{
    (void)state;
    check_shared_options(seqnet_gru_create);
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.reset_before = 1;
    check_recurrent(seqnet_gru_create, options);
}

static void linears_and_dropouts(void **state)
{
    (void)state;
    seqnet_layer *layer;
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    assert_ok(seqnet_linear_create(3, 5, NULL, &layer));
    check_layer(layer);
    options.no_bias = 1;
    options.init_range = 1e-7f;
    assert_ok(seqnet_linear_create(3, 5, &options, &layer));
    check_layer(layer);
    assert_ok(seqnet_dropout_create(9, 0.0f, NULL, &layer));
    check_layer(layer);
    assert_ok(seqnet_dropout_create(9, 0.7f, NULL, &layer));
    check_layer(layer);
}

/* Embedding, dropout, LSTM, linear; the last one tied to the first if `tied`. */
static seqnet_layer *make_sequential(int32_t tied, const seqnet_allocator *allocator)
{
    seqnet_layer *layers[4], *sequential;
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_recurrent_options recurrent = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    embedding.allocator = recurrent.allocator = linear.allocator = allocator;
    recurrent.dropout = 0.25f;
    recurrent.num_layers = 2;
    recurrent.proj_size = 3;
    assert_ok(seqnet_embedding_create(7, 3, &embedding, &layers[0]));
    assert_ok(seqnet_dropout_create(3, 0.1f, allocator, &layers[1]));
    assert_ok(seqnet_lstm_create(3, 4, &recurrent, &layers[2]));
    linear.tied_embedding = tied ? layers[0] : NULL;
    assert_ok(seqnet_linear_create(3, 7, &linear, &layers[3]));
    assert_ok(seqnet_sequential_create(layers, 4, allocator, &sequential));
    for (int i = 0; i < 4; i++)
        seqnet_layer_destroy(layers[i]);
    return sequential;
}

static void sequentials(void **state)
{
    (void)state;
    seqnet_layer *layer, *sequential;
    check_layer(make_sequential(0, NULL));
    check_layer(make_sequential(1, NULL));
    assert_ok(seqnet_gru_create(2, 3, NULL, &layer));
    assert_ok(seqnet_sequential_create(&layer, 1, NULL, &sequential));
    seqnet_layer_destroy(layer);
    check_layer(sequential);
}

static void a_tie_is_one_table_again(void **state)
{
    (void)state;
    seqnet_model *model;
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_layer *const layer = make_sequential(1, NULL);
    assert_ok(seqnet_model_create(layer, NULL, &model));
    assert_ok(seqnet_model_save(model, scratch_path("a")));
    seqnet_model_destroy(model);
    seqnet_layer_destroy(layer);
    assert_ok(seqnet_model_load(scratch_path("a"), NULL, &model));
    const seqnet_layer *const loaded = seqnet_model_layer(model);
    assert_ok(seqnet_linear_get_options(seqnet_layer_child(loaded, 3), &options));
    assert_ptr_equal(options.tied_embedding, seqnet_layer_child(loaded, 0));
    seqnet_model_destroy(model);
}

/* The loaded layer computes the same bits, with nothing left of the first one. */
static void outputs_are_the_same(void **state)
{
    (void)state;
    seqnet_model *model;
    const int32_t tokens[3] = { 6, 0, 2 };
    float before[7], after[7];
    seqnet_layer *layer = make_sequential(1, NULL);
    for (int round = 0; round < 2; round++) {
        seqnet_context *context;
        assert_ok(seqnet_context_create(layer, NULL, &context));
        for (int i = 0; i < 3; i++)
            assert_ok(seqnet_context_step_tokens(context, &tokens[i], round ? after : before));
        seqnet_context_destroy(context);
        if (round == 0) {
            assert_ok(seqnet_model_create(layer, NULL, &model));
            seqnet_layer_destroy(layer);
            assert_ok(seqnet_model_save(model, scratch_path("a")));
            seqnet_model_destroy(model);
            assert_ok(seqnet_model_load(scratch_path("a"), NULL, &model));
            layer = seqnet_model_layer(model);
        }
    }
    seqnet_model_destroy(model);
    assert_same_bytes(before, after, sizeof before);
}

static void saving_twice_gives_the_same_bytes(void **state)
{
    (void)state;
    static char first[1 << 16], second[1 << 16];
    seqnet_model *model;
    seqnet_layer *const layer = make_sequential(0, NULL);
    assert_ok(seqnet_model_create(layer, NULL, &model));
    seqnet_layer_destroy(layer);
    assert_ok(seqnet_model_set_metadata(model, "vocabulary", "abc"));
    assert_ok(seqnet_model_save(model, scratch_path("a")));
    seqnet_model_destroy(model);
    assert_ok(seqnet_model_load(scratch_path("a"), NULL, &model));
    assert_ok(seqnet_model_save(model, scratch_path("b")));
    seqnet_model_destroy(model);
    const size_t size = scratch_read("a", first, sizeof first);
    assert_int_equal(scratch_read("b", second, sizeof second), size);
    assert_same_bytes(first, second, size);
}

static void a_comma_locale_changes_nothing(void **state)
{
    (void)state;
    static char plain[1 << 16], comma[1 << 16];
    use_comma_locale(); /* or skip, while nothing is owned */
    setlocale(LC_NUMERIC, "C");
    seqnet_model *model;
    seqnet_layer *const layer = make_sequential(0, NULL);
    assert_ok(seqnet_model_create(layer, NULL, &model));
    assert_ok(seqnet_model_save(model, scratch_path("a")));
    use_comma_locale();
    assert_ok(seqnet_model_save(model, scratch_path("b")));
    seqnet_model_destroy(model);
    const size_t size = scratch_read("a", plain, sizeof plain);
    assert_int_equal(scratch_read("b", comma, sizeof comma), size);
    assert_same_bytes(plain, comma, size);
    check_layer(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(embeddings),
        scratch_test(rnns),
        scratch_test(lstms),
        scratch_test(grus),
        scratch_test(linears_and_dropouts),
        scratch_test(sequentials),
        scratch_test(a_tie_is_one_table_again),
        scratch_test(outputs_are_the_same),
        scratch_test(saving_twice_gives_the_same_bytes),
        scratch_test(a_comma_locale_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
