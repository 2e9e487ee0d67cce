/* SPDX-License-Identifier: MIT */
/* The baseline of naive.h, forward only: a window is a loop over its steps. */
#include "harness.h"
#include "naive.h"
#include "numbers.h"
#include "subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct naive_bed {
    struct bench_case shape;
    struct naive *naive;
    float *x; /* (T, B, I) */
    float *y; /* (T, B, H) */
};

static void destroy(void *self)
{
    struct naive_bed *bed = self;
    naive_destroy(bed->naive);
    free(bed->x);
    free(bed->y);
    free(bed);
}

static void run(void *self)
{
    struct naive_bed *bed = self;
    const ptrdiff_t in = (ptrdiff_t)bed->shape.batch * bed->shape.input;
    const ptrdiff_t out = (ptrdiff_t)bed->shape.batch * bed->shape.hidden;
    for (int32_t t = 0; t < bed->shape.steps; t++)
        naive_step(bed->naive, bed->x + t * in, bed->y + t * out);
}

static int32_t sample(void *self, double *values)
{
    const struct naive_bed *bed = self;
    const struct bench_case *shape = &bed->shape;
    run(self);
    return subject_spread(
        bed->y, (size_t)shape->steps * (size_t)shape->batch * (size_t)shape->hidden, values, 0);
}

const char *subject_make_naive(const struct request *request, struct subject *subject)
{
    const struct bench_case *shape = &request->shape;
    const size_t rows = (size_t)shape->steps * (size_t)shape->batch;
    if (strcmp(request->mode, "forward") != 0)
        return "forward only";
    struct naive_bed *bed = calloc(1, sizeof *bed);
    if (!bed)
        bench_fail("no memory for a case");
    seqnet_layer *layer = bench_case_layer(shape);
    subject_set_parameters(layer, 1 / sqrtf((float)shape->hidden));
    bed->shape = *shape;
    bed->naive = naive_create(shape, layer);
    seqnet_layer_destroy(layer);
    bed->x = bench_zeros(rows * (size_t)shape->input);
    bed->y = bench_zeros(rows * (size_t)shape->hidden);
    numbers_fill(NUMBERS_X, 1, bed->x, rows * (size_t)shape->input);
    *subject = (struct subject){ bed, bench_case_flops(shape), run, sample, destroy };
    return NULL;
}
