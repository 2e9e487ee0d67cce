/* SPDX-License-Identifier: MIT */
/*
 * A layer driven by hand: forward, a loss of one's own, backward, and an update of one's own.
 *
 * An LSTM with a projection to one number learns to sum up what it reads: y_t = x_0 + .. + x_t. The
 * loss is Huber's, which the trainer does not have:
 *
 *     loss(e) = e^2 / 2 if |e| <= 1, else |e| - 1/2,     e = y - target
 *
 * The gradients are checked against differences of the loss before they are used.
 */
#include <seqnet/seqnet.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS = 8, BATCH = 32, HIDDEN = 16, UPDATES = 1500, LARGEST = 4 * HIDDEN };

/* The library never exits; a program may. */
static void check(int32_t code)
{
    if (code == SEQNET_OK)
        return;
    fprintf(stderr, "%s: %s\n", seqnet_error_name(code), seqnet_error_message());
    exit(1);
}

/* Numbers in -0.5 .. 0.5 and their sums so far; x and target are (STEPS, BATCH, 1). */
static void draw(float *x, float *target)
{
    static uint32_t random = 1;
    for (int i = 0; i < STEPS * BATCH; i++) {
        random = random * 1664525u + 1013904223u;
        x[i] = (float)(random >> 8) / 16777216.0f - 0.5f;
        target[i] = x[i] + (i >= BATCH ? target[i - BATCH] : 0.0f);
    }
}

/* Mean Huber loss; dy becomes its gradient by y. */
static double huber(const float *y, const float *target, float *dy)
{
    const float scale = 1.0f / (STEPS * BATCH);
    double sum = 0.0;
    for (int i = 0; i < STEPS * BATCH; i++) {
        const float e = y[i] - target[i];
        const int small = fabsf(e) <= 1.0f;
        sum += small ? 0.5 * (double)e * (double)e : fabs((double)e) - 0.5;
        dy[i] = scale * (small ? e : copysignf(1.0f, e));
    }
    return sum * (double)scale;
}

/* The loss of one window from a zero state; the context then is ready for backward. */
static double forward(seqnet_context *context, const float *x, const float *target, float *dy)
{
    float y[STEPS * BATCH];
    seqnet_window window = SEQNET_WINDOW_INIT;
    window.x = x;
    window.steps = STEPS;
    window.batch = BATCH;
    check(seqnet_context_reset(context));
    check(seqnet_context_forward(context, &window, y));
    return huber(y, target, dy);
}

/* Move every parameter against its gradient: w -= rate * dw. */
static void descend(seqnet_layer *layer, seqnet_context *context, float rate)
{
    float values[LARGEST], gradients[LARGEST]; /* enough for the largest tensor */
    for (int32_t t = 0; t < seqnet_layer_tensor_count(layer); t++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        check(seqnet_layer_tensor_info(layer, t, &info));
        check(seqnet_layer_get_parameter(layer, info.name, values, info.count));
        check(seqnet_context_get_gradient(context, info.name, gradients, info.count));
        for (int64_t i = 0; i < info.count; i++)
            values[i] -= rate * gradients[i];
        check(seqnet_layer_set_parameter(layer, info.name, values, info.count));
    }
}

/* Largest difference between the gradient of bias_ih_l0 and central differences of the loss. */
static double gradient_error(seqnet_layer *layer, seqnet_context *context, const float *x,
                             const float *target)
{
    const float step = 1e-2f;
    float bias[4 * HIDDEN], gradient[4 * HIDDEN], dy[STEPS * BATCH];
    double worst = 0.0;
    forward(context, x, target, dy);
    check(seqnet_context_zero_gradients(context));
    check(seqnet_context_backward(context, dy, NULL));
    check(seqnet_context_get_gradient(context, "bias_ih_l0", gradient, 4 * HIDDEN));
    check(seqnet_layer_get_parameter(layer, "bias_ih_l0", bias, 4 * HIDDEN));
    for (int i = 0; i < 4 * HIDDEN; i++) {
        const float kept = bias[i];
        double loss[2];
        for (int side = 0; side < 2; side++) {
            bias[i] = side ? kept + step : kept - step;
            check(seqnet_layer_set_parameter(layer, "bias_ih_l0", bias, 4 * HIDDEN));
            loss[side] = forward(context, x, target, dy);
        }
        bias[i] = kept;
        worst = fmax(worst, fabs((loss[1] - loss[0]) / (2.0 * (double)step) - (double)gradient[i]));
    }
    check(seqnet_layer_set_parameter(layer, "bias_ih_l0", bias, 4 * HIDDEN));
    return worst;
}

int main(void)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_context_options sizes = SEQNET_CONTEXT_OPTIONS_INIT;
    float x[STEPS * BATCH], target[STEPS * BATCH], dy[STEPS * BATCH];
    seqnet_layer *layer;
    seqnet_context *context;
    double loss = 0.0, first = 0.0;

    options.proj_size = 1;
    options.seed = 7;
    check(seqnet_lstm_create(1, HIDDEN, &options, &layer));
    sizes.max_steps = STEPS;
    sizes.max_batch = BATCH;
    sizes.training = 1;
    check(seqnet_context_create(layer, &sizes, &context));

    draw(x, target);
    const double error = gradient_error(layer, context, x, target);
    printf("gradient and difference of the loss differ by at most %.1e\n", error);

    for (int update = 0; update < UPDATES; update++) {
        draw(x, target);
        check(seqnet_context_zero_gradients(context));
        loss = forward(context, x, target, dy);
        check(seqnet_context_backward(context, dy, NULL));
        descend(layer, context, 0.3f);
        if (update == 0)
            first = loss;
        if (update % (UPDATES / 5) == 0)
            printf("update %4d  loss %.5f\n", update, loss);
    }
    printf("after %d     loss %.5f\n", UPDATES, loss);
    seqnet_context_destroy(context);
    seqnet_layer_destroy(layer);
    return error < 1e-4 && loss < 0.05 * first ? 0 : 1;
}
