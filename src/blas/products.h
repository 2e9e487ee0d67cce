/* SPDX-License-Identifier: MIT */
/*
 * Matrix products on row-major operands, through the BLAS library. Dimensions and leading
 * dimensions must fit 31 bits (contexts and layers check that when they are made). A product with
 * m, n or k = 0 does nothing, or clears C if it does not accumulate.
 */
#ifndef SEQNET_BLAS_PRODUCTS_H
#define SEQNET_BLAS_PRODUCTS_H

#include "core/real.h"

#include <stddef.h>
#include <stdint.h>

/* C (m, n) = [C +] op(A) op(B), summed over k. */
struct product {
    int64_t m, n, k;
    const real *a;
    ptrdiff_t lda;
    const real *b;
    ptrdiff_t ldb;
    real *c;
    ptrdiff_t ldc;
    int accumulate; /* 1: add to C; 0: overwrite it, whatever it holds */
};

/* A (m, k), B (n, k): C = A B^T. Forward: x W^T. */
void product_nt(const struct product *p);

/* A (m, k), B (k, n): C = A B. Backward: dy W. */
void product_nn(const struct product *p);

/* A (k, m), B (k, n): C = A^T B. Weight gradients: dy^T x. */
void product_tn(const struct product *p);

#endif
