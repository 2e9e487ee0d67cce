/* SPDX-License-Identifier: MIT */
/* Layers of every kind for tests of the public functions, and one run of them on given samples. */
#ifndef SEQNET_TESTS_MODELS_H
#define SEQNET_TESTS_MODELS_H

#include <seqnet/seqnet.h>

struct model {
    const char *name;
    int one_way; /* 1: not bidirectional, so it can be streamed */
    seqnet_layer *(*create)(const seqnet_allocator *allocator);
};

extern const struct model models[];
extern const int model_count;

#define MODEL_TOKENS 5 /* vocabulary, and dense input size */
#define RUN_STEPS 6
#define RUN_BATCH 4
#define RUN_ROW 16 /* room for the features of a step */
#define RUN_STREAM 256
#define RUN_GRADIENTS 4096

/*
 * Samples are known by numbers: a number gives its input, first state and output gradient, wherever
 * it is in a batch.
 */
struct job {
    seqnet_layer *layer;
    int32_t steps, batch, batch_major;
    int32_t samples[RUN_BATCH];
    const int32_t *lengths;
    float padding; /* what x and dy hold where nobody may read */
    int zero_state;
    int without_y, without_dx;
    int32_t threads; /* 0: one; more share all work, however little it is */
};

/* Everything a run gives, by place in the batch; y and dx as (B, T, ..). */
struct run {
    float y[RUN_BATCH][RUN_STEPS][RUN_ROW];
    float dx[RUN_BATCH][RUN_STEPS][RUN_ROW];
    float state[RUN_BATCH][RUN_STREAM];
    float gradients[RUN_GRADIENTS];
};

/* Samples first, first + 1, .. in a batch of all steps. */
struct job job_of(seqnet_layer *layer, int32_t first, int32_t batch);

/* Forward and backward; what is not written is NaN. */
void run_job(const struct job *job, struct run *run);

/* The input of one step of one sample. */
void sample_x(float *x, int32_t sample, int32_t step, int32_t size);
int32_t sample_token(int32_t sample, int32_t step);

/* The first state of a sample, `size` floats as seqnet_context_stream_size says. */
void sample_state(float *values, int32_t sample, int64_t size);

seqnet_layer_info info_of(const seqnet_layer *layer);

#endif
