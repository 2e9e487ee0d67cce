/* SPDX-License-Identifier: MIT */
/*
 * The same bits from any number of threads, for layers that are large enough to be shared in every
 * way there is: by places of the batch and by hidden units, both directions at the same time, rows
 * of few and of many weights. (invariance runs all kinds of layers, but small ones.)
 */
#include "layers/context.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <seqnet/seqnet.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 3
#define MOST_BATCH 30
#define INPUT 19

typedef int32_t create_function(int32_t, int32_t, const seqnet_recurrent_options *,
                                seqnet_layer **);

/* W_hh has more than 100,000 elements, so that few places are shared by units. */
struct subject {
    const char *name;
    create_function *create;
    int32_t hidden;
    seqnet_recurrent_options options;
};

static const struct subject subjects[] = {
    { "lstm", seqnet_lstm_create, 161, { .num_layers = 2, .dropout = 0.3f } },
    { "bidirectional lstm", seqnet_lstm_create, 163, { .num_layers = 2, .bidirectional = 1 } },
    { "projection", seqnet_lstm_create, 170, { .proj_size = 151, .bidirectional = 1 } },
    { "tokens", seqnet_lstm_create, 160, { .token_input = 1, .bidirectional = 1 } },
    { "gru", seqnet_gru_create, 185, { .bidirectional = 1 } },
    { "gru reset before", seqnet_gru_create, 186, { .reset_before = 1, .num_layers = 2 } },
    { "rnn", seqnet_rnn_create, 321, { .nonlinearity = SEQNET_RELU, .token_input = 1 } },
};

/* All that a call of a context gives, one after the other. */
struct outcome {
    float *values;
    int64_t count;
};

static float *room_for(struct outcome *outcome, int64_t count)
{
    const size_t size = (size_t)(outcome->count + count) * sizeof *outcome->values;
    outcome->values = realloc(outcome->values, size);
    assert_non_null(outcome->values);
    outcome->count += count;
    return memset(outcome->values + outcome->count - count, 0, (size_t)count * sizeof(float));
}

/* The recurrent layer and a linear one above it. */
static seqnet_layer *create(const struct subject *subject)
{
    seqnet_recurrent_options options = subject->options;
    seqnet_layer *children[2], *layer;
    options.struct_size = sizeof options;
    options.seed = 5;
    assert_ok(subject->create(INPUT, subject->hidden, &options, &children[0]));
    const int32_t size = options.proj_size ? options.proj_size : subject->hidden;
    assert_ok(seqnet_linear_create(size << options.bidirectional, 70, NULL, &children[1]));
    assert_ok(seqnet_sequential_create(children, 2, NULL, &layer));
    seqnet_layer_destroy(children[0]);
    seqnet_layer_destroy(children[1]);
    return layer;
}

struct call {
    seqnet_layer *layer;
    int32_t batch, ragged, training, threads;
};

static void collect_states(const struct call *call, seqnet_context *context,
                           struct outcome *outcome)
{
    for (int32_t i = 0; i < seqnet_context_state_count(context); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        assert_ok(seqnet_context_state_info(context, i, &info));
        assert_ok(seqnet_context_get_state(context, info.name, room_for(outcome, info.count),
                                           info.count));
        if (call->training)
            assert_ok(seqnet_context_get_state_gradient(context, info.name,
                                                        room_for(outcome, info.count), info.count));
    }
}

static void collect_gradients(const struct call *call, seqnet_context *context,
                              struct outcome *outcome)
{
    for (int32_t i = 0; i < seqnet_layer_tensor_count(call->layer); i++) {
        seqnet_tensor_info info = { .struct_size = sizeof info };
        assert_ok(seqnet_layer_tensor_info(call->layer, i, &info));
        assert_ok(seqnet_context_get_gradient(context, info.name, room_for(outcome, info.count),
                                              info.count));
    }
}

static seqnet_context *create_context(const struct call *call)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    seqnet_context *context;
    options.max_steps = STEPS;
    options.max_batch = call->batch;
    options.training = call->training;
    options.threads = call->threads;
    assert_ok(seqnet_context_create(call->layer, &options, &context));
    context->least_time = 0;
    return context;
}

/* Two windows, so that the second one begins with a state; then, in training, backward. */
static struct outcome run(const struct call *call)
{
    static float x[STEPS * MOST_BATCH * INPUT], dy[STEPS * MOST_BATCH * 70];
    static int32_t tokens[STEPS * MOST_BATCH], lengths[MOST_BATCH];
    seqnet_layer_info info = { .struct_size = sizeof info };
    assert_ok(seqnet_layer_get_info(call->layer, &info));
    for (int i = 0; i < STEPS * MOST_BATCH * INPUT; i++)
        x[i] = (float)noise(1, (uint64_t)i);
    for (int i = 0; i < STEPS * MOST_BATCH * 70; i++)
        dy[i] = (float)noise(2, (uint64_t)i);
    for (int i = 0; i < STEPS * MOST_BATCH; i++)
        tokens[i] = i * 7 % INPUT;
    for (int b = 0; b < MOST_BATCH; b++)
        lengths[b] = b * 5 % (STEPS + 1);
    const seqnet_window window = { .struct_size = sizeof window,
                                   .x = info.token_input ? NULL : x,
                                   .tokens = info.token_input ? tokens : NULL,
                                   .lengths = call->ragged ? lengths : NULL,
                                   .steps = STEPS,
                                   .batch = call->batch };
    struct outcome outcome = { NULL, 0 };
    const int64_t rows = (int64_t)STEPS * call->batch;
    seqnet_context *context = create_context(call);
    for (int pass = 0; pass < 2; pass++)
        assert_ok(seqnet_context_forward(context, &window, room_for(&outcome, rows * 70)));
    if (call->training) {
        float *dx = info.token_input ? NULL : room_for(&outcome, rows * INPUT);
        assert_ok(seqnet_context_backward(context, dy, dx));
        collect_gradients(call, context, &outcome);
    }
    collect_states(call, context, &outcome);
    seqnet_context_destroy(context);
    return outcome;
}

static void compare_threads(struct call call)
{
    static const int32_t threads[] = { 2, 3, 5 };
    call.threads = 1;
    struct outcome alone = run(&call);
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        call.threads = threads[i];
        struct outcome together = run(&call);
        assert_true(together.count == alone.count);
        assert_same_bytes(together.values, alone.values,
                          (size_t)alone.count * sizeof *alone.values);
        free(together.values);
    }
    free(alone.values);
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    const struct subject *subject = *state;
    static const int32_t batches[] = { 1, 7, MOST_BATCH };
    seqnet_layer *layer = create(subject);
    print_message("             %s\n", subject->name);
    for (int b = 0; b < 3; b++)
        for (int ragged = 0; ragged < 2; ragged++)
            for (int training = 0; training < 2; training++)
                compare_threads((struct call){ layer, batches[b], ragged, training, 1 });
    seqnet_layer_destroy(layer);
}

int main(void)
{
    struct CMUnitTest tests[sizeof subjects / sizeof *subjects];
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        tests[i] = (struct CMUnitTest){ .name = "any_number_of_threads_gives_the_same_bits",
                                        .test_func = any_number_of_threads_gives_the_same_bits,
                                        .initial_state = (void *)&subjects[i] };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
