/* SPDX-License-Identifier: MIT */
/*
 * The wiring of cells and driver in whole numbers: cells compiled with linear activations run in
 * the real driver and must agree bit for bit with naive loops (exact.c), forward and every
 * gradient, over 50 steps.
 *
 * A product of gates grows doubly exponentially, so windows have two steps and states return to
 * -1..1 between them; weights have two entries other than zero in a row. The loops note the
 * largest magnitude: below 2^24 floats are exact, whatever the order of their sums.
 */
#include "cells/exact.h"
#include "layers/build.h"
#include "support/assert.h"

#include <stdlib.h>

#define WINDOWS 25
#define ROWS (EXACT_STEPS * EXACT_BATCH)

#define CELL(name) extern const struct cell cell_##name##_linear;
#include "cells/cells.def"
#undef CELL

/* 0..bound-1 */
static int64_t below(uint64_t *random, int64_t bound)
{
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)(*random >> 33) % bound;
}

static int64_t unit(uint64_t *random)
{
    return below(random, 3) - 1;
}

static void fill_units(int64_t *values, size_t count, uint64_t *random)
{
    for (size_t i = 0; i < count; i++)
        values[i] = unit(random);
}

static void draw_weights(struct exact *e, uint64_t *random)
{
    for (int g = 0; g < e->gates; g++)
        for (int j = 0; j < EXACT_HIDDEN; j++) {
            e->weights.ih[g][j][below(random, EXACT_INPUT)] = 1 - 2 * below(random, 2);
            e->weights.hh[g][j][below(random, EXACT_HIDDEN)] = 1 - 2 * below(random, 2);
            e->weights.bias_ih[g][j] = unit(random);
            e->weights.bias_hh[g][j] = unit(random);
        }
}

static void set_parameter(seqnet_layer *layer, const char *name, const int64_t *values)
{
    struct parameter_place place;
    assert_true(layer_find(layer, name, &place));
    const size_t count = (size_t)parameter_count(place.parameter);
    real *numbers = new_reals(count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = (real)values[i];
    parameter_write(place.parameter, layer->values, numbers);
    layer_refresh(layer);
    free(numbers);
}

static void assert_whole(const real *actual, const int64_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (actual[i] != (real)expected[i])
            fail_msg("[%zu] is %.9g, expected %lld", i, (double)actual[i], (long long)expected[i]);
}

static void check_gradient(const seqnet_context *context, const char *name, const int64_t *values)
{
    struct parameter_place place;
    assert_true(layer_find(context->layer, name, &place));
    const size_t count = (size_t)parameter_count(place.parameter);
    real *numbers = new_reals(count);
    parameter_read(place.parameter, context->gradient[0].values, numbers);
    assert_whole(numbers, values, count);
    free(numbers);
}

static void set_states(const seqnet_context *context, const struct exact *e)
{
    const int64_t *from[] = { e->h[0], e->c[0] };
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        for (size_t j = 0; j < state_count(context, state); j++)
            state->values[j] = (real)from[i][j];
    }
}

static void set_state_gradients(const seqnet_context *context, const struct exact *e)
{
    const int64_t *from[] = { e->dh[0], e->dc[0] };
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        for (size_t j = 0; j < state_count(context, state); j++)
            state->gradients[j] = (real)from[i][j];
    }
}

static void check_states(const seqnet_context *context, const struct exact *e, int gradients)
{
    const int64_t *expected[2][2] = { { e->h[0], e->c[0] }, { e->dh[0], e->dc[0] } };
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        assert_whole(gradients ? state->gradients : state->values, expected[gradients][i],
                     state_count(context, state));
    }
}

static void check_forward(seqnet_context *context, struct exact *e)
{
    real x[ROWS * EXACT_INPUT], y[ROWS * EXACT_HIDDEN];
    for (int row = 0; row < ROWS; row++)
        for (int k = 0; k < EXACT_INPUT; k++)
            x[row * EXACT_INPUT + k] = (real)e->step[row / EXACT_BATCH][row % EXACT_BATCH].x[k];
    struct input input = build_input(EXACT_STEPS, EXACT_BATCH, NULL);
    input.x = x;
    set_states(context, e);
    context_forward(context, &input, y);
    exact_forward(e);
    for (int row = 0; row < ROWS; row++)
        assert_whole(&y[row * EXACT_HIDDEN], e->step[row / EXACT_BATCH][row % EXACT_BATCH].h,
                     EXACT_HIDDEN);
    check_states(context, e, 0);
}

static void check_backward(seqnet_context *context, struct exact *e)
{
    real dy[ROWS * EXACT_HIDDEN], dx[ROWS * EXACT_INPUT];
    for (int i = 0; i < ROWS * EXACT_HIDDEN; i++)
        dy[i] = (real)(&e->dy[0][0][0])[i];
    context_clear_gradients(context);
    set_state_gradients(context, e);
    context_backward(context, dy, dx);
    exact_backward(e);
    for (int row = 0; row < ROWS; row++)
        assert_whole(&dx[row * EXACT_INPUT], e->step[row / EXACT_BATCH][row % EXACT_BATCH].dx,
                     EXACT_INPUT);
    check_states(context, e, 1);
    check_gradient(context, "weight_ih_l0", &e->gradients.ih[0][0][0]);
    check_gradient(context, "weight_hh_l0", &e->gradients.hh[0][0][0]);
    check_gradient(context, "bias_ih_l0", &e->gradients.bias_ih[0][0]);
    check_gradient(context, "bias_hh_l0", &e->gradients.bias_hh[0][0]);
}

static void reduce(hidden_row *values)
{
    for (int row = 0; row < EXACT_BATCH; row++)
        for (int unit = 0; unit < EXACT_HIDDEN; unit++)
            values[row][unit] %= 2;
}

static void run_windows(seqnet_context *context, struct exact *e, uint64_t *random)
{
    for (int window = 0; window < WINDOWS; window++) {
        for (int row = 0; row < ROWS; row++)
            fill_units(e->step[row / EXACT_BATCH][row % EXACT_BATCH].x, EXACT_INPUT, random);
        fill_units(&e->dy[0][0][0], ROWS * EXACT_HIDDEN, random);
        fill_units(e->dh[0], EXACT_BATCH * EXACT_HIDDEN, random);
        fill_units(e->dc[0], EXACT_BATCH * EXACT_HIDDEN, random);
        check_forward(context, e);
        check_backward(context, e);
        reduce(e->h), reduce(e->c);
    }
    assert_true(e->largest > 10 && e->largest < 1 << 24);
}

struct subject {
    enum cell_id id;
    const struct cell *linear;
    int32_t kind;
};

static void agrees_with_loops(void **state)
{
    const struct subject *subject = *state;
    struct exact *e = calloc(1, sizeof *e);
    uint64_t random = 7;
    assert_non_null(e);
    e->cell = subject->id;
    e->gates = subject->linear->weights;
    draw_weights(e, &random);
    const seqnet_recurrent_options options = {
        .num_layers = 1,
        .reset_before = subject->id == CELL_gru_reset_before,
    };
    seqnet_layer *layer = build_recurrent(subject->kind, EXACT_INPUT, EXACT_HIDDEN, options);
    ((struct recurrent *)layer)->cell = subject->linear;
    set_parameter(layer, "weight_ih_l0", &e->weights.ih[0][0][0]);
    set_parameter(layer, "weight_hh_l0", &e->weights.hh[0][0][0]);
    set_parameter(layer, "bias_ih_l0", &e->weights.bias_ih[0][0]);
    set_parameter(layer, "bias_hh_l0", &e->weights.bias_hh[0][0]);
    seqnet_context *context = build_context(layer, EXACT_STEPS, EXACT_BATCH, 1);
    run_windows(context, e, &random);
    context_destroy(context);
    layer_release(layer);
    free(e);
}

/* clang-format off */
#define SUBJECT(name, kind) \
    { #name, agrees_with_loops, NULL, NULL, \
      &(struct subject){ CELL_##name, &cell_##name##_linear, kind } }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUBJECT(rnn_tanh, SEQNET_RNN),    SUBJECT(rnn_relu, SEQNET_RNN),
        SUBJECT(rnn_sigmoid, SEQNET_RNN), SUBJECT(lstm, SEQNET_LSTM),
        SUBJECT(gru, SEQNET_GRU),         SUBJECT(gru_reset_before, SEQNET_GRU),
    };
    _Static_assert(sizeof tests / sizeof *tests == CELL_COUNT, "a cell has no exact test");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
