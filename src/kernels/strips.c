/* SPDX-License-Identifier: MIT */
/* Compiled once per instruction set, for moves as wide as a strip. */
#include "kernels/strips.h"

#include "kernels/tile.h"

#include <string.h>

/*
 * Steps that all strips take before any goes on: the first level holds the lines of A, which
 * neighbouring strips share, and those that are written.
 */
#define STEP_GROUP 32

#define WIDTH TILE_MAX_ROWS /* reals of a copy */

/*
 * Copies of a constant size are fast; what is too much is overwritten by the steps that follow, as
 * long as there are some.
 */
static void pack_some(real *to, const real *a, ptrdiff_t lda, int64_t steps, int64_t height)
{
    const real *const end = to + steps * height;
    for (; end - to >= WIDTH; to += height, a += lda)
        memcpy(to, a, WIDTH * sizeof *to);
    for (; to < end; to += height, a += lda)
        memcpy(to, a, (size_t)height * sizeof *to);
}

extern strips_function ISA_SYMBOL(pack_strips);
void ISA_SYMBOL(pack_strips)(real *to, const struct strips *s)
{
    const struct heights heights = heights_of(s->rows, s->most);
    for (int64_t k = 0; k < s->steps; k += STEP_GROUP) {
        const int64_t left = s->steps - k, steps = left < STEP_GROUP ? left : STEP_GROUP;
        const real *a = s->a + k * s->lda;
        real *strip = to;
        for (int64_t i = 0; i < heights.count; i++) {
            const int64_t height = height_at(&heights, i);
            pack_some(strip + k * height, a, s->lda, steps, height);
            strip += s->steps * height;
            a += height;
        }
    }
}
