/* SPDX-License-Identifier: MIT */
/*
 * In double: the gradient of every target mode and loss by every parameter, against central
 * differences of the loss.
 */
#include "support/assert.h"

#include "core/random.h"
#include "layers/linear.h"
#include "layers/recurrent.h"
#include "layers/sequential.h"
#include "train/objective.h"

#include <math.h>

#define STEPS 5
#define BATCH 3
#define ROWS (STEPS * BATCH)
#define INPUT 2
#define HIDDEN 3
#define SIZE 3

struct setup {
    seqnet_loss_options loss;
    struct input input;
    struct targets targets;
};

static real x[ROWS * INPUT], values[ROWS * SIZE];
static int32_t classes[ROWS];

static seqnet_layer *layer_create(void)
{
    const seqnet_recurrent_options recurrent = { .seed = 1, .num_layers = 1, .init_range = 1 };
    const seqnet_linear_options linear = { .seed = 2, .init_range = 1 };
    seqnet_layer *parts[2], *layer = NULL;
    assert_ok(recurrent_create(SEQNET_LSTM, INPUT, HIDDEN, &recurrent, &parts[0]));
    assert_ok(linear_create(HIDDEN, SIZE, &linear, &parts[1]));
    assert_ok(sequential_create(parts, 2, NULL, &layer));
    layer_release(parts[0]);
    layer_release(parts[1]);
    return layer;
}

/* The mean loss. */
static double evaluate(seqnet_context *context, const struct setup *setup)
{
    struct loss_sum sum = { 0 };
    context_clear_state(context);
    objective_evaluate(context, &setup->input, &setup->loss, &setup->targets, &sum);
    assert_true(sum.count > 0);
    return sum.loss / (double)sum.count;
}

static void differentiate(seqnet_context *context, const struct setup *setup)
{
    struct loss_sum sum = { 0 };
    context_clear_gradients(context);
    context_clear_state(context);
    objective_gradient(context, &setup->input, &setup->loss, &setup->targets, 1, &sum);
    context_finish_backward(context);
}

static void check(seqnet_context *context, const struct setup *setup)
{
    const double epsilon = 1e-5;
    differentiate(context, setup);
    for (int32_t i = 0; i < context->gradient_count; i++) {
        real *values_of = context->gradient[i].layer->values;
        for (size_t k = 0; k < context->gradient[i].layer->value_count; k++) {
            const real kept = values_of[k];
            values_of[k] = kept + epsilon;
            layer_refresh(context->layer);
            const double above = evaluate(context, setup);
            values_of[k] = kept - epsilon;
            layer_refresh(context->layer);
            const double below = evaluate(context, setup);
            values_of[k] = kept;
            layer_refresh(context->layer);
            const double difference = (above - below) / (2 * epsilon);
            if (!(fabs((double)context->gradient[i].values[k] - difference) <= 1e-8))
                fail_msg("mode %d, value %zu: %.12g, expected %.12g", (int)setup->loss.target_mode,
                         k, (double)context->gradient[i].values[k], difference);
        }
    }
}

static struct setup setup_of(int32_t loss, int32_t mode, const int32_t *lengths, int32_t ignore)
{
    const struct layout all = layout_of(STEPS, BATCH, 0, 1), one = { 0, 1 };
    const int many_to_one = mode == SEQNET_LAST_STEP || mode == SEQNET_MEAN_STEP;
    return (struct setup){
        .loss = { .loss = loss,
                  .target_mode = mode,
                  .has_ignore_index = ignore,
                  .ignore_index = classes[0] },
        .input = { .x = x,
                   .lengths = lengths,
                   .steps = STEPS,
                   .batch = BATCH,
                   .layout = mode == SEQNET_REPEAT_STEP ? one : all },
        .targets = { .classes = loss == SEQNET_CROSS_ENTROPY ? classes : NULL,
                     .values = loss == SEQNET_CROSS_ENTROPY ? NULL : values,
                     .layout = many_to_one ? one : all },
    };
}

/* The loss begins at step 2, as after a history. */
static void check_late(seqnet_context *context, int32_t loss)
{
    struct setup setup = setup_of(loss, SEQNET_EVERY_STEP, NULL, 0);
    setup.targets.first_step = 2;
    check(context, &setup);
}

static void test_gradients(void **state)
{
    (void)state;
    static const int32_t lengths[BATCH] = { 2, 5, 0 };
    const struct context_spec spec = {
        .memory = memory_hook(NULL), .max_steps = STEPS, .max_batch = BATCH, .training = 1
    };
    seqnet_layer *layer = layer_create();
    seqnet_context *context = NULL;
    assert_ok(context_create(layer, &spec, &context));
    for (int32_t loss = SEQNET_CROSS_ENTROPY; loss <= SEQNET_MEAN_SQUARED_ERROR; loss++) {
        for (int32_t mode = SEQNET_EVERY_STEP; mode <= SEQNET_REPEAT_STEP; mode++)
            for (int32_t i = 0; i < 4; i++) {
                const struct setup setup = setup_of(loss, mode, i & 1 ? lengths : NULL, i >> 1);
                check(context, &setup);
            }
        check_late(context, loss);
    }
    context_destroy(context);
    layer_release(layer);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_gradients) };
    for (size_t i = 0; i < ROWS * INPUT; i++)
        x[i] = (real)random_normal(1, 1, i);
    for (size_t i = 0; i < ROWS * SIZE; i++)
        values[i] = (real)random_normal(1, 2, i);
    for (int32_t i = 0; i < ROWS; i++)
        classes[i] = (i + 1) % SIZE;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
