/* SPDX-License-Identifier: MIT */
#include "io/tensors.h"

#include "core/size.h"

#include <string.h>

seqnet_tensors *tensors_new(const seqnet_allocator *memory)
{
    seqnet_tensors *const tensors = memory_new(memory, sizeof *tensors);
    if (tensors)
        tensors->memory = *memory;
    return tensors;
}

void tensors_free(seqnet_tensors *tensors)
{
    if (!tensors)
        return;
    const seqnet_allocator memory = tensors->memory;
    name_list_free(&tensors->tensors, &memory);
    name_list_free(&tensors->metadata, &memory);
    memory_free(&memory, tensors->file);
    memory_free(&memory, tensors);
}

/* A block: the entry, the data at a multiple of MEMORY_ALIGNMENT, the name. */
static size_t place_of_data(void)
{
    return size_round_up(sizeof(struct tensor_entry), MEMORY_ALIGNMENT);
}

struct tensor_entry *tensor_new(const seqnet_allocator *memory, const struct tensor_entry *like)
{
    const size_t head = place_of_data();
    const size_t bytes = tensor_bytes(like), name_bytes = strlen(like->name) + 1;
    char *const block = memory_new(memory, size_add(size_add(head, bytes), name_bytes));
    if (!block)
        return NULL;
    struct tensor_entry *const entry = (struct tensor_entry *)(void *)block;
    *entry = *like;
    entry->name = memcpy(block + head + bytes, like->name, name_bytes);
    entry->data = bytes ? block + head : NULL;
    if (bytes && like->data)
        memcpy(block + head, like->data, bytes);
    return entry;
}

void *tensors_put(seqnet_tensors *tensors, const struct tensor_entry *like)
{
    struct tensor_entry *const entry = tensor_new(&tensors->memory, like);
    if (entry && name_list_put(&tensors->tensors, &tensors->memory, entry))
        return (char *)entry + place_of_data();
    memory_free(&tensors->memory, entry);
    return NULL;
}

int tensors_move(seqnet_tensors *tensors, seqnet_tensors *from)
{
    const size_t most = size_add(tensors->tensors.count, from->tensors.count);
    if (!name_list_reserve(&tensors->tensors, &tensors->memory, most))
        return 0;
    for (size_t i = 0; i < from->tensors.count; i++)
        name_list_put(&tensors->tensors, &tensors->memory, from->tensors.blocks[i]);
    from->tensors.count = 0;
    return 1;
}

const struct tensor_entry *tensors_at(const seqnet_tensors *tensors, size_t index)
{
    return tensors->tensors.blocks[index];
}

const struct tensor_entry *tensors_find(const seqnet_tensors *tensors, const char *name)
{
    return name_list_find(&tensors->tensors, name);
}
