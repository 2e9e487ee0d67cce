/* SPDX-License-Identifier: MIT */
/* Blocks of steps. */
#include "layers/recurrent.h"

/*
 * The gates of a block stay in the second-level cache between the input product and the cell, and
 * between the cell and the weight gradients. But so many rows make up for reading the weights.
 */
#define BLOCK_BYTES (512 * 1024)
#define BLOCK_LEAST_ROWS 384

/* OpenBLAS packs weights in every call: a block is the window there, if there is memory for it. */
int64_t block_rows(const struct recurrent *layer, int32_t recompute)
{
    const int64_t rows = BLOCK_BYTES / ((int64_t)sizeof(real) * gate_size(layer));
    if (layer->layer.products != &native_products && !recompute)
        return INT64_MAX;
    return rows > BLOCK_LEAST_ROWS ? rows : BLOCK_LEAST_ROWS;
}

int32_t walk_block_steps(const struct walk *walk)
{
    const int64_t steps = block_rows(walk->layer, walk->part->recompute) / walk->window->batch;
    if (steps >= walk->window->steps)
        return walk->window->steps;
    return steps > 1 ? (int32_t)steps : 1;
}

int32_t walk_enter(struct walk *walk, int32_t step)
{
    const struct window *window = walk->window;
    const int32_t most = walk_block_steps(walk), left = window->steps - step;
    const int32_t count = left < most ? left : most;
    const int32_t early = walk_time(walk, walk->direction->reverse ? step + count - 1 : step);
    const int32_t late = early + count - 1;
    const int64_t first = window_offset(window, early);
    walk->block =
        (struct share){ first, window_offset(window, late) + window_active(window, late) - first };
    walk->origin = walk->part->training && !walk->part->recompute ? 0 : first;
    walk->slice.rows = walk->block;
    if (!walk->slice.by_units) {
        walk->slice.rows = share_of(walk->me, walk->block.count, PATCH_ROWS);
        walk->slice.rows.first += first;
    }
    return step + count;
}
