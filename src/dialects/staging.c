/* SPDX-License-Identifier: MIT */
#include "dialects/staging.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void name_parameter(char *name, size_t size, const struct module *module,
                           const char *parameter)
{
    if (module->child >= 0)
        snprintf(name, size, "%d.%s", (int)module->child, parameter);
    else
        snprintf(name, size, "%s", parameter);
}

/* The embedding whose table is a linear module's weight. */
static seqnet_layer *tied_embedding(const seqnet_layer *layer, const struct module *module)
{
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    const seqnet_layer *const leaf =
        module->child >= 0 ? seqnet_layer_child(layer, module->child) : layer;
    return seqnet_linear_get_options(leaf, &options) == SEQNET_OK ? options.tied_embedding : NULL;
}

/* Names and sizes, values to come; gives the number of values in all. */
static size_t list_entries(struct staging *staging, const struct modules *modules,
                           const seqnet_layer *layer)
{
    seqnet_tensor_info info = { .struct_size = sizeof info };
    size_t total = 0;
    for (int32_t i = 0; seqnet_layer_tensor_count(layer) > i; i++) {
        struct staged *const entry = &staging->entries[staging->count++];
        seqnet_layer_tensor_info(layer, i, &info);
        memcpy(entry->name, info.name, sizeof entry->name);
        entry->count = info.count;
        total += (size_t)info.count;
    }
    staging->own = staging->count;
    for (int32_t i = 0; i < modules->count; i++) {
        const struct module *const module = &modules->module[i];
        if (!module->is_tied)
            continue;
        struct staged *const entry = &staging->entries[staging->count++];
        name_parameter(entry->name, sizeof entry->name, module, "weight");
        entry->count = (int64_t)module->input_size * module->hidden_size;
        total += (size_t)entry->count;
    }
    return total;
}

/* The values of an embedding that is in the same sequential: NULL if it is elsewhere. */
static float *table_in(const struct staging *staging, const struct modules *modules,
                       const seqnet_layer *layer, const seqnet_layer *embedding)
{
    for (int32_t i = 0; i < modules->count; i++) {
        const struct module *const module = &modules->module[i];
        if (module->child >= 0 && seqnet_layer_child(layer, module->child) == embedding)
            return staging_find(staging, module, (struct parameter_name){ "weight" });
    }
    return NULL;
}

static int32_t load_tied(struct staging *staging, const struct modules *modules,
                         const seqnet_layer *layer, float *values)
{
    struct staged *entry = &staging->entries[staging->own];
    for (int32_t i = 0; i < modules->count; i++) {
        if (!modules->module[i].is_tied)
            continue;
        const seqnet_layer *const embedding = tied_embedding(layer, &modules->module[i]);
        entry->values = table_in(staging, modules, layer, embedding);
        if (!entry->values) {
            entry->values = values;
            RETURN_IF_ERROR(seqnet_layer_get_parameter(embedding, "weight", values, entry->count));
            values += entry->count;
        }
        entry++;
    }
    return SEQNET_OK;
}

static int32_t load(struct staging *staging, const struct modules *modules,
                    const seqnet_layer *layer)
{
    float *values = staging->values;
    for (int32_t i = 0; i < staging->own; i++) {
        struct staged *const entry = &staging->entries[i];
        entry->values = values;
        RETURN_IF_ERROR(seqnet_layer_get_parameter(layer, entry->name, values, entry->count));
        values += entry->count;
    }
    return load_tied(staging, modules, layer, values);
}

int32_t staging_load(struct staging *staging, const struct request *request,
                     const struct modules *modules, const seqnet_layer *layer)
{
    const int32_t most = seqnet_layer_tensor_count(layer) + modules->count;
    *staging = (struct staging){ .memory = &request->memory };
    staging->entries = memory_new_array(staging->memory, (size_t)most, sizeof *staging->entries);
    RETURN_UNLESS(staging->entries, SEQNET_ENOMEM, "%s: out of memory", request->function);
    const size_t count = list_entries(staging, modules, layer);
    staging->values = memory_new_array(staging->memory, count, sizeof *staging->values);
    RETURN_UNLESS(staging->values, SEQNET_ENOMEM, "%s: out of memory", request->function);
    return load(staging, modules, layer);
}

int32_t staging_store(const struct staging *staging, seqnet_layer *layer)
{
    for (int32_t i = 0; i < staging->own; i++)
        RETURN_IF_ERROR(seqnet_layer_set_parameter(layer, staging->entries[i].name,
                                                   staging->entries[i].values,
                                                   staging->entries[i].count));
    return SEQNET_OK;
}

void staging_free(struct staging *staging)
{
    if (!staging->memory)
        return;
    memory_free(staging->memory, staging->entries);
    memory_free(staging->memory, staging->values);
    *staging = (struct staging){ 0 };
}

float *staging_find(const struct staging *staging, const struct module *module,
                    struct parameter_name name)
{
    char full[64];
    name_parameter(full, sizeof full, module, name.text);
    for (int32_t i = 0; i < staging->count; i++)
        if (strcmp(staging->entries[i].name, full) == 0)
            return staging->entries[i].values;
    assert(!"a plan names parameters of the layer only");
    return NULL;
}
