/* SPDX-License-Identifier: MIT */
/*
 * The gradient of one layer's parameter block, in the same layout. If the block ends in a table
 * (embedding rows, one-hot input weights), a bit per table row says which rows may be non-zero, so
 * that clearing, norms and sparse updates cost what the window touched and not V.
 *
 * A table of more rows than the windows of an update can touch is compact: where it would be are
 * only the touched rows, in rising order, so that neighbours are neighbours here as well. Rows that
 * come in between move the others up.
 */
#ifndef SEQNET_LAYERS_GRADIENT_H
#define SEQNET_LAYERS_GRADIENT_H

#include "core/arena.h"
#include "core/team.h"
#include "layers/layer.h"

struct gradient {
    seqnet_layer *layer;
    real *values;      /* value_count elements; compact: those before the table, and `room` rows */
    uint64_t *touched; /* a bit per table row; NULL without a table */
    uint64_t *wanted;  /* compact: scratch like `touched` */
    int32_t *rank;     /* compact: touched rows before each word of `touched`; NULL: not compact */
    int32_t room;      /* rows of the table there is memory for */
    real *grown;       /* `values`, if they had to be allocated after all; else NULL */
};

/* A run of elements [first, first + count) of a block that may be non-zero. */
struct span {
    size_t first;
    size_t count;
    real *gradient; /* where the first is */
};

/* room: of table rows; below their number: compact. */
void gradient_lay_out(struct gradient *gradient, seqnet_layer *layer, int64_t room,
                      struct arena *arena);

/*
 * Walk the spans that may be non-zero, in rising order: start with *cursor = 0 and call until it
 * gives 0. The order is a function of what was touched, so sums over it are reproducible.
 */
int gradient_next(const struct gradient *gradient, size_t *cursor, struct span *span);

/*
 * The same spans cut into blocks of at most GRADIENT_BLOCK elements, from each span's start on. Of
 * members of a team each takes every count-th block: gradient_next_block with *cursor all zero
 * gives a member's blocks, and their numbers among all.
 */
#define GRADIENT_BLOCK 2048

struct block_cursor {
    size_t span_cursor;
    struct span rest;
    size_t number; /* of the block that comes next */
};

int gradient_next_block(const struct gradient *gradient, const struct member *me,
                        struct block_cursor *cursor, struct span *block, size_t *number);

/* No walk over a gradient of this layer has more blocks. */
size_t gradient_most_blocks(const seqnet_layer *layer);

/* Set the touched spans to zero and forget them; by all members of a team. */
void gradient_clear(struct gradient *gradient, const struct member *me);

/*
 * Rows that are to be added to, but for `skipped` (-1: none). A compact table that has not enough
 * room is allocated as a whole, for good: SEQNET_ENOMEM, and nothing has changed.
 */
int32_t gradient_touch(struct gradient *gradient, const int32_t *tokens, int64_t count,
                       int32_t skipped, const seqnet_allocator *memory);

/* All rows, of a table that is not compact. */
void gradient_touch_all(struct gradient *gradient);

/* The same for a set of bits like `touched`, in two parts: the second cannot fail. */
int32_t gradient_reserve(struct gradient *gradient, const uint64_t *rows,
                         const seqnet_allocator *memory);
void gradient_touch_set(struct gradient *gradient, const uint64_t *rows);

/* A touched row of the table. */
real *gradient_row(const struct gradient *gradient, int32_t row);

/* Rows [row, result), up to `end`, are all touched, or all not. */
int64_t gradient_alike(const struct gradient *gradient, int64_t row, int64_t end);

static inline int gradient_is_touched(const struct gradient *gradient, int64_t row)
{
    return (int)(gradient->touched[row / 64] >> (row % 64) & 1);
}

/* Elements before the table: the whole block if there is none. */
static inline size_t gradient_dense_count(const seqnet_layer *layer)
{
    return layer->table_rows ? layer->table_offset : layer->value_count;
}

/* Copy a parameter's gradient out or in; rows that are not touched are zero, and not written. */
void gradient_read(const struct gradient *gradient, const struct parameter *parameter,
                   real *values);
void gradient_write(struct gradient *gradient, const struct parameter *parameter,
                    const real *values);

#endif
