/* SPDX-License-Identifier: MIT */
/* Model files: argument checks. */
#include "io/model.h"

#include "api/allocator.h"
#include "api/check.h"
#include "api/room.h"
#include "io/safetensors.h"
#include "io/utf8.h"

#include <string.h>

int32_t seqnet_model_create(seqnet_layer *layer, const seqnet_allocator *allocator,
                            seqnet_model **model)
{
    RETURN_IF_NULL(model);
    *model = NULL;
    RETURN_IF_NULL(layer);
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    const seqnet_allocator memory = memory_hook(allocator);
    *model = model_new(layer, &memory);
    RETURN_UNLESS(*model, SEQNET_ENOMEM, "%s: out of memory", __func__);
    seqnet_layer_retain(layer);
    return SEQNET_OK;
}

void seqnet_model_destroy(seqnet_model *model)
{
    model_free(model);
}

seqnet_layer *seqnet_model_layer(const seqnet_model *model)
{
    return model ? model->layer : NULL;
}

static int is_reserved(const char *key)
{
    return !strncmp(key, MODEL_KEY, strlen(MODEL_KEY)) || !strcmp(key, SAFETENSORS_CHECKSUM);
}

int32_t seqnet_model_set_metadata(seqnet_model *model, const char *key, const char *value)
{
    RETURN_IF_NULL(model);
    RETURN_IF_NULL(key);
    RETURN_UNLESS(*key, SEQNET_EINVAL, "%s: key is empty", __func__);
    RETURN_UNLESS(utf8_is_valid(key), SEQNET_EINVAL, "%s: key is not valid UTF-8", __func__);
    RETURN_UNLESS(!is_reserved(key), SEQNET_EINVAL, "%s: key = \"%s\" is reserved", __func__, key);
    RETURN_UNLESS(!value || utf8_is_valid(value), SEQNET_EINVAL, "%s: value is not valid UTF-8",
                  __func__);
    RETURN_UNLESS(metadata_set(&model->metadata, &model->memory, key, value), SEQNET_ENOMEM,
                  "%s: out of memory", __func__);
    return SEQNET_OK;
}

const char *seqnet_model_get_metadata(const seqnet_model *model, const char *key)
{
    return model && key ? metadata_get(&model->metadata, key) : NULL;
}

const char *seqnet_model_metadata_key(const seqnet_model *model, int32_t index)
{
    return model ? metadata_key(&model->metadata, index) : NULL;
}

int32_t seqnet_model_save(const seqnet_model *model, const char *path)
{
    RETURN_IF_NULL(model);
    RETURN_IF_NULL(path);
    return model_save(model, &(struct sink){ .name = path });
}

int32_t seqnet_model_serialize(const seqnet_model *model, void *data, size_t capacity,
                               size_t *bytes)
{
    RETURN_IF_NULL(model);
    RETURN_IF_NULL(bytes);
    RETURN_IF_ERROR(check_room(data, capacity, __func__));
    return model_save(model, &(struct sink){ __func__, data, capacity, bytes });
}

int32_t seqnet_model_load(const char *path, const seqnet_allocator *allocator, seqnet_model **model)
{
    RETURN_IF_NULL(model);
    *model = NULL;
    RETURN_IF_NULL(path);
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    const seqnet_allocator memory = memory_hook(allocator);
    return model_load(&(struct source){ .name = path }, &memory, model);
}

int32_t seqnet_model_parse(const void *data, size_t bytes, const seqnet_allocator *allocator,
                           seqnet_model **model)
{
    RETURN_IF_NULL(model);
    *model = NULL;
    RETURN_IF_NULL(data);
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    const seqnet_allocator memory = memory_hook(allocator);
    return model_load(&(struct source){ __func__, data, bytes }, &memory, model);
}
