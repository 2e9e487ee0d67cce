/* SPDX-License-Identifier: MIT */
#include "kernels/tile.h"

extern const struct tile_kernels tile_kernels_baseline;
extern const struct tile_kernels tile_kernels_avx2;
extern const struct tile_kernels tile_kernels_avx512;

const struct tile_kernels *tile_kernels_get_isa(enum isa isa)
{
    switch (isa) {
#ifdef SEQNET_HAVE_AVX512
    case ISA_AVX512:
        return &tile_kernels_avx512;
#endif
#ifdef SEQNET_HAVE_AVX2
    case ISA_AVX2:
        return &tile_kernels_avx2;
#endif
    default:
        return &tile_kernels_baseline;
    }
}

const struct tile_kernels *tile_kernels_get(void)
{
    return tile_kernels_get_isa(isa_selected());
}
