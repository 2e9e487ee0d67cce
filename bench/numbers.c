/* SPDX-License-Identifier: MIT */
#include "numbers.h"

uint64_t numbers_bits(uint64_t stream, uint64_t index)
{
    uint64_t z = ((stream << 32) + index + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void numbers_fill(uint64_t stream, float range, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = range * ((float)(numbers_bits(stream, i) >> 40) * 0x1p-23f - 1.0f);
}

void numbers_lengths(int32_t steps, int32_t *lengths, int32_t batch)
{
    for (int32_t b = 0; b < batch; b++)
        lengths[b] = 1 + (int32_t)(numbers_bits(NUMBERS_LENGTHS, (uint64_t)b) % (uint64_t)steps);
}

void numbers_tokens(int32_t vocabulary, int32_t *tokens, size_t count)
{
    int32_t token = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t bits = numbers_bits(NUMBERS_TOKENS, i);
        if (bits % 4 == 0)
            token = (int32_t)((bits >> 8) % (uint64_t)vocabulary);
        else
            token = (int32_t)(((int64_t)token * 31 + 17) % vocabulary);
        tokens[i] = token;
    }
}
