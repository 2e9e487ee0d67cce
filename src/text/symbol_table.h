/* SPDX-License-Identifier: MIT */
/*
 * A set of byte strings that numbers them 0, 1, 2 .. in the order they come, and counts how often
 * each was added. Open addressing with linear probing, at most half full; the strings lie one after
 * the other in one block, each ended by a 0 that is not part of it.
 */
#ifndef SEQNET_TEXT_SYMBOL_TABLE_H
#define SEQNET_TEXT_SYMBOL_TABLE_H

#include <seqnet/runtime.h>

struct symbol_entry {
    size_t start; /* of the string in the block */
    size_t size;
    int64_t count;
    uint32_t hash;
};

struct symbol_slot {
    uint32_t hash;
    int32_t id_plus_one; /* 0: free */
};

/* All zero but `memory` is an empty table. */
struct symbol_table {
    const seqnet_allocator *memory;
    char *bytes;
    size_t bytes_used, bytes_capacity;
    struct symbol_entry *entries;
    size_t entry_capacity;
    struct symbol_slot *slots;
    size_t slot_count; /* 0 or a power of two */
    int32_t count;
};

/* The string's number; new strings get `count` of before. SEQNET_ENOMEM, SEQNET_ENOTSUP (2^31
 * strings) without a message: then nothing has changed. */
int32_t symbol_table_add(struct symbol_table *table, const char *bytes, size_t size);

/* The string's number, -1 if it is not there. */
int32_t symbol_table_find(const struct symbol_table *table, const char *bytes, size_t size);

/* The string of a number 0..count-1. */
const char *symbol_table_bytes(const struct symbol_table *table, int32_t id);

void symbol_table_free(struct symbol_table *table);

#endif
