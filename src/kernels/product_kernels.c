/* SPDX-License-Identifier: MIT */
#include "kernels/product_kernels.h"

extern const struct product_kernels product_kernels_baseline;
extern const struct product_kernels product_kernels_avx2;
extern const struct product_kernels product_kernels_avx512;

const struct product_kernels *product_kernels_get_isa(enum isa isa)
{
    switch (isa) {
#ifdef SEQNET_HAVE_AVX512
    case ISA_AVX512:
        return &product_kernels_avx512;
#endif
#ifdef SEQNET_HAVE_AVX2
    case ISA_AVX2:
        return &product_kernels_avx2;
#endif
    default:
        return &product_kernels_baseline;
    }
}

const struct product_kernels *product_kernels_get(void)
{
    return product_kernels_get_isa(isa_selected());
}
