/* SPDX-License-Identifier: MIT */
/* One block holds the context itself, its parts, gradients and buffers. */
#include "layers/output.h"

#include "kernels/native.h"

#include <stdio.h>

void part_add_state(struct part *part, const char *name, int32_t slots, int32_t size,
                    const struct part_shape *shape, struct arena *arena)
{
    const size_t count = size_multiply((size_t)slots * (size_t)shape->max_batch, (size_t)size);
    struct state *state = &part->states[part->state_count++];
    *state = (struct state){ .name = name, .slots = slots, .size = size };
    state->values = arena_take_reals(arena, count);
    if (shape->training)
        state->gradients = arena_take_reals(arena, count);
}

/*
 * The tied embedding of a leaf that is not itself a leaf: it needs a gradient of its own. Of
 * several leaves with one such embedding the first one brings it.
 */
static seqnet_layer *outside_tie(const seqnet_layer *layer, int32_t index)
{
    seqnet_layer *tied = layer_leaf(layer, index)->tied;
    for (int32_t i = 0; tied && i < layer_leaf_count(layer); i++)
        if (layer_leaf(layer, i) == tied || (i < index && layer_leaf(layer, i)->tied == tied))
            return NULL;
    return tied;
}

/* Rows of a table that the windows of an update can touch: all of a tied one. */
static int64_t table_room(const seqnet_layer *layer, const seqnet_layer *owner, int64_t rows)
{
    for (int32_t i = 0; i < layer_leaf_count(layer); i++)
        if (layer_leaf(layer, i)->tied == owner)
            return owner->table_rows;
    return rows && rows < owner->table_rows ? rows : owner->table_rows;
}

/* rows: of all windows of an update; 0: not known. */
static void lay_out_gradients(seqnet_context *context, int64_t rows, struct arena *arena)
{
    const int32_t most = 2 * context->leaf_count;
    struct gradient scratch;
    context->gradient = arena_take(arena, (size_t)most, sizeof *context->gradient);
    context->gradient_count = 0;
    for (int32_t i = 0; i < most; i++) {
        const int32_t leaf = i % context->leaf_count;
        seqnet_layer *owner = i < context->leaf_count ? layer_leaf(context->layer, leaf)
                                                      : outside_tie(context->layer, leaf);
        if (!owner)
            continue;
        const int32_t index = context->gradient_count++;
        gradient_lay_out(context->gradient ? &context->gradient[index] : &scratch, owner,
                         table_room(context->layer, owner, rows), arena);
    }
}

static void lay_out_parts(seqnet_context *context, const struct part_shape *shape,
                          struct arena *arena)
{
    context->part = arena_take(arena, (size_t)context->leaf_count, sizeof *context->part);
    for (int32_t i = 0; i < context->leaf_count; i++) {
        seqnet_layer *leaf = layer_leaf(context->layer, i);
        struct part *part = leaf->ops->lay_out(leaf, shape, arena);
        if (context->part)
            context->part[i] = part;
    }
}

/* Waking a sleeping thread takes some tens of microseconds: shorter work is done sooner alone. */
#define LEAST_TIME 1e5

/* OpenBLAS has threads of its own, and may choose its kernel by the shape of a product. */
static int32_t members_of(const seqnet_layer *layer, const struct context_spec *spec)
{
    for (int32_t i = 0; i < layer_leaf_count(layer); i++)
        if (layer_leaf(layer, i)->products != &native_products)
            return 1;
    return spec->threads > 1 ? spec->threads : 1;
}

/* Rows of a piece, and after them the means, unless a piece is all rows. */
static void lay_out_output(seqnet_context *context, const struct part_shape *shape,
                           struct arena *arena)
{
    const int32_t size = context->layer->output_size;
    const int64_t piece = output_most_rows(context->layer, shape->rows, shape->max_batch);
    const int64_t means = piece < shape->rows ? shape->max_batch : 0;
    context->tail = output_tail(context->layer);
    context->output_rows = piece;
    context->output.ld = size;
    context->output.data = arena_take_reals(arena, size_multiply((size_t)piece, (size_t)size));
    context->mean = context->output;
    if (means)
        context->mean.data = arena_take_reals(arena, size_multiply((size_t)means, (size_t)size));
    arena_take_reals(arena, PRODUCT_SLACK);
}

static struct seqnet_context *lay_out(seqnet_layer *layer, const struct context_spec *spec,
                                      struct arena *arena)
{
    const struct part_shape shape = {
        spec->max_steps, spec->max_batch,         (int64_t)spec->max_steps * spec->max_batch,
        spec->training,  members_of(layer, spec), spec->recompute
    };
    seqnet_context scratch, *carved = arena_take(arena, 1, sizeof *carved);
    seqnet_context *context = carved ? carved : &scratch;
    context->layer = layer;
    context->leaf_count = layer_leaf_count(layer);
    context->gradient_count = 0;
    context->team = shape.members > 1 ? team_lay_out(shape.members, arena) : NULL;
    lay_out_parts(context, &shape, arena);
    if (spec->training) {
        lay_out_gradients(context, shape.rows * spec->windows, arena);
        context->workspace =
            arena_take_reals(arena, (size_t)shape.members * (size_t)NATIVE_WORKSPACE);
    }
    window_lay_out(&context->window, spec->max_steps, spec->max_batch, arena);
    context->lengths = arena_take(arena, (size_t)spec->max_batch, sizeof *context->lengths);
    if (layer->token_input)
        context->tokens = arena_take(arena, (size_t)shape.rows, sizeof *context->tokens);
    lay_out_output(context, &shape, arena);
    context->row_loss = arena_take(arena, (size_t)shape.rows, sizeof *context->row_loss);
    return carved;
}

size_t context_bytes(seqnet_layer *layer, const struct context_spec *spec)
{
    struct arena arena = { 0 };
    lay_out(layer, spec, &arena);
    return arena.used;
}

static struct gradient *find_gradient(seqnet_context *context, const seqnet_layer *layer)
{
    for (int32_t i = 0; i < context->gradient_count; i++)
        if (context->gradient[i].layer == layer)
            return &context->gradient[i];
    return NULL;
}

static void connect(seqnet_context *context)
{
    context->x = context->part[0]->x;
    for (int32_t i = 0; i < context->leaf_count; i++) {
        struct part *part = context->part[i];
        part->dx = part->x;
        part->gradient = find_gradient(context, part->layer);
        part->tied = part->layer->tied ? find_gradient(context, part->layer->tied) : NULL;
        part->workspace = context->workspace;
        part->tokens = part->layer->token_input ? context->tokens : NULL;
    }
}

/* Keys of the leaves are far apart, so that their levels can add small numbers. */
void context_set_seed(seqnet_context *context, uint64_t seed)
{
    context->seed = seed;
    for (int32_t i = 0; i < context->leaf_count; i++)
        context->part[i]->dropout_key = seed + ((uint64_t)i << 32) * 0x9E3779B97F4A7C15u;
}

/*
 * Rows of a window from which on packing weights as they are needed costs next to nothing. Contexts
 * for inference get them packed all the same: their calls may be single steps.
 */
#define MANY_ROWS 96

static int wants_input(const seqnet_layer *layer, const struct context_spec *spec)
{
    const int64_t rows = (int64_t)spec->max_steps * spec->max_batch;
    return !spec->training || rows < (int64_t)MANY_ROWS * members_of(layer, spec);
}

/* Weights of a single row are read along their rows. */
static int32_t pack(seqnet_layer *layer, const struct context_spec *spec)
{
    if (wants_input(layer, spec) && layer_pack(layer, PACK_INPUT) != SEQNET_OK)
        return SEQNET_ENOMEM;
    return spec->training && spec->max_batch > 1 ? layer_pack(layer, PACK_TRANSPOSED) : SEQNET_OK;
}

int32_t context_create(seqnet_layer *layer, const struct context_spec *spec, seqnet_context **out)
{
    if (pack(layer, spec) != SEQNET_OK)
        return SEQNET_ENOMEM;
    const size_t bytes = context_bytes(layer, spec);
    struct arena arena = { .base = memory_new(&spec->memory, bytes) };
    if (!arena.base)
        return SEQNET_ENOMEM;
    seqnet_context *context = lay_out(layer, spec, &arena);
    context->memory = spec->memory;
    context->max_steps = spec->max_steps;
    context->max_batch = spec->max_batch;
    context->training = spec->training;
    context->threads = members_of(layer, spec);
    context->least_time = LEAST_TIME;
    atomic_flag_clear(&context->busy);
    layer_retain(layer);
    connect(context);
    context_set_seed(context, spec->seed);
    if (context->team && team_start(context->team) != SEQNET_OK) {
        context->team = NULL;
        context_destroy(context);
        return SEQNET_ENOMEM;
    }
    *out = context;
    return SEQNET_OK;
}

void context_destroy(seqnet_context *context)
{
    if (!context)
        return;
    const seqnet_allocator memory = context->memory;
    team_stop(context->team);
    for (int32_t i = 0; i < context->gradient_count; i++)
        memory_free(&memory, context->gradient[i].grown);
    layer_release(context->layer);
    memory_free(&memory, context);
}
