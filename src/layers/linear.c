/* SPDX-License-Identifier: MIT */
/* y = x W^T + b;  dW += dy^T x,  db += column sums of dy,  dx = dy W, for all rows at once. */
#include "layers/linear.h"

#include "blas/products.h"
#include "layers/part.h"

#include <math.h>
#include <string.h>

struct linear {
    seqnet_layer layer;
    int32_t has_bias;
    float init_range;
    size_t bias; /* offset in the block */
};

int linear_has_bias(const seqnet_layer *layer)
{
    return ((const struct linear *)layer)->has_bias;
}

float linear_init_range(const seqnet_layer *layer)
{
    return ((const struct linear *)layer)->init_range;
}

/* The weight (output, input) is the start of the layer's own block or of the tied embedding's. */
static const real *weight_of(const seqnet_layer *layer)
{
    return layer->tied ? layer->tied->values : layer->values;
}

static struct part *lay_out(seqnet_layer *layer, const struct part_shape *shape,
                            struct arena *arena)
{
    struct part scratch, *carved = arena_take(arena, 1, sizeof *carved);
    struct part *part = carved ? carved : &scratch;
    *part = (struct part){ .layer = layer, .max_batch = shape->max_batch };
    part->x.ld = layer->input_size;
    part->x.data =
        arena_take_reals(arena, size_multiply((size_t)shape->rows, (size_t)layer->input_size));
    return carved;
}

static void forward(struct part *part, const struct window *window, struct rows y)
{
    const seqnet_layer *layer = part->layer;
    const struct linear *linear = (const struct linear *)layer;
    if (linear->has_bias)
        rows_fill(y, layer->values + linear->bias, window->rows, layer->output_size);
    product_nt(&(struct product){ .m = window->rows,
                                  .n = layer->output_size,
                                  .k = layer->input_size,
                                  .a = part->x.data,
                                  .lda = part->x.ld,
                                  .b = weight_of(layer),
                                  .ldb = layer->input_size,
                                  .c = y.data,
                                  .ldc = y.ld,
                                  .accumulate = linear->has_bias });
}

static void backward(struct part *part, const struct window *window, struct rows dy, int wants_dx)
{
    const seqnet_layer *layer = part->layer;
    const struct linear *linear = (const struct linear *)layer;
    struct gradient *weight = layer->tied ? part->tied : part->gradient;
    product_tn(&(struct product){ .m = layer->output_size,
                                  .n = layer->input_size,
                                  .k = window->rows,
                                  .a = dy.data,
                                  .lda = dy.ld,
                                  .b = part->x.data,
                                  .ldb = part->x.ld,
                                  .c = weight->values,
                                  .ldc = layer->input_size,
                                  .accumulate = 1 });
    if (layer->tied)
        gradient_touch_all(weight);
    if (linear->has_bias)
        rows_sum(part->gradient->values + linear->bias, dy, window->rows, layer->output_size);
    if (wants_dx)
        product_nn(&(struct product){ .m = window->rows,
                                      .n = layer->input_size,
                                      .k = layer->output_size,
                                      .a = dy.data,
                                      .lda = dy.ld,
                                      .b = weight_of(layer),
                                      .ldb = layer->input_size,
                                      .c = part->x.data,
                                      .ldc = part->x.ld });
}

static const struct layer_ops linear_ops = {
    .lay_out = lay_out,
    .forward = forward,
    .backward = backward,
};

/* Parameters in PyTorch's order: weight, bias. A tied weight belongs to the embedding. */
static int32_t build(struct linear *linear, uint64_t seed)
{
    seqnet_layer *layer = &linear->layer;
    if (layer_reserve(layer, 2) != SEQNET_OK)
        return SEQNET_ENOMEM;
    if (!layer->tied)
        strcpy(layer_add(layer, 2, layer->output_size, layer->input_size)->name, "weight");
    if (linear->has_bias) {
        struct parameter *bias = layer_add(layer, 1, 1, layer->output_size);
        strcpy(bias->name, "bias");
        linear->bias = bias->offset;
    }
    if (layer_allocate(layer) != SEQNET_OK)
        return SEQNET_ENOMEM;
    const real range = linear->init_range > 0 ? (real)linear->init_range
                                              : 1 / (real)sqrt((double)layer->input_size);
    for (int32_t i = 0; i < layer->parameter_count; i++)
        layer_fill_uniform(layer, i, seed, range);
    return SEQNET_OK;
}

int32_t linear_create(int32_t input_size, int32_t output_size, const seqnet_linear_options *options,
                      seqnet_layer **out)
{
    struct linear *linear =
        layer_new(&linear_ops, options->allocator, sizeof *linear, SEQNET_LINEAR);
    if (!linear)
        return SEQNET_ENOMEM;
    linear->has_bias = !options->no_bias;
    linear->init_range = options->init_range;
    linear->layer.input_size = input_size;
    linear->layer.output_size = output_size;
    linear->layer.tied = options->tied_embedding;
    layer_retain(linear->layer.tied);
    if (build(linear, options->seed) != SEQNET_OK) {
        layer_release(&linear->layer);
        return SEQNET_ENOMEM;
    }
    *out = &linear->layer;
    return SEQNET_OK;
}
