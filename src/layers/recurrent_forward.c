/* SPDX-License-Identifier: MIT */
/*
 * Forward, for each level and direction:
 *
 *     1. gates = biases [+ X W_ih^T over all rows at once, if T > 1]
 *     2. per step: gates_t += h_{t-1} W_hh^T [T = 1: += [h;x] W^T], then the cell: h_t, c_t
 *     3. h_t becomes the next step's h_{t-1} in Z, and the next level's x or the output
 */
#include "blas/products.h"
#include "layers/dropout.h"
#include "layers/recurrent.h"

static const real *block_of(const struct walk *walk)
{
    return walk->layer->layer.values;
}

/* Weight blocks [term.weight, ..) times `count` columns of a's rows, added to their gate blocks. */
static void add_product(const struct walk *walk, const struct cell_term *term, int32_t column,
                        int32_t width, struct rows a, int64_t first, int64_t rows)
{
    const struct direction *d = walk->direction;
    const int64_t h = walk->layer->hidden_size;
    product_nt(
        &(struct product){ .m = rows,
                           .n = term->count * h,
                           .k = width,
                           .a = a.data,
                           .lda = a.ld,
                           .b = block_of(walk) + d->weight + term->weight * h * d->ld + column,
                           .ldb = d->ld,
                           .c = row_at(walk->tape->gates, first) + term->gate * h,
                           .ldc = walk->tape->gates.ld,
                           .accumulate = 1 });
}

/* bias[g] = b_ih[g] for the G input blocks, and b_hh[w] added where its term puts it. */
static void sum_biases(const struct walk *walk)
{
    const struct direction *d = walk->direction;
    const struct cell *cell = walk->layer->cell;
    const int32_t h = walk->layer->hidden_size;
    real *bias = walk->part->bias;
    zero_reals(bias, (int64_t)cell->blocks * h);
    if (walk->layer->options.no_bias)
        return;
    copy_reals(bias, block_of(walk) + d->bias_ih, (int64_t)cell->weights * h);
    for (int32_t i = 0; i < cell->terms; i++) {
        const struct cell_term *term = &cell->term[i];
        add_reals(bias + term->gate * h, block_of(walk) + d->bias_hh + term->weight * h,
                  (int64_t)term->count * h);
    }
}

/* The table's row of each token holds W_ih of both directions; add this direction's part. */
static void add_tokens(const struct walk *walk, int64_t first, int64_t rows)
{
    const seqnet_layer *layer = &walk->layer->layer;
    const int64_t width = (int64_t)walk->layer->cell->weights * walk->layer->hidden_size;
    const real *table =
        layer->values + layer->table_offset + (walk->direction->reverse ? width : 0);
    for (int64_t r = first; r < first + rows; r++)
        add_reals(row_at(walk->tape->gates, r),
                  table + (int64_t)walk->tokens[r] * layer->table_width, width);
}

static void add_input(const struct walk *walk, const struct cell_term *blocks, int64_t rows)
{
    const struct direction *d = walk->direction;
    add_product(walk, blocks, d->x_column, d->x_size, walk_x(walk), 0, rows);
}

/* Step 1 for a window. */
static void prepare_window(const struct walk *walk)
{
    const struct cell *cell = walk->layer->cell;
    const int64_t rows = walk->window->rows;
    const struct cell_term all = { .weight = 0, .count = cell->weights, .gate = 0 };
    rows_fill(walk->tape->gates, walk->part->bias, rows, cell->blocks * walk->layer->hidden_size);
    if (walk->tokens)
        add_tokens(walk, 0, rows);
    else
        add_input(walk, &all, rows);
}

/* Step 1 for a single step: input products that cannot be stacked with the recurrent ones. */
static void prepare_step(const struct walk *walk)
{
    const struct cell *cell = walk->layer->cell;
    const int64_t rows = walk->window->rows;
    rows_fill(walk->tape->gates, walk->part->bias, rows, cell->blocks * walk->layer->hidden_size);
    if (walk->tokens) {
        add_tokens(walk, 0, rows);
        return;
    }
    for (int32_t i = 0; i < cell->terms; i++) {
        struct cell_term term = cell->term[i];
        if (term_is_stacked(&term))
            continue;
        term.gate = term.weight;
        add_input(walk, &term, rows);
    }
}

/* The recurrent products of one stage; a single step takes h and x in one product if it can. */
static void add_recurrent(const struct walk *walk, int32_t stage, const struct cell_block *block,
                          int64_t first)
{
    const struct direction *d = walk->direction;
    const struct cell *cell = walk->layer->cell;
    const int stacked = walk->window->steps == 1 && d->x_size > 0;
    for (int32_t i = 0; i < cell->terms; i++) {
        const struct cell_term *term = &cell->term[i];
        if (term->operand != stage)
            continue;
        const struct rows operand = { block->operand, block->stride };
        const struct rows h = rows_from(walk_h(walk), first);
        const struct rows z = rows_from(rows_column(walk->level->z, d->z_column), first);
        if (stage == 1)
            add_product(walk, term, d->h_column, walk->layer->state_size, operand, first,
                        block->rows);
        else if (stacked && term_is_stacked(term))
            add_product(walk, term, 0, d->x_size + walk->layer->state_size, z, first, block->rows);
        else
            add_product(walk, term, d->h_column, walk->layer->state_size, h, first, block->rows);
    }
}

/* h_t = W_hr hidden_t */
static void project(const struct walk *walk, const real *hidden, int32_t count)
{
    const struct recurrent *layer = walk->layer;
    product_nt(&(struct product){ .m = count,
                                  .n = layer->state_size,
                                  .k = layer->hidden_size,
                                  .a = hidden,
                                  .lda = layer->hidden_size,
                                  .b = block_of(walk) + walk->direction->projection,
                                  .ldb = layer->hidden_size,
                                  .c = walk->carry.h.data,
                                  .ldc = walk->carry.h.ld });
}

static void run_step(const struct walk *walk, int32_t t, struct rows y)
{
    const struct recurrent *layer = walk->layer;
    const int64_t first = window_offset(walk->window, t);
    const int32_t count = window_active(walk->window, t);
    struct cell_block block = walk_block(walk, first, count);
    rows_copy(rows_from(walk_h(walk), first), walk->carry.h, count, layer->state_size);
    if (walk->tape->c_prev.data)
        rows_copy(rows_from(walk->tape->c_prev, first), walk->carry.c, count, layer->hidden_size);
    block.c_prev = block.c = walk->carry.c.data;
    block.operand = tape_row(walk->part, walk->tape->operand, first);
    block.h = layer->options.proj_size ? tape_row(walk->part, walk->tape->hidden, first)
                                       : walk->carry.h.data;
    for (int32_t stage = 0; stage < layer->cell->stages; stage++) {
        add_recurrent(walk, stage, &block, first);
        layer->cell->forward[stage](&block);
    }
    if (layer->options.proj_size)
        project(walk, block.h, count);
    rows_copy(rows_from(y, first), walk->carry.h, count, layer->state_size);
}

static void run_direction(struct walk *walk, struct rows y)
{
    const struct part *part = &walk->part->part;
    const struct state *h = &part->states[0], *c = &part->states[1];
    walk->carry.h = carry_load(walk, h, h->values, walk->part->carry_h);
    if (walk->layer->cell->has_c)
        walk->carry.c = carry_load(walk, c, c->values, walk->part->carry_c);
    sum_biases(walk);
    if (walk->window->steps > 1)
        prepare_window(walk);
    else
        prepare_step(walk);
    for (int32_t i = 0; i < walk->window->steps; i++)
        run_step(walk, walk_time(walk, i), y);
    carry_store(walk, h, h->values, walk->carry.h);
    if (walk->layer->cell->has_c)
        carry_store(walk, c, c->values, walk->carry.c);
}

void recurrent_forward(struct part *part, const struct window *window, struct rows y)
{
    const struct recurrent *layer = recurrent_of(part);
    const seqnet_recurrent_options *options = &layer->options;
    for (int32_t level = 0; level < options->num_layers; level++) {
        const int is_last = level + 1 == options->num_layers;
        struct rows to = y;
        if (!is_last)
            to = rows_column(recurrent_part_of(part)->level[level + 1].z, layer->state_size);
        for (int32_t d = 0; d < layer->directions; d++) {
            struct walk walk;
            walk_start(&walk, part, window, level, d);
            run_direction(&walk, rows_column(to, d * layer->state_size));
        }
        if (!is_last && options->dropout > 0 && window->dropout)
            dropout_apply(to, layer->layer.output_size, options->dropout,
                          part->dropout_key + (uint64_t)level, window);
    }
}
