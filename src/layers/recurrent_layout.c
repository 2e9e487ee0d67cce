/* SPDX-License-Identifier: MIT */
/* The memory a recurrent layer needs in a context. */
#include "core/products.h"
#include "layers/recurrent.h"

/* What products read beyond the last row must not be what another member writes meanwhile. */
static struct rows take_rows(struct arena *arena, int64_t rows, int64_t columns)
{
    const size_t count = size_multiply((size_t)rows, (size_t)columns);
    return (struct rows){ arena_take_reals(arena, size_add(count, PRODUCT_SLACK)), columns };
}

/* Rows that products read or write. */
static struct rows take_operand(struct arena *arena, int64_t rows, int64_t columns)
{
    return take_rows(arena, rows, product_stride(columns));
}

/* Rows of gates of a block of steps, of any batch. */
static int64_t gate_rows(const struct recurrent *layer, const struct part_shape *shape)
{
    const int64_t block = block_rows(layer, shape->recompute);
    const int64_t most = block > shape->max_batch ? block : shape->max_batch;
    return most < shape->rows ? most : shape->rows;
}

/* Training, unless what a cell makes is made again. */
static int keeps_all(const struct part_shape *shape)
{
    return shape->training && !shape->recompute;
}

/*
 * What a cell makes. Training keeps it for all rows of every level and direction. Else it is needed
 * only while a block of steps runs, so all levels share the memory, and so do directions that do
 * not run at the same time.
 */
static void lay_out_made(const struct recurrent *layer, struct tape *tape,
                         const struct part_shape *shape, struct arena *arena)
{
    const int32_t h = layer->hidden_size;
    const int projected = layer->options.proj_size > 0, again = shape->training && shape->recompute;
    const int64_t rows = keeps_all(shape) ? shape->rows : gate_rows(layer, shape);
    const int64_t step_rows = shape->training ? rows : shape->max_batch;
    tape->gates = take_operand(arena, rows, gate_size(layer));
    if (layer->cell->stages == 2)
        tape->operand = take_rows(arena, step_rows, h);
    if (projected || again)
        tape->hidden = take_rows(arena, step_rows, h);
    if (again && layer->cell->has_c)
        tape->c = take_rows(arena, rows, h);
    if (projected && shape->training)
        tape->dh = take_rows(arena, rows, layer->state_size);
}

static void lay_out_level(const struct recurrent *layer, int32_t index, struct level *level,
                          const struct tape *shared, const struct part_shape *shape,
                          struct arena *arena)
{
    const struct direction *first = &layer->direction[slot_of(layer, index, 0)];
    const int32_t width = layer->directions * layer->state_size + first->x_size;
    *level = (struct level){ .x_size = first->x_size };
    level->z = take_operand(arena, shape->rows, width);
    for (int32_t d = 0; d < layer->directions; d++) {
        level->tape[d] = shared[d];
        if (keeps_all(shape))
            lay_out_made(layer, &level->tape[d], shape, arena);
        if (shape->training && layer->cell->has_c)
            level->tape[d].c_prev = take_rows(arena, shape->rows, layer->hidden_size);
    }
}

/* Directions that may run at the same time, and then need memory of their own. */
static int32_t directions_at_once(const struct recurrent *layer, const struct part_shape *shape)
{
    return shape->members > 1 ? layer->directions : 1;
}

static void lay_out_scratch(const struct recurrent *layer, struct scratch *scratch,
                            const struct part_shape *shape, struct arena *arena)
{
    const size_t batch = (size_t)shape->max_batch, h = (size_t)layer->hidden_size;
    scratch->bias = arena_take_reals(arena, (size_t)gate_size(layer));
    scratch->carry_h = arena_take_reals(arena, size_multiply(batch, (size_t)layer->state_size));
    scratch->carry_c = arena_take_reals(arena, size_multiply(batch, h));
    if (!shape->training)
        return;
    scratch->dhidden = arena_take_reals(arena, size_multiply(batch, h));
    scratch->doperand = arena_take_reals(arena, size_multiply(batch, h));
}

static void lay_out_levels(struct recurrent_part *part, const struct part_shape *shape,
                           struct arena *arena)
{
    const struct recurrent *layer = recurrent_of(&part->part);
    const int32_t count = layer->options.num_layers;
    struct tape shared[2] = { { .gates = { 0 } } };
    for (int32_t d = 0; d < (keeps_all(shape) ? 0 : directions_at_once(layer, shape)); d++)
        lay_out_made(layer, &shared[d], shape, arena);
    if (directions_at_once(layer, shape) == 1)
        shared[1] = shared[0];
    part->level = arena_take(arena, (size_t)count, sizeof *part->level);
    for (int32_t i = 0; i < count; i++) {
        struct level scratch, *level = part->level ? &part->level[i] : &scratch;
        lay_out_level(layer, i, level, shared, shape, arena);
        if (i == 0 && level->x_size && level->z.data)
            part->part.x = rows_column(level->z, layer->state_size);
    }
}

static int32_t widest_input(const struct recurrent *layer)
{
    const int32_t bottom = layer->direction[0].x_size, upper = layer->layer.output_size;
    return layer->options.num_layers > 1 && upper > bottom ? upper : bottom;
}

struct part *recurrent_lay_out(seqnet_layer *base, const struct part_shape *shape,
                               struct arena *arena)
{
    const struct recurrent *layer = (const struct recurrent *)base;
    const struct cell *cell = layer->cell;
    const int32_t slots = layer->options.num_layers * layer->directions;
    struct recurrent_part scratch, *carved = arena_take(arena, 1, sizeof *carved);
    struct recurrent_part *part = carved ? carved : &scratch;
    *part = (struct recurrent_part){ .part = { .layer = base, .max_batch = shape->max_batch },
                                     .training = shape->training,
                                     .recompute = shape->training && shape->recompute };
    part_add_state(&part->part, "h", slots, layer->state_size, shape, arena);
    if (cell->has_c)
        part_add_state(&part->part, "c", slots, layer->hidden_size, shape, arena);
    for (int32_t d = 0; d < directions_at_once(layer, shape); d++)
        lay_out_scratch(layer, &part->scratch[d], shape, arena);
    if (directions_at_once(layer, shape) == 1)
        part->scratch[1] = part->scratch[0];
    lay_out_levels(part, shape, arena);
    if (part->recompute && layer->directions == 2)
        part->both_dx = take_rows(arena, shape->rows, widest_input(layer));
    return carved ? &carved->part : NULL;
}
