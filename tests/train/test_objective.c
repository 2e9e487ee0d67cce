/* SPDX-License-Identifier: MIT */
/*
 * Losses, counts and gradients of every target mode, with lengths, ignored targets and both
 * layouts, against loops over plain sequence-major arrays. Everything that must not be read (inputs
 * and targets of padding) is NaN or out of range.
 */
#include "small_model.h"

#include <math.h>
#include <string.h>

#define STEPS 6
#define BATCH 4
#define ROWS (STEPS * BATCH)
#define IGNORED -100

static const int32_t some_lengths[BATCH] = { 3, 6, 0, 1 };
static const int32_t all_lengths[BATCH] = { STEPS, STEPS, STEPS, STEPS };

struct setup {
    int32_t loss, mode, ignore, batch_major;
    const int32_t *lengths; /* some_lengths, or NULL */
};

/* The sequence-major truth. Many-to-one modes have the targets of step 0 only. */
static float x[ROWS * INPUT], values[ROWS * CLASSES];
static int32_t classes[ROWS];

struct naive {
    double loss;
    int64_t count, correct;
    float y[ROWS * CLASSES]; /* outputs, then the gradient of the mean loss by them */
};

static const int32_t *lengths_of(const struct setup *setup)
{
    return setup->lengths ? setup->lengths : all_lengths;
}

static int is_many_to_one(const struct setup *setup)
{
    return setup->mode == SEQNET_LAST_STEP || setup->mode == SEQNET_MEAN_STEP;
}

/* Loss of one vector of outputs and its gradient, not divided by the count. */
static void naive_row(struct naive *naive, const struct setup *setup, int32_t target,
                      const double *y, double *gradient)
{
    double sum = 0;
    int32_t best = 0;
    memset(gradient, 0, CLASSES * sizeof *gradient);
    if (setup->loss == SEQNET_MEAN_SQUARED_ERROR) {
        for (int32_t j = 0; j < CLASSES; j++) {
            const double error = y[j] - (double)values[target * CLASSES + j];
            naive->loss += error * error;
            gradient[j] = 2 * error;
        }
        naive->count += CLASSES;
        return;
    }
    if (setup->ignore && classes[target] == IGNORED)
        return;
    for (int32_t j = 0; j < CLASSES; j++) {
        sum += exp(y[j]);
        best = y[j] > y[best] ? j : best;
    }
    for (int32_t j = 0; j < CLASSES; j++)
        gradient[j] = exp(y[j]) / sum - (j == classes[target]);
    naive->loss += log(sum) - y[classes[target]];
    naive->correct += best == classes[target];
    naive->count++;
}

/* One sample of many-to-one: weight[t] is the part step t has in the vector that is compared. */
static void naive_sample(struct naive *naive, const struct setup *setup, int32_t b,
                         const double *weight)
{
    double y[CLASSES] = { 0 }, gradient[CLASSES];
    for (int32_t t = 0; t < STEPS; t++)
        for (int32_t j = 0; j < CLASSES; j++)
            y[j] += weight[t] * (double)naive->y[(t * BATCH + b) * CLASSES + j];
    naive_row(naive, setup, b, y, gradient);
    for (int32_t t = 0; t < STEPS; t++)
        for (int32_t j = 0; j < CLASSES; j++)
            naive->y[(t * BATCH + b) * CLASSES + j] = (float)(weight[t] * gradient[j]);
}

static void naive_steps(struct naive *naive, const struct setup *setup, int32_t b, int32_t length)
{
    for (int32_t t = 0; t < length; t++) {
        double y[CLASSES], gradient[CLASSES];
        float *row = naive->y + (t * BATCH + b) * CLASSES;
        for (int32_t j = 0; j < CLASSES; j++)
            y[j] = (double)row[j];
        naive_row(naive, setup, t * BATCH + b, y, gradient);
        for (int32_t j = 0; j < CLASSES; j++)
            row[j] = (float)gradient[j];
    }
}

/* From the outputs in naive->y. */
static void naive_objective(struct naive *naive, const struct setup *setup)
{
    for (int32_t b = 0; b < BATCH; b++) {
        const int32_t length = lengths_of(setup)[b];
        double weight[STEPS] = { 0 };
        for (int32_t t = 0; t < length; t++)
            weight[t] = setup->mode == SEQNET_MEAN_STEP ? 1.0 / length : t + 1 == length;
        if (is_many_to_one(setup) && length)
            naive_sample(naive, setup, b, weight);
        else
            naive_steps(naive, setup, b, length);
    }
    for (int32_t i = 0; i < ROWS * CLASSES; i++)
        naive->y[i] /= naive->count ? (float)naive->count : 1;
    naive->loss /= naive->count ? (double)naive->count : 1;
}

/* The naive result, and the gradient of all parameters into gradient[MOST]. */
static struct naive expect(const struct setup *setup, seqnet_layer *layer, float *gradient)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_window window = SEQNET_WINDOW_INIT;
    seqnet_context *context = NULL;
    struct naive naive = { 0 };
    float repeated[ROWS * INPUT];
    for (size_t t = 0; t < STEPS; t++)
        memcpy(repeated + t * BATCH * INPUT, x, BATCH * INPUT * sizeof *x);
    options.max_steps = STEPS;
    options.max_batch = BATCH;
    options.training = 1;
    assert_ok(seqnet_context_create(layer, &options, &context));
    window.x = setup->mode == SEQNET_REPEAT_STEP ? repeated : x;
    window.lengths = setup->lengths;
    window.steps = STEPS;
    window.batch = BATCH;
    assert_ok(seqnet_context_forward(context, &window, naive.y));
    naive_objective(&naive, setup);
    assert_ok(seqnet_context_backward(context, naive.y, NULL));
    gradients_read(context, layer, gradient);
    seqnet_context_destroy(context);
    return naive;
}

/* The caller's arrays in the layout of the batch, with what must not be read spoilt. */
struct caller {
    float x[ROWS * INPUT], values[ROWS * CLASSES];
    int32_t classes[ROWS];
    seqnet_batch batch;
};

static void place_row(struct caller *caller, const struct setup *setup, int32_t t, int32_t b)
{
    const int32_t from = t * BATCH + b, to = setup->batch_major ? b * STEPS + t : from;
    const int32_t target = is_many_to_one(setup) ? b : to;
    if (setup->mode != SEQNET_REPEAT_STEP)
        memcpy(caller->x + to * INPUT, x + from * INPUT, INPUT * sizeof *x);
    if (t && is_many_to_one(setup))
        return;
    caller->classes[target] = classes[from];
    memcpy(caller->values + target * CLASSES, values + from * CLASSES, CLASSES * sizeof *values);
}

static void prepare(struct caller *caller, const struct setup *setup)
{
    const int entropy = setup->loss == SEQNET_CROSS_ENTROPY;
    memset(caller, 0xFF, sizeof *caller);
    for (int32_t i = 0; i < ROWS; i++)
        caller->classes[i] = CLASSES;
    for (int32_t b = 0; b < BATCH; b++)
        for (int32_t t = 0; t < lengths_of(setup)[b]; t++)
            place_row(caller, setup, t, b);
    if (setup->mode == SEQNET_REPEAT_STEP)
        memcpy(caller->x, x, BATCH * INPUT * sizeof *x);
    caller->batch = (seqnet_batch){ .struct_size = sizeof caller->batch,
                                    .x = caller->x,
                                    .targets = entropy ? caller->classes : NULL,
                                    .target_values = entropy ? NULL : caller->values,
                                    .lengths = setup->lengths,
                                    .steps = STEPS,
                                    .batch = BATCH,
                                    .batch_major = setup->batch_major };
}

static seqnet_loss_options loss_of(const struct setup *setup)
{
    return (seqnet_loss_options){ .struct_size = sizeof(seqnet_loss_options),
                                  .loss = setup->loss,
                                  .target_mode = setup->mode,
                                  .has_ignore_index = setup->ignore,
                                  .ignore_index = setup->ignore ? IGNORED : 0 };
}

static void check_result(const seqnet_result *result, const struct naive *expected)
{
    assert_near(result->loss, expected->loss, 1e-5);
    assert_int_equal(result->count, expected->count);
    assert_int_equal(result->correct, expected->correct);
}

/* In one window, and in pieces where the mode allows it. */
static void check_evaluate(const struct setup *setup, const struct caller *caller,
                           seqnet_layer *layer, const struct naive *expected)
{
    const seqnet_loss_options loss = loss_of(setup);
    for (int32_t max_steps = is_many_to_one(setup) ? STEPS : 2; max_steps <= STEPS; max_steps++) {
        seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
        seqnet_context *context = NULL;
        seqnet_result result = SEQNET_RESULT_INIT;
        options.max_steps = max_steps;
        options.max_batch = BATCH;
        assert_ok(seqnet_context_create(layer, &options, &context));
        assert_ok(seqnet_evaluate(context, &loss, &caller->batch, &result));
        check_result(&result, expected);
        assert_true(result.updates == 0 && result.gradient_norm == 0);
        seqnet_context_destroy(context);
    }
}

/* Plain gradient descent with rate 1 shows the gradient. */
static void check_train(const struct setup *setup, const struct caller *caller, seqnet_layer *layer,
                        const struct naive *expected, const float *gradient)
{
    const seqnet_loss_options loss = loss_of(setup);
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_trainer *trainer = NULL;
    seqnet_result result = SEQNET_RESULT_INIT;
    float before[MOST], after[MOST];
    double squares = 0;
    options.loss = &loss;
    options.max_batch = BATCH;
    options.back_steps = STEPS;
    options.learning_rate = 1;
    assert_ok(seqnet_trainer_create(layer, &options, &trainer));
    const size_t count = parameters_read(layer, before);
    assert_ok(seqnet_trainer_train(trainer, &caller->batch, &result));
    parameters_read(layer, after);
    for (size_t i = 0; i < count; i++) {
        before[i] -= gradient[i];
        squares += (double)gradient[i] * (double)gradient[i];
    }
    assert_all_close(after, before, count, 1e-5, 1e-6);
    check_result(&result, expected);
    assert_int_equal(result.updates, 1);
    assert_near(result.gradient_norm, sqrt(squares), 1e-5);
    assert_true(result.learning_rate == 1);
    seqnet_trainer_destroy(trainer);
}

static void check(const struct setup *setup)
{
    static struct caller caller;
    const struct small_model model = { .kind = SEQNET_GRU };
    seqnet_layer *layer = small_model_new(&model);
    float gradient[MOST];
    const struct naive expected = expect(setup, layer, gradient);
    prepare(&caller, setup);
    check_evaluate(setup, &caller, layer, &expected);
    check_train(setup, &caller, layer, &expected, gradient);
    seqnet_layer_destroy(layer);
}

/* The other dimensions: loss, layout, lengths, ignored targets. */
static void check_mode(int32_t mode)
{
    for (int32_t i = 0; i < 16; i++) {
        const struct setup setup = { .loss = i & 1,
                                     .mode = mode,
                                     .ignore = i >> 1 & 1,
                                     .batch_major = i >> 2 & 1,
                                     .lengths = i & 8 ? some_lengths : NULL };
        fill_below(classes, ROWS, CLASSES, 4);
        for (int32_t row = 1; row < ROWS && setup.ignore; row += 3)
            classes[row] = IGNORED;
        check(&setup);
    }
}

static void test_every_step(void **state)
{
    (void)state;
    check_mode(SEQNET_EVERY_STEP);
}

static void test_last_step(void **state)
{
    (void)state;
    check_mode(SEQNET_LAST_STEP);
}

static void test_mean_step(void **state)
{
    (void)state;
    check_mode(SEQNET_MEAN_STEP);
}

static void test_repeat_step(void **state)
{
    (void)state;
    check_mode(SEQNET_REPEAT_STEP);
}

/* No targets at all: no loss, no gradient. */
static void test_nothing_counts(void **state)
{
    (void)state;
    static const int32_t no_lengths[BATCH] = { 0 };
    for (int32_t mode = SEQNET_EVERY_STEP; mode <= SEQNET_REPEAT_STEP; mode++) {
        struct setup setup = { .mode = mode, .lengths = no_lengths };
        check(&setup);
        setup.loss = SEQNET_MEAN_SQUARED_ERROR;
        check(&setup);
        setup = (struct setup){ .mode = mode, .ignore = 1 };
        for (int32_t row = 0; row < ROWS; row++)
            classes[row] = IGNORED;
        check(&setup);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_step),     cmocka_unit_test(test_last_step),
        cmocka_unit_test(test_mean_step),      cmocka_unit_test(test_repeat_step),
        cmocka_unit_test(test_nothing_counts),
    };
    fill_normal(x, sizeof x / sizeof *x, 1);
    fill_normal(values, sizeof values / sizeof *values, 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
