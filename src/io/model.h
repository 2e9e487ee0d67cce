/* SPDX-License-Identifier: MIT */
/* A layer with text metadata, and its file. Arguments were checked in api/model.c. */
#ifndef SEQNET_IO_MODEL_H
#define SEQNET_IO_MODEL_H

#include "io/metadata.h"
#include "io/stream.h"

#include <seqnet/io.h>

/* Metadata keys that begin with this belong to the format; this one is the description. */
#define MODEL_KEY "seqnet.model"

struct seqnet_model {
    seqnet_allocator memory;
    seqnet_layer *layer; /* one reference is the model's */
    struct name_list metadata;
};

/* A model that takes over one reference to `layer`, only on success; NULL for no memory. */
seqnet_model *model_new(seqnet_layer *layer, const seqnet_allocator *memory);
void model_free(seqnet_model *model);

/* The file, as include/seqnet/io.h says. */
int32_t model_save(const seqnet_model *model, const struct sink *sink);
int32_t model_load(const struct source *source, const seqnet_allocator *memory,
                   seqnet_model **model);

#endif
