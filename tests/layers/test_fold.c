/* SPDX-License-Identifier: MIT */
/*
 * A folded model and its original: the same bits with the native backend, for every cell and
 * option, also where sums underflow to zeros of either sign; close with BLAS.
 */
#include "io/scratch.h"
#include "layers/noise.h"
#include "support/memory.h"

#include <seqnet/seqnet.h>
#include <stdlib.h>
#include <string.h>

#define V 11
#define E 5
#define H 19
#define T 6
#define B 3
#define TINY 3    /* a token whose row makes products underflow */
#define PADDING 4 /* the token of the zero row */
#define ROW (2 * H)

typedef int32_t create_function(int32_t, int32_t, const seqnet_recurrent_options *,
                                seqnet_layer **);

static const struct {
    const char *name;
    create_function *create;
    seqnet_recurrent_options options;
} cells[] = {
    { "rnn", seqnet_rnn_create, { .dropout = 0.5f } },
    { "relu", seqnet_rnn_create, { .nonlinearity = SEQNET_RELU } },
    { "lstm", seqnet_lstm_create, { .forget_bias = 1 } },
    { "projected lstm", seqnet_lstm_create, { .proj_size = 7 } },
    { "gru", seqnet_gru_create, { 0 } },
    { "gru reset before", seqnet_gru_create, { .reset_before = 1 } },
};

#define CELLS ((int)(sizeof cells / sizeof *cells))

static void set_noise(seqnet_layer *layer)
{
    seqnet_tensor_info info = { .struct_size = sizeof info };
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        assert_ok(seqnet_layer_tensor_info(layer, i, &info));
        float *values = malloc((size_t)info.count * sizeof *values);
        noise_fill(values, (size_t)info.count, NOISE_PARAMETER + (uint64_t)i);
        for (int64_t j = 0; j < info.count; j++)
            values[j] *= 0.25f; /* so that a relu does not grow */
        for (int j = 0; strcmp(info.name, "0.weight") == 0 && j < E; j++) {
            values[TINY * E + j] *= 0x1p-140f;
            values[PADDING * E + j] = 0;
        }
        assert_ok(seqnet_layer_set_parameter(layer, info.name, values, info.count));
        free(values);
    }
}

/* Embedding, dropout, the cell. Takes over nothing; options of one bit each: 0..7. */
static seqnet_layer *new_model(int cell, int bits)
{
    seqnet_layer *children[3], *model;
    seqnet_recurrent_options options = cells[cell].options;
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    embedding.has_padding_idx = 1, embedding.padding_idx = PADDING;
    options.struct_size = sizeof options;
    options.num_layers = bits & 1 ? 2 : 1;
    options.bidirectional = bits >> 1 & 1;
    options.no_bias = bits >> 2 & 1;
    assert_ok(seqnet_embedding_create(V, E, &embedding, &children[0]));
    assert_ok(seqnet_dropout_create(E, 0.5f, NULL, &children[1]));
    assert_ok(cells[cell].create(E, H, &options, &children[2]));
    assert_ok(seqnet_sequential_create(children, 3, NULL, &model));
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(children[i]);
    set_noise(model);
    return model;
}

struct outputs {
    float y[B * T * ROW];
    float state[2 * 2 * 2 * B * H];
};

/* Ragged, then dense, then step by step: all on one context, so that states are carried. */
static void run(seqnet_layer *model, int steps, struct outputs *outputs)
{
    static const int32_t tokens[] = { 0, 10, TINY, TINY, TINY, PADDING, 2, 7, TINY,
                                      9, 10, 1,    0,    8,    5,       6, 4, PADDING };
    static const int32_t lengths[B] = { 2, T, 4 };
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_window window = SEQNET_WINDOW_INIT;
    seqnet_context *context;
    memset(outputs, 0, sizeof *outputs);
    options.max_steps = T, options.max_batch = B;
    assert_ok(seqnet_context_create(model, &options, &context));
    window.tokens = tokens, window.batch = B, window.steps = T, window.lengths = lengths;
    assert_ok(seqnet_context_forward(context, &window, NULL));
    window.lengths = NULL;
    if (!steps)
        assert_ok(seqnet_context_forward(context, &window, outputs->y));
    for (int t = 0; t < T && steps; t++)
        assert_ok(seqnet_context_step_tokens(context, tokens + t * B, outputs->y + t * B * ROW));
    float *values = outputs->state;
    for (int32_t i = 0; i < seqnet_context_state_count(context); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        assert_ok(seqnet_context_state_info(context, i, &info));
        assert_ok(seqnet_context_get_state(context, info.name, values, info.count));
        values += info.count;
    }
    assert_true(values <= outputs->state + sizeof outputs->state / sizeof(float));
    seqnet_context_destroy(context);
}

static void assert_same_outputs(seqnet_layer *model, seqnet_layer *folded)
{
    const int native = strcmp(seqnet_runtime_backend(), "native") == 0;
    struct outputs expected, actual;
    for (int steps = 0; steps < 2; steps++) {
        run(model, steps, &expected);
        run(folded, steps, &actual);
        if (native)
            assert_same_bytes(&actual, &expected, sizeof actual);
        assert_all_close(actual.y, expected.y, B * T * ROW, 1e-5, 1e-5);
        assert_all_close(actual.state, expected.state, sizeof actual.state / sizeof(float), 1e-5,
                         1e-5);
    }
}

static void folded_models_give_the_same(void **state)
{
    (void)state;
    for (int cell = 0; cell < CELLS; cell++)
        for (int bits = 0; bits < 8; bits++) {
            seqnet_layer *model = new_model(cell, bits), *folded;
            print_message("%s %d\n", cells[cell].name, bits);
            assert_ok(seqnet_sequential_fold(model, NULL, &folded));
            assert_same_outputs(model, folded);
            seqnet_layer_destroy(model);
            seqnet_layer_destroy(folded);
        }
}

static void step(seqnet_layer *layer, int32_t token, float *y)
{
    seqnet_context *context;
    assert_ok(seqnet_context_create(layer, NULL, &context));
    assert_ok(seqnet_context_step_tokens(context, &token, y));
    seqnet_context_destroy(context);
}

/* tanh(-0 + 0 * -1) = -0, where -0 is a product that underflows. */
static void zeros_keep_their_signs(void **state)
{
    (void)state;
    const float tiny = -0x1p-149f, quarter = 0.25f, minus = -1;
    const int32_t token = 0;
    float expected = 1, actual = 1;
    seqnet_layer *children[2], *model, *folded;
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.no_bias = 1;
    assert_ok(seqnet_embedding_create(1, 1, NULL, &children[0]));
    assert_ok(seqnet_rnn_create(1, 1, &options, &children[1]));
    assert_ok(seqnet_layer_set_parameter(children[0], "weight", &tiny, 1));
    assert_ok(seqnet_layer_set_parameter(children[1], "weight_ih_l0", &quarter, 1));
    assert_ok(seqnet_layer_set_parameter(children[1], "weight_hh_l0", &minus, 1));
    assert_ok(seqnet_sequential_create(children, 2, NULL, &model));
    assert_ok(seqnet_sequential_fold(model, NULL, &folded));
    step(model, token, &expected);
    step(folded, token, &actual);
    assert_true(expected == 0 && actual == 0);
    if (strcmp(seqnet_runtime_backend(), "native") == 0)
        assert_same_bytes(&actual, &expected, sizeof actual);
    seqnet_layer_destroy(children[0]), seqnet_layer_destroy(children[1]);
    seqnet_layer_destroy(model), seqnet_layer_destroy(folded);
}

/* The rest is shared, a tie to the embedding too; the original may go. */
static void what_follows_is_shared(void **state)
{
    (void)state;
    seqnet_layer *model = new_model(2, 1), *whole, *folded, *head;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    linear.tied_embedding = seqnet_layer_child(model, 0);
    assert_ok(seqnet_linear_create(E, V, &linear, &head));
    seqnet_layer *narrow;
    assert_ok(seqnet_linear_create(H, E, NULL, &narrow));
    seqnet_layer *const children[] = { seqnet_layer_child(model, 0), seqnet_layer_child(model, 2),
                                       narrow, head };
    assert_ok(seqnet_sequential_create(children, 4, NULL, &whole));
    assert_ok(seqnet_sequential_fold(whole, NULL, &folded));
    assert_ptr_equal(seqnet_layer_child(folded, 1), narrow);
    assert_ptr_equal(seqnet_layer_child(folded, 2), head);
    assert_null(seqnet_layer_child(folded, 3));
    assert_same_outputs(whole, folded);
    seqnet_layer_destroy(model), seqnet_layer_destroy(whole);
    seqnet_layer_destroy(narrow), seqnet_layer_destroy(head);
    struct outputs outputs;
    run(folded, 0, &outputs);
    seqnet_layer_destroy(folded);
}

static void a_folded_model_can_be_saved(void **state)
{
    (void)state;
    seqnet_layer *model = new_model(4, 1), *folded;
    seqnet_model *saved, *loaded;
    assert_ok(seqnet_sequential_fold(model, NULL, &folded));
    assert_ok(seqnet_model_create(folded, NULL, &saved));
    assert_ok(seqnet_model_save(saved, scratch_path("folded")));
    assert_ok(seqnet_model_load(scratch_path("folded"), NULL, &loaded));
    assert_same_outputs(model, seqnet_model_layer(loaded));
    seqnet_model_destroy(saved), seqnet_model_destroy(loaded);
    seqnet_layer_destroy(model), seqnet_layer_destroy(folded);
}

static void the_size_is_that_of_the_table(void **state)
{
    (void)state;
    const size_t floats = (size_t)V * 2 * 4 * H;
    seqnet_layer *model = new_model(2, 2);
    size_t bytes = 0;
    assert_ok(seqnet_sequential_fold_bytes(model, &bytes));
    assert_true(bytes >= floats * sizeof(float));
    assert_true(bytes <= floats * sizeof(float) * 64 / H); /* H rounded up: to 64 at most */
    seqnet_layer_destroy(model);
}

static void every_failed_allocation_is_survived(void **state)
{
    (void)state;
    struct test_memory memory;
    seqnet_layer *model = new_model(5, 3), *folded = NULL;
    for (size_t n = 1; !folded; n++) {
        test_memory_init(&memory);
        memory.fail_at = n;
        assert_true(n < 100);
        const int32_t code = seqnet_sequential_fold(model, &memory.allocator, &folded);
        if (code != SEQNET_OK) {
            assert_error(code, SEQNET_ENOMEM, "seqnet_sequential_fold: out of memory");
            assert_null(folded);
            assert_int_equal(memory.live, 0);
        }
    }
    assert_true(memory.calls >= 5);
    memory.fail_at = 0;
    assert_same_outputs(model, folded);
    seqnet_layer_destroy(folded);
    assert_int_equal(memory.live, 0);
    seqnet_layer_destroy(model);
}

static void assert_refused(seqnet_layer *layer, int32_t code, const char *part)
{
    seqnet_layer *folded = layer;
    size_t bytes = 7;
    assert_error(seqnet_sequential_fold(layer, NULL, &folded), code, part);
    assert_null(folded);
    assert_error(seqnet_sequential_fold_bytes(layer, &bytes), code, part);
    assert_int_equal(bytes, 7);
}

static void other_layers_are_refused(void **state)
{
    (void)state;
    const char *const part = "does not begin with an embedding that feeds";
    seqnet_layer *model = new_model(0, 0), *other, *linear;
    assert_ok(seqnet_linear_create(E, E, NULL, &linear));
    seqnet_layer *const embedding = seqnet_layer_child(model, 0);
    seqnet_layer *const recurrent = seqnet_layer_child(model, 2);
    seqnet_layer *const between[] = { embedding, linear, recurrent };
    assert_refused(NULL, SEQNET_EINVAL, "layer = NULL");
    assert_refused(recurrent, SEQNET_ENOTSUP, part);
    assert_refused(embedding, SEQNET_ENOTSUP, part);
    for (int count = 1; count <= 3; count++) {
        assert_ok(seqnet_sequential_create(between, count, NULL, &other));
        assert_refused(other, SEQNET_ENOTSUP, part);
        seqnet_layer_destroy(other);
    }
    assert_ok(seqnet_sequential_create(&between[2], 1, NULL, &other));
    assert_refused(other, SEQNET_ENOTSUP, part);
    seqnet_layer_destroy(other);
    const seqnet_allocator half = { .user = NULL };
    assert_error(seqnet_sequential_fold(model, &half, &other), SEQNET_EINVAL, "need both");
    assert_error(seqnet_sequential_fold(model, NULL, NULL), SEQNET_EINVAL, "folded = NULL");
    assert_error(seqnet_sequential_fold_bytes(model, NULL), SEQNET_EINVAL, "bytes = NULL");
    seqnet_layer_destroy(linear), seqnet_layer_destroy(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folded_models_give_the_same),
        cmocka_unit_test(zeros_keep_their_signs),
        cmocka_unit_test(what_follows_is_shared),
        scratch_test(a_folded_model_can_be_saved),
        cmocka_unit_test(the_size_is_that_of_the_table),
        cmocka_unit_test(every_failed_allocation_is_survived),
        cmocka_unit_test(other_layers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
