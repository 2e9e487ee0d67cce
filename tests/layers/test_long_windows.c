/* SPDX-License-Identifier: MIT */
/*
 * Windows of several blocks of steps: however the rows of x, y, dy and dx lie in the caller's
 * arrays, the bits are the same.
 */
#include "layers/noise.h"
#include "support/assert.h"

#include <seqnet/seqnet.h>
#include <stdlib.h>
#include <string.h>

enum { T = 300, B = 8, I = 5, H = 20, ROWS = T * B };

static const int32_t lengths[B] = { 300, 299, 170, 0, 1, 240, 33, 128 };

static seqnet_layer *new_lstm(int32_t bidirectional)
{
    const seqnet_recurrent_options options = { .struct_size = sizeof options,
                                               .bidirectional = bidirectional };
    seqnet_layer *layer;
    assert_ok(seqnet_lstm_create(I, H, &options, &layer));
    return layer;
}

static seqnet_context *new_context(seqnet_layer *layer, int32_t batch, int32_t training,
                                   int32_t threads, int32_t recompute)
{
    const seqnet_context_options options = { .struct_size = sizeof options,
                                             .max_steps = T,
                                             .max_batch = batch,
                                             .training = training,
                                             .threads = threads,
                                             .recompute = recompute };
    seqnet_context *context;
    assert_ok(seqnet_context_create(layer, &options, &context));
    return context;
}

/* (T, B, size) to (B, T, size). */
static void turn(const float *from, float *to, int32_t size)
{
    for (int32_t t = 0; t < T; t++)
        for (int32_t b = 0; b < B; b++)
            memcpy(to + (b * T + t) * size, from + (t * B + b) * size, (size_t)size * sizeof *to);
}

/* y of one sample of (T, B), walked through alone. */
static void check_alone(seqnet_layer *layer, const float *x, const float *y, int32_t b, int32_t n)
{
    seqnet_context *context = new_context(layer, 1, 0, 1, 0);
    float *own = noise_new(T * I, 0), *alone = noise_new(T * n, 0);
    for (int32_t t = 0; t < T; t++)
        memcpy(own + t * I, x + (t * B + b) * I, I * sizeof *own);
    const seqnet_window window = {
        .struct_size = sizeof window, .x = own, .steps = T, .batch = 1, .lengths = &lengths[b]
    };
    assert_ok(seqnet_context_forward(context, &window, alone));
    for (int32_t t = 0; t < T; t++)
        assert_memory_equal(alone + t * n, y + (t * B + b) * n, (size_t)n * sizeof *y);
    free(own), free(alone);
    seqnet_context_destroy(context);
}

static void check_forward(int32_t bidirectional, int32_t training, int32_t threads)
{
    seqnet_layer *layer = new_lstm(bidirectional);
    seqnet_context *context = new_context(layer, B, training, threads, 0);
    const int32_t n = H << bidirectional;
    float *x = noise_new(ROWS * I, 1), *turned = noise_new(ROWS * I, 0),
          *y = noise_new(ROWS * n, 0);
    float *ragged = noise_new(ROWS * n, 0), *major = noise_new(ROWS * n, 0);
    seqnet_window window = { .struct_size = sizeof window, .x = x, .steps = T, .batch = B };
    seqnet_window turned_window = window;
    turn(x, turned, I);
    turned_window.x = turned, turned_window.batch_major = 1;
    assert_ok(seqnet_context_forward(context, &window, y));
    assert_ok(seqnet_context_reset(context));
    assert_ok(seqnet_context_forward(context, &turned_window, major));
    for (int32_t t = 0; t < T; t++)
        for (int32_t b = 0; b < B; b++)
            assert_memory_equal(major + (b * T + t) * n, y + (t * B + b) * n,
                                (size_t)n * sizeof *y);
    assert_ok(seqnet_context_reset(context));
    window.lengths = lengths;
    assert_ok(seqnet_context_forward(context, &window, ragged));
    for (int32_t b = 0; b < B; b++)
        check_alone(layer, x, ragged, b, n);
    free(x), free(turned), free(y), free(ragged), free(major);
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
}

static void rows_in_any_order(void **state)
{
    (void)state;
    for (int32_t kind = 0; kind < 8; kind++)
        check_forward(kind & 1, kind >> 1 & 1, 1 + (kind >> 2));
}

/* dx in a buffer of its own, then in that of dy. */
static void check_shared(seqnet_layer *layer, int32_t input, int32_t output, int32_t recompute)
{
    seqnet_context *context = new_context(layer, B, 1, 1, recompute);
    const int64_t count = (int64_t)ROWS * (input > output ? input : output);
    const int64_t weights = (int64_t)output * input * (output == H ? 4 : 1);
    float *x = noise_new(ROWS * input, 1), *dx = noise_new(ROWS * input, 0);
    float *both = noise_new(count, 2), *dy = noise_new(count, 2);
    float *gradient = noise_new(weights, 0), *again = noise_new(weights, 0);
    const char *name = output == H ? "weight_ih_l0" : "weight";
    const seqnet_window window = { .struct_size = sizeof window, .x = x, .steps = T, .batch = B };
    assert_ok(seqnet_context_forward(context, &window, NULL));
    assert_ok(seqnet_context_backward(context, dy, dx));
    assert_ok(seqnet_context_get_gradient(context, name, gradient, weights));
    assert_ok(seqnet_context_zero_gradients(context));
    assert_ok(seqnet_context_reset(context));
    assert_ok(seqnet_context_forward(context, &window, NULL));
    assert_ok(seqnet_context_backward(context, both, both));
    assert_ok(seqnet_context_get_gradient(context, name, again, weights));
    assert_memory_equal(both, dx, (size_t)(ROWS * input) * sizeof *dx);
    assert_memory_equal(again, gradient, (size_t)weights * sizeof *dx);
    free(x), free(dx), free(both), free(dy), free(gradient), free(again);
    seqnet_context_destroy(context);
}

static void one_buffer_for_dy_and_dx(void **state)
{
    (void)state;
    seqnet_layer *lstm = new_lstm(0), *linear;
    assert_ok(seqnet_linear_create(320, 256, NULL, &linear));
    check_shared(lstm, I, H, 0);
    check_shared(lstm, I, H, 1);
    check_shared(linear, 320, 256, 0);
    seqnet_layer_destroy(lstm);
    seqnet_layer_destroy(linear);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_in_any_order),
        cmocka_unit_test(one_buffer_for_dy_and_dx),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
