/* SPDX-License-Identifier: MIT */
/* Text written twice by the same function: once to measure (`to` is NULL), once for good. */
#ifndef SEQNET_TEXT_WRITER_H
#define SEQNET_TEXT_WRITER_H

#include "core/size.h"

#include <string.h>

struct writer {
    char *to;
    size_t used; /* bytes; SIZE_MAX after an overflow */
};

static inline void writer_put(struct writer *writer, const char *bytes, size_t size)
{
    if (writer->to)
        memcpy(writer->to + writer->used, bytes, size);
    writer->used = size_add(writer->used, size);
}

#endif
