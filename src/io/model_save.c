/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "io/description.h"
#include "io/model.h"
#include "io/safetensors.h"

#include <string.h>

/* All that is made for one save. */
struct save {
    const seqnet_allocator *memory;
    char *description;
    float *values; /* every parameter, one after the other */
    seqnet_tensor_info *infos;
    struct tensor_entry *tensors;
    size_t tensor_count;
    struct metadata_entry *metadata;
    size_t metadata_count;
};

static int32_t no_memory(void)
{
    return error_set(SEQNET_ENOMEM, "seqnet_model_save: no memory");
}

static int32_t describe(struct save *save, const seqnet_layer *layer)
{
    struct model_description description;
    RETURN_IF_ERROR(description_of_layer(layer, &description));
    save->description = description_write(&description, save->memory);
    return save->description ? SEQNET_OK : no_memory();
}

static int32_t collect_metadata(struct save *save, const seqnet_model *model)
{
    const size_t count = (size_t)model->count;
    save->metadata = memory_new_array(save->memory, count + 1, sizeof *save->metadata);
    if (!save->metadata)
        return no_memory();
    for (size_t i = 0; i < count; i++) {
        const struct model_entry *const entry = &model->entries[i];
        save->metadata[i] = (struct metadata_entry){ entry->key, entry->value };
    }
    save->metadata[count] = (struct metadata_entry){ MODEL_KEY, save->description };
    save->metadata_count = count + 1;
    return SEQNET_OK;
}

static int32_t collect_tensor(struct save *save, const seqnet_layer *layer, size_t index,
                              float *values)
{
    seqnet_tensor_info *const info = &save->infos[index];
    struct tensor_entry *const tensor = &save->tensors[index];
    info->struct_size = sizeof *info;
    RETURN_IF_ERROR(seqnet_layer_tensor_info(layer, (int32_t)index, info));
    RETURN_IF_ERROR(seqnet_layer_get_parameter(layer, info->name, values, info->count));
    *tensor = (struct tensor_entry){
        .name = info->name, .dtype = TENSOR_F32, .rank = info->rank, .data = values
    };
    memcpy(tensor->shape, info->shape, sizeof tensor->shape);
    return SEQNET_OK;
}

static int32_t collect_tensors(struct save *save, const seqnet_layer *layer)
{
    seqnet_layer_info layer_info = { .struct_size = sizeof layer_info };
    RETURN_IF_ERROR(seqnet_layer_get_info(layer, &layer_info));
    save->tensor_count = (size_t)seqnet_layer_tensor_count(layer);
    save->values =
        memory_new_array(save->memory, (size_t)layer_info.parameter_count, sizeof *save->values);
    save->infos = memory_new_array(save->memory, save->tensor_count, sizeof *save->infos);
    save->tensors = memory_new_array(save->memory, save->tensor_count, sizeof *save->tensors);
    if (!save->values || !save->infos || !save->tensors)
        return no_memory();
    float *values = save->values;
    for (size_t i = 0; i < save->tensor_count; i++) {
        RETURN_IF_ERROR(collect_tensor(save, layer, i, values));
        values += save->infos[i].count;
    }
    return SEQNET_OK;
}

int32_t model_save(const seqnet_model *model, const char *path)
{
    struct save save = { .memory = &model->memory };
    int32_t code = describe(&save, model->layer);
    if (code == SEQNET_OK)
        code = collect_metadata(&save, model);
    if (code == SEQNET_OK)
        code = collect_tensors(&save, model->layer);
    if (code == SEQNET_OK)
        code = safetensors_write(path, save.tensors, save.tensor_count, save.metadata,
                                 save.metadata_count, &model->memory);
    memory_free(save.memory, save.metadata);
    memory_free(save.memory, save.tensors);
    memory_free(save.memory, save.infos);
    memory_free(save.memory, save.values);
    memory_free(save.memory, save.description);
    return code;
}
