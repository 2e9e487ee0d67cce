/* SPDX-License-Identifier: MIT */
/* How members of a team share a product: each makes a patch of C, so no sum is split. */
#ifndef SEQNET_LAYERS_PATCH_H
#define SEQNET_LAYERS_PATCH_H

#include "core/products.h"
#include "core/team.h"

struct patch {
    int64_t row;
    int64_t rows;
    int64_t column;
    int64_t columns;
};

/* Rows are shared in multiples of a register tile's height, columns in those of its width. */
#define PATCH_ROWS 6
#define PATCH_COLUMNS 64

/* Some rows with all columns; if there are few rows for each member, all rows of some columns. */
static inline struct patch patch_of(const struct member *me, int64_t rows, int64_t columns)
{
    struct patch patch = { 0, rows, 0, columns };
    if (rows >= 2 * PATCH_ROWS * me->count) {
        const struct share share = share_of(me, rows, PATCH_ROWS);
        patch.row = share.first;
        patch.rows = share.count;
    } else {
        const struct share share = share_of(me, columns, PATCH_COLUMNS);
        patch.column = share.first;
        patch.columns = share.count;
    }
    return patch;
}

/* C (m, n) = A (m, k) B (k, n) cut down to a patch of C. */
static inline struct product patch_nn(struct product whole, struct patch patch)
{
    whole.m = patch.rows;
    whole.n = patch.columns;
    whole.a += patch.row * whole.lda;
    whole.b += patch.column;
    whole.c += patch.row * whole.ldc + patch.column;
    return whole;
}

/* C (m, n) = A (m, k) B (n, k)^T. */
static inline struct product patch_nt(struct product whole, struct patch patch)
{
    whole.m = patch.rows;
    whole.n = patch.columns;
    whole.a += patch.row * whole.lda;
    whole.b += patch.column * whole.ldb;
    whole.c += patch.row * whole.ldc + patch.column;
    return whole;
}

/* C (m, n) = A (k, m)^T B (k, n). */
static inline struct product patch_tn(struct product whole, struct patch patch)
{
    whole.m = patch.rows;
    whole.n = patch.columns;
    whole.a += patch.row;
    whole.b += patch.column;
    whole.c += patch.row * whole.ldc + patch.column;
    return whole;
}

#endif
