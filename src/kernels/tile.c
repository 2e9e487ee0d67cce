/* SPDX-License-Identifier: MIT */
/*
 * Compiled once per instruction set, with contraction on: the multiply-adds below are the only
 * arithmetic here, and they are always whole vectors.
 */
#include "kernels/tile.h"

#include "kernels/vector.h"

/* Steps that a leading tile asks for B before it needs it. */
#define AHEAD 12

#define UNROLL _Pragma("GCC unroll 8")
#define UNROLL_STEPS _Pragma("GCC unroll 2")
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* Where vector `v` of a row of C, or of what it starts from, is. */
static ALWAYS_INLINE ptrdiff_t place(const struct tile *t, const int v, const int vectors)
{
    return v * VECTOR_LANES + (v == vectors - 1 ? t->c_gap : 0);
}

static ALWAYS_INLINE void ask_for_own(const struct tile *t, const real *b, const int vectors)
{
    UNROLL
    for (int v = 0; v < vectors; v++)
        __builtin_prefetch(b + AHEAD * t->b_step + v * VECTOR_LANES);
}

/* All but `t` are constants where this is inlined, so that all of acc is registers. */
static ALWAYS_INLINE void run(const struct tile *t, const int rows, const int vectors,
                              const int kind)
{
    vector acc[TILE_MAX_ROWS][TILE_MAX_VECTORS];
    const real *a[TILE_MAX_ROWS], *b = t->b;
    const real *ahead = t->ahead;
    const int64_t steps = t->steps, b_step = t->b_step, ahead_step = t->ahead_step;
    UNROLL
    for (int i = 0; i < rows; i++) {
        a[i] = kind & TILE_STRIP ? t->a + i : t->a + i * t->a_row;
        UNROLL
        for (int v = 0; v < vectors; v++)
            acc[i][v] = vector_load(t->start + i * t->start_row + place(t, v, vectors));
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            __builtin_prefetch(t->next + i * t->start_row + v * VECTOR_LANES);
    }
    for (int64_t r = 0; r < t->runs; r++) {
        UNROLL_STEPS
        for (int64_t k = 0; k < steps; k++) {
            if (kind & TILE_LEADING)
                ask_for_own(t, b, vectors);
            else
                __builtin_prefetch(ahead, 0, 2);
            ahead += ahead_step;
            UNROLL
            for (int i = 0; i < rows; i++) {
                const real scale = a[i][kind & TILE_STRIP ? k * rows : k];
                UNROLL
                for (int v = 0; v < vectors; v++)
                    acc[i][v] += vector_load(b + v * VECTOR_LANES) * scale;
            }
            b += b_step;
        }
        UNROLL
        for (int i = 0; i < rows; i++)
            a[i] += steps + t->a_jump;
        ahead += t->ahead_jump;
        b += t->b_jump;
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            vector_store(t->c + i * t->c_row + place(t, v, vectors), acc[i][v]);
    }
}

/* One row, several panels. */
static ALWAYS_INLINE void run_panels(const struct tile *t, const int panels, const int vectors)
{
    vector acc[TILE_MAX_PANELS][TILE_MAX_VECTORS];
    const real *a = t->a, *b = t->b;
    const int64_t steps = t->steps, b_step = t->b_step;
    UNROLL
    for (int p = 0; p < panels; p++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            acc[p][v] = vector_load(t->start + p * t->c_panel + place(t, v, vectors));
    }
    for (int64_t r = 0; r < t->runs; r++) {
        UNROLL_STEPS
        for (int64_t k = 0; k < steps; k++) {
            const real scale = a[k];
            UNROLL
            for (int p = 0; p < panels; p++) {
                UNROLL
                for (int v = 0; v < vectors; v++)
                    acc[p][v] += vector_load(b + p * t->b_panel + v * VECTOR_LANES) * scale;
            }
            b += b_step;
        }
        a += steps + t->a_jump;
        b += t->b_jump;
    }
    UNROLL
    for (int p = 0; p < panels; p++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            vector_store(t->c + p * t->c_panel + place(t, v, vectors), acc[p][v]);
    }
}

#define TILE(vectors, rows)                                               \
    static void tile_##vectors##_##rows(const struct tile *tile)          \
    {                                                                     \
        run(tile, rows, vectors, 0);                                      \
    }                                                                     \
    static void leading_tile_##vectors##_##rows(const struct tile *tile)  \
    {                                                                     \
        run(tile, rows, vectors, TILE_LEADING);                           \
    }                                                                     \
    static void strip_##vectors##_##rows(const struct tile *tile)         \
    {                                                                     \
        run(tile, rows, vectors, TILE_STRIP);                             \
    }                                                                     \
    static void leading_strip_##vectors##_##rows(const struct tile *tile) \
    {                                                                     \
        run(tile, rows, vectors, TILE_STRIP + TILE_LEADING);              \
    }
#define PANELS(vectors, panels)                                      \
    static void panels_##vectors##_##panels(const struct tile *tile) \
    {                                                                \
        run_panels(tile, panels, vectors);                           \
    }
#include "kernels/tiles.def"
#undef TILE
#undef PANELS

/*
 * 32 registers, or 16: one more than the accumulators is needed for the broadcast. A single row
 * needs about twelve chains. On ARM gcc loads the scales of all rows first, one register each, so a
 * tile is a row lower there, and of single rows there is a panel less.
 */
#if defined(__aarch64__)
#define MOST_ROWS     \
    {                 \
        0, 8, 8, 7, 5 \
    }
#define MOST_PANELS   \
    {                 \
        0, 4, 4, 4, 3 \
    }
#elif defined(__AVX512F__)
#define MOST_ROWS     \
    {                 \
        0, 8, 8, 8, 6 \
    }
#define MOST_PANELS   \
    {                 \
        0, 4, 4, 4, 4 \
    }
#else
#define MOST_ROWS     \
    {                 \
        0, 8, 6, 4, 3 \
    }
#define MOST_PANELS   \
    {                 \
        0, 4, 4, 4, 3 \
    }
#endif

extern const struct tile_kernels ISA_SYMBOL(tile_kernels);
const struct tile_kernels ISA_SYMBOL(tile_kernels) = {
    .lanes = VECTOR_LANES,
    .rows = MOST_ROWS,
    .panels = MOST_PANELS,
#define TILE(vectors, rows)               \
    .run[vectors][rows] = {               \
        tile_##vectors##_##rows,          \
        leading_tile_##vectors##_##rows,  \
        strip_##vectors##_##rows,         \
        leading_strip_##vectors##_##rows, \
    },
#define PANELS(vectors, panels) .run_panels[vectors][panels] = panels_##vectors##_##panels,
#include "kernels/tiles.def"
#undef TILE
#undef PANELS
};
