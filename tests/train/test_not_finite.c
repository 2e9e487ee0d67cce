/* SPDX-License-Identifier: MIT */
/* Losses and gradients that are NaN or infinite update nothing. */
#include "small_model.h"

#include <math.h>
#include <string.h>

#define STEPS 4
#define BATCH 2

static const struct small_model floats = { .kind = SEQNET_LSTM };
static float x[STEPS * BATCH * INPUT], values[STEPS * BATCH * CLASSES];
static int32_t classes[STEPS * BATCH];

static const seqnet_batch batch = {
    .struct_size = sizeof batch, .x = x, .targets = classes, .steps = STEPS, .batch = BATCH
};

static seqnet_trainer *trainer_new(seqnet_layer *layer, seqnet_trainer_options options)
{
    seqnet_trainer *trainer = NULL;
    options.struct_size = sizeof options;
    options.max_batch = BATCH;
    options.back_steps = options.back_steps ? options.back_steps : STEPS;
    assert_ok(seqnet_trainer_create(layer, &options, &trainer));
    return trainer;
}

/* One update is made before the window that is at fault; its parameters stay. */
static void check_not_finite(const seqnet_trainer_options *options, const seqnet_batch *bad)
{
    float expected[MOST], actual[MOST];
    seqnet_layer *layer = small_model_new(&floats);
    seqnet_trainer *trainer = trainer_new(layer, *options);
    seqnet_batch head = *bad;
    head.steps = 2;
    assert_ok(seqnet_trainer_train(trainer, &head, NULL));
    const size_t count = parameters_read(layer, expected);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);

    layer = small_model_new(&floats);
    trainer = trainer_new(layer, *options);
    assert_error(seqnet_trainer_train(trainer, bad, NULL), SEQNET_ENONFINITE, "NaN or infinite");
    parameters_read(layer, actual);
    assert_same_bytes(actual, expected, count * sizeof *actual);
    assert_int_equal(seqnet_trainer_updates(trainer), 1);
    gradients_read(seqnet_trainer_context(trainer), layer, actual);
    for (size_t i = 0; i < count; i++)
        assert_true(actual[i] == 0);
    assert_ok(seqnet_trainer_train(trainer, &batch, NULL));
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);
}

static void test_input(void **state)
{
    (void)state;
    float bad_x[STEPS * BATCH * INPUT];
    seqnet_batch bad = batch;
    bad.x = bad_x;
    for (int32_t optimizer = SEQNET_SGD; optimizer <= SEQNET_ADAMW; optimizer++) {
        const seqnet_trainer_options options = { .optimizer = optimizer,
                                                 .back_steps = 2,
                                                 .carry = 1 };
        memcpy(bad_x, x, sizeof x);
        bad_x[STEPS * BATCH * INPUT - 1] = NAN;
        check_not_finite(&options, &bad);
    }
}

static void test_loss(void **state)
{
    (void)state;
    const float wrong[] = { NAN, INFINITY, -INFINITY };
    float bad_values[STEPS * BATCH * CLASSES];
    seqnet_batch bad = batch;
    seqnet_loss_options loss = SEQNET_LOSS_OPTIONS_INIT;
    loss.loss = SEQNET_MEAN_SQUARED_ERROR;
    bad.targets = NULL;
    bad.target_values = bad_values;
    for (size_t i = 0; i < 3; i++) {
        seqnet_layer *layer = small_model_new(&floats);
        seqnet_trainer *trainer = trainer_new(
            layer, (seqnet_trainer_options){ .loss = &loss, .clip_value = 1, .momentum = 0.9 });
        float before[MOST], after[MOST];
        const size_t count = parameters_read(layer, before);
        memcpy(bad_values, values, sizeof values);
        bad_values[5] = wrong[i];
        assert_error(seqnet_trainer_train(trainer, &bad, NULL), SEQNET_ENONFINITE, "infinite");
        parameters_read(layer, after);
        assert_same_bytes(after, before, count * sizeof *after);
        seqnet_trainer_destroy(trainer);
        seqnet_layer_destroy(layer);
    }
}

/* The loss is finite, its gradient is not. */
static void test_gradient(void **state)
{
    (void)state;
    seqnet_layer *layer = small_model_new(&floats);
    seqnet_trainer *trainer = trainer_new(layer, (seqnet_trainer_options){ .momentum = 0.9 });
    seqnet_context *context = seqnet_trainer_context(trainer);
    seqnet_window window = SEQNET_WINDOW_INIT;
    seqnet_result result = SEQNET_RESULT_INIT;
    float dy[STEPS * BATCH * CLASSES] = { [7] = INFINITY }, before[MOST], after[MOST];
    const size_t count = parameters_read(layer, before);
    window.x = x;
    window.steps = STEPS;
    window.batch = BATCH;
    assert_ok(seqnet_context_forward(context, &window, NULL));
    assert_ok(seqnet_context_backward(context, dy, NULL));
    assert_error(seqnet_trainer_update(trainer, &result), SEQNET_ENONFINITE, "infinite");
    parameters_read(layer, after);
    assert_same_bytes(after, before, count * sizeof *after);
    assert_int_equal(seqnet_trainer_updates(trainer), 0);
    gradients_read(context, layer, after);
    for (size_t i = 0; i < count; i++)
        assert_true(after[i] == 0);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);
}

/* A class of probability zero: the loss is infinite, but every gradient is finite. */
static void test_impossible_target(void **state)
{
    (void)state;
    seqnet_layer *layer = small_model_new(&floats);
    seqnet_trainer *trainer = trainer_new(layer, (seqnet_trainer_options){ 0 });
    float bias[CLASSES] = { 0 }, before[MOST], after[MOST];
    bias[classes[3]] = -INFINITY;
    assert_ok(seqnet_layer_set_parameter(layer, "1.bias", bias, CLASSES));
    const size_t count = parameters_read(layer, before);
    assert_error(seqnet_trainer_train(trainer, &batch, NULL), SEQNET_ENONFINITE, "infinite");
    parameters_read(layer, after);
    assert_same_bytes(after, before, count * sizeof *after);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_input),
        cmocka_unit_test(test_loss),
        cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_impossible_target),
    };
    fill_normal(x, sizeof x / sizeof *x, 1);
    fill_normal(values, sizeof values / sizeof *values, 2);
    fill_below(classes, sizeof classes / sizeof *classes, CLASSES, 4);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
