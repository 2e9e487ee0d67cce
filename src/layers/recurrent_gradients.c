/* SPDX-License-Identifier: MIT */
/*
 * What a block of steps adds to the gradients of parameters, over all its rows:
 *
 *     dW += dG^T Z,  db += column sums of dG;  dW_hr += dh^T hidden;  the tokens' rows += dG
 */
#include "kernels/training.h"
#include "layers/recurrent.h"
#include "layers/table.h"

/*
 * dW[weight blocks of the term][column ..) += dG^T a, over the rows of the block. Members share the
 * rows of dW, so that every sum stays in the order of blocks and time.
 */
static void accumulate_weights(const struct walk *walk, const struct cell_term *term,
                               int32_t column, int32_t width, struct rows a)
{
    const struct direction *d = walk->direction;
    const struct recurrent *layer = walk->layer;
    const struct cell *cell = layer->cell;
    const int64_t u = layer->width;
    const int whole = term->count == cell->blocks && term->count == cell->weights;
    const struct member *me = walk->me;
    const int64_t rows = whole ? weight_rows(layer) : term->count * u;
    const struct share panels = share_of(me, layer->panels, 1);
    const struct patch part =
        whole ? patch_of(me, rows, width) : (struct patch){ 0, rows, 0, width };
    const int64_t first = whole ? 0 : panels.first;
    const struct product all = {
        .workspace = part_workspace(&walk->part->part, me),
        .k = walk->block.count,
        .runs = whole ? 1 : panels.count,
        .a_jump = (cell->blocks - term->count) * u,
        .c_jump = (cell->weights - term->count) * u,
        .a = walk_gates(walk, walk->block.first).data + (first * cell->blocks + term->gate) * u,
        .lda = walk->tape->gates.ld,
        .b = a.data,
        .ldb = a.ld,
        .c = walk->part->part.gradient->values + d->weight + column +
             (first * cell->weights + term->weight) * u * d->ld,
        .ldc = d->ld,
        .whole = (int64_t)weight_rows(layer) * d->ld,
        .accumulate = 1,
    };
    const struct product product = patch_tn(all, part);
    if (whole || panels.count > 0)
        layer->layer.products->tn(&product);
}

static void accumulate_term(const struct walk *walk, const struct cell_term *term)
{
    const struct direction *d = walk->direction;
    const int32_t r = walk->layer->state_size;
    const int64_t first = walk->block.first;
    if (d->x_size && term_is_stacked(term)) {
        accumulate_weights(walk, term, 0, d->x_size + r,
                           rows_from(rows_column(walk->level->z, d->z_column), first));
        return;
    }
    const struct cell_term input = { term->weight, term->count, term->weight, 0 };
    accumulate_weights(walk, term, d->h_column, r,
                       term->operand ? walk_kept(walk, walk->tape->operand, first)
                                     : rows_from(walk_h(walk), first));
    if (d->x_size)
        accumulate_weights(walk, &input, d->x_column, d->x_size, walk_x(walk, first));
}

/* Gate blocks of a term, as sums over rows or as one row, to the term's weight blocks. */
static void add_gates(const struct recurrent *layer, struct share panels,
                      const struct cell_term *term, real *rows, const real *gates)
{
    add_blocks(layer, panels, term->count, weight_blocks(layer, term, rows),
               gate_blocks(layer, term, gates));
}

/* Column sums of dG go to b_ih by block, and to b_hh by term; of the member's panels. */
static void accumulate_biases(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    const struct direction *d = walk->direction;
    const struct cell_term all = { .count = layer->cell->weights };
    const struct share panels = share_of(walk->me, layer->panels, 1);
    const struct share gates = panel_elements(layer, panels, layer->cell->blocks);
    real *sums = walk->scratch->bias, *values = walk->part->part.gradient->values;
    zero_reals(sums + gates.first, gates.count);
    const struct rows all_gates = rows_column(walk_gates(walk, walk->block.first), gates.first);
    training_kernels_get()->gradient->add_rows(sums + gates.first, all_gates.data, all_gates.ld,
                                               (size_t)walk->block.count, (size_t)gates.count);
    add_gates(layer, panels, &all, values + d->bias_ih, sums);
    for (int32_t i = 0; i < layer->cell->terms; i++)
        add_gates(layer, panels, &layer->cell->term[i], values + d->bias_hh, sums);
}

/* dW_hr += dh^T hidden */
static void accumulate_projection(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    const struct product whole = {
        .workspace = part_workspace(&walk->part->part, walk->me),
        .k = walk->block.count,
        .a = walk_kept(walk, walk->tape->dh, walk->block.first).data,
        .lda = walk->tape->dh.ld,
        .b = walk_kept(walk, walk->tape->hidden, walk->block.first).data,
        .ldb = walk->tape->hidden.ld,
        .c = walk->part->part.gradient->values + walk->direction->projection,
        .ldc = layer->hidden_size,
        .accumulate = 1,
    };
    const struct product product =
        patch_tn(whole, patch_of(walk->me, layer->state_size, layer->hidden_size));
    layer->layer.products->tn(&product);
}

/*
 * The table's gradient: this direction's part of each token's row += the row's gate gradients, of
 * the member's panels.
 */
static void accumulate_tokens(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    const struct cell_term all = { .count = layer->cell->weights };
    const struct gradient *gradient = walk->part->part.gradient;
    const int32_t column = walk->direction->reverse ? weight_rows(layer) : 0;
    const struct share panels = share_of(walk->me, layer->panels, 1);
    for (int64_t r = walk->block.first; r < walk->block.first + walk->block.count; r++)
        add_gates(layer, panels, &all, gradient_row(gradient, walk->tokens[r]) + column,
                  walk_gates(walk, r).data);
}

void walk_accumulate(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    for (int32_t i = 0; i < layer->cell->terms; i++)
        accumulate_term(walk, &layer->cell->term[i]);
    if (!layer->options.no_bias)
        accumulate_biases(walk);
    if (layer->options.proj_size)
        accumulate_projection(walk);
    if (walk->tokens)
        accumulate_tokens(walk);
}
