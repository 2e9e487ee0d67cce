/* SPDX-License-Identifier: MIT */
/*
 * The native backend: products as loops over register tiles. Rows are taken in blocks that stay in
 * the second-level cache, k in blocks whose piece of B stays in the first.
 */
#ifndef SEQNET_KERNELS_NATIVE_H
#define SEQNET_KERNELS_NATIVE_H

#include "core/products.h"
#include "core/team.h"

extern const struct products native_products;

/*
 * B^T of an nt product in panels of the tile's width, made once: panel p holds columns
 * [p * width, ..) as [k][width], zero beyond n. Results land in C with `c_panel` from one panel to
 * the next, and `c_gap` before a panel's last vector.
 */
struct packed {
    real *data;
    int64_t k;
    int64_t n;
    int32_t vectors; /* of a panel's row */
    ptrdiff_t c_panel;
    ptrdiff_t c_gap;
    ptrdiff_t c_first; /* of the first panel in C's row */
};

/* Reals of the workspace that tn products like to have. */
#define NATIVE_WORKSPACE (128 * 192)

/* Reals of a vector register: the width of panels is a multiple of it. */
int32_t native_lanes(void);

/* Panels of a packed operand, and the reals it takes. */
int64_t packed_panels(const struct packed *packed);
size_t packed_size(const struct packed *packed);

/* The description of a plain weight (n, k) in panels of four vectors, without memory. */
struct packed packed_columns(int64_t k, int64_t n);

/* Fill some panels from B (n, k) with leading dimension ldb. */
void packed_fill(const struct packed *packed, const real *b, ptrdiff_t ldb, struct share panels);

/* C (m, ..) = start + A (m, k) times panels [first, first + count) of `packed`. */
struct packed_product {
    const struct packed *packed;
    int64_t m;
    const real *a;
    ptrdiff_t lda;
    real *c; /* row 0, column 0 of C */
    ptrdiff_t ldc;
    const real *start; /* a row like C's that the sums start from; NULL: C itself */
    int64_t first;
    int64_t count;
};

void native_packed(const struct packed_product *p);

#endif
