/* SPDX-License-Identifier: MIT */
/* What trainers refuse, and that a refused call changes nothing. */
#include "small_model.h"
#include "support/memory.h"

#include "api/trainer.h"

#include <math.h>
#include <string.h>

#define STEPS 4
#define BATCH 2

static const struct small_model floats = { .kind = SEQNET_LSTM };
static const struct small_model with_tokens = { .kind = SEQNET_GRU, .token_input = 1 };

static float x[STEPS * BATCH * INPUT], values[STEPS * BATCH * CLASSES];
static int32_t tokens[STEPS * BATCH], classes[STEPS * BATCH];

static void refuse(seqnet_layer *layer, const seqnet_trainer_options *options, int32_t code,
                   const char *part)
{
    seqnet_trainer *trainer = (seqnet_trainer *)(void *)x;
    assert_error(seqnet_trainer_create(layer, options, &trainer), code, part);
    assert_null(trainer);
}

/* Options that differ from the defaults in the members given. */
#define OPTIONS(...)                                \
    &(seqnet_trainer_options)                       \
    {                                               \
        sizeof(seqnet_trainer_options), __VA_ARGS__ \
    }

static void test_single_options(void **state)
{
    (void)state;
    seqnet_layer *layer = small_model_new(&floats);
    refuse(layer, OPTIONS(.max_batch = -1), SEQNET_EINVAL, "max_batch");
    refuse(layer, OPTIONS(.back_steps = -1), SEQNET_EINVAL, "back_steps");
    refuse(layer, OPTIONS(.update_steps = -1), SEQNET_EINVAL, "update_steps");
    refuse(layer, OPTIONS(.burn_in = -1), SEQNET_EINVAL, "burn_in");
    refuse(layer, OPTIONS(.carry = 2), SEQNET_EINVAL, "carry");
    refuse(layer, OPTIONS(.accumulate = -1), SEQNET_EINVAL, "accumulate");
    refuse(layer, OPTIONS(.optimizer = 5), SEQNET_EINVAL, "optimizer");
    refuse(layer, OPTIONS(.optimizer = -1), SEQNET_EINVAL, "optimizer");
    refuse(layer, OPTIONS(.nesterov = 2, .momentum = 0.5), SEQNET_EINVAL, "nesterov");
    refuse(layer, OPTIONS(.learning_rate = -1), SEQNET_EINVAL, "learning_rate");
    refuse(layer, OPTIONS(.learning_rate = NAN), SEQNET_EINVAL, "learning_rate");
    refuse(layer, OPTIONS(.learning_rate = INFINITY), SEQNET_EINVAL, "learning_rate");
    refuse(layer, OPTIONS(.momentum = -0.1), SEQNET_EINVAL, "momentum");
    refuse(layer, OPTIONS(.beta1 = 1), SEQNET_EINVAL, "beta1");
    refuse(layer, OPTIONS(.beta2 = 1), SEQNET_EINVAL, "beta2");
    refuse(layer, OPTIONS(.epsilon = -1), SEQNET_EINVAL, "epsilon");
    refuse(layer, OPTIONS(.weight_decay = NAN), SEQNET_EINVAL, "weight_decay");
    refuse(layer, OPTIONS(.clip_value = -1), SEQNET_EINVAL, "clip_value");
    refuse(layer, OPTIONS(.clip_norm = NAN), SEQNET_EINVAL, "clip_norm");
    refuse(layer, OPTIONS(.schedule = 5), SEQNET_EINVAL, "schedule");
    refuse(layer, OPTIONS(.patience = -1), SEQNET_EINVAL, "patience");
    refuse(layer, OPTIONS(.warmup = -1), SEQNET_EINVAL, "warmup");
    refuse(layer, OPTIONS(.period = -1), SEQNET_EINVAL, "period");
    refuse(layer, OPTIONS(.gamma = 1.5), SEQNET_EINVAL, "gamma");
    refuse(layer, OPTIONS(.min_learning_rate = -1), SEQNET_EINVAL, "min_learning_rate");
    refuse(layer, OPTIONS(.threads = -1), SEQNET_EINVAL, "threads");
    refuse(layer, OPTIONS(.threads = 257), SEQNET_EINVAL, "threads");
    refuse(layer, OPTIONS(.recompute = 2), SEQNET_EINVAL, "recompute = 2");
    seqnet_layer_destroy(layer);
}

static void test_combined_options(void **state)
{
    (void)state;
    seqnet_layer *layer = small_model_new(&floats);
    seqnet_recurrent_options both_ways = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_layer *bidirectional = NULL;
    const seqnet_loss_options last = { sizeof last, .target_mode = SEQNET_LAST_STEP };
    both_ways.bidirectional = 1;
    assert_ok(seqnet_rnn_create(INPUT, HIDDEN, &both_ways, &bidirectional));
    refuse(layer, OPTIONS(.update_steps = 5, .back_steps = 4), SEQNET_EINVAL, "update_steps = 5");
    refuse(layer, OPTIONS(.nesterov = 1), SEQNET_EINVAL, "momentum");
    refuse(layer, OPTIONS(.schedule = SEQNET_STEP), SEQNET_EINVAL, "period");
    refuse(layer, OPTIONS(.schedule = SEQNET_COSINE), SEQNET_EINVAL, "period");
    refuse(layer, OPTIONS(.learning_rate = 0.1, .min_learning_rate = 0.2), SEQNET_EINVAL,
           "min_learning_rate");
    refuse(layer, OPTIONS(.back_steps = INT32_MAX, .max_batch = INT32_MAX), SEQNET_ENOMEM, "");
    refuse(bidirectional, OPTIONS(.update_steps = 2, .back_steps = 4), SEQNET_ENOTSUP,
           "one direction");
    refuse(layer, OPTIONS(.update_steps = 2, .back_steps = 4, .loss = &last), SEQNET_ENOTSUP,
           "every step");
    refuse(NULL, NULL, SEQNET_EINVAL, "layer");
    assert_error(seqnet_trainer_create(layer, NULL, NULL), SEQNET_EINVAL, "trainer");
    seqnet_layer_destroy(bidirectional);
    seqnet_layer_destroy(layer);
}

static void test_loss_options(void **state)
{
    (void)state;
    seqnet_layer *layer = small_model_new(&floats);
    seqnet_loss_options loss = SEQNET_LOSS_OPTIONS_INIT;
    loss.loss = 2;
    refuse(layer, OPTIONS(.loss = &loss), SEQNET_EINVAL, "loss = 2");
    loss.loss = 0;
    loss.target_mode = 4;
    refuse(layer, OPTIONS(.loss = &loss), SEQNET_EINVAL, "target_mode = 4");
    loss.target_mode = 0;
    loss.has_ignore_index = 2;
    refuse(layer, OPTIONS(.loss = &loss), SEQNET_EINVAL, "has_ignore_index");
    seqnet_layer_destroy(layer);
}

/* A struct of a later version is taken while what it adds is zero. */
static void test_newer_options(void **state)
{
    (void)state;
    struct {
        seqnet_trainer_options options;
        int64_t added;
    } newer = { .options = SEQNET_TRAINER_OPTIONS_INIT };
    seqnet_layer *layer = small_model_new(&floats);
    seqnet_trainer *trainer = NULL;
    newer.options.struct_size = sizeof newer;
    assert_ok(seqnet_trainer_create(layer, &newer.options, &trainer));
    seqnet_trainer_destroy(trainer);
    newer.added = 1;
    refuse(layer, &newer.options, SEQNET_ENOTSUP, "options");
    newer.options.struct_size = 0;
    refuse(layer, &newer.options, SEQNET_EINVAL, "struct_size");
    seqnet_layer_destroy(layer);
}

static void test_no_memory(void **state)
{
    (void)state;
    seqnet_layer *layer = small_model_new(&floats);
    struct test_memory memory;
    test_memory_init(&memory);
    const seqnet_trainer_options options = { .struct_size = sizeof options,
                                             .allocator = &memory.allocator,
                                             .optimizer = SEQNET_ADAM };
    seqnet_trainer *trainer = NULL;
    assert_ok(seqnet_trainer_create(layer, &options, &trainer));
    seqnet_trainer_destroy(trainer);
    assert_int_equal(memory.live, 0);
    const size_t calls = memory.calls;
    for (size_t i = 1; i <= calls; i++) {
        memory.calls = 0;
        memory.fail_at = i;
        refuse(layer, &options, SEQNET_ENOMEM, "memory");
        assert_int_equal(memory.live, 0);
    }
    seqnet_layer_destroy(layer);
}

/* ---------------------------------------------------------------- train */

struct subject {
    seqnet_layer *layer;
    seqnet_trainer *trainer;
    float parameters[MOST], stream[BATCH][STREAM];
    int64_t updates;
};

static void remember(struct subject *subject, float *parameters, float stream[BATCH][STREAM])
{
    seqnet_context *context = seqnet_trainer_context(subject->trainer);
    parameters_read(subject->layer, parameters);
    for (int32_t b = 0; b < BATCH; b++)
        assert_ok(
            seqnet_context_get_stream(context, b, stream[b], seqnet_context_stream_size(context)));
}

static const seqnet_batch good = {
    .struct_size = sizeof good, .x = x, .targets = classes, .steps = STEPS, .batch = BATCH
};
static const seqnet_batch good_tokens = {
    .struct_size = sizeof good, .tokens = tokens, .targets = classes, .steps = STEPS, .batch = BATCH
};

/* A trainer after a few updates, with a state and moments. */
static void subject_init(struct subject *subject, const struct small_model *model,
                         seqnet_trainer_options options)
{
    memset(subject, 0, sizeof *subject);
    options.struct_size = sizeof options;
    options.max_batch = BATCH;
    options.back_steps = options.back_steps ? options.back_steps : STEPS;
    options.carry = 1;
    options.optimizer = SEQNET_ADAM;
    subject->layer = small_model_new(model);
    assert_ok(seqnet_trainer_create(subject->layer, &options, &subject->trainer));
    for (int i = 0; i < 3; i++)
        assert_ok(seqnet_trainer_train(subject->trainer, model->token_input ? &good_tokens : &good,
                                       NULL));
    remember(subject, subject->parameters, subject->stream);
    subject->updates = seqnet_trainer_updates(subject->trainer);
}

static void assert_unchanged(struct subject *subject)
{
    float parameters[MOST] = { 0 }, stream[BATCH][STREAM] = { { 0 } };
    remember(subject, parameters, stream);
    assert_same_bytes(parameters, subject->parameters, sizeof parameters);
    assert_same_bytes(stream, subject->stream, sizeof stream);
    assert_int_equal(seqnet_trainer_updates(subject->trainer), subject->updates);
}

static void subject_free(struct subject *subject)
{
    seqnet_trainer_destroy(subject->trainer);
    seqnet_layer_destroy(subject->layer);
}

static void refuse_batch(struct subject *subject, seqnet_batch batch, int32_t code,
                         const char *part)
{
    seqnet_result result = SEQNET_RESULT_INIT;
    result.loss = 77;
    assert_error(seqnet_trainer_train(subject->trainer, &batch, &result), code, part);
    assert_true(result.loss == 77);
    assert_unchanged(subject);
}

/* The good batch with one member set to another value. */
static seqnet_batch changed(const seqnet_batch *batch, size_t offset, const void *value,
                            size_t bytes)
{
    seqnet_batch copy = *batch;
    memcpy((char *)&copy + offset, value, bytes);
    return copy;
}

#define SET_INT(batch, member, number) \
    changed((batch), offsetof(seqnet_batch, member), &(int32_t){ number }, sizeof(int32_t))
#define SET_POINTER(batch, member, pointer) \
    changed((batch), offsetof(seqnet_batch, member), &(const void *){ pointer }, sizeof(void *))

static void test_batches(void **state)
{
    (void)state;
    static const int32_t too_long[] = { STEPS + 1, 1 }, negative[] = { 1, -1 };
    static struct subject s;
    subject_init(&s, &floats, (seqnet_trainer_options){ 0 });
    refuse_batch(&s, SET_POINTER(&good, x, NULL), SEQNET_EINVAL, "x");
    refuse_batch(&s, good_tokens, SEQNET_EINVAL, "tokens");
    refuse_batch(&s, SET_POINTER(&good, tokens, tokens), SEQNET_EINVAL, "tokens");
    refuse_batch(&s, SET_POINTER(&good, targets, NULL), SEQNET_EINVAL, "targets");
    refuse_batch(&s, SET_POINTER(&good, target_values, values), SEQNET_EINVAL, "targets");
    refuse_batch(&s, SET_INT(&good, steps, 0), SEQNET_ESHAPE, "steps = 0");
    refuse_batch(&s, SET_INT(&good, steps, -1), SEQNET_ESHAPE, "steps = -1");
    refuse_batch(&s, SET_INT(&good, batch, 0), SEQNET_ESHAPE, "batch = 0");
    refuse_batch(&s, SET_INT(&good, batch, BATCH + 1), SEQNET_ESHAPE, "max_batch = 2");
    refuse_batch(&s, SET_INT(&good, batch, 1), SEQNET_ESHAPE, "carried state");
    refuse_batch(&s, SET_INT(&good, batch_major, 2), SEQNET_EINVAL, "batch_major = 2");
    refuse_batch(&s, SET_INT(&good, reserved, 1), SEQNET_ENOTSUP, "reserved = 1");
    refuse_batch(&s, SET_POINTER(&good, lengths, too_long), SEQNET_ESHAPE, "length");
    refuse_batch(&s, SET_POINTER(&good, lengths, negative), SEQNET_ESHAPE, "length");
    refuse_batch(&s, (seqnet_batch){ .x = x }, SEQNET_EINVAL, "struct_size");
    assert_error(seqnet_trainer_train(s.trainer, NULL, NULL), SEQNET_EINVAL, "batch");
    assert_error(seqnet_trainer_train(s.trainer, &good, &(seqnet_result){ 0 }), SEQNET_EINVAL,
                 "struct_size");
    assert_error(
        seqnet_trainer_train(s.trainer, &good, &(seqnet_result){ .struct_size = SIZE_MAX }),
        SEQNET_EINVAL, "struct_size");
    assert_unchanged(&s);
    subject_free(&s);
}

/* The last target or token of a call is looked at before the first update. */
static void test_ranges(void **state)
{
    (void)state;
    int32_t bad[STEPS * BATCH];
    static struct subject s;
    const int32_t wrong[] = { CLASSES, -1, INT32_MAX, INT32_MIN };
    memcpy(bad, classes, sizeof bad);
    subject_init(&s, &floats, (seqnet_trainer_options){ .back_steps = 2 });
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bad[STEPS * BATCH - 1] = wrong[i];
        refuse_batch(&s, SET_POINTER(&good, targets, bad), SEQNET_ERANGE, "targets[7]");
    }
    subject_free(&s);
    memcpy(bad, tokens, sizeof bad);
    subject_init(&s, &with_tokens, (seqnet_trainer_options){ .back_steps = 2 });
    bad[STEPS * BATCH - 1] = INPUT;
    refuse_batch(&s, SET_POINTER(&good_tokens, tokens, bad), SEQNET_ERANGE, "token");
    bad[STEPS * BATCH - 1] = -1;
    refuse_batch(&s, SET_POINTER(&good_tokens, tokens, bad), SEQNET_ERANGE, "token");
    refuse_batch(&s, good, SEQNET_EINVAL, "x");
    subject_free(&s);
}

static void test_modes(void **state)
{
    (void)state;
    static const int32_t lengths[] = { 1, 2 };
    static struct subject s;
    seqnet_loss_options loss = SEQNET_LOSS_OPTIONS_INIT;
    loss.target_mode = SEQNET_LAST_STEP;
    subject_init(&s, &floats, (seqnet_trainer_options){ .loss = &loss });
    refuse_batch(&s, SET_INT(&good, steps, STEPS + 1), SEQNET_ESHAPE, "many-to-one");
    subject_free(&s);
    subject_init(&s, &floats, (seqnet_trainer_options){ .back_steps = 4, .update_steps = 2 });
    refuse_batch(&s, SET_POINTER(&good, lengths, lengths), SEQNET_ENOTSUP, "lengths");
    subject_free(&s);
}

static void test_null(void **state)
{
    (void)state;
    assert_error(seqnet_trainer_train(NULL, &good, NULL), SEQNET_EINVAL, "trainer");
    assert_error(seqnet_trainer_update(NULL, NULL), SEQNET_EINVAL, "trainer");
    assert_error(seqnet_trainer_reset(NULL), SEQNET_EINVAL, "trainer");
    assert_error(seqnet_trainer_report(NULL, 1), SEQNET_EINVAL, "trainer");
    assert_error(seqnet_trainer_save(NULL, "a", NULL), SEQNET_EINVAL, "trainer");
    assert_error(seqnet_trainer_load(NULL, "a"), SEQNET_EINVAL, "trainer");
    assert_error(seqnet_evaluate(NULL, NULL, &good, NULL), SEQNET_EINVAL, "context");
    assert_null(seqnet_trainer_context(NULL));
    assert_true(seqnet_trainer_learning_rate(NULL) == 0);
    assert_int_equal(seqnet_trainer_updates(NULL), 0);
    assert_string_equal(seqnet_trainer_note(NULL), "");
    seqnet_trainer_destroy(NULL);
}

static void test_busy(void **state)
{
    (void)state;
    static struct subject s;
    subject_init(&s, &floats, (seqnet_trainer_options){ 0 });
    float stream[STREAM];
    seqnet_context *context = seqnet_trainer_context(s.trainer);
    const int64_t size = seqnet_context_stream_size(context);
    assert_ok(trainer_enter("test", s.trainer));
    assert_error(seqnet_context_get_stream(context, 0, stream, size), SEQNET_EBUSY, "another");
    assert_error(seqnet_evaluate(context, NULL, &good, NULL), SEQNET_EBUSY, "another thread");
    assert_error(seqnet_trainer_train(s.trainer, &good, NULL), SEQNET_EBUSY, "another thread");
    assert_error(seqnet_trainer_update(s.trainer, NULL), SEQNET_EBUSY, "another thread");
    assert_error(seqnet_trainer_reset(s.trainer), SEQNET_EBUSY, "another thread");
    assert_error(seqnet_trainer_report(s.trainer, 1), SEQNET_EBUSY, "another thread");
    assert_error(seqnet_trainer_save(s.trainer, "a", NULL), SEQNET_EBUSY, "another thread");
    assert_error(seqnet_trainer_load(s.trainer, "a"), SEQNET_EBUSY, "another thread");
    trainer_leave(s.trainer, SEQNET_OK);
    assert_unchanged(&s);
    assert_ok(seqnet_trainer_train(s.trainer, &good, NULL));
    subject_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_options), cmocka_unit_test(test_combined_options),
        cmocka_unit_test(test_loss_options),   cmocka_unit_test(test_newer_options),
        cmocka_unit_test(test_no_memory),      cmocka_unit_test(test_batches),
        cmocka_unit_test(test_ranges),         cmocka_unit_test(test_modes),
        cmocka_unit_test(test_null),           cmocka_unit_test(test_busy),
    };
    fill_normal(x, sizeof x / sizeof *x, 1);
    fill_normal(values, sizeof values / sizeof *values, 2);
    fill_below(tokens, sizeof tokens / sizeof *tokens, INPUT, 3);
    fill_below(classes, sizeof classes / sizeof *classes, CLASSES, 4);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
