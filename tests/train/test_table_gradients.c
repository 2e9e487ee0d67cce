/* SPDX-License-Identifier: MIT */
/*
 * Compact gradients of tables: the bits of every optimizer, norm and checkpoint are those of whole
 * tables, which a trainer with room for many more rows has.
 */
#include "small_model.h"
#include "support/memory.h"
#include "train/trainer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOKENS 500
#define WIDTH 7
#define STEPS 6
#define BATCH 3
#define ROWS (STEPS * BATCH)
#define WINDOWS 5
#define WHOLE_BATCH 100 /* WHOLE_BATCH * STEPS >= TOKENS */

struct bed {
    seqnet_layer *layer;
    seqnet_trainer *trainer;
};

static int32_t tokens[WINDOWS * ROWS], targets[WINDOWS * ROWS];

/* An embedding, or a recurrent layer's own table; and a linear layer. */
static seqnet_layer *new_layer(int own_table)
{
    seqnet_recurrent_options recurrent = SEQNET_RECURRENT_OPTIONS_INIT;
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_layer *parts[3], *layer;
    int32_t count = 0;
    recurrent.token_input = own_table, recurrent.bidirectional = own_table;
    embedding.has_padding_idx = 1, embedding.padding_idx = 3;
    if (!own_table)
        assert_ok(seqnet_embedding_create(TOKENS, WIDTH, &embedding, &parts[count++]));
    assert_ok(seqnet_gru_create(own_table ? TOKENS : WIDTH, HIDDEN, &recurrent, &parts[count++]));
    assert_ok(seqnet_linear_create((own_table + 1) * HIDDEN, CLASSES, NULL, &parts[count++]));
    assert_ok(seqnet_sequential_create(parts, count, NULL, &layer));
    while (count)
        seqnet_layer_destroy(parts[--count]);
    return layer;
}

static struct bed new_bed(int own_table, int32_t optimizer, int32_t max_batch,
                          const seqnet_allocator *allocator)
{
    struct bed bed = { .layer = new_layer(own_table) };
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    options.allocator = allocator;
    options.max_batch = max_batch, options.back_steps = STEPS, options.threads = 2;
    options.accumulate = 2, options.optimizer = optimizer;
    options.clip_norm = 0.01, options.clip_value = 0.005;
    assert_ok(seqnet_trainer_create(bed.layer, &options, &bed.trainer));
    bed.trainer->context->least_time = 0;
    assert_int_equal(bed.trainer->context->gradient[0].rank != NULL, max_batch == BATCH);
    return bed;
}

static void free_bed(struct bed *bed)
{
    seqnet_trainer_destroy(bed->trainer);
    seqnet_layer_destroy(bed->layer);
}

static void train(struct bed *bed, int window, seqnet_result *result)
{
    seqnet_batch batch = SEQNET_BATCH_INIT;
    batch.tokens = tokens + window * ROWS, batch.targets = targets + window * ROWS;
    batch.steps = STEPS, batch.batch = BATCH;
    *result = (seqnet_result)SEQNET_RESULT_INIT;
    assert_ok(seqnet_trainer_train(bed->trainer, &batch, result));
}

/* Forward and backward by hand: gradients of one more window. */
static int32_t add_window(struct bed *bed, int window)
{
    static const float dy[ROWS * CLASSES] = { 1, 2, 3, 4, 5, 6, 7 };
    seqnet_context *context = seqnet_trainer_context(bed->trainer);
    seqnet_window input = SEQNET_WINDOW_INIT;
    input.tokens = tokens + window * ROWS, input.steps = STEPS, input.batch = BATCH;
    assert_ok(seqnet_context_reset(context));
    assert_ok(seqnet_context_forward(context, &input, NULL));
    return seqnet_context_backward(context, dy, NULL);
}

static void assert_same_tensors(struct bed *a, struct bed *b)
{
    static float one[TOKENS * 6 * HIDDEN], other[TOKENS * 6 * HIDDEN];
    for (int32_t i = 0; i < seqnet_layer_tensor_count(a->layer); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        assert_ok(seqnet_layer_tensor_info(a->layer, i, &info));
        assert_true(info.count <= TOKENS * 6 * HIDDEN);
        const size_t bytes = (size_t)info.count * sizeof *one;
        assert_ok(seqnet_layer_get_parameter(a->layer, info.name, one, info.count));
        assert_ok(seqnet_layer_get_parameter(b->layer, info.name, other, info.count));
        assert_same_bytes(one, other, bytes);
        assert_ok(seqnet_context_get_gradient(a->trainer->context, info.name, one, info.count));
        assert_ok(seqnet_context_get_gradient(b->trainer->context, info.name, other, info.count));
        assert_same_bytes(one, other, bytes);
    }
}

static void training_has_the_bits_of_whole_tables(void **state)
{
    (void)state;
    for (int own_table = 0; own_table < 2; own_table++)
        for (int32_t optimizer = SEQNET_SGD; optimizer <= SEQNET_ADAMW; optimizer++) {
            struct bed compact = new_bed(own_table, optimizer, BATCH, NULL);
            struct bed whole = new_bed(own_table, optimizer, WHOLE_BATCH, NULL);
            for (int window = 0; window < WINDOWS; window++) {
                seqnet_result a, b;
                train(&compact, window, &a);
                train(&whole, window, &b);
                assert_same_bytes(&a, &b, sizeof a);
                assert_same_tensors(&compact, &whole); /* also between updates */
            }
            free_bed(&compact);
            free_bed(&whole);
        }
}

/* Weight decay has all rows shrink, also those of a long run without a gradient. */
static void untouched_rows_decay(void **state)
{
    (void)state;
    static float before[TOKENS * WIDTH], after[TOKENS * WIDTH];
    struct bed bed = { .layer = new_layer(0) };
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_result result;
    options.max_batch = BATCH, options.back_steps = STEPS, options.threads = 1;
    options.learning_rate = 0.5, options.weight_decay = 0.25;
    assert_ok(seqnet_trainer_create(bed.layer, &options, &bed.trainer));
    assert_ok(seqnet_layer_get_parameter(bed.layer, "0.weight", before, TOKENS * WIDTH));
    train(&bed, 0, &result);
    assert_ok(seqnet_layer_get_parameter(bed.layer, "0.weight", after, TOKENS * WIDTH));
    for (int i = 0; i < TOKENS * WIDTH; i++) {
        int touched = 0;
        for (int r = 0; r < ROWS; r++)
            touched |= tokens[r] == i / WIDTH;
        if (!touched)
            assert_near(after[i], before[i] * 0.875f, 1e-6);
    }
    free_bed(&bed);
}

/* After an odd number of windows a gradient is pending. */
static void pending_rows_are_saved(void **state)
{
    (void)state;
    char path[] = "table-gradients-XXXXXX";
    struct bed saved = new_bed(0, SEQNET_ADAM, BATCH, NULL);
    struct bed loaded = new_bed(0, SEQNET_ADAM, BATCH, NULL);
    seqnet_result a, b;
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    for (int window = 0; window < 3; window++)
        train(&saved, window, &a);
    train(&loaded, 4, &b);
    assert_ok(seqnet_trainer_save(saved.trainer, path, NULL));
    assert_ok(seqnet_trainer_load(loaded.trainer, path));
    assert_same_tensors(&saved, &loaded);
    train(&saved, 3, &a);
    train(&loaded, 3, &b);
    assert_int_equal(a.updates, 1);
    assert_same_bytes(&a, &b, sizeof a);
    assert_same_tensors(&saved, &loaded);
    remove(path);
    free_bed(&saved);
    free_bed(&loaded);
}

/* More windows than an update has: the table is allocated, or nothing happens. */
static void more_windows_get_more_room(void **state)
{
    (void)state;
    struct test_memory memory;
    test_memory_init(&memory);
    struct bed compact = new_bed(0, SEQNET_SGD, BATCH, &memory.allocator);
    struct bed whole = new_bed(0, SEQNET_SGD, WHOLE_BATCH, NULL);
    const size_t calls = memory.calls;
    for (int window = 0; window < 2; window++) {
        assert_ok(add_window(&compact, window));
        assert_ok(add_window(&whole, window));
    }
    assert_int_equal(memory.calls, calls);
    memory.fail_at = calls + 1;
    assert_error(add_window(&compact, 2), SEQNET_ENOMEM, "seqnet_context_backward: out of memory");
    assert_same_tensors(&compact, &whole);
    for (int window = 2; window < WINDOWS; window++) {
        assert_ok(add_window(&compact, window));
        assert_ok(add_window(&whole, window));
        assert_same_tensors(&compact, &whole);
    }
    assert_int_equal(memory.calls, calls + 2);
    assert_ok(seqnet_trainer_update(compact.trainer, NULL));
    assert_ok(seqnet_trainer_update(whole.trainer, NULL));
    assert_same_tensors(&compact, &whole);
    free_bed(&compact);
    free_bed(&whole);
    assert_int_equal(memory.live, 0);
}

static int set_up(void **state)
{
    (void)state;
    fill_below(tokens, WINDOWS * ROWS, TOKENS / 3, 1); /* what comes after is a long run */
    fill_below(targets, WINDOWS * ROWS, CLASSES, 2);
    tokens[1] = tokens[2], tokens[ROWS] = tokens[1]; /* repeated in a window and in the next */
    tokens[3] = 3, tokens[4] = TOKENS - 1, tokens[ROWS + 1] = 0; /* padding; the last, the first */
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_has_the_bits_of_whole_tables),
        cmocka_unit_test(untouched_rows_decay),
        cmocka_unit_test(pending_rows_are_saved),
        cmocka_unit_test(more_windows_get_more_room),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
