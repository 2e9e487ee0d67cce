/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_API_ALLOCATOR_H
#define SEQNET_API_ALLOCATOR_H

#include "core/error.h"

#include <seqnet/runtime.h>

/* An allocator is NULL (malloc) or has both functions. */
static inline int32_t check_allocator(const seqnet_allocator *allocator, const char *function)
{
    RETURN_UNLESS(!allocator || (allocator->alloc && allocator->free), SEQNET_EINVAL,
                  "%s: allocator->alloc or allocator->free = NULL, need both", function);
    return SEQNET_OK;
}

#endif
