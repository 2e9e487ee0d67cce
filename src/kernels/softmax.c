/* SPDX-License-Identifier: MIT */
/*
 * Rows of a softmax, for vocabularies from 2 to 10^5 classes. A block of exponentials is computed
 * first and added then, in the first cache level. Sums are of doubles, so that many small terms
 * beside a 1 are not lost, in LANES independent chains that fill vector registers.
 */
#include "kernels/activation.h"
#include "kernels/training.h"

#define LANES 16
#define MAX_LANES 32 /* comparisons are cheap: more chains hide their latency */
#define BLOCK 256

static real largest(const real *restrict x, size_t count)
{
    real lane[MAX_LANES];
    size_t i = 0;
    for (size_t j = 0; j < MAX_LANES; j++)
        lane[j] = -(real)INFINITY;
    for (; i + MAX_LANES <= count; i += MAX_LANES)
        for (size_t j = 0; j < MAX_LANES; j++)
            lane[j] = x[i + j] > lane[j] ? x[i + j] : lane[j];
    for (size_t j = 0; i + j < count; j++)
        lane[j] = x[i + j] > lane[j] ? x[i + j] : lane[j];
    for (size_t j = 1; j < MAX_LANES; j++)
        lane[0] = lane[j] > lane[0] ? lane[j] : lane[0];
    return lane[0];
}

static double block_sum(const real *restrict x, size_t count)
{
    double lane[LANES] = { 0 };
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            lane[j] += (double)x[i + j];
    for (size_t j = 0; i + j < count; j++)
        lane[j] += (double)x[i + j];
    for (size_t width = LANES / 2; width > 0; width /= 2)
        for (size_t j = 0; j < width; j++)
            lane[j] += lane[j + width];
    return lane[0];
}

static size_t block_length(size_t count, size_t first)
{
    return count - first < BLOCK ? count - first : BLOCK;
}

static double exp_sum(const real *restrict x, size_t count, real top)
{
    double sum = 0;
    real e[BLOCK];
    for (size_t first = 0; first < count; first += BLOCK) {
        const size_t length = block_length(count, first);
        for (size_t j = 0; j < length; j++)
            e[j] = real_exp(x[first + j] - top);
        sum += block_sum(e, length);
    }
    return sum;
}

static double exp_in_place(real *restrict x, size_t count, real top)
{
    double sum = 0;
    for (size_t first = 0; first < count; first += BLOCK) {
        const size_t length = block_length(count, first);
        for (size_t j = 0; j < length; j++)
            x[first + j] = real_exp(x[first + j] - top);
        sum += block_sum(x + first, length);
    }
    return sum;
}

static void scale(real *restrict x, size_t count, real factor)
{
    for (size_t i = 0; i < count; i++)
        x[i] *= factor;
}

extern const struct softmax_kernels ISA_SYMBOL(softmax_kernels);
const struct softmax_kernels ISA_SYMBOL(softmax_kernels) = {
    .largest = largest,
    .exp_sum = exp_sum,
    .exp_in_place = exp_in_place,
    .scale = scale,
};
