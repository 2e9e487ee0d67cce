/* SPDX-License-Identifier: MIT */
#include "io/name_list.h"

#include "core/size.h"

#include <stdlib.h>
#include <string.h>

static const char *name_of(const void *block)
{
    return *(const char *const *)block;
}

int name_list_compare(const void *a, const void *b)
{
    return strcmp(name_of(*(void *const *)a), name_of(*(void *const *)b));
}

/* Index of the first block whose name is not less. */
static size_t place_of(const struct name_list *list, const char *name)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(name_of(list->blocks[middle]), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int is_at(const struct name_list *list, size_t place, const char *name)
{
    return place < list->count && !strcmp(name_of(list->blocks[place]), name);
}

void *name_list_find(const struct name_list *list, const char *name)
{
    const size_t place = place_of(list, name);
    return is_at(list, place, name) ? list->blocks[place] : NULL;
}

int name_list_reserve(struct name_list *list, const seqnet_allocator *memory, size_t count)
{
    if (count <= list->capacity)
        return 1;
    void **const blocks = memory_new_array(memory, count, sizeof *blocks);
    if (!blocks)
        return 0;
    if (list->count)
        memcpy(blocks, list->blocks, list->count * sizeof *blocks);
    memory_free(memory, list->blocks);
    list->blocks = blocks;
    list->capacity = count;
    return 1;
}

/* The next capacity is the double one, so that n insertions copy no more than 2n pointers. */
static int make_room(struct name_list *list, const seqnet_allocator *memory)
{
    if (list->count < list->capacity)
        return 1;
    return name_list_reserve(list, memory, list->capacity ? size_multiply(list->capacity, 2) : 8);
}

int name_list_put(struct name_list *list, const seqnet_allocator *memory, void *block)
{
    const size_t place = place_of(list, name_of(block));
    if (is_at(list, place, name_of(block))) {
        memory_free(memory, list->blocks[place]);
        list->blocks[place] = block;
        return 1;
    }
    if (!make_room(list, memory))
        return 0;
    void **const at = list->blocks + place;
    memmove(at + 1, at, (list->count - place) * sizeof *at);
    *at = block;
    list->count++;
    return 1;
}

int name_list_remove(struct name_list *list, const seqnet_allocator *memory, const char *name)
{
    const size_t place = place_of(list, name);
    if (!is_at(list, place, name))
        return 0;
    void **const at = list->blocks + place;
    memory_free(memory, *at);
    list->count--;
    memmove(at, at + 1, (list->count - place) * sizeof *at);
    return 1;
}

void name_list_append(struct name_list *list, void *block)
{
    list->blocks[list->count++] = block;
}

void name_list_sort(struct name_list *list)
{
    if (list->count)
        qsort(list->blocks, list->count, sizeof *list->blocks, name_list_compare);
}

void name_list_free(struct name_list *list, const seqnet_allocator *memory)
{
    for (size_t i = 0; i < list->count; i++)
        memory_free(memory, list->blocks[i]);
    memory_free(memory, list->blocks);
}
