/* SPDX-License-Identifier: MIT */
/*
 * Matrix products on row-major operands: one description, two backends (native here, BLAS in
 * blas/). A product with m, n or k = 0 does nothing, or clears C if it does not accumulate.
 */
#ifndef SEQNET_CORE_PRODUCTS_H
#define SEQNET_CORE_PRODUCTS_H

#include "core/real.h"

#include <stddef.h>
#include <stdint.h>

/*
 * C (m, n) = [C +] op(A) op(B), summed over k in rising order. One dimension may come in runs with
 * a jump after each; runs = 0 means one run. nn: the summed one, in runs of k; a_jump in elements
 * of A, b_jump in rows of B. tn: the rows of C, in runs of m; a_jump in elements of A, c_jump in
 * rows of C.
 */
struct product {
    int64_t m, n, k;
    const real *a;
    ptrdiff_t lda;
    const real *b;
    ptrdiff_t ldb;
    real *c;
    ptrdiff_t ldc;
    int accumulate; /* 1: add to C; 0: overwrite it, whatever it holds */
    int64_t runs;   /* nn and tn only */
    ptrdiff_t a_jump;
    ptrdiff_t b_jump;
    ptrdiff_t c_jump;
    ptrdiff_t b_panel; /* native nn: from a panel of columns (packed.h) to the next; 0: none */
    int64_t whole;     /* reals of the matrix that B (tn: C) is a part of; 0: of none. Speed only */
    real *workspace;   /* tn only: NATIVE_WORKSPACE reals, 64-byte aligned, or NULL */
};

/*
 * A and B must be readable this many reals beyond their ends: kernels read whole vectors and throw
 * the part beyond a row away.
 */
#define PRODUCT_SLACK 16

/* Reals of a cache line. */
#define PRODUCT_LINE (64 / (int64_t)sizeof(real))

/*
 * From one row of an operand to the next: whole cache lines, and an odd number of them, so that the
 * elements of a column are spread over all sets of a cache.
 */
static inline int64_t product_stride(int64_t columns)
{
    return ((columns + PRODUCT_LINE - 1) / PRODUCT_LINE | 1) * PRODUCT_LINE;
}

struct products {
    const char *name;

    /* A (m, k), B (n, k): C = A B^T. Forward: x W^T. */
    void (*nt)(const struct product *p);

    /* A (m, k), B (k, n): C = A B. Backward: dy W. */
    void (*nn)(const struct product *p);

    /* A (k, m), B (k, n): C = A^T B. Weight gradients: dy^T x. */
    void (*tn)(const struct product *p);
};

#endif
