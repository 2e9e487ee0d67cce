/* SPDX-License-Identifier: MIT */
/*
 * Compiled once per instruction set, with contraction on: the multiply-add below is the only
 * arithmetic here, and it is always a whole vector.
 */
#include "kernels/tile.h"

#include "kernels/vector.h"

/*
 * Steps that B is asked for before it is needed: weights beyond the second level come late. Tiles
 * of few rows do nothing but load B, and the hardware sees that by itself.
 */
#define AHEAD 12
#define AHEAD_ROWS 4

#define UNROLL _Pragma("GCC unroll 8")

/* `rows` and `vectors` are constants where this is inlined, so that all of acc is registers. */
static inline __attribute__((always_inline)) void run(const struct tile *t, const int rows,
                                                      const int vectors)
{
    vector acc[TILE_MAX_ROWS][TILE_MAX_VECTORS];
    const real *a = t->a, *b = t->b;
    const ptrdiff_t last = (vectors - 1) * VECTOR_LANES + t->c_gap;
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            acc[i][v] = vector_load(t->start + i * t->start_row +
                                    (v == vectors - 1 ? last : v * VECTOR_LANES));
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            __builtin_prefetch(t->next + i * t->start_row + v * VECTOR_LANES);
    }
    for (int64_t r = 0; r < t->runs; r++) {
        for (int64_t k = 0; k < t->steps; k++) {
            UNROLL
            for (int v = 0; v < vectors && rows >= AHEAD_ROWS; v++)
                __builtin_prefetch(b + AHEAD * t->b_step + v * VECTOR_LANES);
            UNROLL
            for (int i = 0; i < rows; i++) {
                const real scale = a[i * t->a_row];
                UNROLL
                for (int v = 0; v < vectors; v++)
                    acc[i][v] += vector_load(b + v * VECTOR_LANES) * scale;
            }
            a += t->a_step;
            b += t->b_step;
        }
        a += t->a_jump;
        b += t->b_jump;
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            vector_store(t->c + i * t->c_row + (v == vectors - 1 ? last : v * VECTOR_LANES),
                         acc[i][v]);
    }
}

#define TILE(vectors, rows)                                      \
    static void tile_##vectors##_##rows(const struct tile *tile) \
    {                                                            \
        run(tile, rows, vectors);                                \
    }
#include "kernels/tiles.def"
#undef TILE

/*
 * 32 registers, or 16: one more than the accumulators is needed for the broadcast. On ARM gcc loads
 * the scales of all rows first, one register each, so a tile is a row lower there.
 */
#if defined(__aarch64__)
#define MOST_ROWS     \
    {                 \
        0, 8, 8, 7, 5 \
    }
#elif defined(__AVX512F__)
#define MOST_ROWS     \
    {                 \
        0, 8, 8, 8, 6 \
    }
#else
#define MOST_ROWS     \
    {                 \
        0, 8, 6, 4, 3 \
    }
#endif

extern const struct tile_kernels ISA_SYMBOL(tile_kernels);
const struct tile_kernels ISA_SYMBOL(tile_kernels) = {
    .lanes = VECTOR_LANES,
    .rows = MOST_ROWS,
    .run = {
#define TILE(vectors, rows) [vectors][rows] = tile_##vectors##_##rows,
#include "kernels/tiles.def"
#undef TILE
    },
};
