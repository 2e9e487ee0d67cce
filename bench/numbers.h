/* SPDX-License-Identifier: MIT */
/*
 * Numbers that every contender makes alike, whatever its language, so that all run the same network
 * on the same input and their outputs can be compared. Number k of a stream is the output of the
 * splitmix64 generator (Steele, Lea, Flood 2014) at place 2^32 stream + k.
 */
#ifndef SEQNET_BENCH_NUMBERS_H
#define SEQNET_BENCH_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Streams; those below are the parameters, in the order the library lists them. */
#define NUMBERS_X 1000
#define NUMBERS_DY 1001
#define NUMBERS_LENGTHS 1002
#define NUMBERS_TOKENS 1003

uint64_t numbers_bits(uint64_t stream, uint64_t index);

/* Uniform in [-range, range). */
void numbers_fill(uint64_t stream, float range, float *values, size_t count);

/* (B) lengths, uniform in 1..T. */
void numbers_lengths(int32_t steps, int32_t *lengths, int32_t batch);

/*
 * A text of `count` tokens below `vocabulary` that can be learned: three of four tokens follow from
 * the one before, the others are drawn at random.
 */
void numbers_tokens(int32_t vocabulary, int32_t *tokens, size_t count);

#ifdef __cplusplus
}
#endif

#endif
