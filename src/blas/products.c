/* SPDX-License-Identifier: MIT */
/*
 * OpenBLAS does not hand a gemm with one row or column on to gemv on every CPU, so products with a
 * vector operand call gemv here.
 */
#include "blas/products.h"

#include "core/real.h"

#include <assert.h>
#include <cblas.h>

#ifdef SEQNET_DOUBLE
#define BLAS_GEMM cblas_dgemm
#define BLAS_GEMV cblas_dgemv
#else
#define BLAS_GEMM cblas_sgemm
#define BLAS_GEMV cblas_sgemv
#endif

static blasint narrow(int64_t size)
{
    assert(size >= 0 && size <= INT32_MAX);
    return (blasint)size;
}

/* y = [y +] op(M) x for a stored matrix M (rows, columns) */
static void gemv(CBLAS_TRANSPOSE transpose, int64_t rows, int64_t columns, const real *m,
                 ptrdiff_t ld, const real *x, ptrdiff_t x_step, real *y, ptrdiff_t y_step,
                 int accumulate)
{
    BLAS_GEMV(CblasRowMajor, transpose, narrow(rows), narrow(columns), 1, m, narrow(ld), x,
              narrow(x_step), accumulate ? 1 : 0, y, narrow(y_step));
}

static void gemm(const struct product *p, CBLAS_TRANSPOSE a, CBLAS_TRANSPOSE b)
{
    BLAS_GEMM(CblasRowMajor, a, b, narrow(p->m), narrow(p->n), narrow(p->k), 1, p->a,
              narrow(p->lda), p->b, narrow(p->ldb), p->accumulate ? 1 : 0, p->c, narrow(p->ldc));
}

/* Products over nothing; BLAS libraries differ on what they do with them. */
static int is_empty(const struct product *p)
{
    if (p->m && p->n && p->k)
        return 0;
    if (!p->accumulate)
        for (int64_t i = 0; i < p->m; i++)
            for (int64_t j = 0; j < p->n; j++)
                p->c[i * p->ldc + j] = 0;
    return 1;
}

static void blas_nt(const struct product *p)
{
    if (is_empty(p))
        return;
    if (p->m == 1)
        gemv(CblasNoTrans, p->n, p->k, p->b, p->ldb, p->a, 1, p->c, 1, p->accumulate);
    else if (p->n == 1)
        gemv(CblasNoTrans, p->m, p->k, p->a, p->lda, p->b, 1, p->c, p->ldc, p->accumulate);
    else
        gemm(p, CblasNoTrans, CblasTrans);
}

static void blas_nn(const struct product *p)
{
    if (is_empty(p))
        return;
    if (p->m == 1)
        gemv(CblasTrans, p->k, p->n, p->b, p->ldb, p->a, 1, p->c, 1, p->accumulate);
    else if (p->n == 1)
        gemv(CblasNoTrans, p->m, p->k, p->a, p->lda, p->b, p->ldb, p->c, p->ldc, p->accumulate);
    else
        gemm(p, CblasNoTrans, CblasNoTrans);
}

static void blas_tn(const struct product *p)
{
    if (is_empty(p))
        return;
    if (p->m == 1)
        gemv(CblasTrans, p->k, p->n, p->b, p->ldb, p->a, p->lda, p->c, 1, p->accumulate);
    else if (p->n == 1)
        gemv(CblasTrans, p->k, p->m, p->a, p->lda, p->b, p->ldb, p->c, p->ldc, p->accumulate);
    else
        gemm(p, CblasTrans, CblasNoTrans);
}

const struct products blas_products = {
    .name = "blas",
    .nt = blas_nt,
    .nn = blas_nn,
    .tn = blas_tn,
};
