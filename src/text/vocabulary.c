/* SPDX-License-Identifier: MIT */
#include "text/vocabulary.h"

#include "core/error.h"
#include "core/memory.h"
#include "text/specials.h"

#include <stdlib.h>
#include <string.h>

/* A symbol of the text and how often it was seen. */
struct ranked {
    const char *bytes;
    size_t size;
    int64_t count;
};

/* Falling count; ties by the bytes, a prefix first. No two symbols are equal. */
static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    const int order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static int32_t add_specials(struct symbol_table *table, int32_t mask)
{
    for (int32_t i = 0; i < specials_count(mask); i++) {
        const char *name = specials_name(mask, i);
        const int32_t id = symbol_table_add(table, name, strlen(name));
        if (id < 0)
            return id;
    }
    return SEQNET_OK;
}

seqnet_vocabulary *vocabulary_new(const seqnet_allocator *allocator,
                                  const struct symbol_rules *rules)
{
    const seqnet_allocator memory = memory_hook(allocator);
    seqnet_vocabulary *vocabulary = memory_new(&memory, sizeof *vocabulary);
    if (!vocabulary)
        return NULL;
    vocabulary->memory = memory;
    vocabulary->rules = *rules;
    vocabulary->symbols.memory = &vocabulary->memory;
    if (add_specials(&vocabulary->symbols, rules->specials) != SEQNET_OK) {
        vocabulary_destroy(vocabulary);
        return NULL;
    }
    return vocabulary;
}

void vocabulary_destroy(seqnet_vocabulary *vocabulary)
{
    if (!vocabulary)
        return;
    symbol_table_free(&vocabulary->symbols);
    const seqnet_allocator memory = vocabulary->memory;
    memory_free(&memory, vocabulary);
}

static int32_t table_error(int32_t code)
{
    return code == SEQNET_ENOTSUP
               ? error_set(code, "seqnet_vocabulary_build: text has more than %d different symbols",
                           INT32_MAX)
               : error_set(code, "seqnet_vocabulary_build: no memory for the symbols");
}

/* Add every symbol of the text to `table`. */
static int32_t count_symbols(struct symbol_table *table, const struct symbol_rules *rules,
                             const char *text, size_t bytes)
{
    struct symbols symbols =
        symbols_begin(rules, table->memory, "seqnet_vocabulary_build", text, bytes);
    struct symbol symbol;
    int32_t code;
    while ((code = symbols_next(&symbols, &symbol)) == SEQNET_OK && symbol.size) {
        const int32_t id = symbol_table_add(table, symbol.bytes, symbol.size);
        if (id < 0) {
            code = table_error(id);
            break;
        }
    }
    symbols_end(&symbols);
    return code;
}

/* The table's strings from number `first` on that were seen min_count times or more, in no order.
 * Gives how many. */
static size_t list_symbols(const struct symbol_table *table, int32_t first, int32_t min_count,
                           struct ranked *list)
{
    size_t count = 0;
    for (int32_t id = first; id < table->count; id++) {
        const struct symbol_entry *entry = &table->entries[id];
        if (entry->count >= min_count)
            list[count++] =
                (struct ranked){ symbol_table_bytes(table, id), entry->size, entry->count };
    }
    return count;
}

/* Move the best strings of `seen`, which begins with the specials too, to the vocabulary. */
static int32_t take_best(seqnet_vocabulary *vocabulary, const struct symbol_table *seen,
                         const seqnet_vocabulary_options *options)
{
    struct symbol_table *symbols = &vocabulary->symbols;
    const int32_t specials = symbols->count;
    struct ranked *list =
        memory_new_array(&vocabulary->memory, (size_t)(seen->count - specials), sizeof *list);
    if (!list)
        return table_error(SEQNET_ENOMEM);
    size_t count = list_symbols(seen, specials, options->min_count, list);
    qsort(list, count, sizeof *list, compare_ranked);
    const size_t room = (size_t)(options->max_size - specials);
    if (options->max_size && count > room)
        count = room;
    int32_t id = SEQNET_OK;
    for (size_t i = 0; i < count && id >= 0; i++)
        id = symbol_table_add(symbols, list[i].bytes, list[i].size);
    memory_free(&vocabulary->memory, list);
    return id < 0 ? table_error(id) : SEQNET_OK;
}

int32_t vocabulary_build(const char *text, size_t bytes, const seqnet_vocabulary_options *options,
                         seqnet_vocabulary **vocabulary)
{
    const struct symbol_rules rules = { options->level, options->specials, options->fold_case,
                                        options->normalize, options->split_punctuation };
    seqnet_vocabulary *built = vocabulary_new(options->allocator, &rules);
    if (!built)
        return table_error(SEQNET_ENOMEM);
    struct symbol_table seen = { .memory = &built->memory };
    int32_t code = add_specials(&seen, rules.specials);
    if (code != SEQNET_OK) {
        table_error(code);
        goto fail;
    }
    code = count_symbols(&seen, &rules, text, bytes);
    if (code != SEQNET_OK)
        goto fail;
    code = take_best(built, &seen, options);
    if (code != SEQNET_OK)
        goto fail;
    symbol_table_free(&seen);
    *vocabulary = built;
    return SEQNET_OK;
fail:
    symbol_table_free(&seen);
    vocabulary_destroy(built);
    return code;
}
