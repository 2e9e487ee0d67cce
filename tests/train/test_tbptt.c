/* SPDX-License-Identifier: MIT */
/*
 * Truncated back-propagation through time against a reference that is written out with contexts: it
 * keeps the state of every moment, runs each window from the state the window starts at, and
 * updates the parameters by hand.
 */
#include "small_model.h"

#include <math.h>
#include <string.h>

#define BATCH 2
#define TIME 60 /* steps of all calls together, at most */
#define RATE 0.3

struct setup {
    struct small_model model;
    int32_t loss;
    int32_t update_steps, back_steps, burn_in, carry, accumulate;
    int32_t calls, steps;
    int32_t recompute;
};

/* One stream of inputs and targets; each call takes the next `steps` of it. */
static float x[TIME * BATCH * INPUT], values[TIME * BATCH * CLASSES];
static int32_t tokens[TIME * BATCH], classes[TIME * BATCH];

struct reference {
    const struct setup *setup;
    seqnet_layer *layer;
    seqnet_context *tape;   /* back_steps steps, training */
    seqnet_context *walker; /* one step */
    float state[TIME + 1][BATCH][STREAM];
    float gradient[MOST];
    int32_t begin; /* no window reaches back beyond this moment */
    int32_t pending;
    double loss; /* sum over the targets of a call */
    int64_t count;
};

static void window_at(seqnet_window *window, const struct setup *setup, int32_t from, int32_t to)
{
    seqnet_window_init(window, sizeof *window);
    if (setup->model.token_input)
        window->tokens = tokens + from * BATCH;
    else
        window->x = x + from * BATCH * INPUT;
    window->steps = to - from;
    window->batch = BATCH;
}

static void copy_state(seqnet_context *context, float state[BATCH][STREAM], int set)
{
    const int64_t size = seqnet_context_stream_size(context);
    assert_true(size <= STREAM);
    for (int32_t b = 0; b < BATCH; b++)
        if (set)
            assert_ok(seqnet_context_set_stream(context, b, state[b], size));
        else
            assert_ok(seqnet_context_get_stream(context, b, state[b], size));
}

/* The states of the moments from..to, one step at a time, with today's parameters. */
static void walk(struct reference *reference, int32_t from, int32_t to)
{
    seqnet_window window;
    copy_state(reference->walker, reference->state[from], 1);
    for (int32_t t = from; t < to; t++) {
        window_at(&window, reference->setup, t, t + 1);
        assert_ok(seqnet_context_forward(reference->walker, &window, NULL));
        copy_state(reference->walker, reference->state[t + 1], 0);
    }
}

/* y becomes the gradient of the mean over `count` targets; the loss is summed. */
static void row_gradient(struct reference *reference, float *y, int32_t row, double count)
{
    double sum = 0;
    for (int32_t j = 0; j < CLASSES; j++)
        sum += exp((double)y[j]);
    if (reference->setup->loss == SEQNET_CROSS_ENTROPY)
        reference->loss += log(sum) - (double)y[classes[row]];
    for (int32_t j = 0; j < CLASSES; j++) {
        const double error = (double)y[j] - (double)values[row * CLASSES + j];
        if (reference->setup->loss == SEQNET_CROSS_ENTROPY) {
            y[j] = (float)((exp((double)y[j]) / sum - (j == classes[row])) / count);
        } else {
            reference->loss += error * error;
            y[j] = (float)(2 * error / count);
        }
    }
}

static void update(struct reference *reference)
{
    float parameters[MOST];
    const size_t count = parameters_read(reference->layer, parameters);
    for (size_t i = 0; i < count; i++)
        parameters[i] -= (float)RATE * reference->gradient[i];
    parameters_write(reference->layer, parameters);
    memset(reference->gradient, 0, sizeof reference->gradient);
    reference->pending = 0;
}

/* A window of the steps start..end whose targets begin at `first`. */
static void run_window(struct reference *reference, int32_t start, int32_t first, int32_t end)
{
    const struct setup *setup = reference->setup;
    const int32_t rows = (end - first) * BATCH;
    const int32_t counted = setup->loss == SEQNET_CROSS_ENTROPY ? rows : rows * CLASSES;
    const int32_t blocks =
        setup->update_steps > setup->back_steps ? setup->update_steps / setup->back_steps : 1;
    const int32_t share = blocks * (setup->accumulate ? setup->accumulate : 1);
    float y[TIME * BATCH * CLASSES], gradient[MOST];
    seqnet_window window;
    window_at(&window, setup, start, end);
    copy_state(reference->tape, reference->state[start], 1);
    assert_ok(seqnet_context_forward(reference->tape, &window, y));
    memset(y, 0, (size_t)(first - start) * BATCH * CLASSES * sizeof *y);
    for (int32_t row = first * BATCH; row < end * BATCH; row++)
        row_gradient(reference, y + (row - start * BATCH) * CLASSES, row, counted);
    reference->count += counted;
    assert_ok(seqnet_context_zero_gradients(reference->tape));
    assert_ok(seqnet_context_backward(reference->tape, y, NULL));
    const size_t count = gradients_read(reference->tape, reference->layer, gradient);
    for (size_t i = 0; i < count; i++)
        reference->gradient[i] += gradient[i] / (float)share;
    walk(reference, start, end);
    if (++reference->pending == share)
        update(reference);
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static void reference_train(struct reference *reference, int32_t call)
{
    const struct setup *setup = reference->setup;
    const int32_t stride = smaller(setup->update_steps, setup->back_steps);
    const int32_t end = (call + 1) * setup->steps;
    int32_t t = call * setup->steps;
    reference->loss = 0;
    reference->count = 0;
    if (!setup->carry || call == 0) {
        memset(reference->state[t], 0, sizeof reference->state[t]);
        reference->begin = t;
    }
    if (setup->burn_in) {
        const int32_t back = t - (setup->back_steps - stride);
        walk(reference, back > reference->begin ? back : reference->begin, t + setup->burn_in);
        t += setup->burn_in;
        reference->begin = t;
    }
    for (int32_t next; t < end; t = next) {
        const int32_t back = t - (setup->back_steps - stride);
        next = smaller(t + stride, end);
        run_window(reference, back > reference->begin ? back : reference->begin, t, next);
    }
}

static void reference_init(struct reference *reference, const struct setup *setup)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    *reference = (struct reference){ .setup = setup };
    reference->layer = small_model_new(&setup->model);
    options.max_batch = BATCH;
    assert_ok(seqnet_context_create(reference->layer, &options, &reference->walker));
    options.max_steps = setup->back_steps;
    options.training = 1;
    assert_ok(seqnet_context_create(reference->layer, &options, &reference->tape));
}

static void reference_free(struct reference *reference)
{
    seqnet_context_destroy(reference->walker);
    seqnet_context_destroy(reference->tape);
    seqnet_layer_destroy(reference->layer);
}

static seqnet_trainer *trainer_new(seqnet_layer *layer, const struct setup *setup)
{
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_loss_options loss = SEQNET_LOSS_OPTIONS_INIT;
    seqnet_trainer *trainer = NULL;
    loss.loss = setup->loss;
    options.loss = &loss;
    options.max_batch = BATCH;
    options.update_steps = setup->update_steps;
    options.back_steps = setup->back_steps;
    options.burn_in = setup->burn_in;
    options.carry = setup->carry;
    options.accumulate = setup->accumulate;
    options.recompute = setup->recompute;
    options.learning_rate = RATE;
    assert_ok(seqnet_trainer_create(layer, &options, &trainer));
    return trainer;
}

static void train(seqnet_trainer *trainer, const struct setup *setup, int32_t call,
                  seqnet_result *result)
{
    const int32_t first = call * setup->steps * BATCH;
    const int entropy = setup->loss == SEQNET_CROSS_ENTROPY;
    const seqnet_batch batch = {
        .struct_size = sizeof batch,
        .x = setup->model.token_input ? NULL : x + first * INPUT,
        .tokens = setup->model.token_input ? tokens + first : NULL,
        .targets = entropy ? classes + first : NULL,
        .target_values = entropy ? NULL : values + first * CLASSES,
        .steps = setup->steps,
        .batch = BATCH,
    };
    *result = (seqnet_result)SEQNET_RESULT_INIT;
    assert_ok(seqnet_trainer_train(trainer, &batch, result));
}

/* After every call: the same loss, counts and parameters. */
static void check(const struct setup *setup)
{
    static struct reference reference;
    float actual[MOST], expected[MOST];
    seqnet_layer *layer = small_model_new(&setup->model);
    seqnet_trainer *trainer = trainer_new(layer, setup);
    assert_true(setup->calls * setup->steps <= TIME);
    reference_init(&reference, setup);
    for (int32_t call = 0; call < setup->calls; call++) {
        seqnet_result result;
        train(trainer, setup, call, &result);
        reference_train(&reference, call);
        assert_int_equal(result.count, reference.count);
        assert_near(result.loss, reference.loss / (double)reference.count, 1e-5);
        const size_t count = parameters_read(layer, actual);
        parameters_read(reference.layer, expected);
        assert_all_close(actual, expected, count, 1e-5, 1e-5);
    }
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);
    reference_free(&reference);
}

/*
 * Both losses, floats and tokens, each kind of cell, with and without carry and burn-in; with gates
 * that are kept and that are made again.
 */
static void check_all(int32_t update_steps, int32_t back_steps, int32_t accumulate)
{
    static const int32_t kinds[] = { SEQNET_LSTM, SEQNET_GRU, SEQNET_RNN };
    for (int32_t i = 0; i < 8; i++) {
        struct setup setup = {
            .model = { .kind = kinds[i % 3], .token_input = i & 1 },
            .loss = i % 3 == 1 ? SEQNET_MEAN_SQUARED_ERROR : SEQNET_CROSS_ENTROPY,
            .update_steps = update_steps,
            .back_steps = back_steps,
            .burn_in = i & 4 ? 3 : 0,
            .carry = i & 2 ? 1 : 0,
            .accumulate = accumulate,
            .calls = 4,
            .steps = 14,
        };
        check(&setup);
        setup.recompute = 1;
        check(&setup);
    }
}

static void test_equal(void **state)
{
    (void)state;
    check_all(4, 4, 0);
    check_all(7, 7, 0);
    check_all(14, 14, 0);
}

static void test_history(void **state)
{
    (void)state;
    check_all(1, 5, 0);
    check_all(2, 9, 0);
    check_all(5, 6, 0);
    check_all(3, 20, 0); /* history of more than one call */
}

static void test_mean_of_windows(void **state)
{
    (void)state;
    check_all(8, 4, 0);
    check_all(9, 3, 0); /* windows wait for an update from call to call */
    check_all(28, 14, 0);
}

static void test_accumulate(void **state)
{
    (void)state;
    check_all(7, 7, 2);
    check_all(2, 6, 3);
    check_all(6, 3, 2);
}

/* Calls shorter than the history and than the burn-in of the next one. */
static void test_short_calls(void **state)
{
    (void)state;
    struct setup setup = {
        .model = { .kind = SEQNET_LSTM },
        .update_steps = 2,
        .back_steps = 8,
        .carry = 1,
        .calls = 20,
        .steps = 3,
    };
    check(&setup);
    setup.model.token_input = 1;
    setup.steps = 1;
    check(&setup);
    setup.steps = 2;
    setup.burn_in = 1;
    check(&setup);
}

/* One call of all steps gives the bits of many calls with carry. */
static void test_pieces(void **state)
{
    (void)state;
    const struct setup whole = { .model = { .kind = SEQNET_GRU },
                                 .update_steps = 3,
                                 .back_steps = 7,
                                 .carry = 1,
                                 .calls = 1,
                                 .steps = 48 };
    struct setup pieces = whole;
    float one[MOST], many[MOST];
    size_t count = 0;
    pieces.calls = 8;
    pieces.steps = 6;
    for (int32_t i = 0; i < 2; i++) {
        const struct setup *setup = i ? &pieces : &whole;
        seqnet_layer *layer = small_model_new(&setup->model);
        seqnet_trainer *trainer = trainer_new(layer, setup);
        seqnet_result result;
        for (int32_t call = 0; call < setup->calls; call++)
            train(trainer, setup, call, &result);
        count = parameters_read(layer, i ? many : one);
        seqnet_trainer_destroy(trainer);
        seqnet_layer_destroy(layer);
    }
    assert_same_bytes(many, one, count * sizeof *one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal),           cmocka_unit_test(test_history),
        cmocka_unit_test(test_mean_of_windows), cmocka_unit_test(test_accumulate),
        cmocka_unit_test(test_short_calls),     cmocka_unit_test(test_pieces),
    };
    fill_normal(x, sizeof x / sizeof *x, 1);
    fill_normal(values, sizeof values / sizeof *values, 2);
    fill_below(tokens, sizeof tokens / sizeof *tokens, INPUT, 3);
    fill_below(classes, sizeof classes / sizeof *classes, CLASSES, 4);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
