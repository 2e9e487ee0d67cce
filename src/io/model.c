/* SPDX-License-Identifier: MIT */
#include "io/model.h"

#include <string.h>

seqnet_model *model_new(seqnet_layer *layer, const seqnet_allocator *memory)
{
    seqnet_model *const model = memory_new(memory, sizeof *model);
    if (!model)
        return NULL;
    model->memory = *memory;
    model->layer = layer;
    return model;
}

static void free_entry(const seqnet_model *model, struct model_entry *entry)
{
    memory_free(&model->memory, entry->key);
    memory_free(&model->memory, entry->value);
}

void model_free(seqnet_model *model)
{
    if (!model)
        return;
    const seqnet_allocator memory = model->memory;
    for (int32_t i = 0; i < model->count; i++)
        free_entry(model, &model->entries[i]);
    memory_free(&memory, model->entries);
    seqnet_layer_destroy(model->layer);
    memory_free(&memory, model);
}

int32_t model_find(const seqnet_model *model, const char *key)
{
    int32_t low = 0, high = model->count;
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        const int order = strcmp(model->entries[middle].key, key);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1 - low;
}

/* Room for one more. */
static int32_t reserve(seqnet_model *model)
{
    if (model->count < model->capacity)
        return SEQNET_OK;
    const int32_t capacity = model->capacity ? 2 * model->capacity : 8;
    struct model_entry *const entries =
        memory_new_array(&model->memory, (size_t)capacity, sizeof *entries);
    if (!entries)
        return SEQNET_ENOMEM;
    if (model->count)
        memcpy(entries, model->entries, (size_t)model->count * sizeof *entries);
    memory_free(&model->memory, model->entries);
    model->entries = entries;
    model->capacity = capacity;
    return SEQNET_OK;
}

static int32_t insert(seqnet_model *model, int32_t at, const char *key, const char *value)
{
    struct model_entry new = { NULL, NULL };
    if (reserve(model) != SEQNET_OK)
        return SEQNET_ENOMEM;
    new.key = memory_copy_string(&model->memory, key);
    new.value = memory_copy_string(&model->memory, value);
    if (!new.key || !new.value) {
        free_entry(model, &new);
        return SEQNET_ENOMEM;
    }
    struct model_entry *const entry = &model->entries[at];
    memmove(entry + 1, entry, (size_t)(model->count - at) * sizeof *entry);
    *entry = new;
    model->count++;
    return SEQNET_OK;
}

static int32_t replace(seqnet_model *model, int32_t at, const char *value)
{
    char *const copy = memory_copy_string(&model->memory, value);
    if (!copy)
        return SEQNET_ENOMEM;
    memory_free(&model->memory, model->entries[at].value);
    model->entries[at].value = copy;
    return SEQNET_OK;
}

static void erase(seqnet_model *model, int32_t at)
{
    struct model_entry *const entry = &model->entries[at];
    free_entry(model, entry);
    model->count--;
    memmove(entry, entry + 1, (size_t)(model->count - at) * sizeof *entry);
}

int32_t model_set(seqnet_model *model, const char *key, const char *value)
{
    const int32_t at = model_find(model, key);
    if (value)
        return at >= 0 ? replace(model, at, value) : insert(model, -1 - at, key, value);
    if (at >= 0)
        erase(model, at);
    return SEQNET_OK;
}
