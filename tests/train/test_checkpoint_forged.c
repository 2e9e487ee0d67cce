/* SPDX-License-Identifier: MIT */
/*
 * Checkpoints that are well-formed, with a right checksum, and hold values that no training leaves:
 * they are refused before one of them is used.
 */
#include "small_model.h"

#include "io/scratch.h"

#include <seqnet/tensors.h>

#include <string.h>

#define STEPS 6
#define BATCH 2
#define COUNTERS 12

/* Places in "counters", see train/snapshot.c. */
enum { UPDATES = 6, CALLS, PENDING, HISTORY_STEPS, HISTORY_BATCH, PLATEAU_BAD };

static int32_t tokens[STEPS * BATCH], classes[STEPS * BATCH];
static const seqnet_batch batch = { .struct_size = sizeof batch,
                                    .tokens = tokens,
                                    .targets = classes,
                                    .steps = STEPS,
                                    .batch = BATCH };

struct subject {
    seqnet_layer *layer;
    seqnet_trainer *trainer;
};

/* A trainer with a history of tokens, and its checkpoint. */
static void subject_init(struct subject *s)
{
    const struct small_model model = { .kind = SEQNET_GRU, .token_input = 1 };
    const seqnet_trainer_options options = { sizeof options, .max_batch = BATCH, .back_steps = 4,
                                             .update_steps = 2, .carry = 1 };
    s->layer = small_model_new(&model);
    assert_ok(seqnet_trainer_create(s->layer, &options, &s->trainer));
    assert_ok(seqnet_trainer_train(s->trainer, &batch, NULL));
    assert_ok(seqnet_trainer_save(s->trainer, scratch_path("a"), "note"));
    assert_ok(seqnet_trainer_load(s->trainer, scratch_path("a")));
}

static void subject_free(struct subject *s)
{
    seqnet_trainer_destroy(s->trainer);
    seqnet_layer_destroy(s->layer);
}

/* Write the checkpoint again, checksum and all, with other values in place of a tensor's. */
static void forge(const char *name, const void *values)
{
    seqnet_tensors *file;
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    assert_ok(seqnet_tensors_load(scratch_path("a"), NULL, &file));
    assert_ok(seqnet_tensors_find(file, name, &entry));
    entry.data = values;
    assert_ok(seqnet_tensors_set_entry(file, &entry));
    assert_ok(seqnet_tensors_save(file, scratch_path("a")));
    seqnet_tensors_destroy(file);
}

static void read_tensor(const char *name, void *values)
{
    seqnet_tensors *file;
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    assert_ok(seqnet_tensors_load(scratch_path("a"), NULL, &file));
    assert_ok(seqnet_tensors_find(file, name, &entry));
    memcpy(values, entry.data, entry.data_bytes);
    seqnet_tensors_destroy(file);
}

static void refuse(const struct subject *s, const char *part)
{
    assert_error(seqnet_trainer_load(s->trainer, scratch_path("a")), SEQNET_EFORMAT, part);
    assert_ok(seqnet_trainer_train(s->trainer, &batch, NULL));
}

/* A token outside the vocabulary would be read from beyond the table. */
static void history_tokens_are_checked(void **state)
{
    (void)state;
    static const int32_t bad[] = { INPUT, -1, INT32_MAX, INT32_MIN };
    struct subject s;
    int32_t history[STEPS * BATCH];
    subject_init(&s);
    read_tensor("history", history);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        history[1] = bad[i];
        forge("history", history);
        refuse(&s, "\"history\"");
    }
    history[1] = INPUT - 1;
    forge("history", history);
    assert_ok(seqnet_trainer_load(s.trainer, scratch_path("a")));
    subject_free(&s);
}

static void refuse_counter(const struct subject *s, int index, int64_t value)
{
    int64_t counters[COUNTERS], good;
    read_tensor("counters", counters);
    good = counters[index];
    counters[index] = value;
    forge("counters", counters);
    refuse(s, "another");
    counters[index] = good;
    forge("counters", counters);
    assert_ok(seqnet_trainer_load(s->trainer, scratch_path("a")));
}

/* Counters that would overflow, or say that there is more than there is room for. */
static void counters_are_checked(void **state)
{
    (void)state;
    struct subject s;
    subject_init(&s);
    for (int index = UPDATES; index <= PLATEAU_BAD; index++) {
        refuse_counter(&s, index, -1);
        refuse_counter(&s, index, INT64_MAX);
    }
    refuse_counter(&s, PENDING, 1);
    refuse_counter(&s, HISTORY_STEPS, 3);
    refuse_counter(&s, HISTORY_BATCH, 0);
    refuse_counter(&s, HISTORY_BATCH, BATCH + 1);
    subject_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(history_tokens_are_checked),
        scratch_test(counters_are_checked),
    };
    fill_below(tokens, STEPS * BATCH, INPUT, 1);
    fill_below(classes, STEPS * BATCH, CLASSES, 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
