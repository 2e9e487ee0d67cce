/* SPDX-License-Identifier: MIT */
#include "io/model.h"

seqnet_model *model_new(seqnet_layer *layer, const seqnet_allocator *memory)
{
    seqnet_model *const model = memory_new(memory, sizeof *model);
    if (!model)
        return NULL;
    model->memory = *memory;
    model->layer = layer;
    return model;
}

void model_free(seqnet_model *model)
{
    if (!model)
        return;
    const seqnet_allocator memory = model->memory;
    name_list_free(&model->metadata, &memory);
    seqnet_layer_destroy(model->layer);
    memory_free(&memory, model);
}
