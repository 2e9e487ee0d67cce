/* SPDX-License-Identifier: MIT */
/* Memory of the program itself: there is no going on without it, so failure ends the program. */
#ifndef SEQNET_TOOL_MEMORY_H
#define SEQNET_TOOL_MEMORY_H

#include <stddef.h>

/* `count` zeroed elements of `size` bytes, at least one; never NULL. */
void *memory_array(size_t count, size_t size);

/* A copy of `bytes` bytes with a final 0. */
char *memory_text(const char *text, size_t bytes);

/* `array` with room for one more than `count` elements; doubles when count is a power of two. */
void *memory_grow(void *array, size_t count, size_t size);

#endif
