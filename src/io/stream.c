/* SPDX-License-Identifier: MIT */
#include "io/stream.h"

#include "core/error.h"
#include "core/memory.h"
#include "core/size.h"

#include <string.h>

int32_t source_read(const struct source *source, const seqnet_allocator *memory,
                    unsigned char **bytes, size_t *size)
{
    if (!source->data)
        return file_read(source->name, PTRDIFF_MAX, memory, bytes, size);
    *bytes = memory_new(memory, source->bytes);
    if (!*bytes)
        return file_no_memory(source->name);
    if (source->bytes)
        memcpy(*bytes, source->data, source->bytes);
    *size = source->bytes;
    return SEQNET_OK;
}

static size_t bytes_of(const struct file_piece *pieces, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes = size_add(bytes, pieces[i].bytes);
    return bytes;
}

int32_t sink_write(const struct sink *sink, const struct file_piece *pieces, size_t count)
{
    if (!sink->bytes)
        return file_write(sink->name, pieces, count);
    *sink->bytes = bytes_of(pieces, count);
    if (!sink->data)
        return SEQNET_OK;
    RETURN_UNLESS(*sink->bytes <= sink->capacity, SEQNET_ESHAPE, "%s: capacity = %zu, need %zu",
                  sink->name, sink->capacity, *sink->bytes);
    char *to = sink->data;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].bytes)
            memcpy(to, pieces[i].data, pieces[i].bytes);
        to += pieces[i].bytes;
    }
    return SEQNET_OK;
}
