/* SPDX-License-Identifier: MIT */
/*
 * One block carved into aligned pieces. The same layout function runs twice: with no base to
 * measure (every take gives NULL and adds to `used`), then with a base of that many bytes to carve.
 * So sizes and places cannot differ.
 */
#ifndef SEQNET_CORE_ARENA_H
#define SEQNET_CORE_ARENA_H

#include "core/memory.h"
#include "core/real.h"
#include "core/size.h"

struct arena {
    char *base;  /* NULL while measuring */
    size_t used; /* bytes; SIZE_MAX after an overflow */
};

/*
 * `count` elements of `size` bytes, 64-byte aligned; NULL while measuring. The memory is zero as
 * the block was.
 */
static inline void *arena_take(struct arena *arena, size_t count, size_t size)
{
    char *piece = arena->base ? arena->base + arena->used : NULL;
    const size_t bytes = size_round_up(size_multiply(count, size), MEMORY_ALIGNMENT);
    arena->used = size_add(arena->used, bytes);
    return piece;
}

static inline real *arena_take_reals(struct arena *arena, size_t count)
{
    return arena_take(arena, count, sizeof(real));
}

#endif
