/* SPDX-License-Identifier: MIT */
/* What the forward and the backward walk of one direction share. */
#include "layers/recurrent_slice.h"

#include <assert.h>

void add_blocks(const struct recurrent *layer, struct share panels, int32_t count,
                struct block_row to, struct block_row from)
{
    const int64_t u = layer->width;
    for (int64_t p = panels.first; p < panels.first + panels.count; p++)
        add_reals(to.data + (p * to.blocks + to.first) * u,
                  from.data + (p * from.blocks + from.first) * u, count * panel_units(layer, p));
}

void walk_start(struct walk *walk, struct part *part, const struct window *window, int32_t level,
                int32_t direction, const struct member *me)
{
    const struct recurrent *layer = recurrent_of(part);
    struct recurrent_part *recurrent = recurrent_part_of(part);
    const int32_t slot = slot_of(layer, level, direction);
    *walk = (struct walk){
        .layer = layer,
        .direction = &layer->direction[slot],
        .window = window,
        .part = recurrent,
        .level = &recurrent->level[level],
        .tape = &recurrent->level[level].tape[direction],
        .tokens = level == 0 ? part->tokens : NULL,
        .slot = slot,
        .scratch = &recurrent->scratch[direction],
        .me = me,
        .slice = slice_of(layer, window, me),
    };
}

static struct rows state_rows(const struct walk *walk, const struct state *state, real *values)
{
    const int64_t slot_size = (int64_t)walk->part->part.max_batch * state->size;
    return (struct rows){ values + walk->slot * slot_size, state->size };
}

struct rows carry_load(const struct walk *walk, const struct state *state, real *values,
                       real *scratch, struct share columns)
{
    const struct share places = walk->slice.places;
    const struct rows stored = state_rows(walk, state, values);
    if (walk->window->dense)
        return stored;
    const struct rows carry = { scratch, state->size };
    for (int64_t p = places.first; p < places.first + places.count; p++)
        copy_reals(row_at(carry, p) + columns.first,
                   row_at(stored, walk->window->order[p]) + columns.first, columns.count);
    return carry;
}

void carry_store(const struct walk *walk, const struct state *state, real *values,
                 struct rows carry, struct share columns)
{
    const struct share places = walk->slice.places;
    if (walk->window->dense)
        return;
    const struct rows stored = state_rows(walk, state, values);
    for (int64_t p = places.first; p < places.first + places.count; p++)
        copy_reals(row_at(stored, walk->window->order[p]) + columns.first,
                   row_at(carry, p) + columns.first, columns.count);
}

void walk_fill_gates(const struct walk *walk)
{
    const struct share rows = walk->slice.rows;
    const struct share gates =
        panel_elements(walk->layer, walk->slice.panels, walk->layer->cell->blocks);
    const struct rows to = rows_column(walk_gates(walk, rows.first), gates.first);
    rows_fill(to, walk_bias(walk) + gates.first, rows.count, (int32_t)gates.count);
}

/*
 * What nobody needs after its step takes turns in two pieces of Z, which stay in the cache; members
 * that share a step are at most one step apart.
 */
struct rows walk_previous(const struct walk *walk, int32_t t, int64_t first)
{
    const int64_t turn = (int64_t)(t & 1) * walk->window->batch;
    return rows_from(walk_h(walk), walk_keeps_rows(walk) ? first : turn + walk->slice.places.first);
}

struct cell_block walk_block(const struct walk *walk, int64_t first, int32_t count)
{
    const struct rows h = walk_h(walk);
    return (struct cell_block){
        .rows = count,
        .units = walk->layer->hidden_size,
        .gate_stride = walk->layer->width,
        .row_stride = walk->tape->gates.ld,
        .gates = walk_gates(walk, first).data,
        .h_prev = row_at(h, first),
        .h_prev_stride = h.ld,
        .stride = walk->layer->hidden_size,
    };
}

/* NULL stays: cells without c, h or operand have none. */
static real *shift(const real *pointer, ptrdiff_t by)
{
    return pointer ? (real *)pointer + by : NULL;
}

void walk_run_panel(const struct walk *walk, cell_function *stage, const struct cell_block *block,
                    int32_t panel)
{
    const struct recurrent *layer = walk->layer;
    const int32_t unit = panel * layer->width, left = layer->hidden_size - unit;
    struct cell_block part = *block;
    part.units = left < layer->width ? left : layer->width;
    part.gates += (ptrdiff_t)panel * layer->cell->blocks * layer->width;
    part.h_prev = shift(block->h_prev, unit);
    part.c_prev = shift(block->c_prev, unit);
    part.c = shift(block->c, unit);
    part.h = shift(block->h, unit);
    part.operand = shift(block->operand, unit);
    part.dh = shift(block->dh, unit);
    part.dh_prev = shift(block->dh_prev, unit);
    part.dc = shift(block->dc, unit);
    stage(&part);
}

void walk_run(const struct walk *walk, cell_function *stage, const struct cell_block *block)
{
    const struct share panels = walk->slice.panels;
    for (int32_t panel = (int32_t)panels.first; panel < panels.first + panels.count; panel++)
        walk_run_panel(walk, stage, block, panel);
}
