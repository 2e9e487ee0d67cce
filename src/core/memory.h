/* SPDX-License-Identifier: MIT */
/* Allocation through an object's own hook. Every block is 64-byte aligned and zeroed. */
#ifndef SEQNET_CORE_MEMORY_H
#define SEQNET_CORE_MEMORY_H

#include <seqnet/runtime.h>

#define MEMORY_ALIGNMENT 64

/* The hook to keep in an object: a copy of `hook`, or malloc and free for NULL. */
seqnet_allocator memory_hook(const seqnet_allocator *hook);

/*
 * `bytes` zeroed bytes (at least one cache line), NULL if there are none or bytes is SIZE_MAX. Sets
 * no message.
 */
void *memory_new(const seqnet_allocator *memory, size_t bytes);

/* count * size zeroed bytes, overflow checked. */
void *memory_new_array(const seqnet_allocator *memory, size_t count, size_t size);

/* A copy of a string; NULL for no memory. */
char *memory_copy_string(const seqnet_allocator *memory, const char *string);

/* Free what memory_new gave; NULL is accepted. */
void memory_free(const seqnet_allocator *memory, void *block);

#endif
