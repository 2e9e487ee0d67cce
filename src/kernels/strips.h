/* SPDX-License-Identifier: MIT */
/*
 * Strips: some neighbouring columns of A (k, m), packed as [k][height] in the heights of tiles, so
 * that a tile of a product with A^T reads its A from end to end.
 */
#ifndef SEQNET_KERNELS_STRIPS_H
#define SEQNET_KERNELS_STRIPS_H

#include "core/real.h"

#include <stddef.h>
#include <stdint.h>

/* Heights of the tiles that rows are cut into: as few as `most` allows, and about equal ones. */
struct heights {
    int64_t count;
    int64_t low;
    int64_t taller; /* so many, the first ones, are one row taller */
};

static inline struct heights heights_of(int64_t rows, int64_t most)
{
    const int64_t count = (rows + most - 1) / most, parts = count ? count : 1;
    return (struct heights){ count, rows / parts, rows % parts };
}

static inline int64_t height_at(const struct heights *heights, int64_t i)
{
    return heights->low + (i < heights->taller);
}

/* A (steps, rows) as strips one after the other; `most` rows at most. rows and steps >= 1. */
struct strips {
    const real *a;
    ptrdiff_t lda;
    int64_t steps;
    int64_t rows;
    int32_t most;
};

typedef void strips_function(real *to, const struct strips *strips);

#endif
