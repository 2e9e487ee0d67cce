/* SPDX-License-Identifier: MIT */
/*
 * What must not change a result: the layout of the batch, what padding holds, outputs nobody
 * wants, the number of threads (the same bits); and company in the batch, its order, cutting a
 * sequence into steps (the same bits with the native backend; close with BLAS, where a library
 * picks its kernel, and so its order of sums, by the shape of a product).
 */
#include "layers/models.h"
#include "support/assert.h"

#include <math.h>
#include <string.h>

/* BLAS: values are of magnitude 1, sums have at most some tens of terms. Native: the same bits. */
static double tolerance(void)
{
    return strcmp(seqnet_runtime_backend(), "native") == 0 ? 0 : 4e-6;
}

static const int32_t lengths[RUN_BATCH] = { 3, 0, RUN_STEPS, 1 };

/* One sample's outputs, state and gradient by input in two runs; the unused room is NaN in both. */
static void assert_sample_close(const struct run *a, int at, const struct run *b, int bt, int steps)
{
    for (int t = 0; t < steps; t++)
        for (int j = 0; j < RUN_ROW; j++) {
            if (!isnan(a->y[at][t][j]) || !isnan(b->y[bt][t][j]))
                assert_all_close(&a->y[at][t][j], &b->y[bt][t][j], 1, tolerance(), tolerance());
            if (!isnan(a->dx[at][t][j]) || !isnan(b->dx[bt][t][j]))
                assert_all_close(&a->dx[at][t][j], &b->dx[bt][t][j], 1, tolerance(), tolerance());
        }
    for (int j = 0; j < RUN_STREAM; j++)
        if (!isnan(a->state[at][j]) || !isnan(b->state[bt][j]))
            assert_all_close(&a->state[at][j], &b->state[bt][j], 1, tolerance(), tolerance());
}

static void layouts_give_the_same_bits(seqnet_layer *layer)
{
    struct job job = job_of(layer, 0, RUN_BATCH);
    struct run sequence_major, batch_major;
    for (int ragged = 0; ragged < 2; ragged++) {
        job.lengths = ragged ? lengths : NULL;
        job.batch_major = 0;
        run_job(&job, &sequence_major);
        job.batch_major = 1;
        run_job(&job, &batch_major);
        assert_same_bytes(&batch_major, &sequence_major, sizeof batch_major);
    }
}

static void padding_is_never_read(seqnet_layer *layer)
{
    struct job job = job_of(layer, 0, RUN_BATCH);
    struct run zero, poisoned;
    const seqnet_layer_info info = info_of(layer);
    job.lengths = lengths;
    run_job(&job, &zero);
    job.padding = NAN;
    run_job(&job, &poisoned);
    assert_same_bytes(&poisoned, &zero, sizeof zero);
    for (int b = 0; b < RUN_BATCH; b++)
        for (int t = lengths[b]; t < RUN_STEPS; t++) {
            for (int j = 0; j < info.output_size; j++)
                assert_true(zero.y[b][t][j] == 0);
            for (int j = 0; j < info.input_size && !info.token_input; j++)
                assert_true(zero.dx[b][t][j] == 0);
        }
}

static void unwanted_outputs_change_nothing(seqnet_layer *layer)
{
    struct job job = job_of(layer, 0, RUN_BATCH);
    struct run all, none;
    for (int ragged = 0; ragged < 2; ragged++) {
        job.lengths = ragged ? lengths : NULL;
        job.without_y = job.without_dx = 0;
        run_job(&job, &all);
        job.without_y = job.without_dx = 1;
        run_job(&job, &none);
        assert_same_bytes(none.state, all.state, sizeof all.state);
        assert_same_bytes(none.gradients, all.gradients, sizeof all.gradients);
    }
}

static void company_changes_nothing(seqnet_layer *layer)
{
    struct run together, alone, permuted;
    struct job job = job_of(layer, 0, RUN_BATCH);
    const int32_t order[RUN_BATCH] = { 2, 0, 3, 1 };
    run_job(&job, &together);
    for (int b = 0; b < RUN_BATCH; b++) {
        const struct job one = job_of(layer, b, 1);
        run_job(&one, &alone);
        assert_sample_close(&together, b, &alone, 0, RUN_STEPS);
        job.samples[b] = order[b];
    }
    run_job(&job, &permuted);
    for (int b = 0; b < RUN_BATCH; b++)
        assert_sample_close(&permuted, b, &together, order[b], RUN_STEPS);
}

static void a_length_is_a_shorter_sample(seqnet_layer *layer)
{
    const int64_t state_size = RUN_STREAM;
    struct run ragged, alone;
    struct job job = job_of(layer, 0, RUN_BATCH);
    job.lengths = lengths;
    run_job(&job, &ragged);
    for (int b = 0; b < RUN_BATCH; b++) {
        struct job one = job_of(layer, b, 1);
        one.steps = lengths[b];
        if (one.steps) {
            run_job(&one, &alone);
            assert_sample_close(&ragged, b, &alone, 0, one.steps);
            continue;
        }
        sample_state(alone.state[0], b, state_size);
        for (int j = 0; j < RUN_STREAM && !isnan(ragged.state[b][j]); j++)
            assert_true(ragged.state[b][j] == alone.state[0][j]);
    }
}

static void state_is_zero_unless_given(seqnet_layer *layer)
{
    struct run fresh, given;
    struct job job = job_of(layer, 0, 2);
    run_job(&job, &given);
    job.zero_state = 1;
    run_job(&job, &fresh);
    if (info_of(layer).has_state)
        assert_true(memcmp(fresh.y, given.y, sizeof fresh.y) != 0);
    else
        assert_same_bytes(&fresh, &given, sizeof fresh);
}

static seqnet_context *stream_context(seqnet_layer *layer, int32_t steps, int32_t batch)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context;
    options.max_steps = steps;
    options.max_batch = batch;
    assert_ok(seqnet_context_create(layer, &options, &context));
    for (int32_t b = 0; b < batch; b++) {
        float values[RUN_STREAM];
        const int64_t size = seqnet_context_stream_size(context);
        sample_state(values, b, size);
        assert_ok(seqnet_context_set_stream(context, b, values, size));
    }
    return context;
}

/* Steps [from, from + steps) of samples 0..batch-1 into the rows of `run`. */
static void run_piece(seqnet_layer *layer, seqnet_context *context, int32_t from, int32_t steps,
                      int32_t batch, struct run *run)
{
    const seqnet_layer_info info = info_of(layer);
    float x[RUN_STEPS * RUN_BATCH * RUN_ROW], y[RUN_STEPS * RUN_BATCH * RUN_ROW];
    int32_t tokens[RUN_STEPS * RUN_BATCH];
    for (int32_t row = 0; row < steps * batch; row++) {
        const int32_t t = from + row / batch, b = row % batch;
        sample_x(&x[row * info.input_size], b, t, info.input_size);
        tokens[row] = sample_token(b, t);
    }
    const seqnet_window window = { .struct_size = sizeof window,
                                   .x = info.token_input ? NULL : x,
                                   .tokens = info.token_input ? tokens : NULL,
                                   .steps = steps,
                                   .batch = batch };
    if (steps > 1)
        assert_ok(seqnet_context_forward(context, &window, y));
    else if (info.token_input)
        assert_ok(seqnet_context_step_tokens(context, tokens, y));
    else
        assert_ok(seqnet_context_step(context, x, y));
    for (int32_t row = 0; row < steps * batch; row++)
        memcpy(run->y[row % batch][from + row / batch], &y[row * info.output_size],
               (size_t)info.output_size * sizeof *y);
    for (int32_t b = 0; b < batch; b++)
        assert_ok(seqnet_context_get_stream(context, b, run->state[b],
                                            seqnet_context_stream_size(context)));
}

/* Step by step in contexts of one step, and in pieces of 4 and 2 steps, by inference contexts. */
static void a_stream_is_a_window(seqnet_layer *layer)
{
    struct run window, steps, pieces;
    for (int32_t batch = 1; batch <= RUN_BATCH; batch++) {
        struct job job = job_of(layer, 0, batch);
        job.without_dx = 1;
        run_job(&job, &window);
        memset(&steps, 0xFF, sizeof steps);
        memset(&pieces, 0xFF, sizeof pieces);
        seqnet_context *context = stream_context(layer, 1, batch);
        for (int32_t t = 0; t < RUN_STEPS; t++)
            run_piece(layer, context, t, 1, batch, &steps);
        seqnet_context_destroy(context);
        context = stream_context(layer, 4, batch);
        run_piece(layer, context, 0, 4, batch, &pieces);
        run_piece(layer, context, 4, 2, batch, &pieces);
        seqnet_context_destroy(context);
        for (int32_t b = 0; b < batch; b++) {
            assert_sample_close(&steps, b, &window, b, RUN_STEPS);
            assert_sample_close(&pieces, b, &window, b, RUN_STEPS);
        }
    }
}

/* Two samples in a context made for four streams: the other two streams keep their states. */
static void room_for_more_streams_changes_nothing(seqnet_layer *layer)
{
    struct run narrow, wide;
    float values[RUN_STREAM], expected[RUN_STREAM];
    memset(&narrow, 0xFF, sizeof narrow);
    memset(&wide, 0xFF, sizeof wide);
    seqnet_context *small = stream_context(layer, RUN_STEPS, 2);
    seqnet_context *large = stream_context(layer, RUN_STEPS, 4);
    run_piece(layer, small, 0, RUN_STEPS, 2, &narrow);
    run_piece(layer, large, 0, RUN_STEPS, 2, &wide);
    assert_same_bytes(&wide, &narrow, sizeof wide);
    const int64_t size = seqnet_context_stream_size(large);
    for (int32_t b = 2; b < 4; b++) {
        sample_state(expected, b, size);
        assert_ok(seqnet_context_get_stream(large, b, values, size));
        assert_same_bytes(values, expected, (size_t)size * sizeof *values);
    }
    seqnet_context_destroy(small);
    seqnet_context_destroy(large);
}

/* More threads than samples, too. With BLAS a context has one whatever it is asked for. */
static void threads_change_nothing(seqnet_layer *layer)
{
    struct run alone, together;
    for (int32_t batch = 1; batch <= RUN_BATCH; batch++)
        for (int ragged = 0; ragged < 2; ragged++) {
            struct job job = job_of(layer, 0, batch);
            job.lengths = ragged ? lengths : NULL;
            job.batch_major = ragged;
            run_job(&job, &alone);
            for (job.threads = 2; job.threads <= 5; job.threads++) {
                run_job(&job, &together);
                assert_same_bytes(&together, &alone, sizeof alone);
            }
        }
}

typedef void property(seqnet_layer *layer);

static void holds_for_every_model(void **state)
{
    property *const *check = *state;
    for (int i = 0; i < model_count; i++) {
        if (*check == a_stream_is_a_window && !models[i].one_way)
            continue;
        seqnet_layer *layer = models[i].create(NULL);
        assert_non_null(layer);
        print_message("             %s\n", models[i].name);
        (*check)(layer);
        seqnet_layer_destroy(layer);
    }
}

/* clang-format off */
#define PROPERTY(name) { #name, holds_for_every_model, NULL, NULL, &(property *[]){ name } }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROPERTY(layouts_give_the_same_bits),
        PROPERTY(padding_is_never_read),
        PROPERTY(unwanted_outputs_change_nothing),
        PROPERTY(company_changes_nothing),
        PROPERTY(a_length_is_a_shorter_sample),
        PROPERTY(state_is_zero_unless_given),
        PROPERTY(a_stream_is_a_window),
        PROPERTY(threads_change_nothing),
        PROPERTY(room_for_more_streams_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
