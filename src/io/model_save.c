/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "io/description.h"
#include "io/model.h"
#include "io/safetensors.h"

#include <string.h>

static int32_t add_description(seqnet_tensors *file, const char *name, const seqnet_layer *layer)
{
    struct model_description description;
    RETURN_IF_ERROR(description_of_layer(layer, &description));
    char *const text = description_write(&description, &file->memory);
    const int done = text && metadata_set(&file->metadata, &file->memory, MODEL_KEY, text);
    memory_free(&file->memory, text);
    return done ? SEQNET_OK : file_no_memory(name);
}

static int32_t add_metadata(seqnet_tensors *file, const char *name, const seqnet_model *model)
{
    for (size_t i = 0; i < model->metadata.count; i++) {
        const struct metadata_entry *const entry = metadata_at(&model->metadata, i);
        if (!metadata_set(&file->metadata, &file->memory, entry->key, entry->value))
            return file_no_memory(name);
    }
    return SEQNET_OK;
}

static int32_t add_tensor(seqnet_tensors *file, const char *name, const seqnet_layer *layer,
                          int32_t index)
{
    seqnet_tensor_info info = { .struct_size = sizeof info };
    RETURN_IF_ERROR(seqnet_layer_tensor_info(layer, index, &info));
    struct tensor_entry tensor = { .name = info.name,
                                   .dtype = SEQNET_DTYPE_F32,
                                   .rank = info.rank };
    memcpy(tensor.shape, info.shape, sizeof info.shape);
    float *const values = tensors_put(file, &tensor);
    if (!values)
        return file_no_memory(name);
    return seqnet_layer_get_parameter(layer, info.name, values, info.count);
}

static int32_t fill(seqnet_tensors *file, const char *name, const seqnet_model *model)
{
    const int32_t count = seqnet_layer_tensor_count(model->layer);
    RETURN_IF_ERROR(add_description(file, name, model->layer));
    RETURN_IF_ERROR(add_metadata(file, name, model));
    for (int32_t i = 0; i < count; i++)
        RETURN_IF_ERROR(add_tensor(file, name, model->layer, i));
    file->has_checksum = 1;
    return SEQNET_OK;
}

int32_t model_save(const seqnet_model *model, const struct sink *sink)
{
    seqnet_tensors *const file = tensors_new(&model->memory);
    if (!file)
        return file_no_memory(sink->name);
    int32_t code = fill(file, sink->name, model);
    if (code == SEQNET_OK)
        code = safetensors_write(file, sink);
    tensors_free(file);
    return code;
}
