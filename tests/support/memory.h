/* SPDX-License-Identifier: MIT */
/*
 * An allocator hook that counts, fails on demand, and catches wrong frees.
 *
 *     struct test_memory memory;
 *     test_memory_init(&memory);
 *     options.allocator = &memory.allocator;
 *
 * New blocks are filled with bytes 0xFF (NaN as float or double). Keep the struct where it is while
 * objects use it. For one thread.
 */
#ifndef SEQNET_TESTS_MEMORY_H
#define SEQNET_TESTS_MEMORY_H

#include <seqnet/runtime.h>

struct test_memory {
    seqnet_allocator allocator;
    size_t live;    /* blocks not freed yet */
    size_t calls;   /* allocations asked for so far, failed ones included */
    size_t fail_at; /* the call that gives NULL, counted from 1; 0: none */
    size_t largest; /* bytes of the largest block asked for */
    size_t bytes;   /* of all blocks asked for so far */
};

void test_memory_init(struct test_memory *memory);

#endif
