/* SPDX-License-Identifier: MIT */
#include "kernels/training.h"

extern const struct training_kernels training_kernels_baseline;
extern const struct training_kernels training_kernels_avx2;
extern const struct training_kernels training_kernels_avx512;

const struct training_kernels *training_kernels_get_isa(enum isa isa)
{
    switch (isa) {
#ifdef SEQNET_HAVE_AVX512
    case ISA_AVX512:
        return &training_kernels_avx512;
#endif
#ifdef SEQNET_HAVE_AVX2
    case ISA_AVX2:
        return &training_kernels_avx2;
#endif
    default:
        return &training_kernels_baseline;
    }
}

const struct training_kernels *training_kernels_get(void)
{
    return training_kernels_get_isa(isa_selected());
}
