/* SPDX-License-Identifier: MIT */
/* The table of the native products, and products with B^T. */
#include "kernels/cache.h"
#include "kernels/native_block.h"
#include "kernels/product_kernels.h"

/* A block of B in the first level, and what else has to be there: A and C of a tile or two. */
#define NEAR_BYTES 32768
#define NEAR_REST 8192

/* Rows that a core multiplies about as fast as the third level gives it B, or faster. */
#define FEW_ROWS 20

/*
 * While few rows are multiplied, the second level is busy with what comes from the third: then it
 * pays that all tiles but the first find their block of B in the first level.
 */
int64_t native_most_k(int64_t rows, int64_t reals)
{
    const int64_t fit = NEAR_BYTES / (native_width() * (int64_t)sizeof(real));
    const int is_bound =
        rows <= FEW_ROWS && native_is_far(reals) && cache_first_level() >= NEAR_BYTES + NEAR_REST;
    return is_bound ? smaller(fit, BLOCK_K) : BLOCK_K;
}

int32_t native_lanes(void)
{
    return product_kernels_get()->tile->lanes;
}

/* Without a packed operand, each piece of B is packed as it is needed. */
static void native_nt(const struct product *p)
{
    const struct packed b = packed_columns(p->k, p->n);
    if (!p->accumulate)
        native_clear(p);
    packed_multiply(&(struct packed_product){ .packed = &b,
                                              .b = p->b,
                                              .ldb = p->ldb,
                                              .m = p->m,
                                              .a = p->a,
                                              .lda = p->lda,
                                              .c = p->c,
                                              .ldc = p->ldc,
                                              .count = packed_panels(&b) });
}

const struct products native_products = {
    .name = "native",
    .nt = native_nt,
    .nn = native_nn,
    .tn = native_tn,
};
