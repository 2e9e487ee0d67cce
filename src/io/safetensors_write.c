/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "core/memory.h"
#include "core/size.h"
#include "io/safetensors.h"
#include "io/utf8.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The header is padded with spaces so that the tensors begin at a multiple of this. */
#define ALIGNMENT 8

struct writer {
    seqnet_allocator memory;
    struct tensor_entry *entries; /* copies, in the order of the file */
    size_t count;
    struct metadata_entry *metadata; /* copies, in the order of the keys, the checksum with them */
    size_t metadata_count;
    struct file_piece *pieces; /* the head, then one a tensor */
    char *head;                /* length and header text */
    json_t *header;
    char checksum[CHECKSUM_BYTES];
};

static int32_t no_memory(void)
{
    return error_set(SEQNET_ENOMEM, "safetensors_write: no memory");
}

/* ---------------------------------------------------------------- checks */

static int32_t check_tensor(const struct tensor_entry *entry)
{
    RETURN_UNLESS(entry->name && utf8_is_valid(entry->name), SEQNET_EINVAL,
                  "safetensors_write: a tensor's name is not valid UTF-8");
    const char *const name = entry->name;
    RETURN_UNLESS(strcmp(name, SAFETENSORS_METADATA), SEQNET_EINVAL,
                  "safetensors_write: a tensor cannot have the name %s", name);
    RETURN_UNLESS(tensor_dtype_bytes(entry->dtype), SEQNET_EINVAL,
                  "safetensors_write: tensor %s: dtype = %d is unknown", name, entry->dtype);
    RETURN_UNLESS(entry->rank >= 0 && entry->rank <= SAFETENSORS_MAX_RANK, SEQNET_EINVAL,
                  "safetensors_write: tensor %s: rank = %d, need 0..4", name, entry->rank);
    for (int32_t i = 0; i < entry->rank; i++)
        RETURN_UNLESS(entry->shape[i] >= 0, SEQNET_EINVAL,
                      "safetensors_write: tensor %s: shape[%d] = %lld, need 0 or more", name, i,
                      (long long)entry->shape[i]);
    const size_t bytes = tensor_bytes(entry);
    RETURN_UNLESS(bytes <= PTRDIFF_MAX, SEQNET_EINVAL,
                  "safetensors_write: tensor %s: its shape is too large", name);
    RETURN_UNLESS(entry->data || !bytes, SEQNET_EINVAL, "safetensors_write: tensor %s: data = NULL",
                  name);
    return SEQNET_OK;
}

static int32_t check_metadata(const struct metadata_entry *entry)
{
    RETURN_UNLESS(entry->key && utf8_is_valid(entry->key), SEQNET_EINVAL,
                  "safetensors_write: a metadata key is not valid UTF-8");
    RETURN_UNLESS(strcmp(entry->key, SAFETENSORS_CHECKSUM), SEQNET_EINVAL,
                  "safetensors_write: the metadata key %s is reserved", entry->key);
    RETURN_UNLESS(entry->value && utf8_is_valid(entry->value), SEQNET_EINVAL,
                  "safetensors_write: metadata %s: its value is not valid UTF-8", entry->key);
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- order */

/* Largest elements first, so that each tensor begins at a multiple of its element; then by name. */
static int compare_places(const void *a, const void *b)
{
    const struct tensor_entry *first = a, *second = b;
    const size_t first_bytes = tensor_dtype_bytes(first->dtype);
    const size_t second_bytes = tensor_dtype_bytes(second->dtype);
    if (first_bytes != second_bytes)
        return first_bytes > second_bytes ? -1 : 1;
    return tensor_compare_names(a, b);
}

static int32_t copy_tensors(struct writer *writer, const struct tensor_entry *entries)
{
    const size_t count = writer->count;
    for (size_t i = 0; i < count; i++)
        RETURN_IF_ERROR(check_tensor(&entries[i]));
    writer->entries = memory_new_array(&writer->memory, count, sizeof *entries);
    writer->pieces = memory_new_array(&writer->memory, count + 1, sizeof *writer->pieces);
    if (!writer->entries || !writer->pieces)
        return no_memory();
    if (count)
        memcpy(writer->entries, entries, count * sizeof *entries);
    return SEQNET_OK;
}

static int32_t copy_metadata(struct writer *writer, const struct metadata_entry *metadata,
                             size_t count)
{
    for (size_t i = 0; i < count; i++)
        RETURN_IF_ERROR(check_metadata(&metadata[i]));
    writer->metadata = memory_new_array(&writer->memory, count + 1, sizeof *metadata);
    if (!writer->metadata)
        return no_memory();
    if (count)
        memcpy(writer->metadata, metadata, count * sizeof *metadata);
    writer->metadata_count = count;
    return SEQNET_OK;
}

static void sort_metadata(struct writer *writer)
{
    qsort(writer->metadata, writer->metadata_count, sizeof *writer->metadata,
          metadata_compare_keys);
}

/* Sum up the contents in the order the checksum has, and add its entry, which there is room for. */
static void add_checksum(struct writer *writer)
{
    qsort(writer->entries, writer->count, sizeof *writer->entries, tensor_compare_names);
    sort_metadata(writer);
    checksum_write(&(struct contents){ writer->metadata, writer->metadata_count, writer->entries,
                                       writer->count },
                   writer->checksum);
    writer->metadata[writer->metadata_count++] =
        (struct metadata_entry){ SAFETENSORS_CHECKSUM, writer->checksum };
    sort_metadata(writer);
}

/* The order of the file. */
static void place_tensors(struct writer *writer)
{
    qsort(writer->entries, writer->count, sizeof *writer->entries, compare_places);
    for (size_t i = 0; i < writer->count; i++) {
        const struct tensor_entry *const entry = &writer->entries[i];
        writer->pieces[i + 1] = (struct file_piece){ entry->data, tensor_bytes(entry) };
    }
}

/* ---------------------------------------------------------------- header */

/*
 * Add what is at `key`; takes over the reference to `value`, which is NULL if there was no memory
 * for it.
 */
static int32_t add(json_t *object, const char *key, json_t *value)
{
    if (json_object_get(object, key)) {
        json_decref(value);
        return error_set(SEQNET_EINVAL, "safetensors_write: %s is there twice", key);
    }
    return json_object_set_new(object, key, value) ? no_memory() : SEQNET_OK;
}

static int32_t add_metadata(struct writer *writer)
{
    json_t *const object = json_object();
    RETURN_IF_ERROR(add(writer->header, SAFETENSORS_METADATA, object));
    for (size_t i = 0; i < writer->metadata_count; i++) {
        const struct metadata_entry *const entry = &writer->metadata[i];
        RETURN_IF_ERROR(add(object, entry->key, json_string(entry->value)));
    }
    return SEQNET_OK;
}

static json_t *shape_of(const struct tensor_entry *entry)
{
    json_t *const shape = json_array();
    for (int32_t i = 0; shape && i < entry->rank; i++) {
        if (json_array_append_new(shape, json_integer(entry->shape[i]))) {
            json_decref(shape);
            return NULL;
        }
    }
    return shape;
}

static int32_t add_tensors(struct writer *writer)
{
    size_t begin = 0;
    for (size_t i = 0; i < writer->count; i++) {
        const struct tensor_entry *const entry = &writer->entries[i];
        const size_t end = size_add(begin, writer->pieces[i + 1].bytes);
        RETURN_UNLESS(end <= PTRDIFF_MAX, SEQNET_EINVAL, "safetensors_write: too many bytes");
        json_t *const value =
            json_pack("{s:s, s:o, s:[I, I]}", "dtype", tensor_dtype_name(entry->dtype), "shape",
                      shape_of(entry), "data_offsets", (json_int_t)begin, (json_int_t)end);
        RETURN_IF_ERROR(add(writer->header, entry->name, value));
        begin = end;
    }
    return SEQNET_OK;
}

/*
 * The first 8 bytes of the file and the header text, padded. No number in it is a fraction: no
 * locale matters.
 */
static int32_t make_head(struct writer *writer)
{
    const size_t flags = JSON_COMPACT;
    const size_t text = json_dumpb(writer->header, NULL, 0, flags);
    if (!text)
        return no_memory();
    const size_t length = size_round_up(text, ALIGNMENT);
    RETURN_UNLESS(length <= SAFETENSORS_MAX_HEADER, SEQNET_EINVAL,
                  "safetensors_write: the header has %zu bytes, need at most %d", length,
                  SAFETENSORS_MAX_HEADER);
    writer->head = memory_new(&writer->memory, ALIGNMENT + length);
    if (!writer->head)
        return no_memory();
    for (int i = 0; i < ALIGNMENT; i++)
        writer->head[i] = (char)(unsigned char)(length >> 8 * i);
    memset(writer->head + ALIGNMENT, ' ', length);
    if (json_dumpb(writer->header, writer->head + ALIGNMENT, length, flags) != text)
        return no_memory();
    writer->pieces[0] = (struct file_piece){ writer->head, ALIGNMENT + length };
    return SEQNET_OK;
}

static int32_t make_header(struct writer *writer)
{
    writer->header = json_object();
    if (!writer->header)
        return no_memory();
    RETURN_IF_ERROR(add_metadata(writer));
    RETURN_IF_ERROR(add_tensors(writer));
    return make_head(writer);
}

int32_t safetensors_write(const char *path, const struct tensor_entry *entries, size_t count,
                          const struct metadata_entry *metadata, size_t metadata_count,
                          const seqnet_allocator *allocator)
{
    struct writer writer = { .memory = memory_hook(allocator), .count = count };
    int32_t code = copy_tensors(&writer, entries);
    if (code == SEQNET_OK)
        code = copy_metadata(&writer, metadata, metadata_count);
    if (code == SEQNET_OK) {
        add_checksum(&writer);
        place_tensors(&writer);
        code = make_header(&writer);
    }
    if (code == SEQNET_OK)
        code = file_write(path, writer.pieces, count + 1);
    json_decref(writer.header);
    memory_free(&writer.memory, writer.head);
    memory_free(&writer.memory, writer.metadata);
    memory_free(&writer.memory, writer.pieces);
    memory_free(&writer.memory, writer.entries);
    return code;
}
