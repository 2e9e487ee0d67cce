/* SPDX-License-Identifier: MIT */
/* Numbers for weights and inputs, the same here and in tests/golden/layers.py. */
#ifndef SEQNET_TESTS_NOISE_H
#define SEQNET_TESTS_NOISE_H

#include "core/real.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Streams of noise; a parameter's is NOISE_PARAMETER plus its number. */
#define NOISE_X 0
#define NOISE_STATE 1
#define NOISE_DY 3
#define NOISE_DSTATE 4
#define NOISE_PARAMETER 8

/* A multiple of 2^-24 in [-1, 1): SplitMix64 (Steele, Lea, Flood 2014) of stream and index. */
static inline real noise(uint64_t stream, uint64_t index)
{
    uint64_t z = (stream << 32 | index) + 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    return (real)((double)(z >> 39) * 0x1p-24 - 1.0);
}

static inline void noise_fill(real *values, size_t count, uint64_t stream)
{
    for (size_t i = 0; i < count; i++)
        values[i] = noise(stream, i);
}

/* From malloc. */
static inline real *noise_new(int64_t count, uint64_t stream)
{
    real *values = malloc((size_t)count * sizeof *values);
    if (!values)
        abort();
    noise_fill(values, (size_t)count, stream);
    return values;
}

#endif
