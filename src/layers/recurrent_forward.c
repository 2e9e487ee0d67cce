/* SPDX-License-Identifier: MIT */
/*
 * Forward, for each level and direction:
 *
 *     1. gates = biases + X W_ih^T over all rows of a block of steps, or the tokens' rows of the
 *        table
 *     2. per step: gates_t += h_{t-1} W_hh^T, then the cell: h_t, c_t
 *     3. h_t becomes the next step's h_{t-1} in Z, and the next level's x or the output
 *
 * How the products of 1 and 2 are made is the backend's plan (recurrent_plan.h).
 */
#include "layers/dropout.h"
#include "layers/recurrent.h"
#include "layers/recurrent_plan.h"

/* The table's row of each token holds W_ih of both directions; add this direction's part. */
static void add_tokens(const struct walk *walk)
{
    const struct recurrent *layer = walk->layer;
    const struct cell_term all = { .count = layer->cell->weights };
    const real *table = layer->layer.values + layer->layer.table_offset +
                        (walk->direction->reverse ? weight_rows(layer) : 0);
    const struct share rows = walk->slice.rows;
    for (int64_t r = rows.first; r < rows.first + rows.count; r++)
        recurrent_add_weights(layer, walk->slice.panels, &all, walk_gates(walk, r).data,
                              table + (int64_t)walk->tokens[r] * layer->layer.table_width);
}

/*
 * A slice by units has biases and gates of its own; one by places takes those of all members, and
 * before, the gates of the last block were theirs.
 */
static void prepare_gates(const struct walk *walk, const struct recurrent_plan *plan)
{
    const int waits = !walk->slice.by_units;
    if (waits)
        member_wait(walk->me);
    if (walk->tokens) {
        walk_fill_gates(walk);
        add_tokens(walk);
    } else {
        plan->input(walk);
    }
    if (waits)
        member_wait(walk->me);
}

/* h_t = W_hr hidden_t, the slice's columns of it. */
static void project(const struct walk *walk, const real *hidden, int32_t count, struct rows h)
{
    const struct recurrent *layer = walk->layer;
    const struct share states = walk->slice.states;
    const struct product whole = { .k = layer->hidden_size,
                                   .a = hidden,
                                   .lda = layer->hidden_size,
                                   .b = walk->layer->layer.values + walk->direction->projection,
                                   .ldb = layer->hidden_size,
                                   .c = h.data,
                                   .ldc = h.ld };
    const struct product product =
        patch_nt(whole, (struct patch){ 0, count, states.first, states.count });
    walk_wait(walk);
    layer->layer.products->nt(&product);
}

/* Some columns of `count` rows. */
static void copy_columns(struct rows to, struct rows from, int32_t count, struct share columns)
{
    rows_copy(rows_column(to, columns.first), rows_column(from, columns.first), count,
              (int32_t)columns.count);
}

static void run_stages(const struct walk *walk, const struct recurrent_plan *plan,
                       const struct cell_block *block, int64_t first)
{
    for (int32_t stage = 0; stage < walk->layer->cell->stages; stage++) {
        walk_wait(walk);
        plan->stage(walk, stage, block, first);
    }
}

/*
 * The block's rows of x, where the layer fetches them; nobody reads those of the block before any
 * more. What nobody needs again goes where those were. Members that share places wait for each
 * other before they read gates (prepare_gates).
 */
static void fetch_input(struct walk *walk)
{
    const struct part *part = &walk->part->part;
    const struct caller *caller = &part->x_caller;
    struct share rows = share_of(walk->me, walk->block.count, PATCH_ROWS);
    if (walk->level != walk->part->level || !part->layer->fetches_x || !caller->values)
        return;
    rows.first += walk->block.first;
    walk->x_origin = walk_keeps_rows(walk) ? 0 : walk->block.first;
    window_gather(walk->window, rows, walk_x(walk, rows.first), caller->values, caller->layout,
                  walk->direction->x_size);
    walk_wait(walk);
}

/* Where h of a level goes: packed rows, or the caller's array if there is one. */
struct sink {
    struct rows rows;
    struct caller caller;
};

static struct sink sink_column(struct sink sink, int64_t column)
{
    sink.rows.data += column;
    if (sink.caller.values)
        sink.caller.values += column;
    return sink;
}

/* h of `count` places of a step, the slice's columns. */
static void deliver(const struct walk *walk, const struct sink *y, int32_t t, int64_t first,
                    int32_t count, struct rows h)
{
    const struct share states = walk->slice.states;
    const int32_t place = (int32_t)walk->slice.places.first;
    if (!y->caller.values) {
        copy_columns(rows_from(y->rows, first), h, count, states);
        return;
    }
    real *const to = y->caller.values + t * y->caller.layout.step + states.first;
    for (int32_t p = 0; p < count; p++)
        copy_reals(to + window_sample(walk->window, place + p) * y->caller.layout.sample,
                   row_at(h, p) + states.first, states.count);
}

/* With all h known, steps need not follow each other: the rows of a block are as those of one. */
void walk_make_again(struct walk *walk)
{
    const struct recurrent_plan *plan = recurrent_plan_of(walk->layer);
    const struct tape *tape = walk->tape;
    walk_sum_biases(walk);
    prepare_gates(walk, plan);
    const int64_t first = walk->slice.rows.first;
    struct cell_block block = walk_block(walk, first, (int32_t)walk->slice.rows.count);
    block.operand = walk_kept(walk, tape->operand, first).data;
    block.h = walk_kept(walk, tape->hidden, first).data;
    block.c = walk_kept(walk, tape->c, first).data;
    block.c_prev = row_at(tape->c_prev, first);
    run_stages(walk, plan, &block, first);
    member_wait(walk->me);
}

static void run_step(const struct walk *walk, const struct recurrent_plan *plan, int32_t t,
                     const struct sink *y)
{
    const struct recurrent *layer = walk->layer;
    const struct slice *slice = &walk->slice;
    int64_t first;
    const int32_t count = walk_places(walk, t, &first);
    if (count == 0)
        return;
    const struct rows h = walk_place(walk, walk->carry.h), c = walk_place(walk, walk->carry.c);
    const struct rows previous = walk_previous(walk, t, first);
    struct cell_block block = walk_block(walk, first, count);
    copy_columns(previous, h, count, slice->states);
    block.h_prev = previous.data;
    if (walk->tape->c_prev.data)
        copy_columns(rows_from(walk->tape->c_prev, first), c, count, slice->units);
    block.c_prev = block.c = c.data;
    block.operand = tape_row(walk, walk->tape->operand, first);
    block.h = layer->options.proj_size ? tape_row(walk, walk->tape->hidden, first) : h.data;
    run_stages(walk, plan, &block, first);
    if (layer->options.proj_size)
        project(walk, block.h, count, h);
    deliver(walk, y, t, first, count, h);
}

/* The slice of a member; the others' can be read after the last barrier. */
static void run_direction(struct walk *walk, const struct sink *y)
{
    const struct part *part = &walk->part->part;
    const struct recurrent_plan *plan = recurrent_plan_of(walk->layer);
    const struct state *h = &part->states[0], *c = &part->states[1];
    const struct share units = walk->slice.units, states = walk->slice.states;
    walk->carry.h = carry_load(walk, h, h->values, walk->scratch->carry_h, states);
    if (walk->layer->cell->has_c)
        walk->carry.c = carry_load(walk, c, c->values, walk->scratch->carry_c, units);
    walk_sum_biases(walk);
    for (int32_t i = 0; i < walk->window->steps;) {
        const int32_t end = walk_enter(walk, i);
        fetch_input(walk);
        prepare_gates(walk, plan);
        for (; i < end; i++)
            run_step(walk, plan, walk_time(walk, i), y);
    }
    carry_store(walk, h, h->values, walk->carry.h, states);
    if (walk->layer->cell->has_c)
        carry_store(walk, c, c->values, walk->carry.c, units);
    member_wait(walk->me);
}

/* Both directions at the same time if there are members for it, else one after the other. */
static void run_level(struct part *part, const struct window *window, int32_t level, struct sink y,
                      const struct member *me)
{
    const struct recurrent *layer = recurrent_of(part);
    struct walk walk;
    if (layer->directions == 2 && member_halves(me)) {
        struct member half;
        const int32_t d = member_half(me, &half);
        const struct sink mine = sink_column(y, d * layer->state_size);
        walk_start(&walk, part, window, level, d, &half);
        run_direction(&walk, &mine);
        member_wait(me);
        return;
    }
    for (int32_t d = 0; d < layer->directions; d++) {
        const struct sink mine = sink_column(y, d * layer->state_size);
        walk_start(&walk, part, window, level, d, me);
        run_direction(&walk, &mine);
    }
}

void recurrent_forward(struct part *part, const struct window *window, struct rows y,
                       const struct member *me)
{
    const struct recurrent *layer = recurrent_of(part);
    const seqnet_recurrent_options *options = &layer->options;
    for (int32_t level = 0; level < options->num_layers; level++) {
        const int is_last = level + 1 == options->num_layers;
        const struct rows next = is_last ? y : recurrent_part_of(part)->level[level + 1].z;
        const struct rows to = is_last ? y : rows_column(next, layer->state_size);
        run_level(part, window, level,
                  (struct sink){ to, is_last ? part->y_caller : (struct caller){ 0 } }, me);
        if (is_last || options->dropout == 0 || !window->dropout)
            continue;
        dropout_apply(to, layer->layer.output_size, options->dropout,
                      part->dropout_key + (uint64_t)level, window, me);
        member_wait(me);
    }
}
