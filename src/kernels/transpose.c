/* SPDX-License-Identifier: MIT */
/*
 * Compiled once per instruction set. A block of as many rows as a vector has lanes is transposed in
 * registers: for w = 1, 2, 4, .. rows i and i + w, where i has no bit w, exchange the columns that
 * have it in the one and do not in the other.
 */
#include "kernels/transpose.h"

#include "kernels/vector.h"

#define UNROLL _Pragma("GCC unroll 16")
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* VECTOR_LANES for the preprocessor, and indices of that type. */
#ifdef SEQNET_DOUBLE
#define LANES (VECTOR_BYTES / 8)
typedef int64_t indices __attribute__((vector_size(VECTOR_BYTES)));
#else
#define LANES (VECTOR_BYTES / 4)
typedef int32_t indices __attribute__((vector_size(VECTOR_BYTES)));
#endif

#define EACH_2(element, w) element(w, 0), element(w, 1)
#define EACH_4(element, w) EACH_2(element, w), element(w, 2), element(w, 3)
#define EACH_8(element, w) \
    EACH_4(element, w), element(w, 4), element(w, 5), element(w, 6), element(w, 7)
#define EACH_16(element, w)                                                           \
    EACH_8(element, w), element(w, 8), element(w, 9), element(w, 10), element(w, 11), \
        element(w, 12), element(w, 13), element(w, 14), element(w, 15)

#if LANES == 16
#define EACH EACH_16
#elif LANES == 8
#define EACH EACH_8
#elif LANES == 4
#define EACH EACH_4
#else
#define EACH EACH_2
#endif

#ifdef __clang__
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (indices){ __VA_ARGS__ })
#endif

/* Of two rows: elements of the second count from LANES on. */
#define LOWER(w, j) ((j) & (w) ? LANES + (j) - (w) : (j))
#define UPPER(w, j) ((j) & (w) ? LANES + (j) : (j) + (w))

/* A macro, as the indices of a shuffle have to be constants. */
#define EXCHANGE(row, w)                                    \
    UNROLL                                                  \
    for (int i = 0; i < LANES; i++)                         \
        if (!(i & (w))) {                                   \
            const vector a = (row)[i], b = (row)[i + (w)];  \
            (row)[i] = SHUFFLE(a, b, EACH(LOWER, w));       \
            (row)[i + (w)] = SHUFFLE(a, b, EACH(UPPER, w)); \
        }

static ALWAYS_INLINE void transpose_block(real *to, ptrdiff_t to_row, const real *from,
                                          ptrdiff_t from_row)
{
    vector row[LANES];
    UNROLL
    for (int i = 0; i < LANES; i++)
        row[i] = vector_load(from + i * from_row);
    EXCHANGE(row, 1)
#if LANES > 2
    EXCHANGE(row, 2)
#endif
#if LANES > 4
    EXCHANGE(row, 4)
#endif
#if LANES > 8
    EXCHANGE(row, 8)
#endif
    UNROLL
    for (int i = 0; i < LANES; i++)
        vector_store(to + i * to_row, row[i]);
}

static void transpose_elements(real *to, ptrdiff_t to_row, const real *from, ptrdiff_t from_row,
                               int64_t rows, int64_t columns)
{
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            to[c * to_row + r] = from[r * from_row + c];
}

/* The block after the one at `first`: of a last one that is not whole the end is, once more. */
static ALWAYS_INLINE int64_t next_block(int64_t first, int64_t count)
{
    const int64_t next = first + LANES;
    return next >= count || next + LANES <= count ? next : count - LANES;
}

extern transpose_function ISA_SYMBOL(transpose);
void ISA_SYMBOL(transpose)(real *to, ptrdiff_t to_row, const real *from, ptrdiff_t from_row,
                           int64_t rows, int64_t columns)
{
    if (rows < LANES || columns < LANES) {
        transpose_elements(to, to_row, from, from_row, rows, columns);
        return;
    }
    for (int64_t r = 0; r < rows; r = next_block(r, rows))
        for (int64_t c = 0; c < columns; c = next_block(c, columns))
            transpose_block(to + c * to_row + r, to_row, from + r * from_row + c, from_row);
}
