/* SPDX-License-Identifier: MIT */
#include "core/random.h"

#include <math.h>

/* Multipliers and Weyl increments of Philox 4x32, from the paper. */
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u
#define ROUNDS 10

struct random_block random_philox(uint64_t key, uint64_t counter_low, uint64_t counter_high)
{
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    uint32_t c0 = (uint32_t)counter_low, c1 = (uint32_t)(counter_low >> 32);
    uint32_t c2 = (uint32_t)counter_high, c3 = (uint32_t)(counter_high >> 32);
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t p0 = (uint64_t)MULTIPLIER_0 * c0;
        const uint64_t p1 = (uint64_t)MULTIPLIER_1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += WEYL_0;
        k1 += WEYL_1;
    }
    return (struct random_block){ { c0, c1, c2, c3 } };
}

static uint32_t random_word(uint64_t seed, uint64_t stream, uint64_t index)
{
    return random_philox(seed, index / 4, stream).word[index % 4];
}

float random_uniform(uint64_t seed, uint64_t stream, uint64_t index)
{
    return (float)(random_word(seed, stream, index) >> 8) * 0x1p-24f;
}

float random_normal(uint64_t seed, uint64_t stream, uint64_t index)
{
    const struct random_block block = random_philox(seed, index / 2, stream);
    const double tau = 6.283185307179586;
    /* (0, 1], so that the logarithm is finite */
    const double radius = sqrt(-2.0 * log(((double)block.word[0] + 1.0) * 0x1p-32));
    const double angle = tau * (double)block.word[1] * 0x1p-32;
    return (float)(radius * (index % 2 ? sin(angle) : cos(angle)));
}

uint32_t random_below(uint64_t seed, uint64_t stream, uint64_t index, uint32_t bound)
{
    return (uint32_t)(((uint64_t)random_word(seed, stream, index) * bound) >> 32);
}
