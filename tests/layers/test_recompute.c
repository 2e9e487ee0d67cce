/* SPDX-License-Identifier: MIT */
/*
 * Training with gates that are made again: all outputs and gradients have the same bits with the
 * native backend, in windows of many blocks of steps, and the tape is about half as large.
 */
#include "layers/noise.h"
#include "support/assert.h"

#include <math.h>
#include <seqnet/seqnet.h>
#include <stdlib.h>
#include <string.h>

#define I 5
#define H 9
#define T 3000
#define B 3
#define ROW (2 * H)
#define GRADIENTS 8192

typedef int32_t create_function(int32_t, int32_t, const seqnet_recurrent_options *,
                                seqnet_layer **);

static const struct {
    const char *name;
    create_function *create;
    seqnet_recurrent_options options;
} cells[] = {
    { "rnn", seqnet_rnn_create, { .num_layers = 2 } },
    { "lstm", seqnet_lstm_create, { .num_layers = 2, .dropout = 0.25f } },
    { "projected lstm", seqnet_lstm_create, { .num_layers = 2, .proj_size = 4 } },
    { "gru", seqnet_gru_create, { .num_layers = 2 } },
    { "gru reset before", seqnet_gru_create, { .num_layers = 2, .reset_before = 1 } },
    { "bidirectional lstm", seqnet_lstm_create, { .num_layers = 2, .bidirectional = 1 } },
    { "bidirectional gru", seqnet_gru_create, { .bidirectional = 1, .reset_before = 1 } },
    { "tokens", seqnet_lstm_create, { .token_input = 1, .bidirectional = 1, .no_bias = 1 } },
};

#define CELLS ((int)(sizeof cells / sizeof *cells))

struct outputs {
    float y[T * B * ROW];
    float dx[T * B * I];
    float gradients[GRADIENTS];
    float state[8 * B * H];
};

static seqnet_layer *new_layer(int cell)
{
    seqnet_layer *layer;
    seqnet_recurrent_options options = cells[cell].options;
    options.struct_size = sizeof options;
    options.seed = 5;
    assert_ok(cells[cell].create(I, H, &options, &layer));
    return layer;
}

static seqnet_context_options training(int recompute, int threads)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    options.max_steps = T, options.max_batch = B, options.training = 1;
    options.recompute = recompute, options.threads = threads;
    return options;
}

static void copy_gradients(seqnet_context *context, const seqnet_layer *layer,
                           struct outputs *outputs)
{
    seqnet_tensor_info info = { .struct_size = sizeof info };
    float *values = outputs->gradients, *state = outputs->state;
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++, values += info.count) {
        assert_ok(seqnet_layer_tensor_info(layer, i, &info));
        assert_true(values + info.count <= outputs->gradients + GRADIENTS);
        assert_ok(seqnet_context_get_gradient(context, info.name, values, info.count));
    }
    for (int32_t i = 0; i < seqnet_context_state_count(context); i++, state += info.count) {
        assert_ok(seqnet_context_state_info(context, i, &info));
        assert_ok(seqnet_context_get_state_gradient(context, info.name, state, info.count));
    }
}

/* Two windows, so that state is carried and gradients are added up; the second one is ragged. */
static void run(seqnet_layer *layer, int recompute, int threads, struct outputs *outputs)
{
    static const int32_t lengths[B] = { 2500, T, 1 };
    static float x[T * B * I], dy[T * B * ROW];
    static int32_t tokens[T * B];
    const seqnet_context_options options = training(recompute, threads);
    seqnet_layer_info info = { .struct_size = sizeof info };
    seqnet_window window = SEQNET_WINDOW_INIT;
    seqnet_context *context;
    assert_ok(seqnet_layer_get_info(layer, &info));
    memset(outputs, 0, sizeof *outputs);
    noise_fill(x, T * B * I, NOISE_X);
    noise_fill(dy, T * B * ROW, NOISE_DY);
    for (int i = 0; i < T * B; i++)
        tokens[i] = i * 7 % I;
    assert_ok(seqnet_context_create(layer, &options, &context));
    window.x = info.token_input ? NULL : x;
    window.tokens = info.token_input ? tokens : NULL;
    window.steps = T, window.batch = B;
    for (int ragged = 0; ragged < 2; ragged++) {
        window.lengths = ragged ? lengths : NULL;
        assert_ok(seqnet_context_forward(context, &window, outputs->y));
        assert_ok(seqnet_context_backward(context, dy, info.token_input ? NULL : outputs->dx));
    }
    copy_gradients(context, layer, outputs);
    seqnet_context_destroy(context);
}

/* Largest element: gradients over so many steps are large sums. */
static double scale_of(const float *values, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fabs((double)values[i]) > largest ? fabs((double)values[i]) : largest;
    return largest;
}

static void assert_same(const struct outputs *actual, const struct outputs *expected)
{
    const double gradients = scale_of(expected->gradients, GRADIENTS);
    assert_true(gradients > 0);
    if (strcmp(seqnet_runtime_backend(), "native") == 0)
        assert_same_bytes(actual, expected, sizeof *actual);
    assert_all_close(actual->y, expected->y, T * B * ROW, 0, 1e-5);
    assert_all_close(actual->dx, expected->dx, T * B * I, 0, 1e-5);
    assert_all_close(actual->gradients, expected->gradients, GRADIENTS, 0, 1e-5 * gradients);
}

static void gates_made_again_are_the_same(void **state)
{
    (void)state;
    static struct outputs expected, actual;
    for (int cell = 0; cell < CELLS; cell++) {
        seqnet_layer *layer = new_layer(cell);
        print_message("%s\n", cells[cell].name);
        run(layer, 0, 1, &expected);
        for (int threads = 1; threads <= 3; threads++) {
            run(layer, 1, threads, &actual);
            assert_same(&actual, &expected);
        }
        seqnet_layer_destroy(layer);
    }
}

static size_t bytes_of(seqnet_layer *layer, int steps, int recompute)
{
    seqnet_context_options options = training(recompute, 1);
    size_t bytes;
    options.max_steps = steps, options.max_batch = 16;
    assert_ok(seqnet_context_bytes(layer, &options, &bytes));
    return bytes;
}

static void the_tape_is_half_as_large(void **state)
{
    (void)state;
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *layer;
    for (int directions = 1; directions <= 2; directions++) {
        options.num_layers = 2, options.bidirectional = directions == 2;
        assert_ok(seqnet_lstm_create(64, 64, &options, &layer));
        const double kept = (double)(bytes_of(layer, 2000, 0) - bytes_of(layer, 1000, 0));
        const double again = (double)(bytes_of(layer, 2000, 1) - bytes_of(layer, 1000, 1));
        print_message("%d directions: %.3f\n", directions, again / kept);
        assert_true(again <= 0.55 * kept);
        seqnet_layer_destroy(layer);
    }
}

static void the_option_is_checked(void **state)
{
    (void)state;
    seqnet_context_options options = training(2, 1);
    seqnet_trainer_options trainer = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_layer *layer = new_layer(0);
    seqnet_context *context;
    seqnet_trainer *made;
    size_t bytes;
    assert_error(seqnet_context_create(layer, &options, &context), SEQNET_EINVAL,
                 "recompute = 2, need 0 or 1");
    assert_error(seqnet_context_bytes(layer, &options, &bytes), SEQNET_EINVAL, "recompute = 2");
    options.recompute = 0, options.reserved = 1;
    assert_error(seqnet_context_create(layer, &options, &context), SEQNET_ENOTSUP, "reserved = 1");
    trainer.recompute = -1;
    assert_error(seqnet_trainer_create(layer, &trainer, &made), SEQNET_EINVAL, "recompute = -1");
    seqnet_layer_destroy(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gates_made_again_are_the_same),
        cmocka_unit_test(the_tape_is_half_as_large),
        cmocka_unit_test(the_option_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
