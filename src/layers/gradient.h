/* SPDX-License-Identifier: MIT */
/*
 * The gradient of one layer's parameter block, in the same layout. If the block ends in a table
 * (embedding rows, one-hot input weights), a bit per table row says which rows may be non-zero, so
 * that clearing, norms and sparse updates cost what the window touched and not V.
 */
#ifndef SEQNET_LAYERS_GRADIENT_H
#define SEQNET_LAYERS_GRADIENT_H

#include "core/arena.h"
#include "core/team.h"
#include "layers/layer.h"

struct gradient {
    seqnet_layer *layer;
    real *values;      /* value_count elements */
    uint64_t *touched; /* a bit per table row; NULL without a table */
};

/* A run of elements [first, first + count) of a block that may be non-zero. */
struct span {
    size_t first;
    size_t count;
};

void gradient_lay_out(struct gradient *gradient, seqnet_layer *layer, struct arena *arena);

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

void gradient_touch_row(struct gradient *gradient, int32_t row);
void gradient_touch_all(struct gradient *gradient);

#endif
