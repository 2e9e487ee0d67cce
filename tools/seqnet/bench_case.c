/* SPDX-License-Identifier: MIT */
#include "bench_case.h"
#include "clock.h"
#include "memory.h"
#include "random.h"
#include "report.h"

#include <stdlib.h>

struct rig {
    const struct bench_case *about;
    int32_t threads;
    seqnet_layer *layer;
    seqnet_context *context; /* for BENCH_FORWARD */
    seqnet_trainer *trainer; /* for BENCH_TRAIN */
    float *x, *y;            /* (T, B, size); y is also the target */
};

static int32_t create_layer(struct rig *rig)
{
    const int32_t size = rig->about->size;
    if (rig->about->kind == SEQNET_LSTM)
        return seqnet_lstm_create(size, size, NULL, &rig->layer);
    if (rig->about->kind == SEQNET_GRU)
        return seqnet_gru_create(size, size, NULL, &rig->layer);
    return seqnet_rnn_create(size, size, NULL, &rig->layer);
}

static int32_t create_context(struct rig *rig)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    options.max_steps = rig->about->steps;
    options.max_batch = rig->about->batch;
    options.threads = rig->threads;
    return seqnet_context_create(rig->layer, &options, &rig->context);
}

static int32_t create_trainer(struct rig *rig)
{
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_loss_options loss = SEQNET_LOSS_OPTIONS_INIT;
    loss.loss = SEQNET_MEAN_SQUARED_ERROR;
    options.loss = &loss;
    options.max_batch = rig->about->batch;
    options.back_steps = rig->about->steps;
    options.optimizer = SEQNET_ADAM;
    options.learning_rate = 1e-6;
    options.threads = rig->threads;
    return seqnet_trainer_create(rig->layer, &options, &rig->trainer);
}

static int32_t rig_open(struct rig *rig, const struct bench_case *about, int32_t threads)
{
    const size_t count = (size_t)about->steps * (size_t)about->batch * (size_t)about->size;
    struct random random = random_start(1, RANDOM_SAMPLE);
    *rig = (struct rig){ .about = about, .threads = threads };
    rig->x = memory_array(count, sizeof(float));
    rig->y = memory_array(count, sizeof(float));
    for (size_t i = 0; i < count; i++)
        rig->x[i] = (float)(2 * random_uniform(&random) - 1);
    const int32_t code = create_layer(rig);
    if (code != SEQNET_OK)
        return code;
    return about->what == BENCH_TRAIN ? create_trainer(rig) : create_context(rig);
}

static void rig_close(struct rig *rig)
{
    seqnet_trainer_destroy(rig->trainer);
    seqnet_context_destroy(rig->context);
    seqnet_layer_destroy(rig->layer);
    free(rig->x);
    free(rig->y);
}

static int32_t train_once(struct rig *rig)
{
    seqnet_batch batch = SEQNET_BATCH_INIT;
    batch.x = rig->x;
    batch.target_values = rig->y;
    batch.steps = rig->about->steps;
    batch.batch = rig->about->batch;
    return seqnet_trainer_train(rig->trainer, &batch, NULL);
}

static int32_t call_once(struct rig *rig)
{
    seqnet_window window = SEQNET_WINDOW_INIT;
    if (rig->about->what == BENCH_TRAIN)
        return train_once(rig);
    if (rig->about->steps == 1)
        return seqnet_context_step(rig->context, rig->x, rig->y);
    window.x = rig->x;
    window.steps = rig->about->steps;
    window.batch = rig->about->batch;
    return seqnet_context_forward(rig->context, &window, rig->y);
}

/* The least of repeated rounds; a round is long enough for the clock. */
static int32_t time_calls(struct rig *rig, double budget, double *seconds)
{
    const double begin = clock_seconds();
    int32_t code = call_once(rig);
    int64_t calls = 1;
    *seconds = clock_seconds() - begin;
    while (code == SEQNET_OK && clock_seconds() - begin < budget) {
        const double from = clock_seconds();
        for (int64_t i = 0; i < calls && code == SEQNET_OK; i++)
            code = call_once(rig);
        const double spent = clock_seconds() - from;
        if (spent / (double)calls < *seconds)
            *seconds = spent / (double)calls;
        calls = spent < budget / 20 ? 2 * calls : calls;
    }
    return code;
}

int bench_time(const struct bench_case *about, int64_t threads, double budget, double *seconds)
{
    struct rig rig;
    int32_t code = rig_open(&rig, about, (int32_t)threads);
    if (code == SEQNET_OK)
        code = time_calls(&rig, budget, seconds);
    rig_close(&rig);
    return code == SEQNET_OK ? STATUS_OK : report_library(code, "bench");
}
