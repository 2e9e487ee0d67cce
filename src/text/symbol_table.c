/* SPDX-License-Identifier: MIT */
#include "text/symbol_table.h"

#include "core/memory.h"
#include "core/size.h"
#include "text/array.h"

#include <seqnet/error.h>

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { FIRST_SLOTS = 64 };

static uint32_t hash_of(const char *bytes, size_t size)
{
    return (uint32_t)XXH3_64bits(bytes, size);
}

/* The slot of a string, or the free one it would take. */
static size_t probe(const struct symbol_table *table, uint32_t hash, const char *bytes, size_t size)
{
    const size_t mask = table->slot_count - 1;
    size_t at = hash & mask;
    for (;; at = (at + 1) & mask) {
        const struct symbol_slot slot = table->slots[at];
        if (!slot.id_plus_one)
            return at;
        if (slot.hash != hash)
            continue;
        const struct symbol_entry *entry = &table->entries[slot.id_plus_one - 1];
        if (entry->size == size && memcmp(table->bytes + entry->start, bytes, size) == 0)
            return at;
    }
}

static int32_t reserve_slots(struct symbol_table *table)
{
    if ((size_t)table->count < table->slot_count / 2)
        return SEQNET_OK;
    const size_t slot_count = table->slot_count ? 2 * table->slot_count : FIRST_SLOTS;
    struct symbol_slot *slots = memory_new_array(table->memory, slot_count, sizeof *slots);
    if (!slots)
        return SEQNET_ENOMEM;
    for (int32_t id = 0; id < table->count; id++) {
        const uint32_t hash = table->entries[id].hash;
        size_t at = hash & (slot_count - 1);
        while (slots[at].id_plus_one)
            at = (at + 1) & (slot_count - 1);
        slots[at] = (struct symbol_slot){ hash, id + 1 };
    }
    memory_free(table->memory, table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return SEQNET_OK;
}

static int32_t reserve_entry(struct symbol_table *table, size_t size)
{
    const size_t count = (size_t)table->count;
    struct symbol_entry *entries = array_grow(table->memory, table->entries, count,
                                              &table->entry_capacity, count + 1, sizeof *entries);
    if (!entries)
        return SEQNET_ENOMEM;
    table->entries = entries;
    const size_t wanted = size_add(table->bytes_used, size_add(size, 1));
    char *bytes = array_grow(table->memory, table->bytes, table->bytes_used, &table->bytes_capacity,
                             wanted, 1);
    if (!bytes)
        return SEQNET_ENOMEM;
    table->bytes = bytes;
    return SEQNET_OK;
}

/* Room for one more string; changes nothing that can be seen. */
static int32_t reserve(struct symbol_table *table, size_t size)
{
    if (table->count == INT32_MAX)
        return SEQNET_ENOTSUP;
    const int32_t code = reserve_slots(table);
    return code == SEQNET_OK ? reserve_entry(table, size) : code;
}

int32_t symbol_table_add(struct symbol_table *table, const char *bytes, size_t size)
{
    const uint32_t hash = hash_of(bytes, size);
    if (table->slot_count) {
        const struct symbol_slot slot = table->slots[probe(table, hash, bytes, size)];
        if (slot.id_plus_one) {
            table->entries[slot.id_plus_one - 1].count++;
            return slot.id_plus_one - 1;
        }
    }
    const int32_t code = reserve(table, size);
    if (code != SEQNET_OK)
        return code;
    const int32_t id = table->count++;
    table->slots[probe(table, hash, bytes, size)] = (struct symbol_slot){ hash, id + 1 };
    table->entries[id] = (struct symbol_entry){ table->bytes_used, size, 1, hash };
    memcpy(table->bytes + table->bytes_used, bytes, size);
    table->bytes[table->bytes_used + size] = '\0';
    table->bytes_used += size + 1;
    return id;
}

int32_t symbol_table_find(const struct symbol_table *table, const char *bytes, size_t size)
{
    if (!table->slot_count)
        return -1;
    return table->slots[probe(table, hash_of(bytes, size), bytes, size)].id_plus_one - 1;
}

const char *symbol_table_bytes(const struct symbol_table *table, int32_t id)
{
    return table->bytes + table->entries[id].start;
}

void symbol_table_free(struct symbol_table *table)
{
    memory_free(table->memory, table->bytes);
    memory_free(table->memory, table->entries);
    memory_free(table->memory, table->slots);
    *table = (struct symbol_table){ .memory = table->memory };
}
