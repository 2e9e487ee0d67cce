/* SPDX-License-Identifier: MIT */
/*
 * A user of the installed library, in C and C++: steps an LSTM with known weights and compares each
 * output with the equations. Exit status 0: all numbers are right. It has names that the library
 * has inside, as any program may.
 */
#include <seqnet/seqnet.h>

#include <math.h>
#include <stdio.h>

enum { I = 2, H = 3, ROWS = 4 * H, STEPS = 5 };

static const char *const names[] = { "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0" };

/* The library has an error_set inside; it must not be this one, nor collide with it. */
SEQNET_BEGIN_DECLS
int error_set(int code);
SEQNET_END_DECLS

int error_set(int code)
{
    return code + 1;
}

/* Weight `index` of parameter `which`. */
static double weight(int which, int index)
{
    return sin(0.7 * index + 1.3 * which + 0.2) / 2;
}

static double input(int step, int index)
{
    return cos(0.9 * step + 2.1 * index);
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* Pre-activation of row `row` of the gates i f g o. */
static double gate(int row, int step, const double *h)
{
    double sum = weight(2, row) + weight(3, row);
    for (int k = 0; k < I; k++)
        sum += weight(0, row * I + k) * input(step, k);
    for (int k = 0; k < H; k++)
        sum += weight(1, row * H + k) * h[k];
    return sum;
}

/* One step of the equations: h and c advance. */
static void advance(int step, double *h, double *c)
{
    double next[H];
    for (int j = 0; j < H; j++) {
        c[j] = sigmoid(gate(H + j, step, h)) * c[j] +
               sigmoid(gate(j, step, h)) * tanh(gate(2 * H + j, step, h));
        next[j] = sigmoid(gate(3 * H + j, step, h)) * tanh(c[j]);
    }
    for (int j = 0; j < H; j++)
        h[j] = next[j];
}

/* Elements of parameter `which`. */
static int count(int which)
{
    return ROWS * (which == 0 ? I : which == 1 ? H : 1);
}

static int set_weights(seqnet_layer *layer)
{
    float values[ROWS * H];
    int32_t code = SEQNET_OK;
    for (int which = 0; which < 4 && code == SEQNET_OK; which++) {
        for (int i = 0; i < count(which); i++)
            values[i] = (float)weight(which, i);
        code = seqnet_layer_set_parameter(layer, names[which], values, count(which));
    }
    return code;
}

/* The number of outputs that differ from the equations, or a negative code. */
static int compare(seqnet_context *context)
{
    double h[H] = { 0 }, c[H] = { 0 };
    int wrong = 0;
    for (int step = 0; step < STEPS; step++) {
        float x[I], y[H];
        for (int k = 0; k < I; k++)
            x[k] = (float)input(step, k);
        const int32_t code = seqnet_context_step(context, x, y);
        if (code != SEQNET_OK)
            return code;
        advance(step, h, c);
        for (int j = 0; j < H; j++)
            wrong += !(fabs((double)y[j] - h[j]) < 1e-6);
    }
    return wrong;
}

int main(void)
{
    seqnet_layer *lstm = NULL, *refused = NULL;
    seqnet_context *context = NULL;
    int failed = seqnet_version() != SEQNET_VERSION || seqnet_lstm_create(I, H, NULL, &lstm) ||
                 set_weights(lstm) || seqnet_context_create(lstm, NULL, &context) ||
                 compare(context);
    failed =
        failed || seqnet_lstm_create(0, H, NULL, &refused) != SEQNET_EINVAL || error_set(1) != 2;
    printf("seqnet %s, %s: %s\n", seqnet_version_string(), seqnet_error_message(),
           failed ? "wrong" : "right");
    seqnet_context_destroy(context);
    seqnet_layer_destroy(lstm);
    return failed;
}
