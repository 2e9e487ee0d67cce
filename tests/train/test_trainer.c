/* SPDX-License-Identifier: MIT */
/* What a trainer does beside truncation: own losses, ties, plateau, memory. */
#include "small_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 4
#define BATCH 2

static const struct small_model floats = { .kind = SEQNET_LSTM };
static float x[STEPS * BATCH * INPUT], values[STEPS * BATCH * CLASSES];
static int32_t tokens[STEPS * BATCH], classes[STEPS * BATCH];

static const seqnet_batch batch = {
    .struct_size = sizeof batch, .x = x, .targets = classes, .steps = STEPS, .batch = BATCH
};
static const seqnet_batch token_batch = { .struct_size = sizeof batch,
                                          .tokens = tokens,
                                          .targets = classes,
                                          .steps = STEPS,
                                          .batch = BATCH };

static seqnet_trainer *trainer_new(seqnet_layer *layer, seqnet_trainer_options options)
{
    seqnet_trainer *trainer = NULL;
    options.struct_size = sizeof options;
    options.max_batch = BATCH;
    options.back_steps = options.back_steps ? options.back_steps : STEPS;
    assert_ok(seqnet_trainer_create(layer, &options, &trainer));
    return trainer;
}

/* ---------------------------------------------------------------- allocations */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void *__real_aligned_alloc(size_t alignment, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void *__wrap_aligned_alloc(size_t alignment, size_t bytes);

static size_t allocations;

void *__wrap_malloc(size_t bytes)
{
    allocations++;
    return __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    allocations++;
    return __real_calloc(count, bytes);
}

void *__wrap_realloc(void *block, size_t bytes)
{
    allocations++;
    return __real_realloc(block, bytes);
}

void *__wrap_aligned_alloc(size_t alignment, size_t bytes)
{
    allocations++;
    return __real_aligned_alloc(alignment, bytes);
}

static void test_train_allocates_nothing(void **state)
{
    (void)state;
    for (int32_t i = 0; i < 2 * (SEQNET_ADAMW + 1); i++) {
        const struct small_model model = { .kind = SEQNET_GRU,
                                           .token_input = i & 1,
                                           .dropout = 0.5f };
        const size_t at_start = allocations;
        seqnet_layer *layer = small_model_new(&model);
        seqnet_trainer *trainer = trainer_new(layer, (seqnet_trainer_options){
                                                         .optimizer = i / 2,
                                                         .update_steps = 2,
                                                         .clip_norm = 1,
                                                         .burn_in = 1,
                                                         .carry = 1,
                                                     });
        assert_true(allocations > at_start);
        const size_t before = allocations;
        for (int k = 0; k < 3; k++) {
            assert_ok(seqnet_trainer_train(trainer, i & 1 ? &token_batch : &batch, NULL));
            assert_ok(seqnet_evaluate(seqnet_trainer_context(trainer), NULL,
                                      i & 1 ? &token_batch : &batch, NULL));
        }
        assert_int_equal(allocations, before);
        seqnet_trainer_destroy(trainer);
        seqnet_layer_destroy(layer);
    }
}

/* ---------------------------------------------------------------- own losses */

/* y becomes the gradient of the mean squared error. */
static void own_loss(float *y)
{
    const int32_t count = STEPS * BATCH * CLASSES;
    for (int32_t i = 0; i < count; i++)
        y[i] = 2 * (y[i] - values[i]) / (float)count;
}

/* A loss written by the caller trains as the library's own. */
static void test_own_loss(void **state)
{
    (void)state;
    seqnet_loss_options loss = SEQNET_LOSS_OPTIONS_INIT;
    seqnet_layer *a = small_model_new(&floats), *b = small_model_new(&floats);
    seqnet_batch squared = batch;
    seqnet_window window = SEQNET_WINDOW_INIT;
    float y[STEPS * BATCH * CLASSES], expected[MOST], actual[MOST];
    loss.loss = SEQNET_MEAN_SQUARED_ERROR;
    const seqnet_trainer_options options = {
        .loss = &loss, .optimizer = SEQNET_ADAM, .clip_norm = 0.1, .learning_rate = 0.05
    };
    seqnet_trainer *theirs = trainer_new(a, options), *own = trainer_new(b, options);
    squared.targets = NULL;
    squared.target_values = values;
    window.x = x;
    window.steps = STEPS;
    window.batch = BATCH;
    for (int i = 0; i < 5; i++) {
        seqnet_result r = SEQNET_RESULT_INIT, s = SEQNET_RESULT_INIT;
        assert_ok(seqnet_trainer_train(theirs, &squared, &r));
        assert_ok(seqnet_context_reset(seqnet_trainer_context(own)));
        assert_ok(seqnet_context_forward(seqnet_trainer_context(own), &window, y));
        own_loss(y);
        assert_ok(seqnet_context_backward(seqnet_trainer_context(own), y, NULL));
        assert_ok(seqnet_trainer_update(own, &s));
        assert_near(s.gradient_norm, r.gradient_norm, 1e-5);
        assert_true(s.learning_rate == r.learning_rate);
        assert_int_equal(s.updates, 1);
    }
    const size_t count = parameters_read(a, expected);
    parameters_read(b, actual);
    assert_all_close(actual, expected, count, 1e-4, 1e-5);
    assert_int_equal(seqnet_trainer_updates(own), 5);
    seqnet_trainer_destroy(theirs);
    seqnet_trainer_destroy(own);
    seqnet_layer_destroy(a);
    seqnet_layer_destroy(b);
}

/* ---------------------------------------------------------------- ties, plateau, evaluation */

/* Embedding V x E, GRU E -> E, linear E -> V whose weight is the embedding's table. */
static seqnet_layer *tied_new(int tied)
{
    seqnet_layer *parts[3], *layer = NULL;
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    float table[CLASSES * HIDDEN];
    assert_ok(seqnet_embedding_create(CLASSES, HIDDEN, NULL, &parts[0]));
    assert_ok(seqnet_gru_create(HIDDEN, HIDDEN, NULL, &parts[1]));
    options.tied_embedding = tied ? parts[0] : NULL;
    options.no_bias = 1;
    assert_ok(seqnet_linear_create(HIDDEN, CLASSES, &options, &parts[2]));
    assert_ok(seqnet_layer_get_parameter(parts[0], "weight", table, CLASSES * HIDDEN));
    if (!tied)
        assert_ok(seqnet_layer_set_parameter(parts[2], "weight", table, CLASSES * HIDDEN));
    assert_ok(seqnet_sequential_create(parts, 3, NULL, &layer));
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(parts[i]);
    return layer;
}

/* One storage takes the sum of the two gradients that separate tables would take. */
static void test_tied(void **state)
{
    (void)state;
    seqnet_layer *tied = tied_new(1), *apart = tied_new(0);
    const int64_t count = CLASSES * HIDDEN;
    float before[CLASSES * HIDDEN], shared[CLASSES * HIDDEN], in[CLASSES * HIDDEN];
    float out[CLASSES * HIDDEN];
    const seqnet_trainer_options options = { .learning_rate = 1 };
    seqnet_trainer *a = trainer_new(tied, options), *b = trainer_new(apart, options);
    assert_int_equal(seqnet_layer_tensor_count(tied), seqnet_layer_tensor_count(apart) - 1);
    assert_ok(seqnet_layer_get_parameter(tied, "0.weight", before, count));
    assert_ok(seqnet_trainer_train(a, &token_batch, NULL));
    assert_ok(seqnet_trainer_train(b, &token_batch, NULL));
    assert_ok(seqnet_layer_get_parameter(tied, "0.weight", shared, count));
    assert_ok(seqnet_layer_get_parameter(apart, "0.weight", in, count));
    assert_ok(seqnet_layer_get_parameter(apart, "2.weight", out, count));
    for (int64_t i = 0; i < count; i++)
        in[i] += out[i] - before[i];
    assert_all_close(shared, in, (size_t)count, 1e-5, 1e-6);
    assert_true(memcmp(shared, before, sizeof shared) != 0);
    seqnet_trainer_destroy(a);
    seqnet_trainer_destroy(b);
    seqnet_layer_destroy(tied);
    seqnet_layer_destroy(apart);
}

/* Two layers with one table that is in neither place: one update changes it once. */
static void test_tied_outside(void **state)
{
    (void)state;
    seqnet_layer *table, *parts[3], *model;
    float before[6], after[6];
    assert_ok(seqnet_embedding_create(3, 2, NULL, &table));
    const seqnet_linear_options tied = { sizeof tied, .tied_embedding = table, .no_bias = 1 };
    assert_ok(seqnet_linear_create(2, 3, &tied, &parts[0]));
    assert_ok(seqnet_linear_create(3, 2, NULL, &parts[1]));
    assert_ok(seqnet_linear_create(2, 3, &tied, &parts[2]));
    assert_ok(seqnet_sequential_create(parts, 3, NULL, &model));
    assert_ok(seqnet_layer_get_parameter(table, "weight", before, 6));
    seqnet_trainer *trainer = trainer_new(
        model, (seqnet_trainer_options){
                   .optimizer = SEQNET_ADAMW, .learning_rate = 0.5, .weight_decay = 0.5 });
    assert_ok(seqnet_trainer_update(trainer, NULL));
    assert_ok(seqnet_layer_get_parameter(table, "weight", after, 6));
    for (int i = 0; i < 6; i++)
        assert_near((double)after[i], 0.75 * (double)before[i], 1e-6);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(model);
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(parts[i]);
    seqnet_layer_destroy(table);
}

static void test_plateau(void **state)
{
    (void)state;
    seqnet_layer *layer = small_model_new(&floats);
    seqnet_trainer *trainer = trainer_new(layer, (seqnet_trainer_options){
                                                     .learning_rate = 1,
                                                     .schedule = SEQNET_PLATEAU,
                                                     .patience = 2,
                                                     .gamma = 0.5,
                                                     .min_learning_rate = 0.3,
                                                 });
    static const double losses[] = { 3, 2, 2, 2, 2, 1, NAN, 1, 1, 1, 1, 1 };
    static const double rates[] = { 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.3, 0.3, 0.3, 0.3 };
    seqnet_result result = SEQNET_RESULT_INIT;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        assert_ok(seqnet_trainer_report(trainer, losses[i]));
        assert_near(seqnet_trainer_learning_rate(trainer), rates[i], 1e-15);
    }
    assert_ok(seqnet_trainer_train(trainer, &batch, &result));
    assert_near(result.learning_rate, 0.3, 1e-15);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);
}

/* Evaluation between the calls, in a context of its own, leaves every bit of training as it is. */
static void test_evaluate_between(void **state)
{
    (void)state;
    const struct small_model model = { .kind = SEQNET_GRU, .dropout = 0.3f };
    float parameters[2][MOST];
    size_t count = 0;
    for (int i = 0; i < 2; i++) {
        seqnet_layer *layer = small_model_new(&model);
        seqnet_trainer *trainer =
            trainer_new(layer, (seqnet_trainer_options){ .optimizer = SEQNET_ADAM, .carry = 1 });
        seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
        seqnet_context *context = NULL;
        seqnet_result result = SEQNET_RESULT_INIT;
        options.max_batch = BATCH;
        options.training = 1;
        assert_ok(seqnet_context_create(layer, &options, &context));
        for (int k = 0; k < 4; k++) {
            assert_ok(seqnet_trainer_train(trainer, &batch, NULL));
            if (i)
                assert_ok(seqnet_evaluate(context, NULL, &batch, &result));
        }
        count = parameters_read(layer, parameters[i]);
        seqnet_context_destroy(context);
        seqnet_trainer_destroy(trainer);
        seqnet_layer_destroy(layer);
    }
    assert_same_bytes(parameters[1], parameters[0], count * sizeof(float));
}

/* Forgetting the state gives what a new trainer gives; carrying it on does not. */
static void test_reset(void **state)
{
    (void)state;
    double losses[3];
    for (int i = 0; i < 3; i++) {
        seqnet_layer *layer = small_model_new(&floats);
        seqnet_trainer *trainer =
            trainer_new(layer, (seqnet_trainer_options){ .learning_rate = 1e-30, .carry = i > 0 });
        seqnet_result result = SEQNET_RESULT_INIT;
        assert_ok(seqnet_trainer_train(trainer, &batch, NULL));
        if (i == 1)
            assert_ok(seqnet_trainer_reset(trainer));
        assert_ok(seqnet_trainer_train(trainer, &batch, &result));
        losses[i] = result.loss;
        seqnet_trainer_destroy(trainer);
        seqnet_layer_destroy(layer);
    }
    assert_true(losses[0] == losses[1]);
    assert_true(losses[0] != losses[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_train_allocates_nothing),
        cmocka_unit_test(test_own_loss),
        cmocka_unit_test(test_tied),
        cmocka_unit_test(test_tied_outside),
        cmocka_unit_test(test_plateau),
        cmocka_unit_test(test_evaluate_between),
        cmocka_unit_test(test_reset),
    };
    fill_normal(x, sizeof x / sizeof *x, 1);
    fill_normal(values, sizeof values / sizeof *values, 2);
    fill_below(tokens, sizeof tokens / sizeof *tokens, INPUT, 3);
    fill_below(classes, sizeof classes / sizeof *classes, CLASSES, 4);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
