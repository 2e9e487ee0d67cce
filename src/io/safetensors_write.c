/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "core/size.h"
#include "io/safetensors.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The header is padded with spaces so that the tensors begin at a multiple of this. */
#define ALIGNMENT 8

struct writer {
    const seqnet_tensors *tensors;
    const char *name;          /* of the file, for messages */
    void **order;              /* the tensors in the order of the file */
    struct file_piece *pieces; /* the head, then one a tensor */
    char *head;                /* length and header text */
    json_t *header;
};

/* ---------------------------------------------------------------- order */

/* Largest elements first, so that each tensor begins at a multiple of its element; then by name. */
static int compare_places(const void *a, const void *b)
{
    const struct tensor_entry *const first = *(void *const *)a, *const second = *(void *const *)b;
    const size_t first_bytes = tensor_dtype_bytes(first->dtype);
    const size_t second_bytes = tensor_dtype_bytes(second->dtype);
    if (first_bytes != second_bytes)
        return first_bytes > second_bytes ? -1 : 1;
    return name_list_compare(a, b);
}

static int32_t place_tensors(struct writer *writer)
{
    const struct name_list *const list = &writer->tensors->tensors;
    const seqnet_allocator *const memory = &writer->tensors->memory;
    writer->order = memory_new_array(memory, list->count, sizeof *writer->order);
    writer->pieces = memory_new_array(memory, list->count + 1, sizeof *writer->pieces);
    if (!writer->order || !writer->pieces)
        return file_no_memory(writer->name);
    for (size_t i = 0; i < list->count; i++)
        writer->order[i] = list->blocks[i];
    qsort(writer->order, list->count, sizeof *writer->order, compare_places);
    for (size_t i = 0; i < list->count; i++) {
        const struct tensor_entry *const entry = writer->order[i];
        writer->pieces[i + 1] = (struct file_piece){ entry->data, tensor_bytes(entry) };
    }
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- header */

/*
 * Add what is at `key`, whose texts are known to be UTF-8; takes over the reference to `value`,
 * which is NULL if there was no memory for it.
 */
static int32_t add(const struct writer *writer, json_t *object, const char *key, json_t *value)
{
    return json_object_set_new_nocheck(object, key, value) ? file_no_memory(writer->name)
                                                           : SEQNET_OK;
}

static int32_t add_checksum(const struct writer *writer, json_t *object)
{
    char checksum[CHECKSUM_BYTES];
    if (!writer->tensors->has_checksum)
        return SEQNET_OK;
    checksum_write(writer->tensors, checksum);
    return add(writer, object, SAFETENSORS_CHECKSUM, json_string_nocheck(checksum));
}

static int32_t add_text(const struct writer *writer, json_t *object, size_t index)
{
    const struct metadata_entry *const entry = metadata_at(&writer->tensors->metadata, index);
    return add(writer, object, entry->key, json_string_nocheck(entry->value));
}

/* In the order of the keys, that of the checksum at its place. */
static int32_t add_metadata(const struct writer *writer)
{
    const struct name_list *const list = &writer->tensors->metadata;
    size_t i = 0;
    if (!list->count && !writer->tensors->has_checksum)
        return SEQNET_OK;
    json_t *const object = json_object();
    RETURN_IF_ERROR(add(writer, writer->header, SAFETENSORS_METADATA, object));
    for (; i < list->count && strcmp(metadata_at(list, i)->key, SAFETENSORS_CHECKSUM) < 0; i++)
        RETURN_IF_ERROR(add_text(writer, object, i));
    RETURN_IF_ERROR(add_checksum(writer, object));
    for (; i < list->count; i++)
        RETURN_IF_ERROR(add_text(writer, object, i));
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

static int32_t add_tensors(const struct writer *writer)
{
    size_t begin = 0;
    for (size_t i = 0; i < writer->tensors->tensors.count; i++) {
        const struct tensor_entry *const entry = writer->order[i];
        const size_t end = size_add(begin, writer->pieces[i + 1].bytes);
        RETURN_UNLESS(end <= PTRDIFF_MAX, SEQNET_EINVAL, "%s: too many bytes", writer->name);
        json_t *const value =
            json_pack("{s:s, s:o, s:[I, I]}", "dtype", tensor_dtype_name(entry->dtype), "shape",
                      shape_of(entry), "data_offsets", (json_int_t)begin, (json_int_t)end);
        RETURN_IF_ERROR(add(writer, writer->header, entry->name, value));
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
        return file_no_memory(writer->name);
    const size_t length = size_round_up(text, ALIGNMENT);
    RETURN_UNLESS(length <= SAFETENSORS_MAX_HEADER, SEQNET_EINVAL,
                  "%s: the header has %zu bytes, need at most %d", writer->name, length,
                  SAFETENSORS_MAX_HEADER);
    writer->head = memory_new(&writer->tensors->memory, ALIGNMENT + length);
    if (!writer->head)
        return file_no_memory(writer->name);
    for (int i = 0; i < ALIGNMENT; i++)
        writer->head[i] = (char)(unsigned char)(length >> 8 * i);
    memset(writer->head + ALIGNMENT, ' ', length);
    if (json_dumpb(writer->header, writer->head + ALIGNMENT, length, flags) != text)
        return file_no_memory(writer->name);
    writer->pieces[0] = (struct file_piece){ writer->head, ALIGNMENT + length };
    return SEQNET_OK;
}

static int32_t make_header(struct writer *writer)
{
    writer->header = json_object();
    if (!writer->header)
        return file_no_memory(writer->name);
    RETURN_IF_ERROR(add_metadata(writer));
    RETURN_IF_ERROR(add_tensors(writer));
    return make_head(writer);
}

int32_t safetensors_write(const seqnet_tensors *tensors, const struct sink *sink)
{
    struct writer writer = { .tensors = tensors, .name = sink->name };
    int32_t code = place_tensors(&writer);
    if (code == SEQNET_OK)
        code = make_header(&writer);
    if (code == SEQNET_OK)
        code = sink_write(sink, writer.pieces, tensors->tensors.count + 1);
    json_decref(writer.header);
    memory_free(&tensors->memory, writer.head);
    memory_free(&tensors->memory, writer.pieces);
    memory_free(&tensors->memory, writer.order);
    return code;
}
