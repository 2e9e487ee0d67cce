/* SPDX-License-Identifier: MIT */
/* y[r] = table[token[r]];  d table[token[r]] += dy[r], except for the padding row. */
#include "layers/embedding.h"

#include "layers/part.h"
#include "layers/table.h"

#include <math.h>
#include <string.h>

struct embedding {
    seqnet_layer layer;
    int32_t padding;
};

int32_t embedding_padding(const seqnet_layer *layer)
{
    return ((const struct embedding *)layer)->padding;
}

static struct part *lay_out(seqnet_layer *layer, const struct part_shape *shape,
                            struct arena *arena)
{
    struct part scratch, *carved = arena_take(arena, 1, sizeof *carved);
    struct part *part = carved ? carved : &scratch;
    *part = (struct part){ .layer = layer, .max_batch = shape->max_batch };
    return carved;
}

static void forward(struct part *part, const struct window *window, struct rows y,
                    const struct member *me)
{
    const struct share rows = window_share(window, me);
    table_copy(part->layer, rows_from(y, rows.first), part->tokens + rows.first, rows.count);
}

static void backward(struct part *part, const struct window *window, struct rows dy, int wants_dx,
                     const struct member *me)
{
    (void)wants_dx;
    table_accumulate(part->gradient, dy, part->tokens, window->rows, embedding_padding(part->layer),
                     me);
}

static const struct layer_ops embedding_ops = {
    .lay_out = lay_out,
    .forward = forward,
    .backward = backward,
};

static int32_t build(struct embedding *embedding, uint64_t seed)
{
    seqnet_layer *layer = &embedding->layer;
    if (layer_reserve(layer, 1) != SEQNET_OK)
        return SEQNET_ENOMEM;
    struct parameter *weight = layer_add(layer, 2, layer->input_size, layer->output_size);
    strcpy(weight->name, "weight");
    layer->table_rows = layer->input_size;
    layer->table_width = layer->output_size;
    if (layer_allocate(layer) != SEQNET_OK)
        return SEQNET_ENOMEM;
    layer_fill_normal(layer, 0, seed);
    if (embedding->padding >= 0)
        memset(layer->values + (size_t)embedding->padding * (size_t)layer->output_size, 0,
               (size_t)layer->output_size * sizeof(real));
    return SEQNET_OK;
}

int32_t embedding_create(int32_t vocabulary_size, int32_t embedding_size, int32_t padding,
                         const seqnet_embedding_options *options, seqnet_layer **out)
{
    struct embedding *embedding =
        layer_new(&embedding_ops, options->allocator, sizeof *embedding, SEQNET_EMBEDDING);
    if (!embedding)
        return SEQNET_ENOMEM;
    embedding->padding = padding;
    embedding->layer.token_input = 1;
    embedding->layer.input_size = vocabulary_size;
    embedding->layer.output_size = embedding_size;
    if (build(embedding, options->seed) != SEQNET_OK) {
        layer_release(&embedding->layer);
        return SEQNET_ENOMEM;
    }
    *out = &embedding->layer;
    return SEQNET_OK;
}

static real squared_distance(const real *a, const real *b, int32_t size)
{
    real sum = 0;
    for (int32_t i = 0; i < size; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

int32_t embedding_nearest(const seqnet_layer *layer, const real *vector)
{
    int32_t best = 0;
    real least = (real)INFINITY;
    for (int32_t token = 0; token < layer->table_rows; token++) {
        const real *row = layer->values + (size_t)token * (size_t)layer->table_width;
        const real distance = squared_distance(row, vector, layer->table_width);
        if (distance < least) {
            least = distance;
            best = token;
        }
    }
    return best;
}
