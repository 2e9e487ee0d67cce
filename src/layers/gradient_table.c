/* SPDX-License-Identifier: MIT */
/* Tables of a gradient: which rows are touched, and where the rows of a compact one are. */
#include "layers/gradient.h"

#include "layers/rows.h"

static size_t word_count(const struct gradient *gradient)
{
    return ((size_t)gradient->layer->table_rows + 63) / 64;
}

/* A row's number among the touched ones. */
static int64_t rank_of(const struct gradient *gradient, int32_t row)
{
    const uint64_t before = gradient->touched[row / 64] & (((uint64_t)1 << (row % 64)) - 1);
    return gradient->rank[row / 64] + __builtin_popcountll(before);
}

static real *row_in_place(const struct gradient *gradient, int64_t place)
{
    const seqnet_layer *layer = gradient->layer;
    return gradient->values + layer->table_offset + place * layer->table_width;
}

real *gradient_row(const struct gradient *gradient, int32_t row)
{
    return row_in_place(gradient, gradient->rank ? rank_of(gradient, row) : row);
}

int64_t gradient_alike(const struct gradient *gradient, int64_t row, int64_t end)
{
    const int touched = gradient_is_touched(gradient, row);
    while (row < end && gradient_is_touched(gradient, row) == touched)
        row++;
    return row;
}

static int64_t count_bits(const uint64_t *bits, size_t words)
{
    int64_t count = 0;
    for (size_t i = 0; i < words; i++)
        count += __builtin_popcountll(bits[i]);
    return count;
}

static void count_ranks(struct gradient *gradient)
{
    int32_t rank = 0;
    for (size_t i = 0; i < word_count(gradient); i++) {
        gradient->rank[i] = rank;
        rank += __builtin_popcountll(gradient->touched[i]);
    }
}

/*
 * From the last row to the first, old ones move up to their new places, from which older ones have
 * gone; new ones begin at zero.
 */
static void make_room(struct gradient *gradient)
{
    const size_t words = word_count(gradient), width = (size_t)gradient->layer->table_width;
    int64_t from = count_bits(gradient->touched, words), to = count_bits(gradient->wanted, words);
    for (int64_t row = gradient->layer->table_rows - 1; row >= 0 && to > from; row--) {
        if (!(gradient->wanted[row / 64] >> (row % 64) & 1))
            continue;
        real *place = row_in_place(gradient, --to);
        if (gradient_is_touched(gradient, row))
            memcpy(place, row_in_place(gradient, --from), width * sizeof(real));
        else
            zero_reals(place, (int64_t)width);
    }
    memcpy(gradient->touched, gradient->wanted, words * sizeof *gradient->touched);
    count_ranks(gradient);
}

/* All rows to their places in memory for a whole table. */
static int32_t make_whole(struct gradient *gradient, const seqnet_allocator *memory)
{
    const seqnet_layer *layer = gradient->layer;
    struct gradient whole = *gradient;
    whole.values = whole.grown = memory_new_array(memory, layer->value_count, sizeof(real));
    if (!whole.values)
        return SEQNET_ENOMEM;
    whole.rank = NULL;
    whole.room = layer->table_rows;
    copy_reals(whole.values, gradient->values, (int64_t)layer->table_offset);
    for (int32_t row = 0; row < layer->table_rows; row++)
        if (gradient_is_touched(gradient, row))
            copy_reals(gradient_row(&whole, row), gradient_row(gradient, row), layer->table_width);
    *gradient = whole;
    return SEQNET_OK;
}

int32_t gradient_reserve(struct gradient *gradient, const uint64_t *rows,
                         const seqnet_allocator *memory)
{
    if (!gradient->rank || count_bits(rows, word_count(gradient)) <= gradient->room)
        return SEQNET_OK;
    return make_whole(gradient, memory);
}

/* Bits beyond the last row are dropped. */
void gradient_touch_set(struct gradient *gradient, const uint64_t *rows)
{
    const size_t words = word_count(gradient);
    const int32_t last = gradient->layer->table_rows % 64;
    uint64_t *wanted = gradient->rank ? gradient->wanted : gradient->touched;
    for (size_t i = 0; i < words; i++)
        wanted[i] = gradient->touched[i] | rows[i];
    if (last)
        wanted[words - 1] &= ((uint64_t)1 << last) - 1;
    if (gradient->rank)
        make_room(gradient);
}

int32_t gradient_touch(struct gradient *gradient, const int32_t *tokens, int64_t count,
                       int32_t skipped, const seqnet_allocator *memory)
{
    const size_t bytes = word_count(gradient) * sizeof *gradient->touched;
    uint64_t *rows = gradient->rank ? gradient->wanted : gradient->touched;
    if (gradient->rank)
        memcpy(rows, gradient->touched, bytes);
    for (int64_t i = 0; i < count; i++)
        if (tokens[i] != skipped)
            rows[tokens[i] / 64] |= (uint64_t)1 << (tokens[i] % 64);
    if (!gradient->rank)
        return SEQNET_OK;
    if (gradient_reserve(gradient, rows, memory) != SEQNET_OK)
        return SEQNET_ENOMEM;
    gradient_touch_set(gradient, rows);
    return SEQNET_OK;
}

void gradient_touch_all(struct gradient *gradient)
{
    for (int32_t row = 0; row < gradient->layer->table_rows; row++)
        gradient->touched[row / 64] |= (uint64_t)1 << (row % 64);
}

/* Where an element of the block is; NULL: in a row a compact table does not have. */
static real *element(const struct gradient *gradient, size_t offset)
{
    const seqnet_layer *layer = gradient->layer;
    if (!gradient->rank || offset < layer->table_offset)
        return gradient->values + offset;
    const size_t width = (size_t)layer->table_width, at = offset - layer->table_offset;
    const int32_t row = (int32_t)(at / width);
    return gradient_is_touched(gradient, row) ? gradient_row(gradient, row) + at % width : NULL;
}

void gradient_read(const struct gradient *gradient, const struct parameter *parameter, real *values)
{
    for (int64_t i = 0; i < parameter_count(parameter); i++) {
        const real *at = element(gradient, parameter_element(parameter, i));
        values[i] = at ? *at : 0;
    }
}

void gradient_write(struct gradient *gradient, const struct parameter *parameter,
                    const real *values)
{
    for (int64_t i = 0; i < parameter_count(parameter); i++) {
        real *at = element(gradient, parameter_element(parameter, i));
        if (at)
            *at = values[i];
    }
}
