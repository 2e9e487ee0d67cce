/* SPDX-License-Identifier: MIT */
#include "text/array.h"

#include "core/memory.h"
#include "core/size.h"

#include <string.h>

void *array_grow(const seqnet_allocator *memory, void *block, size_t used, size_t *capacity,
                 size_t wanted, size_t size)
{
    if (block && wanted <= *capacity)
        return block;
    const size_t twice = size_multiply(*capacity, 2);
    const size_t items = wanted > twice ? wanted : twice;
    void *larger = memory_new_array(memory, items, size);
    if (!larger)
        return NULL;
    if (block)
        memcpy(larger, block, used * size);
    memory_free(memory, block);
    *capacity = items;
    return larger;
}
