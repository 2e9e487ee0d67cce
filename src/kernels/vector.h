/* SPDX-License-Identifier: MIT */
/* One register of reals as a compiler vector type, as wide as the file is compiled for. */
#ifndef SEQNET_KERNELS_VECTOR_H
#define SEQNET_KERNELS_VECTOR_H

#include "core/real.h"

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif

#define VECTOR_LANES ((int)(VECTOR_BYTES / sizeof(real)))

typedef real vector __attribute__((vector_size(VECTOR_BYTES)));

/* The same anywhere in memory. */
typedef real vector_unaligned
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real)), may_alias));

static inline vector vector_load(const real *from)
{
    return *(const vector_unaligned *)from;
}

static inline void vector_store(real *to, vector value)
{
    *(vector_unaligned *)to = value;
}

#endif
