/* SPDX-License-Identifier: MIT */
/*
 * Forward, for each level and direction:
 *
 *     1. gates = biases + X W_ih^T over all rows at once, or the tokens' rows of the table
 *     2. per step: gates_t += h_{t-1} W_hh^T, then the cell: h_t, c_t
 *     3. h_t becomes the next step's h_{t-1} in Z, and the next level's x or the output
 *
 * How the products of 1 and 2 are made is the backend's plan (recurrent_plan.h).
 */
#include "layers/dropout.h"
#include "layers/recurrent.h"
#include "layers/recurrent_plan.h"

static const real *block_of(const struct walk *walk)
{
    return walk->layer->layer.values;
}

/* Copy, or add, weight blocks [term.weight, ..) of a vector of weight rows to their gate blocks. */
static void add_blocks(const struct recurrent *layer, const struct cell_term *term, real *gates,
                       const real *rows)
{
    const int64_t u = layer->width;
    for (int32_t p = 0; p < layer->panels; p++)
        add_reals(gates + (p * layer->cell->blocks + term->gate) * u,
                  rows + (p * layer->cell->weights + term->weight) * u, term->count * u);
}

/* bias[g] = b_ih[g] for the G input blocks, and b_hh[w] added where its term puts it. */
static void sum_biases(const struct walk *walk)
{
    const struct direction *d = walk->direction;
    const struct recurrent *layer = walk->layer;
    const struct cell_term all = { .count = layer->cell->weights };
    real *bias = walk->part->bias;
    neutral_reals(bias, gate_size(layer));
    if (layer->options.no_bias)
        return;
    add_blocks(layer, &all, bias, block_of(walk) + d->bias_ih);
    for (int32_t i = 0; i < layer->cell->terms; i++)
        add_blocks(layer, &layer->cell->term[i], bias, block_of(walk) + d->bias_hh);
}

/* The table's row of each token holds W_ih of both directions; add this direction's part. */
static void add_tokens(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    const struct cell_term all = { .count = layer->cell->weights };
    const real *table = layer->layer.values + layer->layer.table_offset +
                        (walk->direction->reverse ? weight_rows(layer) : 0);
    for (int64_t r = 0; r < walk->window->rows; r++)
        add_blocks(layer, &all, row_at(walk->tape->gates, r),
                   table + (int64_t)walk->tokens[r] * layer->layer.table_width);
}

static void prepare_gates(const struct walk *walk, const struct recurrent_plan *plan)
{
    if (!walk->tokens) {
        plan->input(walk);
        return;
    }
    rows_fill(walk->tape->gates, walk->part->bias, walk->window->rows, gate_size(walk->layer));
    add_tokens(walk);
}

/* h_t = W_hr hidden_t */
static void project(const struct walk *walk, const real *hidden, int32_t count)
{
    const struct recurrent *layer = walk->layer;
    layer->layer.products->nt(&(struct product){ .m = count,
                                                 .n = layer->state_size,
                                                 .k = layer->hidden_size,
                                                 .a = hidden,
                                                 .lda = layer->hidden_size,
                                                 .b = block_of(walk) + walk->direction->projection,
                                                 .ldb = layer->hidden_size,
                                                 .c = walk->carry.h.data,
                                                 .ldc = walk->carry.h.ld });
}

static void run_step(const struct walk *walk, const struct recurrent_plan *plan, int32_t t,
                     struct rows y)
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
    for (int32_t stage = 0; stage < layer->cell->stages; stage++)
        plan->stage(walk, stage, &block, first);
    if (layer->options.proj_size)
        project(walk, block.h, count);
    rows_copy(rows_from(y, first), walk->carry.h, count, layer->state_size);
}

static void run_direction(struct walk *walk, struct rows y)
{
    const struct part *part = &walk->part->part;
    const struct recurrent_plan *plan = recurrent_plan_of(walk->layer);
    const struct state *h = &part->states[0], *c = &part->states[1];
    walk->carry.h = carry_load(walk, h, h->values, walk->part->carry_h);
    if (walk->layer->cell->has_c)
        walk->carry.c = carry_load(walk, c, c->values, walk->part->carry_c);
    sum_biases(walk);
    prepare_gates(walk, plan);
    for (int32_t i = 0; i < walk->window->steps; i++)
        run_step(walk, plan, walk_time(walk, i), y);
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
