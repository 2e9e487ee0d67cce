/* SPDX-License-Identifier: MIT */
/* Arrays that grow by doubling, with the memory of the object that owns them. */
#ifndef SEQNET_TEXT_ARRAY_H
#define SEQNET_TEXT_ARRAY_H

#include <seqnet/runtime.h>

/*
 * Room for `wanted` items of `size` bytes: `block` itself if *capacity is enough, else a block at
 * least twice as large that holds the first `used` items; the old one is freed. NULL for no memory:
 * then `block` and *capacity are as they were. A NULL block has capacity 0.
 */
void *array_grow(const seqnet_allocator *memory, void *block, size_t used, size_t *capacity,
                 size_t wanted, size_t size);

#endif
