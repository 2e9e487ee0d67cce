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

/*
 * The same with A packed by block_pack_strips from A (k, m), `rows` neighbours of each step: strips
 * of the heights of four-vector tiles, which a tile reads from end to end.
 */
void block_run_strips(const struct tile *tile, const struct block *block);
void block_pack_strips(real *to, const real *a, ptrdiff_t lda, int64_t steps, int64_t rows);

/* One row of `panels` whole panels of `vectors` vectors each. */
void block_run_row(const struct tile *tile, int32_t vectors, int64_t panels);

#endif
