/* SPDX-License-Identifier: MIT */
/*
 * Training gives the same bits with any number of threads: losses, norms and parameters after some
 * updates, with every kind of loss and optimizer, and when it is resumed with another number. So
 * does training that makes gates again.
 */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "layers/context.h"
#include "small_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOKENS 40
#define WIDTH 24
#define UNITS 163 /* W_hh of an LSTM of this size is shared by units if the batch is small */
#define OUTPUTS 50
#define STEPS 4
#define BATCH 6
#define CALLS 4

/* A trained model, and what its last call told. */
struct trained {
    float *values;
    int64_t count;
    seqnet_result result;
};

static seqnet_layer *create(void)
{
    seqnet_layer *parts[4], *whole;
    seqnet_linear_options tied = SEQNET_LINEAR_OPTIONS_INIT;
    assert_ok(seqnet_embedding_create(TOKENS, WIDTH, NULL, &parts[0]));
    assert_ok(seqnet_dropout_create(WIDTH, 0.2f, NULL, &parts[1]));
    assert_ok(seqnet_lstm_create(WIDTH, UNITS, NULL, &parts[2]));
    assert_ok(seqnet_linear_create(UNITS, OUTPUTS, &tied, &parts[3]));
    assert_ok(seqnet_sequential_create(parts, 4, NULL, &whole));
    for (int i = 0; i < 4; i++)
        seqnet_layer_destroy(parts[i]);
    return whole;
}

static seqnet_trainer *train_with(seqnet_layer *layer, seqnet_trainer_options options,
                                  int32_t threads)
{
    seqnet_trainer *trainer;
    options.struct_size = sizeof options;
    options.max_batch = BATCH;
    options.back_steps = STEPS;
    options.carry = 1;
    options.threads = threads;
    assert_ok(seqnet_trainer_create(layer, &options, &trainer));
    seqnet_trainer_context(trainer)->least_time = 0;
    return trainer;
}

static void train(seqnet_trainer *trainer, const seqnet_loss_options *loss, int from, int to,
                  seqnet_result *result)
{
    static float values[STEPS * BATCH * OUTPUTS];
    int32_t tokens[STEPS * BATCH], classes[STEPS * BATCH], lengths[BATCH];
    fill_normal(values, sizeof values / sizeof *values, 3);
    for (int call = from; call < to; call++) {
        fill_below(tokens, STEPS * BATCH, TOKENS, (uint64_t)call);
        fill_below(classes, STEPS * BATCH, OUTPUTS, 100 + (uint64_t)call);
        fill_below(lengths, BATCH, STEPS + 1, 200 + (uint64_t)call);
        lengths[call] = STEPS;
        const int squared = loss->loss == SEQNET_MEAN_SQUARED_ERROR;
        const seqnet_batch batch = { .struct_size = sizeof batch,
                                     .tokens = tokens,
                                     .targets = squared ? NULL : classes,
                                     .target_values = squared ? values : NULL,
                                     .lengths = call % 2 ? lengths : NULL,
                                     .steps = STEPS,
                                     .batch = BATCH };
        result->struct_size = sizeof *result;
        assert_ok(seqnet_trainer_train(trainer, &batch, result));
    }
}

static void read_parameters(const seqnet_layer *layer, struct trained *trained)
{
    trained->values = NULL;
    trained->count = 0;
    for (int32_t i = 0; i < seqnet_layer_tensor_count(layer); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        assert_ok(seqnet_layer_tensor_info(layer, i, &info));
        trained->values =
            realloc(trained->values, (size_t)(trained->count + info.count) * sizeof(float));
        assert_non_null(trained->values);
        assert_ok(seqnet_layer_get_parameter(layer, info.name, trained->values + trained->count,
                                             info.count));
        trained->count += info.count;
    }
}

static void assert_equal(const struct trained *a, const struct trained *b)
{
    assert_true(a->count == b->count);
    assert_same_bytes(a->values, b->values, (size_t)a->count * sizeof(float));
    assert_same_bytes(&a->result, &b->result, sizeof a->result);
}

static struct trained run(const seqnet_trainer_options *options, int32_t threads)
{
    struct trained trained = { 0 };
    seqnet_layer *layer = create();
    seqnet_trainer *trainer = train_with(layer, *options, threads);
    train(trainer, options->loss, 0, CALLS, &trained.result);
    read_parameters(layer, &trained);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);
    return trained;
}

static void threads_do_not_change_training(void **state)
{
    (void)state;
    static const int32_t threads[] = { 2, 3, 5 };
    static const seqnet_loss_options every = { sizeof every, 0, SEQNET_EVERY_STEP, 1, 7 };
    static const seqnet_loss_options last = { sizeof last, 0, SEQNET_LAST_STEP, 0, 0 };
    static const seqnet_loss_options mean = { sizeof mean, 0, SEQNET_MEAN_STEP, 0, 0 };
    static const seqnet_loss_options squared = { sizeof squared, SEQNET_MEAN_SQUARED_ERROR,
                                                 SEQNET_EVERY_STEP, 0, 0 };
    const seqnet_trainer_options settings[] = {
        { .loss = &every, .optimizer = SEQNET_ADAM, .clip_norm = 0.01 },
        { .loss = &last, .optimizer = SEQNET_SGD, .clip_value = 1e-4, .learning_rate = 1 },
        { .loss = &mean, .optimizer = SEQNET_ADAGRAD, .update_steps = 2 * STEPS },
        { .loss = &squared, .optimizer = SEQNET_RMSPROP, .momentum = 0.5 },
    };
    for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
        struct trained alone = run(&settings[s], 1);
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            struct trained together = run(&settings[s], threads[i]);
            assert_equal(&together, &alone);
            free(together.values);
        }
        free(alone.values);
    }
}

static void gates_made_again_do_not_change_training(void **state)
{
    (void)state;
    static const seqnet_loss_options loss = { sizeof loss, 0, SEQNET_EVERY_STEP, 0, 0 };
    seqnet_trainer_options options = { .loss = &loss };
    struct trained kept = run(&options, 1);
    options.recompute = 1;
    struct trained again = run(&options, 1), together = run(&options, 2);
    assert_equal(&again, &kept);
    assert_equal(&together, &kept);
    free(kept.values), free(again.values), free(together.values);
}

static void training_goes_on_with_another_number_of_threads(void **state)
{
    (void)state;
    static const seqnet_loss_options loss = { sizeof loss, 0, SEQNET_EVERY_STEP, 0, 0 };
    const seqnet_trainer_options options = { .loss = &loss, .optimizer = SEQNET_ADAM };
    char folder[] = "threads-XXXXXX", path[64];
    struct trained whole = run(&options, 1), resumed = { 0 };
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/checkpoint", folder);
    seqnet_layer *layer = create();
    seqnet_trainer *trainer = train_with(layer, options, 3);
    train(trainer, &loss, 0, 2, &resumed.result);
    assert_ok(seqnet_trainer_save(trainer, path, NULL));
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);
    layer = create();
    trainer = train_with(layer, options, 2);
    assert_ok(seqnet_trainer_load(trainer, path));
    train(trainer, &loss, 2, CALLS, &resumed.result);
    read_parameters(layer, &resumed);
    assert_equal(&resumed, &whole);
    seqnet_trainer_destroy(trainer);
    seqnet_layer_destroy(layer);
    free(whole.values);
    free(resumed.values);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_not_change_training),
        cmocka_unit_test(gates_made_again_do_not_change_training),
        cmocka_unit_test(training_goes_on_with_another_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
