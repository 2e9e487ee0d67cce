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
 *
 * A single row needs more chains at once than a panel of B has, to hide the latency of the
 * multiply-adds: its tiles are several panels side by side.
 */
#ifndef SEQNET_KERNELS_TILE_H
#define SEQNET_KERNELS_TILE_H

#include "core/real.h"
#include "kernels/isa.h"

#include <stddef.h>
#include <stdint.h>

/* How a tile gets what it reads: a sum of these. */
enum tile_kind {
    TILE_LEADING = 1, /* B is not in the first-level cache yet, and asked for in time; otherwise
                         it is, and there is time to ask for what is needed later */
    TILE_STRIP = 2,   /* A comes packed: A(i, k) is at a[k * rows + i] */
    TILE_KINDS = 4
};

struct tile {
    const real *a;   /* a row's steps are neighbours, but in strips */
    ptrdiff_t a_row; /* from A(i, k) to A(i + 1, k) */
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

    /* Tiles that follow ask for the line at `ahead` in their first step, and so on. */
    const real *ahead;
    ptrdiff_t ahead_step;
    ptrdiff_t ahead_jump; /* added after a run */

    /* Tiles of panels: from one to the next; of start as of C. */
    ptrdiff_t b_panel;
    ptrdiff_t c_panel;
};

typedef void tile_function(const struct tile *tile);

#define TILE_MAX_VECTORS 4
#define TILE_MAX_ROWS 8
#define TILE_MAX_PANELS 4

struct tile_kernels {
    int32_t lanes;                        /* reals of a vector */
    int32_t rows[TILE_MAX_VECTORS + 1];   /* most rows of a tile of that many vectors */
    int32_t panels[TILE_MAX_VECTORS + 1]; /* most panels of that many vectors of a single row */
    tile_function *run[TILE_MAX_VECTORS + 1][TILE_MAX_ROWS + 1][TILE_KINDS];
    tile_function *run_panels[TILE_MAX_VECTORS + 1][TILE_MAX_PANELS + 1];
};

#endif
