/* SPDX-License-Identifier: MIT */
/*
 * Compiled once per instruction set, with contraction on, as tile.c. Columns beyond the last whole
 * vector go through buffers, so that they are vectors too.
 */
#include "kernels/stream.h"

#include "kernels/vector.h"

#include <string.h>

#define UNROLL _Pragma("GCC unroll 8")
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* Rows of B that one pass over c takes: c is loaded and stored once for all of them. */
#define ROW_GROUP 8

static ALWAYS_INLINE vector load_some(const real *from, int64_t count)
{
    vector value = { 0 };
    memcpy(&value, from, (size_t)count * sizeof *from);
    return value;
}

/* All but the pointers and `columns` are constants where this is inlined. */
static ALWAYS_INLINE void row_group(const struct stream *s, int64_t k, const int rows,
                                    const int far)
{
    const real *b[ROW_GROUP];
    vector scale[ROW_GROUP];
    int64_t j = 0;
    UNROLL
    for (int r = 0; r < rows; r++) {
        b[r] = s->b + (k + r) * s->ldb;
        scale[r] = s->a[k + r] - (vector){ 0 };
    }
    for (; j + VECTOR_LANES <= s->columns; j += VECTOR_LANES) {
        vector sum = vector_load(s->c + j);
        UNROLL
        for (int r = 0; r < rows && far; r++)
            __builtin_prefetch(b[r] + rows * s->ldb + j);
        UNROLL
        for (int r = 0; r < rows; r++)
            sum += vector_load(b[r] + j) * scale[r];
        vector_store(s->c + j, sum);
    }
    if (j == s->columns)
        return;
    vector sum = load_some(s->c + j, s->columns - j);
    UNROLL
    for (int r = 0; r < rows; r++)
        sum += load_some(b[r] + j, s->columns - j) * scale[r];
    memcpy(s->c + j, &sum, (size_t)(s->columns - j) * sizeof(real));
}

static ALWAYS_INLINE void run_row(const struct stream *s, const int far)
{
    int64_t k = 0;
    for (; k + ROW_GROUP <= s->rows; k += ROW_GROUP)
        row_group(s, k, ROW_GROUP, far);
    for (; k < s->rows; k++)
        row_group(s, k, 1, far);
}

static void row(const struct stream *s)
{
    if (s->is_far)
        run_row(s, 1);
    else
        run_row(s, 0);
}

/* One row of C. */
static ALWAYS_INLINE void outer_row(const struct stream *s, int64_t i, const int steps,
                                    const int far)
{
    real *const c = s->c + i * s->ldc;
    vector scale[STREAM_STEPS];
    int64_t j = 0;
    UNROLL
    for (int k = 0; k < steps; k++)
        scale[k] = s->a[k * s->lda + i] - (vector){ 0 };
    for (; j + VECTOR_LANES <= s->columns; j += VECTOR_LANES) {
        vector sum = vector_load(c + j);
        if (far)
            __builtin_prefetch(c + s->ldc + j, 1);
        UNROLL
        for (int k = 0; k < steps; k++)
            sum += vector_load(s->b + k * s->ldb + j) * scale[k];
        vector_store(c + j, sum);
    }
    if (j == s->columns)
        return;
    vector sum = load_some(c + j, s->columns - j);
    UNROLL
    for (int k = 0; k < steps; k++)
        sum += load_some(s->b + k * s->ldb + j, s->columns - j) * scale[k];
    memcpy(c + j, &sum, (size_t)(s->columns - j) * sizeof(real));
}

static ALWAYS_INLINE void run_outer(const struct stream *s, const int steps)
{
    for (int64_t i = 0; i < s->rows; i++)
        if (s->is_far)
            outer_row(s, i, steps, 1);
        else
            outer_row(s, i, steps, 0);
}

static void outer(const struct stream *s)
{
    switch (s->steps) {
    case 1:
        run_outer(s, 1);
        break;
    case 2:
        run_outer(s, 2);
        break;
    case 3:
        run_outer(s, 3);
        break;
    default:
        run_outer(s, STREAM_STEPS);
    }
}

extern const struct stream_kernels ISA_SYMBOL(stream_kernels);
const struct stream_kernels ISA_SYMBOL(stream_kernels) = { .row = row, .outer = outer };
