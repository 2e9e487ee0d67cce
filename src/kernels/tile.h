/* SPDX-License-Identifier: MIT */
/*
 * The one inner loop of the native products: a tile of C that stays in registers,
 *
 *     C(i, v) = start(i, v) + sum over k of A(i, k) * B(k, v),   i < rows, v < vectors * lanes
 *
 * Every element of C is one chain of fused multiply-adds in rising k, from its start value.
 * Storing a chain and loading it again is exact, so cutting k into pieces, and the shape of the
 * tile an element happens to be in, cannot change a bit.
 *
 * k runs over `runs` runs of `steps` steps, with a jump in A and B after each run: so a product can
 * skip the gate blocks it does not concern.
 */
#ifndef SEQNET_KERNELS_TILE_H
#define SEQNET_KERNELS_TILE_H

#include "core/real.h"
#include "kernels/isa.h"

#include <stddef.h>
#include <stdint.h>

struct tile {
    const real *a;
    ptrdiff_t a_row;  /* from A(i, k) to A(i + 1, k) */
    ptrdiff_t a_step; /* from A(i, k) to A(i, k + 1) */
    const real *b;
    ptrdiff_t b_step;  /* from B(k, 0) to B(k + 1, 0); columns are contiguous */
    const real *start; /* what the chains begin with: C itself, a row of biases or of zeros */
    ptrdiff_t start_row;
    const real *next; /* the start of the tile that comes next, to have it in the cache by then */
    real *c;
    ptrdiff_t c_row;
    ptrdiff_t c_gap; /* elements between the last vector but one and the last one */
    int64_t steps;
    int64_t runs;
    ptrdiff_t a_jump; /* added after a run */
    ptrdiff_t b_jump;
};

typedef void tile_function(const struct tile *tile);

#define TILE_MAX_VECTORS 4
#define TILE_MAX_ROWS 8

struct tile_kernels {
    int32_t lanes;                      /* reals of a vector */
    int32_t rows[TILE_MAX_VECTORS + 1]; /* most rows of a tile of that many vectors */
    tile_function *run[TILE_MAX_VECTORS + 1][TILE_MAX_ROWS + 1];
};

/* The tiles for the instruction set in use. */
const struct tile_kernels *tile_kernels_get(void);

/* Those compiled for a set that isa_available says is there; for tests. */
const struct tile_kernels *tile_kernels_get_isa(enum isa isa);

#endif
