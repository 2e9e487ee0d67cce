/* SPDX-License-Identifier: MIT */
/* States: tensors by name, whole streams; and token input, which is a product with one-hot rows. */
#include "layers/models.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <string.h>

#define BATCH 3
#define HIDDEN 4
#define LEVELS 2
#define COUNT (LEVELS * BATCH * HIDDEN)

static seqnet_layer *create_lstm(void)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layer;
    options.num_layers = LEVELS;
    assert_ok(seqnet_lstm_create(2, HIDDEN, &options, &layer));
    return layer;
}

static seqnet_context *create_context(seqnet_layer *layer, int32_t batch, int32_t training)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context;
    options.max_batch = batch;
    options.training = training;
    assert_ok(seqnet_context_create(layer, &options, &context));
    return context;
}

static void noise_floats(float *values, size_t count, uint64_t stream)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)noise(stream, i);
}

static void state_tensors_are_described(void **state)
{
    (void)state;
    seqnet_layer *layer = create_lstm();
    seqnet_context *context = create_context(layer, BATCH, 0);
    const char *const names[] = { "h", "c" };
    assert_int_equal(seqnet_context_state_count(context), 2);
    for (int32_t i = 0; i < 2; i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        assert_ok(seqnet_context_state_info(context, i, &info));
        assert_string_equal(info.name, names[i]);
        assert_int_equal(info.rank, 3);
        assert_int_equal(info.shape[0], LEVELS);
        assert_int_equal(info.shape[1], BATCH);
        assert_int_equal(info.shape[2], HIDDEN);
        assert_int_equal(info.shape[3], 1);
        assert_int_equal(info.count, COUNT);
    }
    assert_int_equal(seqnet_context_stream_size(context), 2 * LEVELS * HIDDEN);
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
}

/* A stream's row of h, then of c: (slot, HIDDEN) each. */
static void expect_stream(float *stream, const float *h, const float *c, int32_t b)
{
    for (int slot = 0; slot < LEVELS; slot++) {
        memcpy(stream + slot * HIDDEN, h + (slot * BATCH + b) * HIDDEN, HIDDEN * sizeof *h);
        memcpy(stream + (LEVELS + slot) * HIDDEN, c + (slot * BATCH + b) * HIDDEN,
               HIDDEN * sizeof *c);
    }
}

static void set_both(seqnet_context *context, float *h, float *c)
{
    noise_floats(h, COUNT, 1);
    noise_floats(c, COUNT, 2);
    assert_ok(seqnet_context_set_state(context, "h", h, COUNT));
    assert_ok(seqnet_context_set_state(context, "c", c, COUNT));
}

static void states_come_back_as_they_were_set(void **state)
{
    (void)state;
    seqnet_layer *layer = create_lstm();
    seqnet_context *context = create_context(layer, BATCH, 0);
    float h[COUNT], c[COUNT], got[COUNT], zero[COUNT] = { 0 };
    assert_ok(seqnet_context_get_state(context, "h", got, COUNT));
    assert_same_bytes(got, zero, sizeof got);
    set_both(context, h, c);
    assert_ok(seqnet_context_get_state(context, "h", got, COUNT));
    assert_same_bytes(got, h, sizeof got);
    assert_ok(seqnet_context_get_state(context, "c", got, COUNT));
    assert_same_bytes(got, c, sizeof got);
    assert_ok(seqnet_context_reset(context));
    for (int i = 0; i < 2; i++) {
        assert_ok(seqnet_context_get_state(context, i ? "h" : "c", got, COUNT));
        assert_same_bytes(got, zero, sizeof got);
    }
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
}

static void streams_are_rows_of_the_states(void **state)
{
    (void)state;
    enum { SIZE = 2 * LEVELS * HIDDEN };
    seqnet_layer *layer = create_lstm();
    seqnet_context *context = create_context(layer, BATCH, 0);
    float h[COUNT], c[COUNT], got[SIZE], expected[SIZE], zero[SIZE] = { 0 };
    set_both(context, h, c);
    for (int32_t b = 0; b < BATCH; b++) {
        expect_stream(expected, h, c, b);
        assert_ok(seqnet_context_get_stream(context, b, got, SIZE));
        assert_same_bytes(got, expected, sizeof got);
    }
    assert_ok(seqnet_context_reset_stream(context, 1));
    assert_ok(seqnet_context_set_stream(context, 2, expected, SIZE));
    assert_ok(seqnet_context_get_stream(context, 1, got, SIZE));
    assert_same_bytes(got, zero, sizeof got);
    assert_ok(seqnet_context_get_stream(context, 0, got, SIZE));
    expect_stream(expected, h, c, 0);
    assert_same_bytes(got, expected, sizeof got);
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
}

/* A clone runs on as its original does, in the same and in a narrower or wider context. */
static void a_clone_goes_on_alike(void **state)
{
    (void)state;
    seqnet_layer *layer = create_lstm();
    seqnet_context *wide = create_context(layer, BATCH, 0);
    seqnet_context *narrow = create_context(layer, 1, 1);
    float h[COUNT], c[COUNT], x[BATCH * 2], y[BATCH * HIDDEN], alone[HIDDEN];
    set_both(wide, h, c);
    for (int i = 0; i < BATCH * 2; i++)
        x[i] = i % 2 ? 0.25f : -0.5f;
    assert_ok(seqnet_context_copy_stream(wide, 0, wide, 2));
    assert_ok(seqnet_context_copy_stream(narrow, 0, wide, 2));
    assert_ok(seqnet_context_copy_stream(wide, 1, narrow, 0));
    assert_ok(seqnet_context_copy_stream(wide, 1, wide, 1));
    assert_ok(seqnet_context_step(wide, x, y));
    assert_ok(seqnet_context_step(narrow, x, alone));
    assert_all_close(y, y + 2 * HIDDEN, HIDDEN, 1e-6, 1e-7);
    assert_all_close(y + HIDDEN, y + 2 * HIDDEN, HIDDEN, 1e-6, 1e-7);
    assert_all_close(alone, y + 2 * HIDDEN, HIDDEN, 1e-6, 1e-7);
    seqnet_context_destroy(wide);
    seqnet_context_destroy(narrow);
    seqnet_layer_destroy(layer);
}

static void sequential_states_are_numbered(void **state)
{
    (void)state;
    seqnet_layer *children[3], *layer;
    seqnet_tensor_info info = { .struct_size = sizeof info };
    assert_ok(seqnet_gru_create(2, 3, NULL, &children[0]));
    assert_ok(seqnet_linear_create(3, 5, NULL, &children[1]));
    assert_ok(seqnet_lstm_create(5, 4, NULL, &children[2]));
    assert_ok(seqnet_sequential_create(children, 3, NULL, &layer));
    seqnet_context *context = create_context(layer, BATCH, 0);
    const char *const names[] = { "0.h", "2.h", "2.c" };
    assert_int_equal(seqnet_context_state_count(context), 3);
    for (int32_t i = 0; i < 3; i++) {
        assert_ok(seqnet_context_state_info(context, i, &info));
        assert_string_equal(info.name, names[i]);
    }
    assert_int_equal(seqnet_context_stream_size(context), 3 + 4 + 4);
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(children[i]);
}

typedef int32_t create_function(int32_t, int32_t, const seqnet_recurrent_options *,
                                seqnet_layer **);

#define STEPS 4
#define ROWS (STEPS * BATCH)
#define SYMBOLS 5
#define OUTPUT 6

/* A layer that takes tokens or their one-hot rows, and what one window through it gives. */
struct token_run {
    seqnet_layer *layer;
    seqnet_context *context;
    float y[ROWS * OUTPUT];
};

static void token_run(struct token_run *run, create_function *create, int32_t token_input)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_context_options sizes = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_window window = SEQNET_WINDOW_INIT;
    float x[ROWS * SYMBOLS] = { 0 }, dy[ROWS * OUTPUT];
    int32_t tokens[ROWS];
    for (int r = 0; r < ROWS; r++) {
        tokens[r] = sample_token(r % BATCH, r / BATCH);
        x[r * SYMBOLS + tokens[r]] = 1;
    }
    noise_floats(dy, ROWS * OUTPUT, 8);
    options.token_input = token_input;
    options.num_layers = 2, options.bidirectional = 1, options.seed = 5;
    assert_ok(create(SYMBOLS, OUTPUT / 2, &options, &run->layer));
    sizes.max_steps = window.steps = STEPS;
    sizes.max_batch = window.batch = BATCH;
    sizes.training = 1;
    assert_ok(seqnet_context_create(run->layer, &sizes, &run->context));
    window.x = token_input ? NULL : x;
    window.tokens = token_input ? tokens : NULL;
    assert_ok(seqnet_context_forward(run->context, &window, run->y));
    assert_ok(seqnet_context_backward(run->context, dy, NULL));
}

/* Equal seeds give equal parameters by name; these make the same function and gradients by name. */
static void tokens_are_one_hot_rows(create_function *create)
{
    enum { MOST = 4 * OUTPUT / 2 * OUTPUT };
    struct token_run dense, sparse;
    token_run(&dense, create, 0);
    token_run(&sparse, create, 1);
    assert_all_close(sparse.y, dense.y, ROWS * OUTPUT, 1e-6, 1e-6);
    for (int32_t i = 0; i < seqnet_layer_tensor_count(dense.layer); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        float a[MOST], b[MOST];
        assert_ok(seqnet_layer_tensor_info(dense.layer, i, &info));
        const int64_t count = info.count;
        assert_true(count <= MOST);
        assert_ok(seqnet_layer_get_parameter(dense.layer, info.name, a, count));
        assert_ok(seqnet_layer_get_parameter(sparse.layer, info.name, b, count));
        assert_same_bytes(b, a, (size_t)count * sizeof *a);
        assert_ok(seqnet_context_get_gradient(dense.context, info.name, a, count));
        assert_ok(seqnet_context_get_gradient(sparse.context, info.name, b, count));
        assert_all_close(b, a, (size_t)count, 2e-6, 2e-6);
    }
    seqnet_context_destroy(dense.context), seqnet_context_destroy(sparse.context);
    seqnet_layer_destroy(dense.layer), seqnet_layer_destroy(sparse.layer);
}

static void tokens_are_one_hot_rows_of_rnn(void **state)
{
    (void)state;
    tokens_are_one_hot_rows(seqnet_rnn_create);
}

static void tokens_are_one_hot_rows_of_lstm(void **state)
{
    (void)state;
    tokens_are_one_hot_rows(seqnet_lstm_create);
}

static void tokens_are_one_hot_rows_of_gru(void **state)
{
    (void)state;
    tokens_are_one_hot_rows(seqnet_gru_create);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_tensors_are_described),
        cmocka_unit_test(states_come_back_as_they_were_set),
        cmocka_unit_test(streams_are_rows_of_the_states),
        cmocka_unit_test(a_clone_goes_on_alike),
        cmocka_unit_test(sequential_states_are_numbered),
        cmocka_unit_test(tokens_are_one_hot_rows_of_rnn),
        cmocka_unit_test(tokens_are_one_hot_rows_of_lstm),
        cmocka_unit_test(tokens_are_one_hot_rows_of_gru),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
