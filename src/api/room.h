/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_API_ROOM_H
#define SEQNET_API_ROOM_H

#include "core/error.h"

/* Where a file is written in memory: `capacity` bytes, or NULL and 0 to count only. */
static inline int32_t check_room(const void *data, size_t capacity, const char *function)
{
    RETURN_UNLESS(data || !capacity, SEQNET_EINVAL, "%s: data = NULL with capacity = %zu", function,
                  capacity);
    return SEQNET_OK;
}

#endif
