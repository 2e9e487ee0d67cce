/* SPDX-License-Identifier: MIT */
#include "layers/gradient.h"

#include "layers/rows.h"

static size_t word_count(const seqnet_layer *layer)
{
    return ((size_t)layer->table_rows + 63) / 64;
}

void gradient_lay_out(struct gradient *gradient, seqnet_layer *layer, int64_t room,
                      struct arena *arena)
{
    const int compact = room < layer->table_rows;
    const size_t table = size_multiply((size_t)room, (size_t)layer->table_width);
    const size_t words = word_count(layer);
    *gradient = (struct gradient){ .layer = layer };
    gradient->room = compact ? (int32_t)room : layer->table_rows;
    gradient->values = arena_take_reals(arena, compact ? size_add(layer->table_offset, table)
                                                       : layer->value_count);
    if (layer->table_rows)
        gradient->touched = arena_take(arena, words, sizeof *gradient->touched);
    if (compact) {
        gradient->wanted = arena_take(arena, words, sizeof *gradient->wanted);
        gradient->rank = arena_take(arena, words, sizeof *gradient->rank);
    }
}

/* The first touched row at or after `row`, table_rows if there is none. */
static size_t next_touched(const struct gradient *gradient, size_t row)
{
    const size_t rows = (size_t)gradient->layer->table_rows;
    while (row < rows) {
        const uint64_t word = gradient->touched[row / 64] >> (row % 64);
        if (word)
            return row + (size_t)__builtin_ctzll(word);
        row = (row / 64 + 1) * 64;
    }
    return rows;
}

/* Cursor 0: the dense part; cursor r + 1: the table from row r on. */
int gradient_next(const struct gradient *gradient, size_t *cursor, struct span *span)
{
    const seqnet_layer *layer = gradient->layer;
    if (*cursor == 0) {
        *cursor = 1;
        *span = (struct span){ 0, gradient_dense_count(layer), gradient->values };
        if (span->count)
            return 1;
    }
    if (!layer->table_rows)
        return 0;
    const size_t rows = (size_t)layer->table_rows, width = (size_t)layer->table_width;
    const size_t first = next_touched(gradient, *cursor - 1);
    if (first >= rows)
        return 0;
    const size_t end = (size_t)gradient_alike(gradient, (int64_t)first, (int64_t)rows);
    *cursor = end + 1;
    *span = (struct span){ layer->table_offset + first * width, (end - first) * width,
                           gradient_row(gradient, (int32_t)first) };
    return 1;
}

static struct span cut_block(struct block_cursor *cursor)
{
    const size_t count = cursor->rest.count < GRADIENT_BLOCK ? cursor->rest.count : GRADIENT_BLOCK;
    const struct span block = { cursor->rest.first, count, cursor->rest.gradient };
    cursor->rest.first += count;
    cursor->rest.gradient += count;
    cursor->rest.count -= count;
    cursor->number++;
    return block;
}

int gradient_next_block(const struct gradient *gradient, const struct member *me,
                        struct block_cursor *cursor, struct span *block, size_t *number)
{
    for (;;) {
        if (cursor->rest.count == 0 &&
            !gradient_next(gradient, &cursor->span_cursor, &cursor->rest))
            return 0;
        *number = cursor->number;
        *block = cut_block(cursor);
        if (*number % (size_t)me->count == (size_t)me->index)
            return 1;
    }
}

/* Every other row touched makes the most spans; each may end with a block that is not full. */
size_t gradient_most_blocks(const seqnet_layer *layer)
{
    return layer->value_count / GRADIENT_BLOCK + (size_t)layer->table_rows / 2 + 2;
}

void gradient_clear(struct gradient *gradient, const struct member *me)
{
    struct block_cursor cursor = { 0 };
    struct span block;
    size_t number;
    while (gradient_next_block(gradient, me, &cursor, &block, &number))
        zero_reals(block.gradient, (int64_t)block.count);
    member_wait(me);
    if (gradient->touched && me->index == 0)
        memset(gradient->touched, 0, word_count(gradient->layer) * sizeof(uint64_t));
}
