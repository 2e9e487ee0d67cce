/* SPDX-License-Identifier: MIT */
#include "support/memory.h"

#include "support/assert.h"

#include <stdlib.h>
#include <string.h>

/* Kept in front of every block, in one cache line so that the block stays aligned. */
struct header {
    struct test_memory *owner; /* NULL after free */
    size_t bytes;
};

enum { HEADER_BYTES = 64 };

static void *counting_alloc(size_t bytes, size_t alignment, void *user)
{
    struct test_memory *memory = user;
    memory->calls++;
    memory->bytes += bytes;
    assert_true(alignment <= HEADER_BYTES && bytes <= SIZE_MAX - 2 * HEADER_BYTES);
    if (bytes > memory->largest)
        memory->largest = bytes;
    if (memory->calls == memory->fail_at)
        return NULL;
    const size_t rounded = (bytes + HEADER_BYTES - 1) / HEADER_BYTES * HEADER_BYTES;
    struct header *header = aligned_alloc(HEADER_BYTES, rounded + HEADER_BYTES);
    if (!header)
        return NULL;
    *header = (struct header){ memory, bytes };
    memory->live++;
    return memset((char *)header + HEADER_BYTES, 0xFF, bytes);
}

static void counting_free(void *block, void *user)
{
    struct test_memory *memory = user;
    struct header *header = (struct header *)(void *)((char *)block - HEADER_BYTES);
    if (header->owner != memory)
        fail_msg("freed through another hook than it came from, or twice: %p", block);
    header->owner = NULL;
    memset(block, 0xFF, header->bytes);
    memory->live--;
    free(header);
}

void test_memory_init(struct test_memory *memory)
{
    memset(memory, 0, sizeof *memory);
    memory->allocator = (seqnet_allocator){ memory, counting_alloc, counting_free };
}
