/* SPDX-License-Identifier: MIT */
/*
 * Checkpoints: a resumed training has the bits of an uninterrupted one, and what cannot be loaded
 * changes nothing.
 */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "small_model.h"
#include "support/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEPS 2
#define BATCH 2
#define CALLS 9
#define SAVED 3 /* calls before the checkpoint */

static char folder[] = "checkpoint-XXXXXX", path[64];
static float x[CALLS * STEPS * BATCH * INPUT];
static int32_t tokens[CALLS * STEPS * BATCH], classes[CALLS * STEPS * BATCH];

/* A layer with a trainer. */
struct subject {
    struct small_model model;
    seqnet_layer *layer;
    seqnet_trainer *trainer;
};

static void subject_init(struct subject *subject, const struct small_model *model,
                         seqnet_trainer_options options)
{
    options.struct_size = sizeof options;
    options.max_batch = BATCH;
    options.back_steps = options.back_steps ? options.back_steps : STEPS;
    subject->model = *model;
    subject->layer = small_model_new(model);
    assert_ok(seqnet_trainer_create(subject->layer, &options, &subject->trainer));
}

static void subject_free(struct subject *subject)
{
    seqnet_trainer_destroy(subject->trainer);
    seqnet_layer_destroy(subject->layer);
}

/* Every call sees data of its own; every second one is followed by a report. */
static void train(struct subject *subject, int32_t from, int32_t to)
{
    for (int32_t call = from; call < to; call++) {
        const int32_t first = call * STEPS * BATCH;
        const seqnet_batch batch = {
            .struct_size = sizeof batch,
            .x = subject->model.token_input ? NULL : x + first * INPUT,
            .tokens = subject->model.token_input ? tokens + first : NULL,
            .targets = classes + first,
            .steps = STEPS,
            .batch = BATCH,
        };
        assert_ok(seqnet_trainer_train(subject->trainer, &batch, NULL));
        if (call % 2)
            assert_ok(seqnet_trainer_report(subject->trainer, 1));
    }
}

/* All that can be seen of a trainer. */
struct sight {
    float parameters[MOST], gradients[MOST], stream[BATCH][STREAM];
    double learning_rate;
    int64_t updates;
    char note[64];
};

static void look(const struct subject *subject, struct sight *sight)
{
    seqnet_context *context = seqnet_trainer_context(subject->trainer);
    memset(sight, 0, sizeof *sight);
    parameters_read(subject->layer, sight->parameters);
    gradients_read(context, subject->layer, sight->gradients);
    for (int32_t b = 0; b < BATCH; b++)
        assert_ok(seqnet_context_get_stream(context, b, sight->stream[b],
                                            seqnet_context_stream_size(context)));
    sight->learning_rate = seqnet_trainer_learning_rate(subject->trainer);
    sight->updates = seqnet_trainer_updates(subject->trainer);
    snprintf(sight->note, sizeof sight->note, "%s", seqnet_trainer_note(subject->trainer));
}

static void assert_alike(const struct subject *actual, const struct subject *expected)
{
    struct sight a, e;
    look(actual, &a);
    look(expected, &e);
    memset(a.note, 0, sizeof a.note);
    memset(e.note, 0, sizeof e.note);
    assert_same_bytes(&a, &e, sizeof a);
}

/* ---------------------------------------------------------------- resuming */

/* Into a new trainer whose own parameters, seed and counters were others. */
static void check_resume(const struct small_model *model, const seqnet_trainer_options *options)
{
    struct subject whole, begun, resumed;
    seqnet_trainer_options other = *options;
    other.seed = options->seed + 1;
    subject_init(&whole, model, *options);
    subject_init(&begun, model, *options);
    subject_init(&resumed, model, other);
    train(&whole, 0, SAVED);
    train(&begun, 0, SAVED);
    assert_ok(seqnet_trainer_save(begun.trainer, path, NULL));
    train(&resumed, 4, 6);
    assert_ok(seqnet_trainer_load(resumed.trainer, path));
    assert_alike(&resumed, &whole);
    for (int32_t call = SAVED; call < CALLS; call++) {
        train(&whole, call, call + 1);
        train(&resumed, call, call + 1);
        assert_alike(&resumed, &whole);
    }
    train(&begun, SAVED, CALLS); /* saving has changed nothing */
    assert_alike(&begun, &whole);
    assert_ok(seqnet_trainer_load(begun.trainer, path)); /* back to where it was */
    train(&begun, SAVED, CALLS);
    assert_alike(&begun, &whole);
    subject_free(&whole);
    subject_free(&begun);
    subject_free(&resumed);
}

/* Every optimizer, with floats and with tokens, one carried on, with dropout. */
static void check_optimizers(seqnet_trainer_options options)
{
    static const int32_t kinds[] = { SEQNET_LSTM, SEQNET_GRU, SEQNET_RNN };
    for (int32_t i = 0; i < 2 * (SEQNET_ADAMW + 1); i++) {
        const struct small_model model = { .kind = kinds[i % 3],
                                           .token_input = i & 1,
                                           .dropout = 0.25f };
        options.optimizer = i / 2;
        options.carry = (i ^ i >> 1) & 1;
        options.momentum = options.optimizer <= SEQNET_RMSPROP ? 0.9 : 0;
        options.seed = 5;
        options.learning_rate = 0.05;
        check_resume(&model, &options);
    }
}

static void test_plain(void **state)
{
    (void)state;
    check_optimizers((seqnet_trainer_options){ .clip_norm = 0.5 });
}

static void test_history(void **state)
{
    (void)state;
    check_optimizers((seqnet_trainer_options){ .back_steps = 5, .update_steps = 2 });
    check_optimizers((seqnet_trainer_options){ .back_steps = 9, .update_steps = 1 });
}

/* After SAVED calls some windows wait for the next update. */
static void test_pending(void **state)
{
    (void)state;
    check_optimizers((seqnet_trainer_options){ .accumulate = 2 });
    check_optimizers((seqnet_trainer_options){ .back_steps = 1, .update_steps = 4 });
    check_optimizers(
        (seqnet_trainer_options){ .back_steps = 3, .update_steps = 2, .accumulate = 2 });
}

static void test_schedules(void **state)
{
    (void)state;
    const struct small_model model = { .kind = SEQNET_GRU };
    for (int32_t schedule = SEQNET_CONSTANT; schedule <= SEQNET_PLATEAU; schedule++) {
        const seqnet_trainer_options options = {
            .schedule = schedule, .period = 3, .warmup = 2, .patience = 1, .gamma = 0.5
        };
        check_resume(&model, &options);
    }
}

/* ---------------------------------------------------------------- notes, errors */

static const struct small_model plain = { .kind = SEQNET_LSTM };

static void test_note(void **state)
{
    (void)state;
    static const char *const notes[] = { "", "epoch 3", "{\"a\": \"\\\"\"}\n\t\x01",
                                         "\xc3\xa9\xf0\x9f\x98\x80" };
    struct subject s;
    subject_init(&s, &plain, (seqnet_trainer_options){ 0 });
    assert_string_equal(seqnet_trainer_note(s.trainer), "");
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        assert_ok(seqnet_trainer_save(s.trainer, path, notes[i]));
        assert_ok(seqnet_trainer_load(s.trainer, path));
        assert_string_equal(seqnet_trainer_note(s.trainer), notes[i]);
    }
    assert_ok(seqnet_trainer_save(s.trainer, path, NULL));
    assert_ok(seqnet_trainer_load(s.trainer, path));
    assert_string_equal(seqnet_trainer_note(s.trainer), "");
    assert_error(seqnet_trainer_save(s.trainer, path, "\xff"), SEQNET_EINVAL, "UTF-8");
    subject_free(&s);
}

/* A trained subject with pending gradients refuses the file and stays as it is. */
static void refuse_load(const struct small_model *model, seqnet_trainer_options options,
                        int32_t code, const char *part)
{
    struct subject s;
    struct sight before, after;
    options.accumulate = 2;
    subject_init(&s, model, options);
    train(&s, 0, 3);
    look(&s, &before);
    assert_error(seqnet_trainer_load(s.trainer, path), code, part);
    look(&s, &after);
    assert_same_bytes(&after, &before, sizeof after);
    subject_free(&s);
}

static void test_others(void **state)
{
    (void)state;
    const struct small_model gru = { .kind = SEQNET_GRU };
    const struct small_model table = { .kind = SEQNET_LSTM, .token_input = 1 };
    struct subject s;
    subject_init(&s, &plain, (seqnet_trainer_options){ .optimizer = SEQNET_ADAM });
    train(&s, 0, SAVED);
    assert_ok(seqnet_trainer_save(s.trainer, path, "a"));
    subject_free(&s);
    const seqnet_trainer_options adam = { .optimizer = SEQNET_ADAM };
    seqnet_trainer_options other = adam;
    refuse_load(&gru, adam, SEQNET_EFORMAT, "another layer");
    refuse_load(&table, adam, SEQNET_EFORMAT, "another layer");
    for (int32_t optimizer = SEQNET_SGD; optimizer <= SEQNET_ADAMW; optimizer++) {
        other.optimizer = optimizer;
        if (optimizer != SEQNET_ADAM)
            refuse_load(&plain, other, SEQNET_EFORMAT, "another optimizer");
    }
    other = adam;
    other.back_steps = STEPS + 1;
    refuse_load(&plain, other, SEQNET_EFORMAT, "steps");
    other = adam;
    other.update_steps = 1;
    refuse_load(&plain, other, SEQNET_EFORMAT, "steps");
}

static size_t read_file(unsigned char *bytes, size_t limit)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    const size_t size = fread(bytes, 1, limit, file);
    fclose(file);
    assert_true(size > 8 && size < limit);
    return size;
}

static void write_file(const unsigned char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* A bit that flips anywhere, or a file that ends early, is always found. */
static void test_damaged(void **state)
{
    (void)state;
    static unsigned char bytes[1 << 16];
    const seqnet_trainer_options adam = { .optimizer = SEQNET_ADAM };
    struct subject s;
    struct sight good, now;
    subject_init(&s, &plain, adam);
    train(&s, 0, SAVED);
    assert_ok(seqnet_trainer_save(s.trainer, path, "a"));
    assert_ok(seqnet_trainer_load(s.trainer, path));
    look(&s, &good);
    const size_t size = read_file(bytes, sizeof bytes);
    const size_t header = 8 + bytes[0] + 256u * bytes[1];
    for (size_t i = 0; i < size; i += i < header ? 1 : 5) {
        bytes[i] ^= 4;
        write_file(bytes, size);
        assert_error(seqnet_trainer_load(s.trainer, path), SEQNET_EFORMAT, path);
        look(&s, &now);
        assert_same_bytes(&now, &good, sizeof now);
        bytes[i] ^= 4;
    }
    for (size_t end = 0; end < size; end += 61) {
        write_file(bytes, end);
        assert_error(seqnet_trainer_load(s.trainer, path), SEQNET_EFORMAT, "");
    }
    write_file(bytes, size - 1);
    refuse_load(&plain, adam, SEQNET_EFORMAT, "");
    subject_free(&s);
}

static void test_files(void **state)
{
    (void)state;
    char missing[96];
    struct subject s;
    subject_init(&s, &plain, (seqnet_trainer_options){ 0 });
    snprintf(missing, sizeof missing, "%s/nowhere/a", folder);
    assert_error(seqnet_trainer_save(s.trainer, missing, NULL), SEQNET_EIO, "nowhere");
    assert_error(seqnet_trainer_load(s.trainer, missing), SEQNET_EIO, "nowhere");
    assert_error(seqnet_trainer_save(s.trainer, NULL, NULL), SEQNET_EINVAL, "path");
    assert_error(seqnet_trainer_load(s.trainer, NULL), SEQNET_EINVAL, "path");
    subject_free(&s);
}

/* Whichever allocation fails: the old file stays, the trainer stays, and both calls can be made
 * again. */
static void test_no_memory(void **state)
{
    (void)state;
    struct test_memory memory;
    struct subject s;
    struct sight before, after;
    static unsigned char old[1 << 16], new[1 << 16];
    int32_t code = SEQNET_ENOMEM;
    test_memory_init(&memory);
    subject_init(&s, &plain,
                 (seqnet_trainer_options){
                     .allocator = &memory.allocator, .optimizer = SEQNET_ADAM, .accumulate = 2 });
    assert_ok(seqnet_trainer_save(s.trainer, path, "old"));
    const size_t size = read_file(old, sizeof old);
    train(&s, 0, SAVED);
    look(&s, &before);
    const size_t live = memory.live;
    for (size_t i = 1; code == SEQNET_ENOMEM; i++) {
        memory.calls = 0;
        memory.fail_at = i;
        code = seqnet_trainer_save(s.trainer, path, "new");
        assert_true(code == SEQNET_ENOMEM || (code == SEQNET_OK && i > 3));
        assert_int_equal(memory.live, live);
        if (code == SEQNET_ENOMEM) {
            assert_int_equal(read_file(new, sizeof new), size);
            assert_same_bytes(new, old, size);
        }
    }
    write_file(old, size);
    code = SEQNET_ENOMEM;
    for (size_t i = 1; code == SEQNET_ENOMEM; i++) {
        look(&s, &after);
        assert_same_bytes(&after, &before, sizeof after);
        memory.calls = 0;
        memory.fail_at = i;
        code = seqnet_trainer_load(s.trainer, path);
        assert_true(code == SEQNET_ENOMEM || (code == SEQNET_OK && i > 3));
    }
    assert_int_equal(memory.live, live + 1); /* the note */
    assert_string_equal(seqnet_trainer_note(s.trainer), "old");
    subject_free(&s);
    assert_int_equal(memory.live, 0);
}

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/a", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder); /* fails if a call left anything behind */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),     cmocka_unit_test(test_history),
        cmocka_unit_test(test_pending),   cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_note),      cmocka_unit_test(test_others),
        cmocka_unit_test(test_damaged),   cmocka_unit_test(test_files),
        cmocka_unit_test(test_no_memory),
    };
    fill_normal(x, sizeof x / sizeof *x, 1);
    /* Before the checkpoint token 0 only, after it first the others: a row whose gradient waits. */
    fill_below(tokens + SAVED * STEPS * BATCH, (CALLS - SAVED) * STEPS * BATCH, INPUT, 3);
    for (int32_t i = 0; i < STEPS * BATCH; i++)
        tokens[SAVED * STEPS * BATCH + i] = 1 + i % 2;
    fill_below(classes, sizeof classes / sizeof *classes, CLASSES, 4);
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
