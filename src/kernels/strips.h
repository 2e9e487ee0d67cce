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

/* Rows of the next tile: as few tiles as `most` allows, and those of equal heights. */
static inline int64_t strip_height(int64_t rows, int64_t most)
{
    const int64_t tiles = (rows + most - 1) / most;
    return (rows + tiles - 1) / tiles;
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
