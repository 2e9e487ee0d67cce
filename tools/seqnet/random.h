/* SPDX-License-Identifier: MIT */
/* The program's own random numbers: SplitMix64 (Steele, Lea, Flood 2014). */
#ifndef SEQNET_TOOL_RANDOM_H
#define SEQNET_TOOL_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

/* What a seed is used for, so that no two uses share numbers. Epoch e is RANDOM_EPOCH + e. */
enum random_use { RANDOM_SPLIT = 1, RANDOM_LAYERS, RANDOM_DROPOUT, RANDOM_SAMPLE, RANDOM_EPOCH };

/* A generator that depends on the user's seed and what it is for. */
struct random random_start(int64_t seed, uint64_t use);

uint64_t random_next(struct random *random);

/* Never 0, which means "do not shuffle" to a feed. */
uint64_t random_seed(int64_t seed, uint64_t use);

/* Uniform in [0, 1), 53 bits. */
double random_uniform(struct random *random);

/* Puts 0..count-1 in random order. */
void random_permutation(struct random *random, int64_t *order, int64_t count);

#endif
