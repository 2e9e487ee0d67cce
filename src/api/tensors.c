/* SPDX-License-Identifier: MIT */
/* Collections of tensors: argument checks. */
#include "io/tensors.h"

#include "api/allocator.h"
#include "api/check.h"
#include "api/room.h"
#include "core/options.h"
#include "io/safetensors.h"
#include "io/utf8.h"

#include <string.h>

/* ---------------------------------------------------------------- life, reading, writing */

int32_t seqnet_tensors_create(const seqnet_allocator *allocator, seqnet_tensors **tensors)
{
    RETURN_IF_NULL(tensors);
    *tensors = NULL;
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    const seqnet_allocator memory = memory_hook(allocator);
    *tensors = tensors_new(&memory);
    RETURN_UNLESS(*tensors, SEQNET_ENOMEM, "%s: out of memory", __func__);
    return SEQNET_OK;
}

void seqnet_tensors_destroy(seqnet_tensors *tensors)
{
    tensors_free(tensors);
}

int32_t seqnet_tensors_load(const char *path, const seqnet_allocator *allocator,
                            seqnet_tensors **tensors)
{
    RETURN_IF_NULL(tensors);
    *tensors = NULL;
    RETURN_IF_NULL(path);
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    const seqnet_allocator memory = memory_hook(allocator);
    return safetensors_read(&(struct source){ .name = path }, &memory, tensors);
}

int32_t seqnet_tensors_parse(const void *data, size_t bytes, const seqnet_allocator *allocator,
                             seqnet_tensors **tensors)
{
    RETURN_IF_NULL(tensors);
    *tensors = NULL;
    RETURN_IF_NULL(data);
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    const seqnet_allocator memory = memory_hook(allocator);
    return safetensors_read(&(struct source){ __func__, data, bytes }, &memory, tensors);
}

int32_t seqnet_tensors_save(const seqnet_tensors *tensors, const char *path)
{
    RETURN_IF_NULL(tensors);
    RETURN_IF_NULL(path);
    return safetensors_write(tensors, &(struct sink){ .name = path });
}

int32_t seqnet_tensors_serialize(const seqnet_tensors *tensors, void *data, size_t capacity,
                                 size_t *bytes)
{
    RETURN_IF_NULL(tensors);
    RETURN_IF_NULL(bytes);
    RETURN_IF_ERROR(check_room(data, capacity, __func__));
    return safetensors_write(tensors, &(struct sink){ __func__, data, capacity, bytes });
}

/* ---------------------------------------------------------------- reading a collection */

const char *seqnet_dtype_name(int32_t dtype)
{
    return tensor_dtype_name(dtype);
}

void seqnet_tensors_entry_init(seqnet_tensors_entry *entry, size_t struct_size)
{
    options_init(entry, struct_size);
}

int32_t seqnet_tensors_count(const seqnet_tensors *tensors)
{
    return tensors ? (int32_t)tensors->tensors.count : 0;
}

static int32_t tell(const struct tensor_entry *tensor, seqnet_tensors_entry *entry,
                    const char *function)
{
    seqnet_tensors_entry info = SEQNET_TENSORS_ENTRY_INIT;
    info.name = tensor->name;
    info.data_bytes = tensor_bytes(tensor);
    info.data = info.data_bytes ? tensor->data : NULL;
    info.count = (int64_t)tensor_count(tensor);
    info.rank = tensor->rank;
    info.dtype = tensor->dtype;
    for (int32_t i = 0; i < SEQNET_MAX_RANK; i++)
        info.shape[i] = i < tensor->rank ? tensor->shape[i] : 1;
    return options_write(entry, &info, sizeof info, function, "entry");
}

int32_t seqnet_tensors_info(const seqnet_tensors *tensors, int32_t index,
                            seqnet_tensors_entry *entry)
{
    RETURN_IF_NULL(tensors);
    RETURN_UNLESS_IN(index, 0, seqnet_tensors_count(tensors) - 1, SEQNET_ERANGE);
    return tell(tensors_at(tensors, (size_t)index), entry, __func__);
}

/* The tensor of that name. */
static int32_t find(const seqnet_tensors *tensors, const char *name, const char *function,
                    const struct tensor_entry **tensor)
{
    RETURN_UNLESS(tensors, SEQNET_EINVAL, "%s: tensors = NULL", function);
    RETURN_UNLESS(name, SEQNET_EINVAL, "%s: name = NULL", function);
    *tensor = tensors_find(tensors, name);
    RETURN_UNLESS(*tensor, SEQNET_ENOTFOUND, "%s: no tensor \"%s\"", function, name);
    return SEQNET_OK;
}

int32_t seqnet_tensors_find(const seqnet_tensors *tensors, const char *name,
                            seqnet_tensors_entry *entry)
{
    const struct tensor_entry *tensor;
    RETURN_IF_ERROR(find(tensors, name, __func__, &tensor));
    return tell(tensor, entry, __func__);
}

int32_t seqnet_tensors_get(const seqnet_tensors *tensors, const char *name, float *values,
                           int64_t count)
{
    const struct tensor_entry *tensor;
    RETURN_IF_ERROR(find(tensors, name, __func__, &tensor));
    const int64_t held = (int64_t)tensor_count(tensor);
    RETURN_UNLESS(count == held, SEQNET_ESHAPE, "%s: tensor \"%s\": count = %lld, need %lld",
                  __func__, name, (long long)count, (long long)held);
    RETURN_UNLESS(values || !count, SEQNET_EINVAL, "%s: values = NULL", __func__);
    RETURN_UNLESS(tensor_to_floats(tensor, values), SEQNET_ENOTSUP,
                  "%s: tensor \"%s\": dtype %s, need F32, F64, F16 or BF16", __func__, name,
                  tensor_dtype_name(tensor->dtype));
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- changing a collection */

static int32_t check_shape(const struct tensor_entry *tensor, const char *function)
{
    for (int32_t i = 0; i < tensor->rank; i++)
        RETURN_UNLESS(tensor->shape[i] >= 0, SEQNET_EINVAL,
                      "%s: tensor \"%s\": shape[%d] = %lld, need 0 or more", function, tensor->name,
                      (int)i, (long long)tensor->shape[i]);
    RETURN_UNLESS(tensor_count(tensor) <= PTRDIFF_MAX && tensor_bytes(tensor) <= PTRDIFF_MAX,
                  SEQNET_EINVAL, "%s: tensor \"%s\": its shape is too large", function,
                  tensor->name);
    return SEQNET_OK;
}

static int32_t check_name(const char *name, const char *function)
{
    RETURN_UNLESS(name, SEQNET_EINVAL, "%s: name = NULL", function);
    RETURN_UNLESS(utf8_is_valid(name), SEQNET_EINVAL, "%s: name is not valid UTF-8", function);
    RETURN_UNLESS(strcmp(name, SAFETENSORS_METADATA), SEQNET_EINVAL,
                  "%s: name = \"%s\" is reserved", function, name);
    return SEQNET_OK;
}

/* `tensor` has everything but its shape; data_bytes NULL: those that the shape needs. */
static int32_t set(seqnet_tensors *tensors, struct tensor_entry *tensor, const int64_t *shape,
                   const size_t *data_bytes, const char *function)
{
    RETURN_IF_ERROR(check_name(tensor->name, function));
    RETURN_UNLESS(tensor_dtype_bytes(tensor->dtype), SEQNET_EINVAL, "%s: dtype = %d is unknown",
                  function, (int)tensor->dtype);
    RETURN_UNLESS(tensor->rank >= 0 && tensor->rank <= SEQNET_MAX_RANK, SEQNET_EINVAL,
                  "%s: rank = %d, need 0..%d", function, (int)tensor->rank, SEQNET_MAX_RANK);
    RETURN_UNLESS(shape || !tensor->rank, SEQNET_EINVAL, "%s: shape = NULL", function);
    for (int32_t i = 0; i < tensor->rank; i++)
        tensor->shape[i] = shape[i];
    RETURN_IF_ERROR(check_shape(tensor, function));
    const size_t bytes = tensor_bytes(tensor);
    RETURN_UNLESS(!data_bytes || *data_bytes == bytes, SEQNET_EINVAL,
                  "%s: data_bytes = %zu, its shape needs %zu", function, *data_bytes, bytes);
    RETURN_UNLESS(tensor->data || !bytes, SEQNET_EINVAL, "%s: %s = NULL", function,
                  data_bytes ? "data" : "values");
    RETURN_UNLESS(tensors_put(tensors, tensor), SEQNET_ENOMEM, "%s: out of memory", function);
    return SEQNET_OK;
}

int32_t seqnet_tensors_set(seqnet_tensors *tensors, const char *name, const int64_t *shape,
                           int32_t rank, const float *values)
{
    struct tensor_entry tensor = { name, SEQNET_DTYPE_F32, rank, { 0 }, values };
    RETURN_IF_NULL(tensors);
    return set(tensors, &tensor, shape, NULL, __func__);
}

int32_t seqnet_tensors_set_entry(seqnet_tensors *tensors, const seqnet_tensors_entry *entry)
{
    seqnet_tensors_entry known;
    RETURN_IF_NULL(tensors);
    RETURN_IF_NULL(entry);
    RETURN_IF_ERROR(options_read(&known, sizeof known, entry, __func__, "entry"));
    struct tensor_entry tensor = { known.name, known.dtype, known.rank, { 0 }, known.data };
    return set(tensors, &tensor, known.shape, &known.data_bytes, __func__);
}

int32_t seqnet_tensors_remove(seqnet_tensors *tensors, const char *name)
{
    RETURN_IF_NULL(tensors);
    RETURN_IF_NULL(name);
    RETURN_UNLESS(name_list_remove(&tensors->tensors, &tensors->memory, name), SEQNET_ENOTFOUND,
                  "%s: no tensor \"%s\"", __func__, name);
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- metadata */

int32_t seqnet_tensors_set_metadata(seqnet_tensors *tensors, const char *key, const char *value)
{
    RETURN_IF_NULL(tensors);
    RETURN_IF_NULL(key);
    RETURN_UNLESS(utf8_is_valid(key), SEQNET_EINVAL, "%s: key is not valid UTF-8", __func__);
    RETURN_UNLESS(strcmp(key, SAFETENSORS_CHECKSUM), SEQNET_EINVAL, "%s: key = \"%s\" is reserved",
                  __func__, key);
    RETURN_UNLESS(!value || utf8_is_valid(value), SEQNET_EINVAL, "%s: value is not valid UTF-8",
                  __func__);
    RETURN_UNLESS(metadata_set(&tensors->metadata, &tensors->memory, key, value), SEQNET_ENOMEM,
                  "%s: out of memory", __func__);
    return SEQNET_OK;
}

const char *seqnet_tensors_get_metadata(const seqnet_tensors *tensors, const char *key)
{
    return tensors && key ? metadata_get(&tensors->metadata, key) : NULL;
}

const char *seqnet_tensors_metadata_key(const seqnet_tensors *tensors, int32_t index)
{
    return tensors ? metadata_key(&tensors->metadata, index) : NULL;
}
