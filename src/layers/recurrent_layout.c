/* SPDX-License-Identifier: MIT */
/* The memory a recurrent layer needs in a context. */
#include "core/products.h"
#include "layers/recurrent.h"

static struct rows take_rows(struct arena *arena, int64_t rows, int64_t columns)
{
    return (struct rows){ arena_take_reals(arena, size_multiply((size_t)rows, (size_t)columns)),
                          columns };
}

/* Rows that products read or write. */
static struct rows take_operand(struct arena *arena, int64_t rows, int64_t columns)
{
    return take_rows(arena, rows, product_stride(columns));
}

/*
 * Training keeps gates, c_{t-1}, operands and unprojected h of every level and direction (the
 * tape). Inference needs them only while one direction runs, so all share the first one's.
 */
static void lay_out_tape(const struct recurrent *layer, struct tape *tape,
                         const struct part_shape *shape, struct arena *arena)
{
    const struct cell *cell = layer->cell;
    const int32_t h = layer->hidden_size;
    const int projected = layer->options.proj_size > 0;
    const int64_t step_rows = shape->training ? shape->rows : shape->max_batch;
    tape->gates = take_operand(arena, shape->rows, gate_size(layer));
    if (shape->training && cell->has_c)
        tape->c_prev = take_rows(arena, shape->rows, h);
    if (cell->stages == 2)
        tape->operand = take_rows(arena, step_rows, h);
    if (projected)
        tape->hidden = take_rows(arena, step_rows, h);
    if (projected && shape->training)
        tape->dh = take_rows(arena, shape->rows, layer->state_size);
}

static void lay_out_level(const struct recurrent *layer, int32_t index, struct level *level,
                          const struct part_shape *shape, struct arena *arena)
{
    const struct direction *first = &layer->direction[slot_of(layer, index, 0)];
    const int32_t width = layer->directions * layer->state_size + first->x_size;
    *level = (struct level){ .x_size = first->x_size };
    level->z = take_operand(arena, shape->rows, width);
    if (shape->training)
        for (int32_t d = 0; d < layer->directions; d++)
            lay_out_tape(layer, &level->tape[d], shape, arena);
}

static void lay_out_levels(struct recurrent_part *part, const struct part_shape *shape,
                           struct arena *arena)
{
    const struct recurrent *layer = recurrent_of(&part->part);
    const int32_t count = layer->options.num_layers;
    struct tape shared = { 0 };
    if (!shape->training)
        lay_out_tape(layer, &shared, shape, arena);
    part->level = arena_take(arena, (size_t)count, sizeof *part->level);
    for (int32_t i = 0; i < count; i++) {
        struct level scratch, *level = part->level ? &part->level[i] : &scratch;
        lay_out_level(layer, i, level, shape, arena);
        if (!shape->training)
            level->tape[0] = level->tape[1] = shared;
        if (i == 0 && level->x_size && level->z.data)
            part->part.x = rows_column(level->z, layer->state_size);
    }
}

struct part *recurrent_lay_out(seqnet_layer *base, const struct part_shape *shape,
                               struct arena *arena)
{
    const struct recurrent *layer = (const struct recurrent *)base;
    const struct cell *cell = layer->cell;
    const size_t batch = (size_t)shape->max_batch, h = (size_t)layer->hidden_size;
    const int32_t slots = layer->options.num_layers * layer->directions;
    struct recurrent_part scratch, *carved = arena_take(arena, 1, sizeof *carved);
    struct recurrent_part *part = carved ? carved : &scratch;
    *part = (struct recurrent_part){ .part = { .layer = base, .max_batch = shape->max_batch },
                                     .training = shape->training };
    part_add_state(&part->part, "h", slots, layer->state_size, shape, arena);
    if (cell->has_c)
        part_add_state(&part->part, "c", slots, layer->hidden_size, shape, arena);
    part->bias = arena_take_reals(arena, (size_t)gate_size(layer));
    part->carry_h = arena_take_reals(arena, size_multiply(batch, (size_t)layer->state_size));
    part->carry_c = arena_take_reals(arena, size_multiply(batch, h));
    if (shape->training) {
        part->dhidden = arena_take_reals(arena, size_multiply(batch, h));
        part->doperand = arena_take_reals(arena, size_multiply(batch, h));
    }
    lay_out_levels(part, shape, arena);
    return carved ? &carved->part : NULL;
}
