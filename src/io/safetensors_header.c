/* SPDX-License-Identifier: MIT */
/*
 * The rules of the format, one function each. Nothing in the file is believed before it was
 * compared.
 */
#include "core/error.h"
#include "io/json.h"
#include "io/safetensors.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_BYTES 8

/* What is read, and from where. */
struct reader {
    seqnet_tensors *tensors;
    const char *name; /* of the file, for messages */
    const unsigned char *data;
    size_t data_bytes;
};

/* ---------------------------------------------------------------- metadata */

static int32_t parse_metadata(const struct reader *reader, json_t *object)
{
    struct name_list *const list = &reader->tensors->metadata;
    const seqnet_allocator *const memory = &reader->tensors->memory;
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return file_refuse(reader->name, "%s is not an object", SAFETENSORS_METADATA);
    if (!name_list_reserve(list, memory, json_object_size(object)))
        return file_no_memory(reader->name);
    json_object_foreach(object, key, value)
    {
        if (!json_is_string(value))
            return file_refuse(reader->name, "metadata \"%.64s\" is not a string", key);
        struct metadata_entry *const entry = metadata_new(memory, key, json_string_value(value));
        if (!entry)
            return file_no_memory(reader->name);
        name_list_append(list, entry);
    }
    name_list_sort(list);
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- one tensor */

/* A whole number >= 0 that fits; 0 if it is something else. */
static int read_size(const json_t *value, size_t *size)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return 0;
    *size = (size_t)json_integer_value(value);
    return *size == (uint64_t)json_integer_value(value);
}

static int32_t parse_dtype(const struct reader *reader, struct tensor_entry *tensor,
                           const json_t *value)
{
    const char *const dtype = json_string_value(value);
    if (!dtype)
        return file_refuse(reader->name, "tensor \"%.64s\": its dtype is not a string",
                           tensor->name);
    tensor->dtype = tensor_dtype_find(dtype);
    if (tensor->dtype == DTYPE_UNSUPPORTED)
        return file_unsupported(reader->name, "tensor \"%.64s\": dtype %s is not supported",
                                tensor->name, dtype);
    if (!tensor->dtype)
        return file_refuse(reader->name, "tensor \"%.64s\": dtype \"%.32s\" is unknown",
                           tensor->name, dtype);
    return SEQNET_OK;
}

static int32_t parse_shape(const struct reader *reader, struct tensor_entry *tensor,
                           const json_t *value)
{
    if (!json_is_array(value))
        return file_refuse(reader->name, "tensor \"%.64s\": its shape is not an array",
                           tensor->name);
    const size_t rank = json_array_size(value);
    if (rank > SEQNET_MAX_RANK)
        return file_unsupported(reader->name, "tensor \"%.64s\": rank %zu, need 0..%d",
                                tensor->name, rank, SEQNET_MAX_RANK);
    for (size_t i = 0; i < rank; i++) {
        size_t size;
        if (!read_size(json_array_get(value, i), &size))
            return file_refuse(reader->name,
                               "tensor \"%.64s\": shape[%zu] is not a whole number >= 0",
                               tensor->name, i);
        tensor->shape[i] = (int64_t)size;
    }
    tensor->rank = (int32_t)rank;
    if (tensor_bytes(tensor) == SIZE_MAX || tensor_count(tensor) == SIZE_MAX)
        return file_refuse(reader->name, "tensor \"%.64s\": its shape is too large", tensor->name);
    return SEQNET_OK;
}

static int32_t parse_offsets(const struct reader *reader, struct tensor_entry *tensor,
                             const json_t *value)
{
    size_t begin, end;
    if (!json_is_array(value) || json_array_size(value) != 2 ||
        !read_size(json_array_get(value, 0), &begin) || !read_size(json_array_get(value, 1), &end))
        return file_refuse(reader->name, "tensor \"%.64s\": its data_offsets are not [begin, end]",
                           tensor->name);
    if (begin > end || end > reader->data_bytes)
        return file_refuse(reader->name, "tensor \"%.64s\": data_offsets [%zu, %zu] of %zu bytes",
                           tensor->name, begin, end, reader->data_bytes);
    if (end - begin != tensor_bytes(tensor))
        return file_refuse(reader->name, "tensor \"%.64s\": %zu bytes, its shape needs %zu",
                           tensor->name, end - begin, tensor_bytes(tensor));
    tensor->data = reader->data + begin;
    return SEQNET_OK;
}

/*
 * {"dtype": .., "shape": .., "data_offsets": ..} and nothing else: a member unknown here could
 * change the meaning.
 */
static int32_t parse_tensor(const struct reader *reader, const char *name, const json_t *object)
{
    const struct tensor_entry named = { .name = name };
    struct tensor_entry *const tensor = tensor_new(&reader->tensors->memory, &named);
    if (!tensor)
        return file_no_memory(reader->name);
    name_list_append(&reader->tensors->tensors, tensor);
    const json_t *const dtype = json_object_get(object, "dtype");
    const json_t *const shape = json_object_get(object, "shape");
    const json_t *const offsets = json_object_get(object, "data_offsets");
    if (!dtype || !shape || !offsets || json_object_size(object) != 3)
        return file_refuse(reader->name, "\"%.64s\" has not just dtype, shape and data_offsets",
                           name);
    RETURN_IF_ERROR(parse_dtype(reader, tensor, dtype));
    RETURN_IF_ERROR(parse_shape(reader, tensor, shape));
    return parse_offsets(reader, tensor, offsets);
}

/* ---------------------------------------------------------------- all of them */

/* By place; of tensors at one place the empty ones are first. */
static int compare_places(const void *a, const void *b)
{
    const struct tensor_entry *const first = *(void *const *)a, *const second = *(void *const *)b;
    if (first->data != second->data)
        return (const char *)first->data < (const char *)second->data ? -1 : 1;
    const size_t first_bytes = tensor_bytes(first), second_bytes = tensor_bytes(second);
    return (first_bytes > second_bytes) - (first_bytes < second_bytes);
}

/* The tensors must cover the data without holes and without overlaps. */
static int32_t check_cover(const struct reader *reader)
{
    const struct name_list *const list = &reader->tensors->tensors;
    const unsigned char *end = reader->data;
    if (list->count)
        qsort(list->blocks, list->count, sizeof *list->blocks, compare_places);
    for (size_t i = 0; i < list->count; i++) {
        const struct tensor_entry *const tensor = list->blocks[i];
        if (tensor->data != end)
            return file_refuse(reader->name,
                               "tensor \"%.64s\" begins at byte %td of the data, need %td",
                               tensor->name, (const unsigned char *)tensor->data - reader->data,
                               end - reader->data);
        end += tensor_bytes(tensor);
    }
    if (end != reader->data + reader->data_bytes)
        return file_refuse(reader->name, "%zu bytes of data, its tensors have %td",
                           reader->data_bytes, end - reader->data);
    return SEQNET_OK;
}

static int32_t parse_members(const struct reader *reader, json_t *header)
{
    struct name_list *const list = &reader->tensors->tensors;
    const char *key;
    json_t *value;
    if (!name_list_reserve(list, &reader->tensors->memory, json_object_size(header)))
        return file_no_memory(reader->name);
    json_object_foreach(header, key, value)
    {
        const int is_metadata = !strcmp(key, SAFETENSORS_METADATA);
        RETURN_IF_ERROR(is_metadata ? parse_metadata(reader, value)
                                    : parse_tensor(reader, key, value));
    }
    RETURN_IF_ERROR(check_cover(reader));
    name_list_sort(list);
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- the header */

static int32_t read_length(const unsigned char *bytes, size_t size, const char *name,
                           size_t *length)
{
    uint64_t value = 0;
    if (size < LENGTH_BYTES)
        return file_refuse(name, "not a safetensors file: it has %zu bytes", size);
    for (int i = LENGTH_BYTES - 1; i >= 0; i--)
        value = value << 8 | bytes[i];
    if (value > SAFETENSORS_MAX_HEADER || value > size - LENGTH_BYTES)
        return file_refuse(name, "not a safetensors file, or cut short: header of %llu bytes",
                           (unsigned long long)value);
    *length = (size_t)value;
    return SEQNET_OK;
}

int32_t header_parse(seqnet_tensors *tensors, size_t size, const char *name)
{
    size_t length = 0;
    json_t *header = NULL;
    RETURN_IF_ERROR(read_length(tensors->file, size, name, &length));
    const unsigned char *const text = tensors->file + LENGTH_BYTES;
    const struct reader reader = { tensors, name, text + length, size - LENGTH_BYTES - length };
    if (!length || *text != '{')
        return file_refuse(name, "not a safetensors file: its header does not begin with {");
    RETURN_IF_ERROR(json_parse((const char *)text, length, name, "header", &header));
    const int32_t code = parse_members(&reader, header);
    json_decref(header);
    return code;
}
