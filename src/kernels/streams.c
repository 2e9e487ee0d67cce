/* SPDX-License-Identifier: MIT */
#include "kernels/stream.h"

extern const struct stream_kernels stream_kernels_baseline;
extern const struct stream_kernels stream_kernels_avx2;
extern const struct stream_kernels stream_kernels_avx512;

const struct stream_kernels *stream_kernels_get(void)
{
    switch (isa_selected()) {
#ifdef SEQNET_HAVE_AVX512
    case ISA_AVX512:
        return &stream_kernels_avx512;
#endif
#ifdef SEQNET_HAVE_AVX2
    case ISA_AVX2:
        return &stream_kernels_avx2;
#endif
    default:
        return &stream_kernels_baseline;
    }
}
