/* SPDX-License-Identifier: MIT */
/*
 * One block of a product: rows of A times a piece of B that the first-level cache holds, cut into
 * tiles.
 */
#ifndef SEQNET_KERNELS_BLOCK_H
#define SEQNET_KERNELS_BLOCK_H

#include "kernels/tile.h"

#define BLOCK_LANES 16 /* most reals of a vector of any instruction set */
#define BLOCK_WIDTH (TILE_MAX_VECTORS * BLOCK_LANES)

/* Rows of A and C that the second-level cache holds. */
#define BLOCK_M 192

static inline int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Chains of the first block of k may start from a row of zeros instead of C. */
extern const real block_zeros[BLOCK_WIDTH];

/* The tile's chains start from `row`, the same for all rows, or from C if it is NULL. */
void block_start_from(struct tile *tile, const real *row);

/*
 * Rows of columns [0, columns) of a panel, at most four vectors. B may hold anything beyond the
 * columns, as long as it can be read.
 */
struct block {
    int64_t rows;
    int64_t columns;
    const real *next;   /* what is needed after this block, to ask for it meanwhile; or NULL */
    int64_t next_reals; /* of it, in each run */
    ptrdiff_t next_run; /* from those of one run to those of the next */
};

void block_run(const struct tile *tile, const struct block *block);

/* Neighbouring cache lines in each of a block's steps, `row` elements from one step to the next. */
struct lines {
    const real *first;
    ptrdiff_t row;
    int64_t count;
};

/*
 * The same with A packed as strips (strips.h). Rows of C may come in several runs of `rows`, with
 * `jump` rows between them. `next` and `after` are asked for, in this order.
 */
struct strip_block {
    int64_t rows;
    int64_t runs;
    ptrdiff_t jump;
    int64_t columns;
    struct lines next;
    struct lines after;
};

void block_run_strips(const struct tile *tile, const struct strip_block *block);

/* One row of `panels` whole panels of `vectors` vectors each. */
void block_run_row(const struct tile *tile, int32_t vectors, int64_t panels);

#endif
