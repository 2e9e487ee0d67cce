/* SPDX-License-Identifier: MIT */
/* Packed rows of a window: row r starts at data + r * ld. Small loops over them. */
#ifndef SEQNET_LAYERS_ROWS_H
#define SEQNET_LAYERS_ROWS_H

#include "core/real.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rows {
    real *data;
    ptrdiff_t ld;
};

static inline real *row_at(struct rows rows, int64_t row)
{
    return rows.data + row * rows.ld;
}

/* The same rows from `first` on, or from column `column` on. */
static inline struct rows rows_from(struct rows rows, int64_t first)
{
    return (struct rows){ row_at(rows, first), rows.ld };
}

static inline struct rows rows_column(struct rows rows, ptrdiff_t column)
{
    return (struct rows){ rows.data + column, rows.ld };
}

static inline void copy_reals(real *to, const real *from, int64_t count)
{
    memcpy(to, from, (size_t)count * sizeof(real));
}

static inline void zero_reals(real *to, int64_t count)
{
    memset(to, 0, (size_t)count * sizeof(real));
}

/* -0, which addition leaves everything as it is with; +0 makes +0 of -0. */
static inline void neutral_reals(real *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (real)-0.0;
}

static inline void add_reals(real *restrict to, const real *restrict from, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] += from[i];
}

static inline void rows_copy(struct rows to, struct rows from, int64_t count, int32_t size)
{
    if (to.ld == size && from.ld == size) {
        copy_reals(to.data, from.data, count * size);
        return;
    }
    for (int64_t r = 0; r < count; r++)
        copy_reals(row_at(to, r), row_at(from, r), size);
}

static inline void rows_add(struct rows to, struct rows from, int64_t count, int32_t size)
{
    for (int64_t r = 0; r < count; r++)
        add_reals(row_at(to, r), row_at(from, r), size);
}

/* Every row becomes a copy of `values`. */
static inline void rows_fill(struct rows to, const real *values, int64_t count, int32_t size)
{
    for (int64_t r = 0; r < count; r++)
        copy_reals(row_at(to, r), values, size);
}

#endif
