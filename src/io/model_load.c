/* SPDX-License-Identifier: MIT */
/*
 * The description says how to make the layer, so it is compared with the tensors twice: before the
 * layer is made by the number of parameters, so that it cannot ask for more memory than the file
 * has; after it, by every name and shape.
 */
#include "core/error.h"
#include "core/size.h"
#include "io/description.h"
#include "io/model.h"
#include "io/safetensors.h"

#include <string.h>

/* ---------------------------------------------------------------- comparing */

static int64_t count_elements(const seqnet_tensors *file)
{
    size_t count = 0;
    for (size_t i = 0; i < file->tensors.count; i++)
        count = size_add(count, tensor_count(tensors_at(file, i)));
    return count > INT64_MAX ? INT64_MAX : (int64_t)count;
}

static int32_t check_size(const seqnet_tensors *file, const char *path,
                          const struct model_description *description)
{
    const int64_t held = count_elements(file);
    const int64_t described = description_parameter_count(description, held);
    if (described != held)
        return file_refuse(path, "its layers have %s parameters than its tensors, %lld",
                           described > held ? "more" : "fewer", (long long)held);
    return SEQNET_OK;
}

static int same_shape(const struct tensor_entry *tensor, const seqnet_tensor_info *info)
{
    return tensor->rank == info->rank &&
           !memcmp(tensor->shape, info->shape, (size_t)info->rank * sizeof *info->shape);
}

/* Tensor `index` of the layer, from the file. */
static int32_t load_tensor(const seqnet_tensors *file, const char *path, seqnet_layer *layer,
                           int32_t index, float *values)
{
    seqnet_tensor_info info = { .struct_size = sizeof info };
    RETURN_IF_ERROR(seqnet_layer_tensor_info(layer, index, &info));
    const struct tensor_entry *const tensor = tensors_find(file, info.name);
    if (!tensor)
        return file_refuse(path, "no tensor \"%s\"", info.name);
    if (!same_shape(tensor, &info))
        return file_refuse(path, "tensor \"%s\" has another shape than its layer", info.name);
    if (!tensor_to_floats(tensor, values))
        return file_refuse(path, "tensor \"%s\": dtype %s, need F32, F64, F16 or BF16", info.name,
                           tensor_dtype_name(tensor->dtype));
    return seqnet_layer_set_parameter(layer, info.name, values, info.count);
}

static int32_t load_tensors(const seqnet_tensors *file, const char *path, seqnet_layer *layer,
                            float *values)
{
    const int32_t count = seqnet_layer_tensor_count(layer);
    if (file->tensors.count != (size_t)count)
        return file_refuse(path, "%zu tensors, its layers have %d", file->tensors.count,
                           (int)count);
    for (int32_t i = 0; i < count; i++)
        RETURN_IF_ERROR(load_tensor(file, path, layer, i, values));
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- making the model */

static int32_t make_layer(const seqnet_tensors *file, const char *path,
                          const seqnet_allocator *memory, seqnet_layer **layer)
{
    struct model_description description;
    const char *const text = metadata_get(&file->metadata, MODEL_KEY);
    if (!text)
        return file_refuse(path, "not a seqnet model: no metadata \"%s\"", MODEL_KEY);
    RETURN_IF_ERROR(description_read(text, path, &description));
    RETURN_IF_ERROR(check_size(file, path, &description));
    return description_build(&description, path, memory, layer);
}

static int32_t fill_layer(const seqnet_tensors *file, const char *path,
                          const seqnet_allocator *memory, seqnet_layer *layer)
{
    size_t largest = 0;
    for (size_t i = 0; i < file->tensors.count; i++) {
        const size_t count = tensor_count(tensors_at(file, i));
        largest = count > largest ? count : largest;
    }
    float *const values = memory_new_array(memory, largest, sizeof *values);
    if (!values)
        return file_no_memory(path);
    const int32_t code = load_tensors(file, path, layer, values);
    memory_free(memory, values);
    return code;
}

/* The caller's own entries; those of the format stay behind. */
static int32_t copy_metadata(const seqnet_tensors *file, const char *path, seqnet_model *model)
{
    for (size_t i = 0; i < file->metadata.count; i++) {
        const struct metadata_entry *const entry = metadata_at(&file->metadata, i);
        if (!strncmp(entry->key, MODEL_KEY, strlen(MODEL_KEY)))
            continue;
        if (!metadata_set(&model->metadata, &model->memory, entry->key, entry->value))
            return file_no_memory(path);
    }
    return SEQNET_OK;
}

int32_t model_load(const struct source *source, const seqnet_allocator *memory,
                   seqnet_model **model)
{
    const char *const path = source->name;
    seqnet_tensors *file = NULL;
    seqnet_layer *layer = NULL;
    seqnet_model *new = NULL;
    int32_t code = safetensors_read(source, memory, &file);
    if (code != SEQNET_OK)
        return code;
    if ((code = make_layer(file, path, memory, &layer)) != SEQNET_OK)
        goto done;
    if ((code = fill_layer(file, path, memory, layer)) != SEQNET_OK)
        goto done;
    new = model_new(layer, memory);
    if (!new) {
        code = file_no_memory(path);
        goto done;
    }
    layer = NULL;
    if ((code = copy_metadata(file, path, new)) != SEQNET_OK)
        goto done;
    *model = new;
    new = NULL;
done:
    model_free(new);
    seqnet_layer_destroy(layer);
    tensors_free(file);
    return code;
}
