/* SPDX-License-Identifier: MIT */
#include "io/metadata.h"

#include "core/size.h"

#include <string.h>

struct metadata_entry *metadata_new(const seqnet_allocator *memory, const char *key,
                                    const char *value)
{
    const size_t key_bytes = strlen(key) + 1, value_bytes = strlen(value) + 1;
    struct metadata_entry *const entry =
        memory_new(memory, size_add(size_add(sizeof *entry, key_bytes), value_bytes));
    if (!entry)
        return NULL;
    char *const texts = (char *)(entry + 1);
    entry->key = memcpy(texts, key, key_bytes);
    entry->value = memcpy(texts + key_bytes, value, value_bytes);
    return entry;
}

int metadata_set(struct name_list *metadata, const seqnet_allocator *memory, const char *key,
                 const char *value)
{
    if (!value) {
        name_list_remove(metadata, memory, key);
        return 1;
    }
    struct metadata_entry *const entry = metadata_new(memory, key, value);
    if (entry && name_list_put(metadata, memory, entry))
        return 1;
    memory_free(memory, entry);
    return 0;
}

const struct metadata_entry *metadata_at(const struct name_list *metadata, size_t index)
{
    return metadata->blocks[index];
}

const char *metadata_get(const struct name_list *metadata, const char *key)
{
    const struct metadata_entry *const entry = name_list_find(metadata, key);
    return entry ? entry->value : NULL;
}

const char *metadata_key(const struct name_list *metadata, int32_t index)
{
    const int inside = index >= 0 && (size_t)index < metadata->count;
    return inside ? metadata_at(metadata, (size_t)index)->key : NULL;
}
