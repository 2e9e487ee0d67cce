/* SPDX-License-Identifier: MIT */
/* The table of the native products, and products with B^T. */
#include "kernels/native_block.h"
#include "kernels/product_kernels.h"

int64_t native_block_k(int64_t k)
{
    return native_piece(k, BLOCK_K);
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
