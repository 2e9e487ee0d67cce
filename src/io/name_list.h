/* SPDX-License-Identifier: MIT */
/*
 * A list of blocks in the order of their names, found in log(n) comparisons. Each block is a struct
 * whose first member is its name, a `const char *`; the list owns the blocks, whose memory comes
 * from the hook that every function gets.
 */
#ifndef SEQNET_IO_NAME_LIST_H
#define SEQNET_IO_NAME_LIST_H

#include "core/memory.h"

struct name_list {
    void **blocks;
    size_t count;
    size_t capacity;
};

/* Room for `count` blocks in all. 0: no memory. */
int name_list_reserve(struct name_list *list, const seqnet_allocator *memory, size_t count);

/*
 * Insert a block, or put it in the place of one of its name, which is freed. 0: no memory, nothing
 * changed, and the block is still the caller's.
 */
int name_list_put(struct name_list *list, const seqnet_allocator *memory, void *block);

/* Free the block of that name. 0: there is none. */
int name_list_remove(struct name_list *list, const seqnet_allocator *memory, const char *name);

/* The block of that name; NULL: there is none. */
void *name_list_find(const struct name_list *list, const char *name);

/* Many at once: append to reserved room in any order, then sort. No name may be there twice. */
void name_list_append(struct name_list *list, void *block);
void name_list_sort(struct name_list *list);

/* Order of two elements of `blocks`, for qsort. */
int name_list_compare(const void *a, const void *b);

/* Free all. */
void name_list_free(struct name_list *list, const seqnet_allocator *memory);

#endif
