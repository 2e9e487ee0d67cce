/* SPDX-License-Identifier: MIT */
/*
 * The library's layers: forward in inference mode, and a training step, which is forward and
 * backward with the gradients of all parameters and of x. Modes: forward, training, and both with
 * _lengths. The state is carried from call to call.
 */
#include "harness.h"
#include "numbers.h"
#include "subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct layer_bed {
    struct bench_case shape;
    seqnet_layer *layer;
    seqnet_context *context;
    seqnet_window window;
    float *x;         /* (T, B, I) */
    float *y;         /* (T, B, H) */
    float *dy;        /* (T, B, H) */
    float *dx;        /* (T, B, I) */
    int32_t *lengths; /* (B) */
};

static size_t rows_of(const struct bench_case *shape)
{
    return (size_t)shape->steps * (size_t)shape->batch;
}

static void destroy(void *self)
{
    struct layer_bed *bed = self;
    seqnet_context_destroy(bed->context);
    seqnet_layer_destroy(bed->layer);
    free(bed->x);
    free(bed->y);
    free(bed->dy);
    free(bed->dx);
    free(bed->lengths);
    free(bed);
}

static void run_forward(void *self)
{
    struct layer_bed *bed = self;
    bench_check(seqnet_context_forward(bed->context, &bed->window, bed->y));
}

static void run_step(void *self)
{
    struct layer_bed *bed = self;
    bench_check(seqnet_context_step(bed->context, bed->x, bed->y));
}

static void run_training(void *self)
{
    struct layer_bed *bed = self;
    bench_check(seqnet_context_forward(bed->context, &bed->window, bed->y));
    bench_check(seqnet_context_backward(bed->context, bed->dy, bed->dx));
}

/* Values of y, in training of dx and the first W_hh's gradient too. */
static int32_t spread_all(const struct layer_bed *bed, double *values)
{
    const struct bench_case *shape = &bed->shape;
    int32_t filled = subject_spread(bed->y, rows_of(shape) * (size_t)shape->hidden, values, 0);
    if (!bed->dx)
        return filled;
    seqnet_tensor_info info = { .struct_size = sizeof info };
    bench_check(seqnet_layer_tensor_info(bed->layer, 1, &info));
    float *gradient = bench_zeros((size_t)info.count);
    bench_check(seqnet_context_get_gradient(bed->context, info.name, gradient, info.count));
    filled = subject_spread(bed->dx, rows_of(shape) * (size_t)shape->input, values, filled);
    filled = subject_spread(gradient, (size_t)info.count, values, filled);
    free(gradient);
    return filled;
}

static int32_t sample_forward(void *self, double *values)
{
    run_forward(self);
    return spread_all(self, values);
}

static int32_t sample_training(void *self, double *values)
{
    run_training(self);
    return spread_all(self, values);
}

static void make_arrays(struct layer_bed *bed, int training, int with_lengths)
{
    const struct bench_case *shape = &bed->shape;
    const size_t inputs = rows_of(shape) * (size_t)shape->input;
    const size_t outputs = rows_of(shape) * (size_t)shape->hidden;
    bed->x = bench_zeros(inputs);
    bed->y = bench_zeros(outputs);
    numbers_fill(NUMBERS_X, 1, bed->x, inputs);
    if (training) {
        bed->dx = bench_zeros(inputs);
        bed->dy = bench_zeros(outputs);
        numbers_fill(NUMBERS_DY, 1, bed->dy, outputs);
    }
    bed->window = (seqnet_window)SEQNET_WINDOW_INIT;
    bed->window.x = bed->x;
    bed->window.steps = shape->steps;
    bed->window.batch = shape->batch;
    if (!with_lengths)
        return;
    bed->lengths = calloc((size_t)shape->batch, sizeof *bed->lengths);
    if (!bed->lengths)
        bench_fail("no memory for lengths");
    numbers_lengths(shape->steps, bed->lengths, shape->batch);
    bed->window.lengths = bed->lengths;
}

/* SEQNET_ENOTSUP if the library has no such number of threads. */
static int32_t make_context(struct layer_bed *bed, int32_t training, int32_t threads)
{
    seqnet_context_options options = SEQNET_CONTEXT_OPTIONS_INIT;
    options.max_steps = bed->shape.steps;
    options.max_batch = bed->shape.batch;
    options.training = training;
    options.threads = threads;
    const int32_t code = seqnet_context_create(bed->layer, &options, &bed->context);
    if (code != SEQNET_ENOTSUP)
        bench_check(code);
    return code;
}

const char *subject_make_layer(const struct request *request, struct subject *subject)
{
    const int training = strncmp(request->mode, "training", 8) == 0;
    const int with_lengths = strstr(request->mode, "_lengths") != NULL;
    struct layer_bed *bed = calloc(1, sizeof *bed);
    if (!bed)
        bench_fail("no memory for a case");
    if (!training && strncmp(request->mode, "forward", 7) != 0)
        bench_fail("unknown mode: %s", request->mode);
    bed->shape = request->shape;
    bed->layer = bench_case_layer(&request->shape);
    subject_set_parameters(bed->layer, 1 / sqrtf((float)request->shape.hidden));
    if (make_context(bed, training, request->threads) != SEQNET_OK) {
        destroy(bed);
        return "not that many threads";
    }
    make_arrays(bed, training, with_lengths);
    const int step = request->shape.steps == 1 && !training && !with_lengths;
    subject->self = bed;
    subject->work = bench_case_flops(&request->shape) * (training ? 3 : 1);
    subject->run = training ? run_training : step ? run_step : run_forward;
    subject->sample = training ? sample_training : sample_forward;
    subject->destroy = destroy;
    return NULL;
}
