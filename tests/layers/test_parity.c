/* SPDX-License-Identifier: MIT */
/*
 * Forward and every gradient against PyTorch, whose results tests/golden/layers.py has written in
 * double precision (rnn_sigmoid and gru_reset_before, which it lacks, from their equations on its
 * tensors): max |error| over a tensor <= 1e-5 (float) or 1e-12 (double) of its largest element.
 */
#include "layers/build.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define STEPS 6
#define BATCH 4
#define HIDDEN 3
#define PROJECTION 2

#ifdef SEQNET_DOUBLE
#define TOLERANCE 1e-12
#else
#define TOLERANCE 1e-5
#endif

static const int32_t all_lengths[BATCH] = { 2, 0, 6, 3 };

/* The doubles of one golden file, taken from the front. */
struct golden {
    double *values;
    size_t count;
    size_t next;
};

static double little_endian(const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (int i = 7; i >= 0; i--)
        bits = bits << 8 | bytes[i];
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static struct golden golden_open(const char *name)
{
    char path[512], head[65] = "";
    unsigned char bytes[8];
    snprintf(path, sizeof path, "%s/%s.bin", SEQNET_GOLDEN_LAYERS, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(head, 1, 64, file), 64);
    struct golden golden = { 0 };
    assert_int_equal(sscanf(head, "PyTorch %*[0-9.], %zu doubles", &golden.count), 1);
    golden.values = calloc(golden.count, sizeof *golden.values);
    assert_non_null(golden.values);
    for (size_t i = 0; i < golden.count; i++) {
        assert_int_equal(fread(bytes, 1, 8, file), 8);
        golden.values[i] = little_endian(bytes);
    }
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    return golden;
}

/* Every golden value must have been compared. */
static void golden_close(struct golden *golden)
{
    assert_int_equal(golden->next, golden->count);
    free(golden->values);
}

static void compare(struct golden *golden, const real *actual, size_t count)
{
    double scale = 0;
    assert_true(golden->next + count <= golden->count);
    real *expected = new_reals(count);
    for (size_t i = 0; i < count; i++) {
        const double value = golden->values[golden->next + i];
        expected[i] = (real)value;
        scale = fabs(value) > scale ? fabs(value) : scale;
    }
    assert_all_close(actual, expected, count, 0, TOLERANCE * scale);
    golden->next += count;
    free(expected);
}

static void compare_states(struct golden *golden, const seqnet_context *context, int gradients)
{
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        compare(golden, gradients ? state->gradients : state->values, state_count(context, state));
    }
}

static void compare_gradients(struct golden *golden, const seqnet_context *context)
{
    for (int32_t i = 0; i < layer_tensor_count(context->layer); i++) {
        struct parameter_place place;
        layer_place(context->layer, i, &place);
        const size_t count = (size_t)parameter_count(place.parameter);
        real *values = new_reals(count);
        parameter_read(place.parameter, context->part[place.leaf_index]->gradient->values, values);
        compare(golden, values, count);
        free(values);
    }
}

/* NaN where nobody may read: rows (t, b) at and after a sample's length. */
static void poison_padding(real *values, const struct input *input, int32_t size)
{
    for (int32_t t = 0; t < input->steps; t++)
        for (int32_t b = 0; b < input->batch; b++)
            for (int32_t j = 0; j < size && input->lengths && t >= input->lengths[b]; j++)
                values[(t * input->batch + b) * size + j] = (real)NAN;
}

/* One forward and backward with noise everywhere; releases the layer. */
static void check(struct golden *golden, seqnet_layer *layer, struct input input)
{
    const size_t rows = (size_t)(input.steps * input.batch);
    const size_t x_count = rows * (size_t)layer->input_size;
    const size_t y_count = rows * (size_t)layer->output_size;
    real *x = new_reals(x_count), *dx = new_reals(x_count);
    real *y = new_reals(y_count), *dy = new_reals(y_count);
    fill_parameters(layer);
    noise_fill(x, x_count, NOISE_X);
    noise_fill(dy, y_count, NOISE_DY);
    poison_padding(dy, &input, layer->output_size);
    if (!layer->token_input) {
        poison_padding(x, &input, layer->input_size);
        input.x = x;
    }
    seqnet_context *context = build_context(layer, input.steps, input.batch, 1);
    fill_states(context);
    context_forward(context, &input, y);
    compare(golden, y, y_count);
    compare_states(golden, context, 0);
    fill_state_gradients(context);
    context_backward(context, dy, layer->token_input ? NULL : dx);
    if (!layer->token_input)
        compare(golden, dx, x_count);
    compare_states(golden, context, 1);
    compare_gradients(golden, context);
    context_destroy(context);
    layer_release(layer);
    free(x), free(dx), free(y), free(dy);
}

struct grid {
    const char *file;
    int32_t kind;
    int32_t input_size;
    seqnet_recurrent_options options;
};

static void check_case(struct golden *golden, const struct grid *grid, int number)
{
    seqnet_recurrent_options options = grid->options;
    options.bidirectional = number >> 3 & 1;
    options.no_bias = !(number >> 2 & 1);
    const int32_t steps = number >> 1 & 1 ? STEPS : 1;
    int32_t lengths[BATCH];
    for (int b = 0; b < BATCH; b++)
        lengths[b] = all_lengths[b] < steps ? all_lengths[b] : steps;
    check(golden, build_recurrent(grid->kind, grid->input_size, HIDDEN, options),
          build_input(steps, BATCH, number & 1 ? lengths : NULL));
}

/* bidirectional x bias x T x lengths, in the order of the generator. */
static void recurrent_layers_agree(void **state)
{
    const struct grid *grid = *state;
    struct golden golden = golden_open(grid->file);
    for (int number = 0; number < 16; number++)
        check_case(&golden, grid, number);
    golden_close(&golden);
}

static void other_layers_agree(void **state)
{
    (void)state;
    struct golden golden = golden_open("others");
    int32_t tokens[STEPS * BATCH];
    for (int32_t t = 0; t < STEPS; t++)
        for (int32_t b = 0; b < BATCH; b++)
            tokens[t * BATCH + b] = (5 * t + 3 * b + t * b) % 7;
    const struct input dense = build_input(STEPS, BATCH, NULL);
    struct input symbols = dense;
    symbols.tokens = tokens;
    check(&golden, build_linear(5, 3, 0, NULL), dense);
    check(&golden, build_linear(5, 3, 1, NULL), dense);
    check(&golden, build_embedding(7, 3, -1), symbols);
    check(&golden, build_embedding(7, 3, 1), symbols);
    const seqnet_recurrent_options two_levels = { .num_layers = 2 };
    seqnet_layer *const children[] = { build_embedding(7, 5, -1),
                                       build_recurrent(SEQNET_LSTM, 5, HIDDEN, two_levels),
                                       build_linear(HIDDEN, 7, 0, NULL) };
    check(&golden, build_sequential(children, 3), symbols);
    golden_close(&golden);
}

#define GRID(name, kind, size, ...)                              \
    {                                                            \
        name, recurrent_layers_agree, NULL, NULL, &(struct grid) \
        {                                                        \
            name, kind, size,                                    \
            {                                                    \
                .num_layers = __VA_ARGS__                        \
            }                                                    \
        }                                                        \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        GRID("rnn_tanh_1", SEQNET_RNN, 2, 1),
        GRID("rnn_tanh_2", SEQNET_RNN, 2, 2),
        GRID("rnn_relu_1", SEQNET_RNN, 2, 1, .nonlinearity = SEQNET_RELU),
        GRID("rnn_relu_2", SEQNET_RNN, 2, 2, .nonlinearity = SEQNET_RELU),
        GRID("rnn_sigmoid_1", SEQNET_RNN, 2, 1, .nonlinearity = SEQNET_SIGMOID),
        GRID("rnn_sigmoid_2", SEQNET_RNN, 2, 2, .nonlinearity = SEQNET_SIGMOID),
        GRID("lstm_1", SEQNET_LSTM, 2, 1),
        GRID("lstm_2", SEQNET_LSTM, 2, 2),
        GRID("lstm_proj_1", SEQNET_LSTM, 5, 1, .proj_size = PROJECTION),
        GRID("lstm_proj_2", SEQNET_LSTM, 5, 2, .proj_size = PROJECTION),
        GRID("gru_1", SEQNET_GRU, 2, 1),
        GRID("gru_2", SEQNET_GRU, 2, 2),
        GRID("gru_reset_before_1", SEQNET_GRU, 2, 1, .reset_before = 1),
        GRID("gru_reset_before_2", SEQNET_GRU, 2, 2, .reset_before = 1),
        cmocka_unit_test(other_layers_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
