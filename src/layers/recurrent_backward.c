/* SPDX-License-Identifier: MIT */
/*
 * Backward, for each level from the last and each direction, and each block of steps, against the
 * order of the forward walk:
 *
 *     1. per step: dh_t = dy_t + carried;  the cell turns the tape's gates into their
 *        gradients dG_t;
 *        carried dh_{t-1} = element-wise part + dG_t W_hh
 *     2. over the rows of the block: dW += dG^T Z,  db += column sums of dG (recurrent_gradients.c)
 *     3. once both directions are done: dX = dG W_ih to where the caller wants it, or into the x
 *        columns of Z, which nobody needs any more: it is the dy of the level below.
 */
#include "layers/dropout.h"
#include "layers/recurrent.h"

/* Some columns of the weight rows, in place, or in panels (recurrent_pack.c). */
struct weights {
    const real *data;
    ptrdiff_t ld;
    ptrdiff_t panel; /* 0: in place */
    int64_t columns;
};

static struct weights weights_in_place(const struct walk *walk, int64_t column, int64_t columns)
{
    const struct direction *d = walk->direction;
    const real *data = walk->layer->layer.values + d->weight + column;
    return (struct weights){ data, d->ld, 0, columns };
}

/* W_hh: the slice's columns. One row is better off with weights in place. */
static struct weights weights_of_h(const struct walk *walk, int64_t rows)
{
    const struct direction *d = walk->direction;
    const struct packed *packed = &d->packed[PACK_TRANSPOSED];
    const struct share states = walk->slice.states;
    const real *data = walk->part->part.pack[PACK_TRANSPOSED];
    if (!data || walk->slice.by_units || rows == 1)
        return weights_in_place(walk, d->h_column + states.first, states.count);
    return (struct weights){ data + d->place[PACK_TRANSPOSED], packed->width,
                             packed->width * packed->k, packed->n };
}

/*
 * Gate gradients of a term's blocks times its weight blocks: dh or dX. Both come panel by panel,
 * which is one run if there is nothing in between. `to` begins with the first row and column.
 */
static void add_transposed(const struct walk *walk, const struct cell_term *term,
                           const struct weights *weights, struct share rows, struct rows to,
                           int accumulate)
{
    const struct recurrent *layer = walk->layer;
    const struct cell *cell = layer->cell;
    const int64_t u = layer->width;
    const int whole = term->count == cell->blocks && term->count == cell->weights;
    layer->layer.products->nn(
        &(struct product){ .m = rows.count,
                           .n = weights->columns,
                           .k = whole ? weight_rows(layer) : term->count * u,
                           .runs = whole ? 1 : layer->panels,
                           .a_jump = (cell->blocks - term->count) * u,
                           .b_jump = (cell->weights - term->count) * u,
                           .a = walk_gates(walk, rows.first).data + term->gate * u,
                           .lda = walk->tape->gates.ld,
                           .b = weights->data + term->weight * u * weights->ld,
                           .ldb = weights->ld,
                           .b_panel = weights->panel,
                           .whole = (int64_t)weight_rows(layer) * walk->direction->ld,
                           .c = to.data,
                           .ldc = to.ld,
                           .accumulate = accumulate });
}

/* The recurrent products of one stage, transposed, added to the slice's columns of `to`. */
static void add_recurrent(const struct walk *walk, int32_t stage, int64_t first, int32_t count,
                          struct rows to)
{
    const struct cell *cell = walk->layer->cell;
    const struct weights weights = weights_of_h(walk, count);
    const struct rows own = rows_column(to, walk->slice.states.first);
    walk_wait(walk);
    for (int32_t i = 0; i < cell->terms; i++)
        if (cell->term[i].operand == stage)
            add_transposed(walk, &cell->term[i], &weights, (struct share){ first, count }, own, 1);
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
 * Step 3 for some rows, of which `dx` holds the first; the first direction overwrites it, the
 * second adds.
 */
static void input_gradient(const struct walk *walk, struct share rows, struct rows dx)
{
    const struct direction *d = walk->direction;
    const struct cell_term all = { .count = walk->layer->cell->weights };
    const struct weights weights = weights_in_place(walk, d->x_column, d->x_size);
    add_transposed(walk, &all, &weights, rows, dx, d->reverse);
}

/* Step 3 for a block, as its gates will be gone. Nobody needs x of these rows but the reverse. */
static void block_input_gradient(const struct walk *walk)
{
    struct share rows = share_of(walk->me, walk->block.count, PATCH_ROWS);
    rows.first += walk->block.first;
    const struct rows dx = walk->layer->directions == 2 ? rows_from(walk->part->both_dx, rows.first)
                                                        : walk_dx(walk, rows.first);
    member_wait(walk->me);
    input_gradient(walk, rows, dx);
}

static void run_block(struct walk *walk, int32_t step, struct rows dy, int wants_dx)
{
    const int32_t end = walk_enter(walk, step);
    if (walk->part->recompute)
        walk_make_again(walk);
    for (int32_t i = end - 1; i >= step; i--)
        run_step(walk, walk_time(walk, i), dy);
    member_wait(walk->me);
    walk_accumulate(walk);
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
        const struct rows dx = walk_dx(&walk, rows.first);
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
