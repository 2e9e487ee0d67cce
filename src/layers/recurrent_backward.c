/* SPDX-License-Identifier: MIT */
/*
 * Backward, for each level from the last and each direction, against the order of the forward walk:
 *
 *     1. per step: dh_t = dy_t + carried;  the cell turns the tape's gates into their
 *        gradients dG_t;
 *        carried dh_{t-1} = element-wise part + dG_t W_hh
 *     2. once, over all rows: dW += dG^T Z,  db += column sums of dG
 *     3. once both directions are done: dX = dG W_ih into the x columns of Z, which nobody needs
 *        any more: it is the dy of the level below.
 */
#include "layers/dropout.h"
#include "layers/recurrent.h"
#include "layers/table.h"

/*
 * Gate gradients of a term's blocks times its weight blocks: dh or dX. Both come panel by panel,
 * which is one run if there is nothing in between.
 */
static void add_transposed(const struct walk *walk, const struct cell_term *term, int32_t column,
                           int32_t width, int64_t first, int64_t rows, struct rows to)
{
    const struct direction *d = walk->direction;
    const struct recurrent *layer = walk->layer;
    const struct cell *cell = layer->cell;
    const int64_t u = layer->width;
    const int whole = term->count == cell->blocks && term->count == cell->weights;
    layer->layer.products->nn(
        &(struct product){ .m = rows,
                           .n = width,
                           .k = whole ? weight_rows(layer) : term->count * u,
                           .runs = whole ? 1 : layer->panels,
                           .a_jump = (cell->blocks - term->count) * u,
                           .b_jump = (cell->weights - term->count) * u,
                           .a = row_at(walk->tape->gates, first) + term->gate * u,
                           .lda = walk->tape->gates.ld,
                           .b = layer->layer.values + d->weight + term->weight * u * d->ld + column,
                           .ldb = d->ld,
                           .c = to.data,
                           .ldc = to.ld,
                           .accumulate = 1 });
}

/* The recurrent products of one stage, transposed, added to `to`. */
static void add_recurrent(const struct walk *walk, int32_t stage, int64_t first, int32_t count,
                          struct rows to)
{
    const struct cell *cell = walk->layer->cell;
    for (int32_t i = 0; i < cell->terms; i++)
        if (cell->term[i].operand == stage)
            add_transposed(walk, &cell->term[i], walk->direction->h_column, walk->layer->state_size,
                           first, count, to);
}

/*
 * With a projection: keep dh_t, give the cell d hidden_t = dh_t W_hr, and start dh_{t-1} at
 * zero.
 */
static void unproject(const struct walk *walk, int64_t first, int32_t count)
{
    const struct recurrent *layer = walk->layer;
    const struct rows carry = walk->carry.h;
    rows_copy(rows_from(walk->tape->dh, first), carry, count, layer->state_size);
    layer->layer.products->nn(
        &(struct product){ .m = count,
                           .n = layer->hidden_size,
                           .k = layer->state_size,
                           .a = carry.data,
                           .lda = carry.ld,
                           .b = layer->layer.values + walk->direction->projection,
                           .ldb = layer->hidden_size,
                           .c = walk->part->dhidden,
                           .ldc = layer->hidden_size });
    zero_reals(carry.data, (int64_t)count * carry.ld);
}

static void run_step(const struct walk *walk, int32_t t, struct rows dy)
{
    const struct recurrent *layer = walk->layer;
    const int64_t first = window_offset(walk->window, t);
    const int32_t count = window_active(walk->window, t);
    const struct rows operand = { walk->part->doperand, layer->hidden_size };
    struct cell_block block = walk_block(walk, first, count);
    rows_add(walk->carry.h, rows_from(dy, first), count, layer->state_size);
    block.dh = block.dh_prev = walk->carry.h.data;
    if (layer->options.proj_size) {
        unproject(walk, first, count);
        block.dh = block.dh_prev = walk->part->dhidden;
    }
    block.c_prev = row_at(walk->tape->c_prev, first);
    block.dc = walk->carry.c.data;
    block.operand = operand.data;
    walk_run(walk, layer->cell->backward[0], &block);
    if (layer->cell->stages == 2) {
        zero_reals(operand.data, (int64_t)count * operand.ld);
        add_recurrent(walk, 1, first, count, operand);
        walk_run(walk, layer->cell->backward[1], &block);
    }
    add_recurrent(walk, 0, first, count, walk->carry.h);
}

static void run_steps(struct walk *walk, struct rows dy)
{
    const struct part *part = &walk->part->part;
    const struct state *h = &part->states[0], *c = &part->states[1];
    walk->carry.h = carry_load(walk, h, h->gradients, walk->part->carry_h);
    if (walk->layer->cell->has_c)
        walk->carry.c = carry_load(walk, c, c->gradients, walk->part->carry_c);
    for (int32_t i = walk->window->steps - 1; i >= 0; i--)
        run_step(walk, walk_time(walk, i), dy);
    carry_store(walk, h, h->gradients, walk->carry.h);
    if (walk->layer->cell->has_c)
        carry_store(walk, c, c->gradients, walk->carry.c);
}

/* dW[weight blocks of the term][column ..) += dG^T a, over all rows of the window. */
static void accumulate_weights(const struct walk *walk, const struct cell_term *term,
                               int32_t column, int32_t width, struct rows a)
{
    const struct direction *d = walk->direction;
    const struct recurrent *layer = walk->layer;
    const struct cell *cell = layer->cell;
    const int64_t u = layer->width;
    const int whole = term->count == cell->blocks && term->count == cell->weights;
    real *weights = walk->part->part.gradient->values + d->weight + column;
    for (int32_t p = 0; p < (whole ? 1 : layer->panels); p++)
        layer->layer.products->tn(
            &(struct product){ .workspace = walk->part->part.workspace,
                               .m = whole ? weight_rows(layer) : term->count * u,
                               .n = width,
                               .k = walk->window->rows,
                               .a = walk->tape->gates.data + (p * cell->blocks + term->gate) * u,
                               .lda = walk->tape->gates.ld,
                               .b = a.data,
                               .ldb = a.ld,
                               .c = weights + (p * cell->weights + term->weight) * u * d->ld,
                               .ldc = d->ld,
                               .accumulate = 1 });
}

static void accumulate_term(const struct walk *walk, const struct cell_term *term)
{
    const struct direction *d = walk->direction;
    const int32_t r = walk->layer->state_size;
    if (d->x_size && term_is_stacked(term)) {
        accumulate_weights(walk, term, 0, d->x_size + r, rows_column(walk->level->z, d->z_column));
        return;
    }
    const struct cell_term input = { term->weight, term->count, term->weight, 0 };
    accumulate_weights(walk, term, d->h_column, r,
                       term->operand ? walk->tape->operand : walk_h(walk));
    if (d->x_size)
        accumulate_weights(walk, &input, d->x_column, d->x_size, walk_x(walk));
}

/* Gate blocks of a term, as sums over rows or as one row, to the term's weight blocks. */
static void add_gates(const struct recurrent *layer, const struct cell_term *term, real *rows,
                      const real *gates)
{
    const int64_t u = layer->width;
    for (int32_t p = 0; p < layer->panels; p++)
        add_reals(rows + (p * layer->cell->weights + term->weight) * u,
                  gates + (p * layer->cell->blocks + term->gate) * u,
                  term->count * panel_units(layer, p));
}

/* Column sums of dG go to b_ih by block, and to b_hh by term. */
static void accumulate_biases(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    const struct direction *d = walk->direction;
    const struct cell_term all = { .count = layer->cell->weights };
    real *sums = walk->part->bias, *values = walk->part->part.gradient->values;
    zero_reals(sums, gate_size(layer));
    rows_sum(sums, walk->tape->gates, walk->window->rows, gate_size(layer));
    add_gates(layer, &all, values + d->bias_ih, sums);
    for (int32_t i = 0; i < layer->cell->terms; i++)
        add_gates(layer, &layer->cell->term[i], values + d->bias_hh, sums);
}

/* dW_hr += dh^T hidden */
static void accumulate_projection(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    layer->layer.products->tn(
        &(struct product){ .workspace = walk->part->part.workspace,
                           .m = layer->state_size,
                           .n = layer->hidden_size,
                           .k = walk->window->rows,
                           .a = walk->tape->dh.data,
                           .lda = walk->tape->dh.ld,
                           .b = walk->tape->hidden.data,
                           .ldb = walk->tape->hidden.ld,
                           .c = walk->part->part.gradient->values + walk->direction->projection,
                           .ldc = layer->hidden_size,
                           .accumulate = 1 });
}

/* The table's gradient: this direction's part of each token's row += the row's gate gradients. */
static void accumulate_tokens(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    const struct cell_term all = { .count = layer->cell->weights };
    struct gradient *gradient = walk->part->part.gradient;
    real *table = gradient->values + layer->layer.table_offset +
                  (walk->direction->reverse ? weight_rows(layer) : 0);
    for (int64_t r = 0; r < walk->window->rows; r++) {
        add_gates(layer, &all, table + (int64_t)walk->tokens[r] * layer->layer.table_width,
                  row_at(walk->tape->gates, r));
        gradient_touch_row(gradient, walk->tokens[r]);
    }
}

static void accumulate(const struct walk *walk)
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

/* Step 3; the first direction overwrites x, the second adds. */
static void input_gradient(const struct walk *walk)
{
    const struct cell_term all = { .count = walk->layer->cell->weights };
    const struct rows x = walk_x(walk);
    if (!walk->direction->reverse)
        for (int64_t r = 0; r < walk->window->rows; r++)
            zero_reals(row_at(x, r), walk->direction->x_size);
    add_transposed(walk, &all, walk->direction->x_column, walk->direction->x_size, 0,
                   walk->window->rows, x);
}

static void run_level(struct part *part, const struct window *window, int32_t level, struct rows dy,
                      int wants_dx)
{
    const struct recurrent *layer = recurrent_of(part);
    struct walk walk[2];
    for (int32_t d = 0; d < layer->directions; d++) {
        walk_start(&walk[d], part, window, level, d);
        run_steps(&walk[d], rows_column(dy, d * layer->state_size));
        accumulate(&walk[d]);
    }
    for (int32_t d = 0; d < layer->directions && wants_dx; d++)
        input_gradient(&walk[d]);
}

void recurrent_backward(struct part *part, const struct window *window, struct rows dy,
                        int wants_dx)
{
    const struct recurrent *layer = recurrent_of(part);
    const seqnet_recurrent_options *options = &layer->options;
    struct rows gradient = dy;
    for (int32_t level = options->num_layers - 1; level >= 0; level--) {
        run_level(part, window, level, gradient, level > 0 || (wants_dx && part->x.data));
        if (level == 0)
            break;
        gradient = rows_column(recurrent_part_of(part)->level[level].z, layer->state_size);
        if (options->dropout > 0 && window->dropout)
            dropout_apply(gradient, layer->layer.output_size, options->dropout,
                          part->dropout_key + (uint64_t)(level - 1), window);
    }
}

/*
 * The tape still holds h_{t-1} and c_{t-1} of every row, so the state after `step` steps is that of
 * the rows of step `step`; samples that ended before keep theirs. Forward direction only.
 */
void recurrent_rewind(struct part *part, const struct window *window, int32_t step)
{
    const struct recurrent *layer = recurrent_of(part);
    if (step >= window->steps)
        return;
    for (int32_t level = 0; level < layer->options.num_layers; level++) {
        struct walk walk;
        walk_start(&walk, part, window, level, 0);
        const int64_t first = window_offset(window, step);
        for (int32_t p = 0; p < window_active(window, step); p++) {
            const int64_t sample = window_sample(window, p);
            for (int32_t s = 0; s < part->state_count; s++) {
                const struct state *state = &part->states[s];
                const struct rows from = s == 0 ? walk_h(&walk) : walk.tape->c_prev;
                const int64_t row = (int64_t)walk.slot * part->max_batch + sample;
                copy_reals(state->values + row * state->size, row_at(from, first + p), state->size);
            }
        }
    }
}
