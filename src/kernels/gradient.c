/* SPDX-License-Identifier: MIT */
/* Sums, norm and clamp of gradients. */
#include "kernels/training.h"

#define LANES 16
#define ROW_GROUP 8 /* rows that one pass over the sums takes */

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

/* Every sum takes its rows one by one, in their order, whatever the group they come in. */
static inline __attribute__((always_inline)) void add_group(real *restrict sums,
                                                            const real *restrict from, ptrdiff_t ld,
                                                            size_t columns, const int rows)
{
    for (size_t j = 0; j < columns; j++) {
        real sum = sums[j];
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++)
            sum += from[r * ld + (ptrdiff_t)j];
        sums[j] = sum;
    }
}

static void add_rows(real *restrict sums, const real *restrict from, ptrdiff_t ld, size_t rows,
                     size_t columns)
{
    for (; rows >= ROW_GROUP; rows -= ROW_GROUP, from += ROW_GROUP * ld)
        add_group(sums, from, ld, columns, ROW_GROUP);
    for (; rows > 0; rows--, from += ld)
        add_group(sums, from, ld, columns, 1);
}

extern const struct gradient_kernels ISA_SYMBOL(gradient_kernels);
const struct gradient_kernels ISA_SYMBOL(gradient_kernels) = {
    .square_sum = square_sum,
    .clamp = clamp,
    .add_rows = add_rows,
};
