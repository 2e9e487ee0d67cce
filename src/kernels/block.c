/* SPDX-License-Identifier: MIT */
#include "kernels/block.h"

#include "kernels/product_kernels.h"

#include <string.h>

const real block_zeros[BLOCK_WIDTH];

void block_start_from(struct tile *tile, const real *row)
{
    tile->start = row ? row : tile->c;
    tile->start_row = row ? 0 : tile->c_row;
}

/*
 * The first tile of a block brings B into the first level; all those after it ask for what is
 * needed next, each for its share, a line a step: the cache that it comes from gives little at a
 * time, and loads of the tiles would wait behind many lines at once.
 */
static void share_next(struct tile *tile, const struct block *block, int64_t followers)
{
    const int64_t asks = followers * tile->steps;
    const int some = block->next && asks;
    tile->ahead = some ? block->next : tile->b;
    tile->ahead_step = some ? (block->next_reals + asks - 1) / asks : 0;
    tile->ahead_jump = some ? block->next_run - tile->steps * tile->ahead_step : 0;
}

/* A tile whose last columns are not part of C goes through a buffer. */
static void run_partial(tile_function *run, const struct tile *whole, int64_t height,
                        int64_t columns, ptrdiff_t width)
{
    real buffer[TILE_MAX_ROWS * BLOCK_WIDTH];
    const size_t bytes = (size_t)columns * sizeof(real);
    struct tile tile = *whole;
    tile.start = tile.next = tile.c = buffer;
    tile.start_row = tile.c_row = width;
    for (int64_t i = 0; i < height; i++) {
        memcpy(buffer + i * width, whole->start + i * whole->start_row, bytes);
        memset(buffer + i * width + columns, 0, (size_t)(width - columns) * sizeof(real));
    }
    run(&tile);
    for (int64_t i = 0; i < height; i++)
        memcpy(whole->c + i * whole->c_row, buffer + i * width, bytes);
}

/* Rows of the next tile: as few tiles as the registers allow, and those of equal heights. */
static int64_t next_height(int64_t rows, int32_t most)
{
    const int64_t tiles = (rows + most - 1) / most;
    return (rows + tiles - 1) / tiles;
}

static void run_rows(struct tile tile, const struct block *block, int kind)
{
    const struct tile_kernels *kernels = product_kernels_get()->tile;
    const int32_t lanes = kernels->lanes;
    const int32_t vectors = (int32_t)((block->columns + lanes - 1) / lanes);
    const int32_t most = kernels->rows[kind & TILE_STRIP ? TILE_MAX_VECTORS : vectors];
    const int64_t width = (int64_t)vectors * lanes;
    share_next(&tile, block, (block->rows - 1) / most);
    for (int64_t rows = block->rows, i = 0; rows > 0; i++) {
        const int64_t height = next_height(rows, most);
        tile_function *run = kernels->run[vectors][height][i == 0 ? kind + TILE_LEADING : kind];
        tile.next = tile.start + height * tile.start_row;
        if (block->columns == width)
            run(&tile);
        else
            run_partial(run, &tile, height, block->columns, width);
        tile.a += kind & TILE_STRIP ? height * tile.steps : height * tile.a_row;
        tile.c += height * tile.c_row;
        tile.start += height * tile.start_row;
        tile.ahead += i > 0 ? tile.steps * tile.ahead_step : 0;
        rows -= height;
    }
}

void block_run(const struct tile *tile, const struct block *block)
{
    run_rows(*tile, block, 0);
}

void block_run_strips(const struct tile *tile, const struct block *block)
{
    run_rows(*tile, block, TILE_STRIP);
}

/* Copies of a constant size are fast; what is too much is overwritten by the next step's. */
static real *pack_strip(real *to, const real *a, ptrdiff_t lda, int64_t steps, int64_t height)
{
    for (int64_t k = 0; k + 1 < steps; k++) {
        memcpy(to, a + k * lda, TILE_MAX_ROWS * sizeof *to);
        to += height;
    }
    memcpy(to, a + (steps - 1) * lda, (size_t)height * sizeof *to);
    return to + height;
}

void block_pack_strips(real *to, const real *a, ptrdiff_t lda, int64_t steps, int64_t rows)
{
    const int32_t most = product_kernels_get()->tile->rows[TILE_MAX_VECTORS];
    while (rows > 0) {
        const int64_t height = next_height(rows, most);
        to = pack_strip(to, a, lda, steps, height);
        a += height;
        rows -= height;
    }
}

void block_run_row(const struct tile *first, int32_t vectors, int64_t panels)
{
    const struct tile_kernels *kernels = product_kernels_get()->tile;
    const int64_t most = kernels->panels[vectors];
    struct tile tile = *first;
    for (int64_t groups = (panels + most - 1) / most; groups > 0; groups--) {
        const int64_t count = (panels + groups - 1) / groups;
        kernels->run_panels[vectors][count](&tile);
        tile.b += count * tile.b_panel;
        tile.c += count * tile.c_panel;
        tile.start += count * tile.c_panel;
        panels -= count;
    }
}
