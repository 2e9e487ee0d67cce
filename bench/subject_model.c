/* SPDX-License-Identifier: MIT */
/*
 * Whole training of a language model: embedding (V, H), L levels of the cell, linear head (H, V),
 * softmax cross-entropy, clipping, update. Modes: model_sgd and model_adam; V is the request's I. A
 * call is one update on the next T steps of B rows of a text that is walked in circles.
 */
#include "harness.h"
#include "numbers.h"
#include "subject.h"

#include <stdlib.h>
#include <string.h>

#define WINDOWS 32 /* of the text */
#define INIT_RANGE 0.1f
#define CLIP_NORM 5
#define SGD_RATE 1
#define ADAM_RATE 2e-3
#define SAMPLE_UPDATES 10 /* losses the sample holds */

struct model_bed {
    seqnet_layer *model;
    seqnet_trainer *trainer;
    int32_t steps;
    int32_t batch;
    int32_t window;  /* the next one */
    int32_t *tokens; /* (B, WINDOWS * T + 1): the text in B pieces */
    int32_t *inputs; /* (T, B) */
    int32_t *targets;
    double loss; /* of the last update */
};

static void destroy(void *self)
{
    struct model_bed *bed = self;
    seqnet_trainer_destroy(bed->trainer);
    seqnet_layer_destroy(bed->model);
    free(bed->tokens);
    free(bed->inputs);
    free(bed->targets);
    free(bed);
}

/* The next window; what comes after the last one is the first. */
static void cut_window(struct model_bed *bed)
{
    const ptrdiff_t row = (ptrdiff_t)bed->steps * WINDOWS + 1;
    const ptrdiff_t start = (ptrdiff_t)bed->window * bed->steps;
    for (int32_t t = 0; t < bed->steps; t++)
        for (int32_t b = 0; b < bed->batch; b++) {
            bed->inputs[t * bed->batch + b] = bed->tokens[b * row + start + t];
            bed->targets[t * bed->batch + b] = bed->tokens[b * row + start + t + 1];
        }
    bed->window = (bed->window + 1) % WINDOWS;
}

static void run(void *self)
{
    struct model_bed *bed = self;
    seqnet_batch batch = SEQNET_BATCH_INIT;
    seqnet_result result = SEQNET_RESULT_INIT;
    cut_window(bed);
    batch.tokens = bed->inputs;
    batch.targets = bed->targets;
    batch.steps = bed->steps;
    batch.batch = bed->batch;
    bench_check(seqnet_trainer_train(bed->trainer, &batch, &result));
    bed->loss = result.loss;
}

static int32_t sample(void *self, double *values)
{
    struct model_bed *bed = self;
    for (int32_t i = 0; i < SAMPLE_UPDATES; i++) {
        run(self);
        values[i] = bed->loss;
    }
    return SAMPLE_UPDATES;
}

static seqnet_layer *make_model(const struct bench_case *shape)
{
    const int32_t vocabulary = shape->input;
    struct bench_case levels = *shape;
    seqnet_layer *parts[3] = { 0 }, *model;
    levels.input = shape->hidden;
    bench_check(seqnet_embedding_create(vocabulary, shape->hidden, NULL, &parts[0]));
    parts[1] = bench_case_layer(&levels);
    bench_check(seqnet_linear_create(shape->hidden, vocabulary, NULL, &parts[2]));
    bench_check(seqnet_sequential_create(parts, 3, NULL, &model));
    for (int i = 0; i < 3; i++)
        seqnet_layer_destroy(parts[i]);
    subject_set_parameters(model, INIT_RANGE);
    return model;
}

static seqnet_trainer *make_trainer(const struct request *request, seqnet_layer *model)
{
    const int adam = strcmp(request->mode, "model_adam") == 0;
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    seqnet_trainer *trainer;
    options.max_batch = request->shape.batch;
    options.back_steps = request->shape.steps;
    options.carry = 1;
    options.optimizer = adam ? SEQNET_ADAM : SEQNET_SGD;
    options.learning_rate = adam ? ADAM_RATE : SGD_RATE;
    options.clip_norm = CLIP_NORM;
    options.threads = request->threads;
    bench_check(seqnet_trainer_create(model, &options, &trainer));
    return trainer;
}

static int32_t *make_tokens(size_t count)
{
    int32_t *tokens = calloc(count, sizeof *tokens);
    if (!tokens)
        bench_fail("no memory for %zu tokens", count);
    return tokens;
}

const char *subject_make_model(const struct request *request, struct subject *subject)
{
    const struct bench_case *shape = &request->shape;
    const size_t window = (size_t)shape->steps * (size_t)shape->batch;
    const size_t text = window * WINDOWS + (size_t)shape->batch;
    struct model_bed *bed = calloc(1, sizeof *bed);
    if (!bed)
        bench_fail("no memory for a model");
    bed->steps = shape->steps;
    bed->batch = shape->batch;
    bed->model = make_model(shape);
    bed->trainer = make_trainer(request, bed->model);
    bed->tokens = make_tokens(text);
    bed->inputs = make_tokens(window);
    bed->targets = make_tokens(window);
    numbers_tokens(shape->input, bed->tokens, text);
    *subject = (struct subject){ bed, (double)window, run, sample, destroy };
    return NULL;
}
