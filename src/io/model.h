/* SPDX-License-Identifier: MIT */
/* A layer with text metadata, and its file. Arguments were checked in api/model.c. */
#ifndef SEQNET_IO_MODEL_H
#define SEQNET_IO_MODEL_H

#include "core/memory.h"

#include <seqnet/io.h>

/* Metadata keys that begin with this belong to the format; this one is the description. */
#define MODEL_KEY "seqnet.model"

struct model_entry {
    char *key, *value;
};

struct seqnet_model {
    seqnet_allocator memory;
    seqnet_layer *layer;         /* one reference is the model's */
    struct model_entry *entries; /* sorted by key */
    int32_t count;
    int32_t capacity;
};

/* A model that takes over one reference to `layer`, only on success; NULL for no memory. */
seqnet_model *model_new(seqnet_layer *layer, const seqnet_allocator *memory);
void model_free(seqnet_model *model);

/* Set, replace or (value NULL) remove an entry. SEQNET_ENOMEM: nothing changed. */
int32_t model_set(seqnet_model *model, const char *key, const char *value);

/* The index of a key; if there is none, -1 - the index where it belongs. */
int32_t model_find(const seqnet_model *model, const char *key);

/* The file, as include/seqnet/io.h says. */
int32_t model_save(const seqnet_model *model, const char *path);
int32_t model_load(const char *path, const seqnet_allocator *memory, seqnet_model **model);

#endif
