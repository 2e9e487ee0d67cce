/* SPDX-License-Identifier: MIT */
#include "layers/models.h"

#include "layers/context.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef int32_t create_function(int32_t, int32_t, const seqnet_recurrent_options *,
                                seqnet_layer **);

static seqnet_layer *recurrent(create_function *create, int32_t input, int32_t hidden,
                               seqnet_recurrent_options options, const seqnet_allocator *allocator)
{
    seqnet_layer *layer;
    options.struct_size = sizeof options;
    options.allocator = allocator;
    options.seed = 3;
    create(input, hidden, &options, &layer);
    return layer;
}

static seqnet_layer *tanh_rnn(const seqnet_allocator *allocator)
{
    const seqnet_recurrent_options options = { .num_layers = 2 };
    return recurrent(seqnet_rnn_create, MODEL_TOKENS, 7, options, allocator);
}

static seqnet_layer *lstm(const seqnet_allocator *allocator)
{
    const seqnet_recurrent_options options = { .num_layers = 2, .forget_bias = 1 };
    return recurrent(seqnet_lstm_create, MODEL_TOKENS, 7, options, allocator);
}

static seqnet_layer *projected_lstm(const seqnet_allocator *allocator)
{
    const seqnet_recurrent_options options = { .num_layers = 2, .proj_size = 3 };
    return recurrent(seqnet_lstm_create, MODEL_TOKENS, 7, options, allocator);
}

static seqnet_layer *bidirectional_lstm(const seqnet_allocator *allocator)
{
    const seqnet_recurrent_options options = { .num_layers = 2, .bidirectional = 1 };
    return recurrent(seqnet_lstm_create, MODEL_TOKENS, 3, options, allocator);
}

static seqnet_layer *gru(const seqnet_allocator *allocator)
{
    const seqnet_recurrent_options options = { .num_layers = 2, .no_bias = 1 };
    return recurrent(seqnet_gru_create, MODEL_TOKENS, 7, options, allocator);
}

static seqnet_layer *reset_before_gru(const seqnet_allocator *allocator)
{
    const seqnet_recurrent_options options = { .reset_before = 1 };
    return recurrent(seqnet_gru_create, MODEL_TOKENS, 7, options, allocator);
}

static seqnet_layer *bidirectional_gru(const seqnet_allocator *allocator)
{
    const seqnet_recurrent_options options = { .bidirectional = 1, .token_input = 1 };
    return recurrent(seqnet_gru_create, MODEL_TOKENS, 3, options, allocator);
}

static seqnet_layer *token_lstm(const seqnet_allocator *allocator)
{
    const seqnet_recurrent_options options = { .token_input = 1, .num_layers = 2 };
    return recurrent(seqnet_lstm_create, MODEL_TOKENS, 7, options, allocator);
}

/* Takes over the children; NULL, with nothing left, if one of them or the sequential failed. */
static seqnet_layer *sequential(seqnet_layer **children, int32_t count,
                                const seqnet_allocator *allocator)
{
    seqnet_layer *layer = NULL;
    int32_t complete = 1;
    for (int32_t i = 0; i < count; i++)
        complete &= children[i] != NULL;
    if (complete)
        seqnet_sequential_create(children, count, allocator, &layer);
    for (int32_t i = 0; i < count; i++)
        seqnet_layer_destroy(children[i]);
    return layer;
}

/* Embedding, dropout, LSTM, and a linear layer tied to the embedding. */
static seqnet_layer *tied_model(const seqnet_allocator *allocator)
{
    seqnet_embedding_options embedding = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    const seqnet_recurrent_options plain = { 0 };
    seqnet_layer *children[4] = { NULL };
    embedding.allocator = linear.allocator = allocator;
    seqnet_embedding_create(MODEL_TOKENS, 7, &embedding, &children[0]);
    seqnet_dropout_create(7, 0, allocator, &children[1]);
    children[2] = recurrent(seqnet_lstm_create, 7, 7, plain, allocator);
    linear.tied_embedding = children[0];
    if (children[0])
        seqnet_linear_create(7, MODEL_TOKENS, &linear, &children[3]);
    return sequential(children, 4, allocator);
}

static seqnet_layer *dense_model(const seqnet_allocator *allocator)
{
    seqnet_linear_options linear = SEQNET_LINEAR_OPTIONS_INIT;
    const seqnet_recurrent_options plain = { 0 };
    seqnet_layer *children[3] = { NULL };
    linear.allocator = allocator;
    seqnet_linear_create(MODEL_TOKENS, 3, &linear, &children[0]);
    children[1] = recurrent(seqnet_gru_create, 3, 9, plain, allocator);
    seqnet_linear_create(9, 2, &linear, &children[2]);
    return sequential(children, 3, allocator);
}

static seqnet_layer *embedding_alone(const seqnet_allocator *allocator)
{
    seqnet_embedding_options options = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_layer *layer;
    options.allocator = allocator;
    seqnet_embedding_create(MODEL_TOKENS, 3, &options, &layer);
    return layer;
}

static seqnet_layer *linear_alone(const seqnet_allocator *allocator)
{
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    seqnet_layer *layer;
    options.allocator = allocator;
    seqnet_linear_create(MODEL_TOKENS, 3, &options, &layer);
    return layer;
}

const struct model models[] = {
    { "rnn", 1, tanh_rnn },
    { "lstm", 1, lstm },
    { "lstm with projection", 1, projected_lstm },
    { "bidirectional lstm", 0, bidirectional_lstm },
    { "gru", 1, gru },
    { "gru reset before", 1, reset_before_gru },
    { "bidirectional gru of tokens", 0, bidirectional_gru },
    { "lstm of tokens", 1, token_lstm },
    { "tied sequential", 1, tied_model },
    { "dense sequential", 1, dense_model },
    { "embedding", 1, embedding_alone },
    { "linear", 1, linear_alone },
};
const int model_count = sizeof models / sizeof *models;

seqnet_layer_info info_of(const seqnet_layer *layer)
{
    seqnet_layer_info info = { .struct_size = sizeof info };
    assert_ok(seqnet_layer_get_info(layer, &info));
    return info;
}

void sample_x(float *x, int32_t sample, int32_t step, int32_t size)
{
    for (int32_t j = 0; j < size; j++)
        x[j] = (float)noise(100 + (uint64_t)sample, (uint64_t)(step * size + j));
}

int32_t sample_token(int32_t sample, int32_t step)
{
    return (int32_t)((noise(200 + (uint64_t)sample, (uint64_t)step) + 1) / 2 * MODEL_TOKENS);
}

void sample_state(float *values, int32_t sample, int64_t size)
{
    for (int64_t j = 0; j < size; j++)
        values[j] = (float)noise(300 + (uint64_t)sample, (uint64_t)j);
}

static void sample_dy(float *dy, int32_t sample, int32_t step, int32_t size)
{
    for (int32_t j = 0; j < size; j++)
        dy[j] = (float)noise(400 + (uint64_t)sample, (uint64_t)(step * size + j));
}

struct job job_of(seqnet_layer *layer, int32_t first, int32_t batch)
{
    struct job job = { .layer = layer, .steps = RUN_STEPS, .batch = batch };
    for (int32_t b = 0; b < batch; b++)
        job.samples[b] = first + b;
    return job;
}

/* The arrays of one call, in the job's layout. */
struct arrays {
    float x[RUN_BATCH * RUN_STEPS * RUN_ROW], dx[RUN_BATCH * RUN_STEPS * RUN_ROW];
    float y[RUN_BATCH * RUN_STEPS * RUN_ROW], dy[RUN_BATCH * RUN_STEPS * RUN_ROW];
    int32_t tokens[RUN_BATCH * RUN_STEPS];
};

static int32_t row_of(const struct job *job, int32_t t, int32_t b)
{
    return job->batch_major ? b * job->steps + t : t * job->batch + b;
}

static void fill_arrays(const struct job *job, const seqnet_layer_info *info, struct arrays *a)
{
    memset(a, 0xFF, sizeof *a);
    for (int32_t t = 0; t < job->steps; t++)
        for (int32_t b = 0; b < job->batch; b++) {
            const int32_t row = row_of(job, t, b), sample = job->samples[b];
            float *x = &a->x[row * info->input_size], *dy = &a->dy[row * info->output_size];
            sample_x(x, sample, t, info->input_size);
            sample_dy(dy, sample, t, info->output_size);
            a->tokens[row] = sample_token(sample, t);
            if (!job->lengths || t < job->lengths[b])
                continue;
            for (int32_t j = 0; j < info->input_size; j++)
                x[j] = job->padding;
            for (int32_t j = 0; j < info->output_size; j++)
                dy[j] = job->padding;
            a->tokens[row] = -1;
        }
}

static void set_states(const struct job *job, seqnet_context *context)
{
    const int64_t size = seqnet_context_stream_size(context);
    float values[RUN_STREAM];
    assert_true(size <= RUN_STREAM);
    for (int32_t b = 0; b < job->batch && !job->zero_state; b++) {
        sample_state(values, job->samples[b], size);
        assert_ok(seqnet_context_set_stream(context, b, values, size));
    }
}

static void assert_finite(const float *values, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        assert_true(isfinite(values[i]));
}

static void collect(const struct job *job, const seqnet_layer_info *info, const struct arrays *a,
                    seqnet_context *context, struct run *run)
{
    const int64_t size = seqnet_context_stream_size(context);
    const int32_t rows = job->steps * job->batch;
    assert_finite(a->y, job->without_y ? 0 : rows * info->output_size);
    assert_finite(a->dx, info->token_input || job->without_dx ? 0 : rows * info->input_size);
    for (int32_t b = 0; b < job->batch; b++) {
        for (int32_t t = 0; t < job->steps; t++) {
            const int32_t row = row_of(job, t, b);
            memcpy(run->y[b][t], &a->y[row * info->output_size],
                   (size_t)info->output_size * sizeof(float));
            memcpy(run->dx[b][t], &a->dx[row * info->input_size],
                   (size_t)info->input_size * sizeof(float));
        }
        assert_ok(seqnet_context_get_stream(context, b, run->state[b], size));
    }
    float *next = run->gradients;
    for (int32_t i = 0; i < seqnet_layer_tensor_count(job->layer); i++) {
        seqnet_tensor_info tensor = { .struct_size = sizeof tensor };
        assert_ok(seqnet_layer_tensor_info(job->layer, i, &tensor));
        assert_true(next + tensor.count <= run->gradients + RUN_GRADIENTS);
        assert_ok(seqnet_context_get_gradient(context, tensor.name, next, tensor.count));
        next += tensor.count;
    }
}

void run_job(const struct job *job, struct run *run)
{
    const seqnet_layer_info info = info_of(job->layer);
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    struct arrays *a = malloc(sizeof *a);
    seqnet_context *context;
    assert_non_null(a);
    fill_arrays(job, &info, a);
    memset(run, 0xFF, sizeof *run);
    options.max_steps = job->steps;
    options.max_batch = job->batch;
    options.training = 1;
    options.threads = job->threads ? job->threads : 1;
    assert_ok(seqnet_context_create(job->layer, &options, &context));
    context->least_time = 0;
    set_states(job, context);
    const seqnet_window window = { .struct_size = sizeof window,
                                   .x = info.token_input ? NULL : a->x,
                                   .tokens = info.token_input ? a->tokens : NULL,
                                   .lengths = job->lengths,
                                   .steps = job->steps,
                                   .batch = job->batch,
                                   .batch_major = job->batch_major };
    assert_ok(seqnet_context_forward(context, &window, job->without_y ? NULL : a->y));
    assert_ok(seqnet_context_backward(context, a->dy,
                                      info.token_input || job->without_dx ? NULL : a->dx));
    collect(job, &info, a, context, run);
    seqnet_context_destroy(context);
    free(a);
}
