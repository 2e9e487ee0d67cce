/* SPDX-License-Identifier: MIT */
/* y = x W^T + b;  dW += dy^T x,  db += column sums of dy,  dx = dy W, for all rows at once. */
#include "layers/linear.h"

#include "kernels/native.h"
#include "layers/part.h"

#include <math.h>
#include <string.h>

struct linear {
    seqnet_layer layer;
    int32_t has_bias;
    float init_range;
    size_t bias;          /* offset in the block */
    struct packed packed; /* the weight, if it is its own and the backend is native */
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
    part->x.ld = product_stride(layer->input_size);
    part->x.data = arena_take_reals(arena, size_multiply((size_t)shape->rows, (size_t)part->x.ld));
    return carved;
}

static void multiply(const struct part *part, const struct window *window, struct rows y)
{
    const struct linear *linear = (const struct linear *)part->layer;
    const seqnet_layer *layer = part->layer;
    if (linear->packed.data)
        packed_multiply(&(struct packed_product){ .packed = &linear->packed,
                                                  .m = window->rows,
                                                  .a = part->x.data,
                                                  .lda = part->x.ld,
                                                  .c = y.data,
                                                  .ldc = y.ld,
                                                  .count = packed_panels(&linear->packed) });
    else
        layer->products->nt(&(struct product){ .m = window->rows,
                                               .n = layer->output_size,
                                               .k = layer->input_size,
                                               .a = part->x.data,
                                               .lda = part->x.ld,
                                               .b = weight_of(layer),
                                               .ldb = layer->input_size,
                                               .c = y.data,
                                               .ldc = y.ld,
                                               .accumulate = 1 });
}

/* The sums start from the bias, or from zero. */
static void forward(struct part *part, const struct window *window, struct rows y)
{
    const struct linear *linear = (const struct linear *)part->layer;
    const int32_t size = part->layer->output_size;
    if (linear->has_bias)
        rows_fill(y, part->layer->values + linear->bias, window->rows, size);
    else
        for (int64_t r = 0; r < window->rows; r++)
            zero_reals(row_at(y, r), size);
    multiply(part, window, y);
}

static void backward(struct part *part, const struct window *window, struct rows dy, int wants_dx)
{
    const seqnet_layer *layer = part->layer;
    const struct linear *linear = (const struct linear *)layer;
    struct gradient *weight = layer->tied ? part->tied : part->gradient;
    layer->products->tn(&(struct product){ .workspace = part->workspace,
                                           .m = layer->output_size,
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
        layer->products->nn(&(struct product){ .m = window->rows,
                                               .n = layer->input_size,
                                               .k = layer->output_size,
                                               .a = dy.data,
                                               .lda = dy.ld,
                                               .b = weight_of(layer),
                                               .ldb = layer->input_size,
                                               .c = part->x.data,
                                               .ldc = part->x.ld });
}

static void refresh(seqnet_layer *layer)
{
    const struct packed *packed = &((struct linear *)layer)->packed;
    if (packed->data)
        packed_fill(packed, layer->values, layer->input_size);
}

static const struct layer_ops linear_ops = {
    .refresh = refresh,
    .lay_out = lay_out,
    .forward = forward,
    .backward = backward,
};

/* A tied weight is not packed: it may change without this layer being told. */
static int32_t pack(struct linear *linear)
{
    seqnet_layer *layer = &linear->layer;
    if (layer->tied || layer->products != &native_products)
        return SEQNET_OK;
    struct packed packed = packed_columns(layer->input_size, layer->output_size);
    layer->packed = packed.data =
        memory_new_array(&layer->memory, packed_size(&packed), sizeof(real));
    if (!packed.data)
        return SEQNET_ENOMEM;
    linear->packed = packed;
    refresh(layer);
    return SEQNET_OK;
}

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
    return pack(linear);
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
