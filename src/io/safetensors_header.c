/* SPDX-License-Identifier: MIT */
/*
 * The rules of the format, one function each. Nothing in the file is believed before it was
 * compared.
 */
#include "core/error.h"
#include "core/memory.h"
#include "io/json.h"
#include "io/safetensors_file.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_BYTES 8

static int32_t no_memory(void)
{
    return error_set(SEQNET_ENOMEM, "safetensors_read: no memory");
}

/* ---------------------------------------------------------------- metadata */

static int32_t parse_metadata(struct safetensors_file *file, const char *path, json_t *object)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return file_refuse(path, "%s is not an object", SAFETENSORS_METADATA);
    file->metadata =
        memory_new_array(&file->memory, json_object_size(object), sizeof *file->metadata);
    if (!file->metadata)
        return no_memory();
    json_object_foreach(object, key, value)
    {
        if (!json_is_string(value))
            return file_refuse(path, "metadata \"%.64s\" is not a string", key);
        struct metadata_entry *const entry = &file->metadata[file->metadata_count++];
        entry->key = memory_copy_string(&file->memory, key);
        entry->value = memory_copy_string(&file->memory, json_string_value(value));
        if (!entry->key || !entry->value)
            return no_memory();
    }
    qsort(file->metadata, file->metadata_count, sizeof *file->metadata, metadata_compare_keys);
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- one tensor */

/* A whole number >= 0; 0 if it is something else. */
static int read_size(const json_t *value, size_t *size)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return 0;
    *size = (size_t)json_integer_value(value);
    return 1;
}

static int32_t parse_dtype(const char *path, struct tensor_entry *tensor, const json_t *value)
{
    if (!json_is_string(value))
        return file_refuse(path, "tensor \"%.64s\": its dtype is not a string", tensor->name);
    tensor->dtype = tensor_dtype_find(json_string_value(value));
    if (!tensor->dtype)
        return file_refuse(path, "tensor \"%.64s\": dtype %.32s is not supported", tensor->name,
                           json_string_value(value));
    return SEQNET_OK;
}

static int32_t parse_shape(const char *path, struct tensor_entry *tensor, const json_t *value)
{
    if (!json_is_array(value))
        return file_refuse(path, "tensor \"%.64s\": its shape is not an array", tensor->name);
    const size_t rank = json_array_size(value);
    if (rank > SAFETENSORS_MAX_RANK)
        return file_refuse(path, "tensor \"%.64s\": rank %zu, need 0..%d", tensor->name, rank,
                           SAFETENSORS_MAX_RANK);
    for (size_t i = 0; i < rank; i++) {
        size_t size;
        if (!read_size(json_array_get(value, i), &size))
            return file_refuse(path, "tensor \"%.64s\": shape[%zu] is not a whole number >= 0",
                               tensor->name, i);
        tensor->shape[i] = (int64_t)size;
    }
    tensor->rank = (int32_t)rank;
    if (tensor_bytes(tensor) == SIZE_MAX || tensor_count(tensor) == SIZE_MAX)
        return file_refuse(path, "tensor \"%.64s\": its shape is too large", tensor->name);
    return SEQNET_OK;
}

static int32_t parse_offsets(struct safetensors_file *file, const char *path,
                             struct tensor_entry *tensor, const json_t *value)
{
    size_t begin, end;
    if (!json_is_array(value) || json_array_size(value) != 2 ||
        !read_size(json_array_get(value, 0), &begin) || !read_size(json_array_get(value, 1), &end))
        return file_refuse(path, "tensor \"%.64s\": its data_offsets are not [begin, end]",
                           tensor->name);
    if (begin > end || end > file->data_bytes)
        return file_refuse(path, "tensor \"%.64s\": data_offsets [%zu, %zu] of %zu bytes",
                           tensor->name, begin, end, file->data_bytes);
    if (end - begin != tensor_bytes(tensor))
        return file_refuse(path, "tensor \"%.64s\": %zu bytes, its shape needs %zu", tensor->name,
                           end - begin, tensor_bytes(tensor));
    tensor->data = file->data + begin;
    return SEQNET_OK;
}

/*
 * {"dtype": .., "shape": .., "data_offsets": ..} and nothing else: a member unknown here could
 * change the meaning.
 */
static int32_t parse_tensor(struct safetensors_file *file, const char *path, const char *name,
                            const json_t *object)
{
    struct tensor_entry *const tensor = &file->tensors[file->count++];
    tensor->name = memory_copy_string(&file->memory, name);
    if (!tensor->name)
        return no_memory();
    const json_t *const dtype = json_object_get(object, "dtype");
    const json_t *const shape = json_object_get(object, "shape");
    const json_t *const offsets = json_object_get(object, "data_offsets");
    if (!dtype || !shape || !offsets || json_object_size(object) != 3)
        return file_refuse(path, "\"%.64s\" has not just dtype, shape and data_offsets", name);
    RETURN_IF_ERROR(parse_dtype(path, tensor, dtype));
    RETURN_IF_ERROR(parse_shape(path, tensor, shape));
    return parse_offsets(file, path, tensor, offsets);
}

/* ---------------------------------------------------------------- all of them */

/* By place; of tensors at one place the empty ones are first. */
static int compare_places(const void *a, const void *b)
{
    const struct tensor_entry *first = a, *second = b;
    if (first->data != second->data)
        return (const char *)first->data < (const char *)second->data ? -1 : 1;
    const size_t first_bytes = tensor_bytes(first), second_bytes = tensor_bytes(second);
    return (first_bytes > second_bytes) - (first_bytes < second_bytes);
}

/* The tensors must cover the data without holes and without overlaps. */
static int32_t check_cover(struct safetensors_file *file, const char *path)
{
    const unsigned char *end = file->data;
    qsort(file->tensors, file->count, sizeof *file->tensors, compare_places);
    for (size_t i = 0; i < file->count; i++) {
        const struct tensor_entry *const tensor = &file->tensors[i];
        if (tensor->data != end)
            return file_refuse(path, "tensor \"%.64s\" begins at byte %td of the data, need %td",
                               tensor->name, (const unsigned char *)tensor->data - file->data,
                               end - file->data);
        end += tensor_bytes(tensor);
    }
    if (end != file->data + file->data_bytes)
        return file_refuse(path, "%zu bytes of data, its tensors have %td", file->data_bytes,
                           end - file->data);
    qsort(file->tensors, file->count, sizeof *file->tensors, tensor_compare_names);
    return SEQNET_OK;
}

static int32_t parse_members(struct safetensors_file *file, const char *path, json_t *header)
{
    const char *key;
    json_t *value;
    file->tensors =
        memory_new_array(&file->memory, json_object_size(header), sizeof *file->tensors);
    if (!file->tensors)
        return no_memory();
    json_object_foreach(header, key, value)
    {
        const int is_metadata = !strcmp(key, SAFETENSORS_METADATA);
        RETURN_IF_ERROR(is_metadata ? parse_metadata(file, path, value)
                                    : parse_tensor(file, path, key, value));
    }
    return check_cover(file, path);
}

/* ---------------------------------------------------------------- the header */

static int32_t read_length(const struct safetensors_file *file, const char *path, size_t *length)
{
    uint64_t value = 0;
    if (file->size < LENGTH_BYTES)
        return file_refuse(path, "not a safetensors file: it has %zu bytes", file->size);
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        value = value << 8 | file->bytes[i];
    if (value > SAFETENSORS_MAX_HEADER || value > file->size - LENGTH_BYTES)
        return file_refuse(path, "not a safetensors file, or cut short: header of %llu bytes",
                           (unsigned long long)value);
    *length = (size_t)value;
    return SEQNET_OK;
}

int32_t header_parse(struct safetensors_file *file, const char *path)
{
    size_t length = 0;
    json_t *header = NULL;
    RETURN_IF_ERROR(read_length(file, path, &length));
    const char *const text = (const char *)file->bytes + LENGTH_BYTES;
    file->data = file->bytes + LENGTH_BYTES + length;
    file->data_bytes = file->size - LENGTH_BYTES - length;
    if (!length || *text != '{')
        return file_refuse(path, "not a safetensors file: its header does not begin with {");
    RETURN_IF_ERROR(json_parse(text, length, path, "header", &header));
    const int32_t code = parse_members(file, path, header);
    json_decref(header);
    return code;
}
