/* SPDX-License-Identifier: MIT */
/*
 * Size arithmetic that cannot wrap: an overflow sticks at SIZE_MAX, which no allocation can
 * satisfy.
 */
#ifndef SEQNET_CORE_SIZE_H
#define SEQNET_CORE_SIZE_H

#include <stddef.h>
#include <stdint.h>

static inline size_t size_add(size_t a, size_t b)
{
    size_t sum;
    return __builtin_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

static inline size_t size_multiply(size_t a, size_t b)
{
    size_t product;
    return __builtin_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

/* The next multiple of `alignment`, a power of two. */
static inline size_t size_round_up(size_t size, size_t alignment)
{
    return size_add(size, alignment - 1) == SIZE_MAX ? SIZE_MAX
                                                     : (size + alignment - 1) & ~(alignment - 1);
}

#endif
