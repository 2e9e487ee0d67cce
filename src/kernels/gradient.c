/* SPDX-License-Identifier: MIT */
/* Norm and clamp of gradients. */
#include "kernels/training.h"

#define LANES 16

/* The square of a float is exact in double, so only the order of the lanes decides the bits. */
static double square_sum(const real *restrict x, size_t count)
{
    double lane[LANES] = { 0 };
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            lane[j] += (double)x[i + j] * (double)x[i + j];
    for (size_t j = 0; i + j < count; j++)
        lane[j] += (double)x[i + j] * (double)x[i + j];
    for (size_t width = LANES / 2; width > 0; width /= 2)
        for (size_t j = 0; j < width; j++)
            lane[j] += lane[j + width];
    return lane[0];
}

static void clamp(real *restrict x, size_t count, real limit)
{
    for (size_t i = 0; i < count; i++) {
        const real above = x[i] < -limit ? -limit : x[i];
        x[i] = above > limit ? limit : above;
    }
}

extern const struct gradient_kernels ISA_SYMBOL(gradient_kernels);
const struct gradient_kernels ISA_SYMBOL(gradient_kernels) = {
    .square_sum = square_sum,
    .clamp = clamp,
};
