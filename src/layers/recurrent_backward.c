/* SPDX-License-Identifier: MIT */
/*
 * Backward, for each level from the last and each direction, and each block of steps, against the
 * order of the forward walk:
 *
 *     1. per step: dh_t = dy_t + carried;  the cell turns the tape's gates into their
 *        gradients dG_t;
 *        carried dh_{t-1} = element-wise part + dG_t W_hh
 *     2. over the rows of the block: dW += dG^T Z,  db += column sums of dG
 *     3. once both directions are done: dX = dG W_ih to where the caller wants it, or into the x
 *        columns of Z, which nobody needs any more: it is the dy of the level below.
 */
#include "layers/dropout.h"
#include "layers/recurrent.h"
#include "layers/table.h"

/*
 * Gate gradients of a term's blocks times columns of its weight blocks: dh or dX. Both come panel
 * by panel, which is one run if there is nothing in between. `to` begins with the first row and
 * column.
 */
static void add_transposed(const struct walk *walk, const struct cell_term *term,
                           struct share columns, struct share rows, struct rows to, int accumulate)
{
    const struct direction *d = walk->direction;
    const struct recurrent *layer = walk->layer;
    const struct cell *cell = layer->cell;
    const int64_t u = layer->width;
    const int whole = term->count == cell->blocks && term->count == cell->weights;
    layer->layer.products->nn(&(struct product){
        .m = rows.count,
        .n = columns.count,
        .k = whole ? weight_rows(layer) : term->count * u,
        .runs = whole ? 1 : layer->panels,
        .a_jump = (cell->blocks - term->count) * u,
        .b_jump = (cell->weights - term->count) * u,
        .a = walk_gates(walk, rows.first).data + term->gate * u,
        .lda = walk->tape->gates.ld,
        .b = layer->layer.values + d->weight + term->weight * u * d->ld + columns.first,
        .ldb = d->ld,
        .whole = (int64_t)weight_rows(layer) * d->ld,
        .c = to.data,
        .ldc = to.ld,
        .accumulate = accumulate });
}

/* The recurrent products of one stage, transposed, added to the slice's columns of `to`. */
static void add_recurrent(const struct walk *walk, int32_t stage, int64_t first, int32_t count,
                          struct rows to)
{
    const struct cell *cell = walk->layer->cell;
    const struct share states = walk->slice.states, rows = { first, count };
    const struct share columns = { walk->direction->h_column + states.first, states.count };
    walk_wait(walk);
    for (int32_t i = 0; i < cell->terms; i++)
        if (cell->term[i].operand == stage)
            add_transposed(walk, &cell->term[i], columns, rows, rows_column(to, states.first), 1);
}

/*
 * With a projection: keep dh_t, give the cell d hidden_t = dh_t W_hr, and start dh_{t-1} at
 * zero. `carry` begins with the slice's first column.
 */
static void unproject(const struct walk *walk, int64_t first, int32_t count, struct rows carry,
                      struct rows dhidden)
{
    const struct recurrent *layer = walk->layer;
    const struct share states = walk->slice.states, units = walk->slice.units;
    const struct rows kept = walk_kept(walk, walk->tape->dh, first);
    const struct product whole = { .k = layer->state_size,
                                   .a = kept.data,
                                   .lda = kept.ld,
                                   .b = layer->layer.values + walk->direction->projection,
                                   .ldb = layer->hidden_size,
                                   .c = dhidden.data,
                                   .ldc = dhidden.ld };
    const struct product product =
        patch_nn(whole, (struct patch){ 0, count, units.first, units.count });
    rows_copy(rows_column(kept, states.first), carry, count, (int32_t)states.count);
    for (int32_t p = 0; p < count; p++)
        zero_reals(row_at(carry, p), states.count);
    walk_wait(walk);
    layer->layer.products->nn(&product);
}

/* The second stage's product: the gradient by what the first one wrote, of the slice's units. */
static void unwind_operand(const struct walk *walk, int64_t first, int32_t count,
                           struct rows operand)
{
    const struct share units = walk->slice.units;
    for (int32_t p = 0; p < count; p++)
        zero_reals(row_at(operand, p) + units.first, units.count);
    add_recurrent(walk, 1, first, count, operand);
}

static struct rows scratch_rows(const struct walk *walk, real *scratch)
{
    return walk_place(walk, (struct rows){ scratch, walk->layer->hidden_size });
}

static void run_step(const struct walk *walk, int32_t t, struct rows dy)
{
    const struct recurrent *layer = walk->layer;
    const struct share states = walk->slice.states;
    int64_t first;
    const int32_t count = walk_places(walk, t, &first);
    if (count == 0)
        return;
    const struct rows carry = walk_place(walk, walk->carry.h);
    const struct rows own = rows_column(carry, states.first);
    const struct rows operand = scratch_rows(walk, walk->scratch->doperand);
    const struct rows dhidden = scratch_rows(walk, walk->scratch->dhidden);
    struct cell_block block = walk_block(walk, first, count);
    rows_add(own, rows_column(rows_from(dy, first), states.first), count, (int32_t)states.count);
    block.dh = block.dh_prev = carry.data;
    if (layer->options.proj_size) {
        unproject(walk, first, count, own, dhidden);
        block.dh = block.dh_prev = dhidden.data;
    }
    block.c_prev = row_at(walk->tape->c_prev, first);
    block.dc = walk_place(walk, walk->carry.c).data;
    block.operand = operand.data;
    walk_run(walk, layer->cell->backward[0], &block);
    if (layer->cell->stages == 2) {
        unwind_operand(walk, first, count, operand);
        walk_run(walk, layer->cell->backward[1], &block);
    }
    add_recurrent(walk, 0, first, count, carry);
}

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
        accumulate_weights(walk, &input, d->x_column, d->x_size, rows_from(walk_x(walk), first));
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
    rows_sum(sums + gates.first, rows_column(walk_gates(walk, walk->block.first), gates.first),
             walk->block.count, (int32_t)gates.count);
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

/* Step 2. */
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

/*
 * Step 3 for some rows, of which `dx` holds the first; the first direction overwrites it, the
 * second adds.
 */
static void input_gradient(const struct walk *walk, struct share rows, struct rows dx)
{
    const struct direction *d = walk->direction;
    const struct cell_term all = { .count = walk->layer->cell->weights };
    add_transposed(walk, &all, (struct share){ d->x_column, d->x_size }, rows, dx, d->reverse);
}

/* Step 3 for a block, as its gates will be gone. Nobody needs x of these rows but the reverse. */
static void block_input_gradient(const struct walk *walk)
{
    const struct rows dx = walk->layer->directions == 2 ? walk->part->both_dx : walk_dx(walk);
    struct share rows = share_of(walk->me, walk->block.count, PATCH_ROWS);
    rows.first += walk->block.first;
    member_wait(walk->me);
    input_gradient(walk, rows, rows_from(dx, rows.first));
}

static void run_block(struct walk *walk, int32_t step, struct rows dy, int wants_dx)
{
    const int32_t end = walk_enter(walk, step);
    if (walk->part->recompute)
        walk_make_again(walk);
    for (int32_t i = end - 1; i >= step; i--)
        run_step(walk, walk_time(walk, i), dy);
    member_wait(walk->me);
    accumulate(walk);
    if (!walk->part->recompute)
        return;
    if (wants_dx)
        block_input_gradient(walk);
    member_wait(walk->me);
}

static int32_t block_count(const struct walk *walk)
{
    const int32_t steps = walk_block_steps(walk);
    return (walk->window->steps + steps - 1) / steps;
}

static void run_blocks(struct walk *walk, struct rows dy, int wants_dx)
{
    const struct part *part = &walk->part->part;
    const struct state *h = &part->states[0], *c = &part->states[1];
    const struct share units = walk->slice.units, states = walk->slice.states;
    walk->carry.h = carry_load(walk, h, h->gradients, walk->scratch->carry_h, states);
    if (walk->layer->cell->has_c)
        walk->carry.c = carry_load(walk, c, c->gradients, walk->scratch->carry_c, units);
    for (int32_t i = block_count(walk) - 1; i >= 0; i--)
        run_block(walk, i * walk_block_steps(walk), dy, wants_dx);
    carry_store(walk, h, h->gradients, walk->carry.h, states);
    if (walk->layer->cell->has_c)
        carry_store(walk, c, c->gradients, walk->carry.c, units);
    member_wait(walk->me);
}

/*
 * Steps 1 and 2; both directions at the same time if there are members for it, but not if both make
 * the same dx here.
 */
static void run_directions(struct part *part, const struct window *window, int32_t level,
                           struct rows dy, int wants_dx, const struct member *me)
{
    const struct recurrent *layer = recurrent_of(part);
    const int at_once =
        layer->directions == 2 && member_halves(me) && !recurrent_part_of(part)->recompute;
    struct member group = *me;
    const int32_t only = at_once ? member_half(me, &group) : 0;
    for (int32_t d = only; d < (at_once ? only + 1 : layer->directions); d++) {
        struct walk walk;
        walk_start(&walk, part, window, level, d, &group);
        run_blocks(&walk, rows_column(dy, d * layer->state_size), wants_dx);
    }
    if (at_once)
        member_wait(me);
}

/* Step 3 for the member's share of the window. */
static void finish_inputs(struct part *part, const struct window *window, int32_t level,
                          const struct member *me)
{
    const struct recurrent_part *recurrent = recurrent_part_of(part);
    const int32_t directions = recurrent_of(part)->directions;
    const struct share rows = window_share(window, me);
    for (int32_t d = 0; d < directions; d++) {
        struct walk walk;
        walk_start(&walk, part, window, level, d, me);
        const struct rows dx = rows_from(walk_dx(&walk), rows.first);
        if (!recurrent->recompute)
            input_gradient(&walk, rows, dx);
        else if (d == 1)
            rows_copy(dx, rows_from(recurrent->both_dx, rows.first), rows.count,
                      walk.direction->x_size);
    }
}

static void run_level(struct part *part, const struct window *window, int32_t level, struct rows dy,
                      int wants_dx, const struct member *me)
{
    run_directions(part, window, level, dy, wants_dx, me);
    if (wants_dx)
        finish_inputs(part, window, level, me);
}

void recurrent_backward(struct part *part, const struct window *window, struct rows dy,
                        int wants_dx, const struct member *me)
{
    const struct recurrent *layer = recurrent_of(part);
    const seqnet_recurrent_options *options = &layer->options;
    struct rows gradient = dy;
    for (int32_t level = options->num_layers - 1; level >= 0; level--) {
        run_level(part, window, level, gradient, level > 0 || (wants_dx && part->x.data), me);
        if (level == 0)
            break;
        gradient = rows_column(recurrent_part_of(part)->level[level].z, layer->state_size);
        if (options->dropout > 0 && window->dropout)
            dropout_apply(gradient, layer->layer.output_size, options->dropout,
                          part->dropout_key + (uint64_t)(level - 1), window, me);
        member_wait(me);
    }
}
