/* SPDX-License-Identifier: MIT */
/*
 * Every coordinate of every gradient against central differences of the loss
 *
 *     L = sum(y * dy) + sum(states_n * dstates),   dL/dv ~ (L(v + e) - L(v - e)) / 2e,   e = 1e-6
 *
 * in double precision. Rounding errors of L, about 1e-16 times the sum S of its terms'
 * magnitudes, come back divided by e: the tolerance is 1e-6 |dL/dv| + 3e-10 S.
 */
#include "layers/build.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <math.h>
#include <stdlib.h>

#define EPSILON 1e-6
#define RTOL 1e-6
#define FLOOR 3e-10

#define STEPS 4
#define BATCH 3
#define INPUT 2
#define HIDDEN 3

static const int32_t some_lengths[BATCH] = { 2, 4, 0 };
static const int32_t some_tokens[STEPS * BATCH] = { 1, 0, 2, 1, 1, 4, 3, 0, 0, 2, 1, 3 };

/* One layer with everything its loss depends on. */
struct subject {
    seqnet_layer *layer;
    seqnet_context *context;
    struct input input;
    real *x, *y, *dy;
    real *states, *dstates; /* the first states, and the gradients by the last ones */
    size_t x_count, y_count;
    double magnitude; /* S */
};

static size_t copy_states(const seqnet_context *context, real *values, int gradients, int store)
{
    size_t total = 0;
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        const size_t count = state_count(context, state);
        real *own = gradients ? state->gradients : state->values;
        if (values)
            memcpy(store ? own : values + total, store ? values + total : own, count * sizeof *own);
        total += count;
    }
    return total;
}

/* calls = 0: every forward draws the same dropout masks. */
static void forward(const struct subject *s)
{
    s->context->calls = 0;
    copy_states(s->context, s->states, 0, 1);
    context_forward(s->context, &s->input, s->y);
}

/* L of the last forward call, and S. */
static double sum_loss(const struct subject *s, double *magnitude)
{
    double sum = 0;
    *magnitude = 0;
    for (size_t i = 0; i < s->y_count; i++) {
        sum += s->y[i] * s->dy[i];
        *magnitude += fabs(s->y[i] * s->dy[i]);
    }
    size_t next = 0;
    for (int32_t i = 0; i < context_state_count(s->context); i++) {
        const struct state *state = context_state(s->context, i, NULL);
        for (size_t j = 0; j < state_count(s->context, state); j++) {
            const double term = state->values[j] * s->dstates[next++];
            sum += term;
            *magnitude += fabs(term);
        }
    }
    return sum;
}

static double loss(const struct subject *s)
{
    double magnitude;
    forward(s);
    return sum_loss(s, &magnitude);
}

static double difference(const struct subject *s, real *coordinate)
{
    const real value = *coordinate;
    *coordinate = value + (real)EPSILON;
    layer_refresh(s->context->layer);
    const double above = loss(s);
    *coordinate = value - (real)EPSILON;
    layer_refresh(s->context->layer);
    const double below = loss(s);
    *coordinate = value;
    layer_refresh(s->context->layer);
    return (above - below) / (2 * EPSILON);
}

static void check_coordinates(const struct subject *s, const char *what, real *coordinates,
                              const real *gradients, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const double expected = difference(s, &coordinates[i]);
        const double error = fabs(gradients[i] - expected);
        if (!(error <= FLOOR * s->magnitude + RTOL * fabs(expected)))
            fail_msg("%s[%zu]: gradient %.12g, difference %.12g, magnitude %g", what, i,
                     (double)gradients[i], expected, s->magnitude);
    }
}

static real *copy_of(const real *values, size_t count)
{
    real *copy = new_reals(count);
    return memcpy(copy, values, count * sizeof *values);
}

/*
 * The differences run more forward passes, so all gradients are copied first. Blocks are checked
 * whole, so that the gaps between parameters are seen to have no gradient either.
 */
static void check_all(struct subject *s)
{
    const size_t states = copy_states(s->context, NULL, 0, 0);
    real *dx = new_reals(s->x_count), *dstates = new_reals(states);
    forward(s);
    sum_loss(s, &s->magnitude);
    copy_states(s->context, s->dstates, 1, 1);
    context_backward(s->context, s->dy, s->x ? dx : NULL);
    copy_states(s->context, dstates, 1, 0);
    for (int32_t i = 0; i < s->context->gradient_count; i++) {
        const struct gradient *own = &s->context->gradient[i];
        real *gradients = copy_of(own->values, own->layer->value_count);
        check_coordinates(s, "parameter", own->layer->values, gradients, own->layer->value_count);
        free(gradients);
    }
    if (s->x)
        check_coordinates(s, "x", s->x, dx, s->x_count);
    check_coordinates(s, "state", s->states, dstates, states);
    free(dx), free(dstates);
}

/* Layer and input are given; releases the layer. */
static void check(seqnet_layer *layer, struct input input)
{
    struct subject s = { .layer = layer, .input = input };
    const size_t rows = (size_t)(input.steps * input.batch);
    s.y_count = rows * (size_t)layer->output_size;
    s.x_count = layer->token_input ? 0 : rows * (size_t)layer->input_size;
    fill_parameters(layer);
    s.context = build_context(layer, input.steps, input.batch, 1);
    const size_t states = copy_states(s.context, NULL, 0, 0);
    s.states = new_reals(states), s.dstates = new_reals(states);
    s.y = new_reals(s.y_count), s.dy = new_reals(s.y_count);
    noise_fill(s.states, states, NOISE_STATE);
    noise_fill(s.dstates, states, NOISE_DSTATE);
    noise_fill(s.dy, s.y_count, NOISE_DY);
    if (!layer->token_input) {
        s.input.x = s.x = new_reals(s.x_count);
        noise_fill(s.x, s.x_count, NOISE_X);
    } else {
        s.input.tokens = some_tokens;
    }
    check_all(&s);
    context_destroy(s.context);
    layer_release(layer);
    free(s.states), free(s.dstates), free(s.x), free(s.y), free(s.dy);
}

static struct input batch_major(const int32_t *lengths)
{
    struct input input = build_input(STEPS, BATCH, lengths);
    input.layout = layout_of(STEPS, BATCH, 1, 1);
    input.batch_major = 1;
    return input;
}

struct cell_case {
    int32_t kind;
    seqnet_recurrent_options options;
};

/* Every option that all cells have, on top of a cell's own. */
static void recurrent_gradients(void **state)
{
    const struct cell_case *cell = *state;
    const seqnet_recurrent_options variants[] = {
        { .num_layers = 1 },
        { .num_layers = 2 },
        { .no_bias = 1 },
        { .bidirectional = 1, .num_layers = 2 },
        { .num_layers = 3, .bidirectional = 1, .dropout = 0.4f },
        { .num_layers = 2, .token_input = 1 },
        { .bidirectional = 1, .token_input = 1 },
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        seqnet_recurrent_options options = variants[i];
        options.nonlinearity = cell->options.nonlinearity;
        options.reset_before = cell->options.reset_before;
        options.proj_size = cell->options.proj_size;
        const int32_t size = options.token_input ? 5 : INPUT;
        const struct input inputs[] = { build_input(STEPS, BATCH, NULL),
                                        build_input(1, BATCH, NULL),
                                        build_input(STEPS, BATCH, some_lengths),
                                        build_input(STEPS, 1, NULL),
                                        batch_major(some_lengths),
                                        batch_major(NULL) };
        for (size_t j = 0; j < sizeof inputs / sizeof *inputs; j++)
            check(build_recurrent(cell->kind, size, HIDDEN, options), inputs[j]);
    }
}

static void embedding_gradients(void **state)
{
    (void)state;
    check(build_embedding(5, 3, -1), build_input(STEPS, BATCH, NULL));
    check(build_embedding(5, 3, -1), batch_major(some_lengths));
}

static void linear_gradients(void **state)
{
    (void)state;
    check(build_linear(3, 4, 0, NULL), build_input(STEPS, BATCH, NULL));
    check(build_linear(3, 4, 1, NULL), build_input(STEPS, BATCH, some_lengths));
    check(build_linear(1, 1, 0, NULL), build_input(1, 1, NULL));
    check(build_linear(3, 4, 0, NULL), batch_major(NULL));
}

/* Tied to an embedding that is not in the context's layer. */
static void linear_tied_outside_gradients(void **state)
{
    (void)state;
    seqnet_layer *embedding = build_embedding(5, 3, -1);
    seqnet_layer *linear = build_linear(3, 5, 0, embedding);
    fill_parameters(embedding);
    layer_release(embedding);
    check(linear, build_input(STEPS, BATCH, NULL));
}

static void dropout_gradients(void **state)
{
    (void)state;
    check(build_dropout(6, 0.5f), build_input(STEPS, BATCH, NULL));
    check(build_dropout(6, 0.5f), build_input(STEPS, BATCH, some_lengths));
}

/* One table with two uses: rows of tokens, and the output weight. */
static void tied_model_gradients(void **state)
{
    const int32_t *lengths = *state;
    seqnet_layer *embedding = build_embedding(5, 3, -1);
    const seqnet_recurrent_options options = { .num_layers = 2, .dropout = 0.3f };
    seqnet_layer *const children[] = { embedding, build_dropout(3, 0.25f),
                                       build_recurrent(SEQNET_LSTM, 3, 3, options),
                                       build_dropout(3, 0.25f), build_linear(3, 5, 0, embedding) };
    check(build_sequential(children, 5), build_input(STEPS, BATCH, lengths));
}

/* Unlike cells on each other: each one's dx is the next one's dy. */
static void mixed_model_gradients(void **state)
{
    (void)state;
    const seqnet_recurrent_options plain = { 0 }, both = { .bidirectional = 1 };
    const seqnet_recurrent_options projected = { .proj_size = 2 };
    seqnet_layer *const children[] = { build_linear(2, 3, 0, NULL),
                                       build_recurrent(SEQNET_GRU, 3, 2, both),
                                       build_recurrent(SEQNET_LSTM, 4, 3, projected),
                                       build_recurrent(SEQNET_RNN, 2, 4, plain),
                                       build_linear(4, 1, 0, NULL) };
    check(build_sequential(children, 5), build_input(STEPS, BATCH, some_lengths));
}

/* The row of the padding index takes part in the output but has no gradient. */
static void padding_row_has_no_gradient(void **state)
{
    (void)state;
    seqnet_layer *layer = build_embedding(5, 3, 1);
    seqnet_context *context = build_context(layer, STEPS, BATCH, 1);
    struct input input = build_input(STEPS, BATCH, NULL);
    real dy[STEPS * BATCH * 3];
    input.tokens = some_tokens;
    noise_fill(dy, sizeof dy / sizeof *dy, NOISE_DY);
    context_forward(context, &input, NULL);
    context_backward(context, dy, NULL);
    const real *values = context->gradient[0].values;
    for (int j = 0; j < 3; j++) {
        assert_true(layer->values[3 + j] == 0);
        assert_true(values[3 + j] == 0);
        assert_true(values[j] != 0 && values[6 + j] != 0);
    }
    context_destroy(context);
    layer_release(layer);
}

/* Gradients add up over calls until they are cleared. */
static void gradients_accumulate(void **state)
{
    (void)state;
    const seqnet_recurrent_options options = { .num_layers = 2, .bidirectional = 1 };
    seqnet_layer *layer = build_recurrent(SEQNET_GRU, INPUT, HIDDEN, options);
    seqnet_context *context = build_context(layer, STEPS, BATCH, 1);
    struct input input = build_input(STEPS, BATCH, NULL);
    real x[STEPS * BATCH * INPUT], dy[STEPS * BATCH * HIDDEN * 2];
    noise_fill(x, sizeof x / sizeof *x, NOISE_X);
    noise_fill(dy, sizeof dy / sizeof *dy, NOISE_DY);
    input.x = x;
    const size_t count = layer->value_count;
    real *once = NULL;
    for (int time = 1; time <= 3; time++) {
        context_clear_state(context);
        context_forward(context, &input, NULL);
        context_backward(context, dy, NULL);
        if (time == 1)
            once = copy_of(context->gradient[0].values, count);
    }
    for (size_t i = 0; i < count; i++)
        once[i] *= 3;
    assert_all_close(context->gradient[0].values, once, count, 1e-14, 1e-14);
    context_clear_gradients(context);
    for (size_t i = 0; i < count; i++)
        assert_true(context->gradient[0].values[i] == 0);
    free(once);
    context_destroy(context);
    layer_release(layer);
}

#define CELL_TEST(name, kind, ...)                                 \
    {                                                              \
        name, recurrent_gradients, NULL, NULL, &(struct cell_case) \
        {                                                          \
            kind,                                                  \
            {                                                      \
                __VA_ARGS__                                        \
            }                                                      \
        }                                                          \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL_TEST("rnn_tanh_gradients", SEQNET_RNN, .nonlinearity = SEQNET_TANH),
        CELL_TEST("rnn_relu_gradients", SEQNET_RNN, .nonlinearity = SEQNET_RELU),
        CELL_TEST("rnn_sigmoid_gradients", SEQNET_RNN, .nonlinearity = SEQNET_SIGMOID),
        CELL_TEST("lstm_gradients", SEQNET_LSTM, .proj_size = 0),
        CELL_TEST("lstm_projection_gradients", SEQNET_LSTM, .proj_size = 2),
        CELL_TEST("gru_gradients", SEQNET_GRU, .reset_before = 0),
        CELL_TEST("gru_reset_before_gradients", SEQNET_GRU, .reset_before = 1),
        cmocka_unit_test(embedding_gradients),
        cmocka_unit_test(linear_gradients),
        cmocka_unit_test(linear_tied_outside_gradients),
        cmocka_unit_test(dropout_gradients),
        cmocka_unit_test(tied_model_gradients),
        cmocka_unit_test_prestate(tied_model_gradients, (void *)some_lengths),
        cmocka_unit_test(mixed_model_gradients),
        cmocka_unit_test(padding_row_has_no_gradient),
        cmocka_unit_test(gradients_accumulate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
