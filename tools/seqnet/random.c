/* SPDX-License-Identifier: MIT */
#include "random.h"

uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct random random_start(int64_t seed, uint64_t use)
{
    struct random user = { (uint64_t)seed };
    return (struct random){ random_next(&user) + use };
}

uint64_t random_seed(int64_t seed, uint64_t use)
{
    struct random random = random_start(seed, use);
    const uint64_t value = random_next(&random);
    return value ? value : 1;
}

double random_uniform(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* Fisher and Yates, inside out. The bias of % is below count / 2^64. */
void random_permutation(struct random *random, int64_t *order, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        const int64_t j = (int64_t)(random_next(random) % ((uint64_t)i + 1));
        order[i] = order[j];
        order[j] = i;
    }
}
