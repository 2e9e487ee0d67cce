/* SPDX-License-Identifier: MIT */
/* Where the bytes of a file come from and go to: the file system, or memory. */
#ifndef SEQNET_IO_STREAM_H
#define SEQNET_IO_STREAM_H

#include "io/file.h"

struct source {
    const char *name; /* the path; of memory the name that messages begin with */
    const void *data; /* NULL: the file of that name */
    size_t bytes;     /* of data */
};

struct sink {
    const char *name; /* as a source's */
    void *data;       /* NULL: only count */
    size_t capacity;  /* of data */
    size_t *bytes;    /* what there is; NULL: the file of that name */
};

/*
 * All bytes of a source in one block of `memory`, to be freed with memory_free. Errors as
 * file_read; SEQNET_ENOMEM.
 */
int32_t source_read(const struct source *source, const seqnet_allocator *memory,
                    unsigned char **bytes, size_t *size);

/*
 * Write the pieces, one after the other. Errors as file_write; SEQNET_ESHAPE: capacity is too
 * small, only *bytes is written.
 */
int32_t sink_write(const struct sink *sink, const struct file_piece *pieces, size_t count);

#endif
