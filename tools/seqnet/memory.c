/* SPDX-License-Identifier: MIT */
#include "memory.h"
#include "report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *or_exit(void *block)
{
    if (!block)
        exit(report(STATUS_FAILED, "out of memory"));
    return block;
}

void *memory_array(size_t count, size_t size)
{
    return or_exit(calloc(count ? count : 1, size));
}

char *memory_text(const char *text, size_t bytes)
{
    char *copy = memory_array(bytes + 1, 1);
    memcpy(copy, text, bytes);
    return copy;
}

void *memory_grow(void *array, size_t count, size_t size)
{
    if (array && (count & (count - 1)))
        return array;
    const size_t room = count ? 2 * count : 1;
    return or_exit(room > SIZE_MAX / size ? NULL : realloc(array, room * size));
}
