/* SPDX-License-Identifier: MIT */
#include "kernels/block.h"

#include "core/products.h"
#include "kernels/product_kernels.h"
#include "kernels/strips.h"

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

/* One tile, and what it leaves for the one below it. */
static void run_tile(struct tile *tile, tile_function *run, int64_t height, int64_t columns,
                     int64_t width)
{
    if (columns == width)
        run(tile);
    else
        run_partial(run, tile, height, columns, width);
    tile->c += height * tile->c_row;
    tile->start += height * tile->start_row;
}

/* Vectors that hold so many columns. */
static int32_t vectors_of(int64_t columns, int32_t lanes)
{
    return (int32_t)((columns + lanes - 1) / lanes);
}

void block_run(const struct tile *first, const struct block *block)
{
    const struct tile_kernels *kernels = product_kernels_get()->tile;
    const int32_t vectors = vectors_of(block->columns, kernels->lanes);
    const struct heights heights = heights_of(block->rows, kernels->rows[vectors]);
    struct tile tile = *first;
    share_next(&tile, block, heights.count - 1);
    for (int64_t i = 0; i < heights.count; i++) {
        const int64_t height = height_at(&heights, i);
        const int kind = i == 0 ? TILE_LEADING : 0;
        tile.next = tile.start + height * tile.start_row;
        run_tile(&tile, kernels->run[vectors][height][kind], height, block->columns,
                 vectors * kernels->lanes);
        tile.a += height * tile.a_row;
        tile.ahead += i > 0 ? tile.steps * tile.ahead_step : 0;
    }
}

/* Tile number `i` asks for the i-th column of lines: each step is one line further down. */
static void ask_for_lines(struct tile *tile, const struct strip_block *block, int64_t i)
{
    const struct lines *lines = i < block->next.count ? &block->next : &block->after;
    const int64_t column = i < block->next.count ? i : i - block->next.count;
    const int some = column >= 0 && column < lines->count;
    tile->ahead = some ? lines->first + column * PRODUCT_LINE : tile->b;
    tile->ahead_step = some ? lines->row : 0;
}

void block_run_strips(const struct tile *first, const struct strip_block *block)
{
    const struct tile_kernels *kernels = product_kernels_get()->tile;
    const int32_t vectors = vectors_of(block->columns, kernels->lanes);
    const struct heights heights = heights_of(block->rows, kernels->rows[TILE_MAX_VECTORS]);
    struct tile tile = *first;
    for (int64_t run = 0; run < block->runs; run++) {
        for (int64_t i = 0; i < heights.count; i++) {
            const int64_t height = height_at(&heights, i), number = run * heights.count + i;
            const int kind = TILE_STRIP + (number == 0 ? TILE_LEADING : 0);
            const int64_t below = height + (i + 1 == heights.count ? block->jump : 0);
            tile.next = tile.start + below * tile.start_row;
            ask_for_lines(&tile, block, number - 1);
            run_tile(&tile, kernels->run[vectors][height][kind], height, block->columns,
                     vectors * kernels->lanes);
            tile.a += height * tile.steps;
        }
        tile.c += block->jump * tile.c_row;
        tile.start += block->jump * tile.start_row;
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
