/* SPDX-License-Identifier: MIT */
/*
 * Weights packed once. B^T of an nt product in panels of the tile's width: panel p holds columns
 * [p * width, ..) as [k][width], zero beyond n. Results land in C with `c_panel` from one panel to
 * the next, and `c_gap` before a panel's last vector.
 */
#ifndef SEQNET_KERNELS_PACKED_H
#define SEQNET_KERNELS_PACKED_H

#include "core/real.h"
#include "core/team.h"

#include <stddef.h>
#include <stdint.h>

struct packed {
    real *data; /* NULL: products pack each piece of B as they need it */
    int64_t k;
    int64_t n;
    int64_t width;   /* reals of a panel's row */
    int32_t vectors; /* and its vectors */
    ptrdiff_t c_panel;
    ptrdiff_t c_gap;
    ptrdiff_t c_first; /* of the first panel in C's row */
};

/* Panels of a packed operand, and the reals it takes. */
int64_t packed_panels(const struct packed *packed);
size_t packed_size(const struct packed *packed);

/* The description of a plain weight (n, k) in panels of four vectors, without memory. */
struct packed packed_columns(int64_t k, int64_t n);

/* Where a panel begins; NULL without memory. */
const real *packed_panel(const struct packed *packed, int64_t panel);

/* Fill some panels from B (n, k) with leading dimension ldb. */
void packed_fill(const struct packed *packed, const real *b, ptrdiff_t ldb, struct share panels);

/* A piece (k, columns) of B^T as [k][width], zero beyond the columns. */
void packed_fill_piece(real *to, int64_t width, const real *b, ptrdiff_t ldb, int64_t steps,
                       int64_t columns);

/* C (m, ..) = start + A (m, k) times panels [first, first + count) of `packed`. */
struct packed_product {
    const struct packed *packed;
    const real *b; /* (n, k), as given to packed_fill; read if `packed` has no data */
    ptrdiff_t ldb;
    int64_t m;
    const real *a;
    ptrdiff_t lda;
    real *c; /* row 0, column 0 of C */
    ptrdiff_t ldc;
    const real *start; /* a row like C's that the sums start from; NULL: C itself */
    int64_t first;
    int64_t count;
    const real *next; /* the packed panel that is needed after these, of as many k; or NULL */
};

void packed_multiply(const struct packed_product *p);

/* Panels that a product of m rows should be asked for at once, if it can be cut between panels. */
int64_t packed_group(const struct packed *packed, int64_t m);

#endif
