/* SPDX-License-Identifier: MIT */
/*
 * Random numbers as a pure function of (seed, stream, index): Philox 4x32-10 (Salmon, Moraes, Dror,
 * Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). No state, so results depend on no
 * order, thread or layout.
 */
#ifndef SEQNET_CORE_RANDOM_H
#define SEQNET_CORE_RANDOM_H

#include <stdint.h>

/* Four independent 32-bit words for a 64-bit key and a 128-bit counter. */
struct random_block {
    uint32_t word[4];
};

struct random_block random_philox(uint64_t key, uint64_t counter_low, uint64_t counter_high);

/* The index-th uniform number in [0, 1) of a stream, 24 random bits: exact in float. */
float random_uniform(uint64_t seed, uint64_t stream, uint64_t index);

/* The index-th standard normal number of a stream (Box & Muller 1958). */
float random_normal(uint64_t seed, uint64_t stream, uint64_t index);

/* The index-th whole number in 0..bound-1 of a stream; bound >= 1. Bias below 2^-32. */
uint32_t random_below(uint64_t seed, uint64_t stream, uint64_t index, uint32_t bound);

#endif
