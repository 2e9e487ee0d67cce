/* SPDX-License-Identifier: MIT */
#include "kernels/transpose.h"

extern transpose_function *const transpose_baseline;
extern transpose_function *const transpose_avx2;
extern transpose_function *const transpose_avx512;

transpose_function *transpose_get_isa(enum isa isa)
{
    switch (isa) {
#ifdef SEQNET_HAVE_AVX512
    case ISA_AVX512:
        return transpose_avx512;
#endif
#ifdef SEQNET_HAVE_AVX2
    case ISA_AVX2:
        return transpose_avx2;
#endif
    default:
        return transpose_baseline;
    }
}

transpose_function *transpose_get(void)
{
    return transpose_get_isa(isa_selected());
}
