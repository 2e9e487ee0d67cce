/* SPDX-License-Identifier: MIT */
/* y = x W^T + b;  dW += dy^T x,  db += column sums of dy,  dx = dy W, for all rows at once. */
#include "layers/linear.h"

#include "kernels/native.h"
#include "kernels/training.h"
#include "layers/part.h"
#include "layers/patch.h"

#include <math.h>
#include <string.h>

struct linear {
    seqnet_layer layer;
    int32_t has_bias;
    float init_range;
    size_t bias;          /* offset in the block */
    struct packed packed; /* how the weight is packed, without data; native backend */
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
    const size_t count = size_multiply((size_t)shape->rows, (size_t)part->x.ld);
    part->x.data = arena_take_reals(arena, size_add(count, PRODUCT_SLACK));
    return carved;
}

static int is_native(const seqnet_layer *layer)
{
    return layer->products == &native_products;
}

/* Columns [first, first + count) of y = x W^T, added to what is there, by whole panels. */
static void multiply_panels(const struct part *part, int64_t m, struct rows x, struct rows y,
                            struct share columns)
{
    const seqnet_layer *layer = part->layer;
    struct packed packed = ((const struct linear *)layer)->packed;
    packed.data = part->pack[PACK_INPUT];
    packed_multiply(&(struct packed_product){
        .packed = &packed,
        .b = weight_of(layer),
        .ldb = layer->input_size,
        .m = m,
        .a = x.data,
        .lda = x.ld,
        .c = y.data,
        .ldc = y.ld,
        .first = columns.first / packed.c_panel,
        .count = (columns.count + packed.c_panel - 1) / packed.c_panel,
    });
}

/* A patch of y = x W^T, added to what is there. */
static void multiply(const struct part *part, struct rows x, struct rows y, struct patch patch)
{
    const seqnet_layer *layer = part->layer;
    if (is_native(layer)) {
        multiply_panels(part, patch.rows, rows_from(x, patch.row), rows_from(y, patch.row),
                        (struct share){ patch.column, patch.columns });
        return;
    }
    const struct product whole = { .k = layer->input_size,
                                   .a = x.data,
                                   .lda = x.ld,
                                   .b = weight_of(layer),
                                   .ldb = layer->input_size,
                                   .c = y.data,
                                   .ldc = y.ld,
                                   .accumulate = 1 };
    const struct product product = patch_nt(whole, patch);
    layer->products->nt(&product);
}

/* Columns can be cut between panels. Where they are packed as they are needed, each once. */
static struct patch output_patch(const struct part *part, int64_t rows, const struct member *me)
{
    const seqnet_layer *layer = part->layer;
    const struct share columns = share_of(me, layer->output_size, PATCH_COLUMNS);
    if (!is_native(layer) || part->pack[PACK_INPUT] ||
        layer->output_size < 2 * PATCH_COLUMNS * me->count)
        return patch_of(me, rows, layer->output_size);
    return (struct patch){ 0, rows, columns.first, columns.count };
}

/* The sums start from the bias. */
static void forward_rows(struct part *part, struct share rows, struct rows y,
                         const struct member *me)
{
    const struct linear *linear = (const struct linear *)part->layer;
    const struct patch patch = output_patch(part, rows.count, me);
    const struct rows to = rows_column(rows_from(y, patch.row), patch.column);
    if (linear->has_bias)
        rows_fill(to, part->layer->values + linear->bias + patch.column, patch.rows,
                  (int32_t)patch.columns);
    else
        for (int64_t r = 0; r < patch.rows; r++)
            zero_reals(row_at(to, r), patch.columns);
    multiply(part, rows_from(part->x, rows.first), y, patch);
}

static void forward(struct part *part, const struct window *window, struct rows y,
                    const struct member *me)
{
    forward_rows(part, (struct share){ 0, window->rows }, y, me);
}

static void accumulate_weight(const struct part *part, struct share rows, struct rows dy,
                              const struct member *me)
{
    const seqnet_layer *layer = part->layer;
    struct gradient *weight = layer->tied ? part->tied : part->gradient;
    const struct product whole = { .workspace = part_workspace(part, me),
                                   .k = rows.count,
                                   .a = dy.data,
                                   .lda = dy.ld,
                                   .b = row_at(part->x, rows.first),
                                   .ldb = part->x.ld,
                                   .c = weight->values,
                                   .ldc = layer->input_size,
                                   .accumulate = 1 };
    const struct product product =
        patch_tn(whole, patch_of(me, layer->output_size, layer->input_size));
    layer->products->tn(&product);
    if (layer->tied && me->index == 0)
        gradient_touch_all(weight);
}

static void accumulate_bias(const struct part *part, int64_t rows, struct rows dy,
                            const struct member *me)
{
    const struct linear *linear = (const struct linear *)part->layer;
    const struct share columns = share_of(me, part->layer->output_size, 16);
    real *const sums = part->gradient->values + linear->bias + columns.first;
    training_kernels_get()->gradient->add_rows(sums, dy.data + columns.first, dy.ld, (size_t)rows,
                                               (size_t)columns.count);
}

/* dx may take the place of x, which all members have to be done with. */
static void backward_rows(struct part *part, struct share rows, struct rows dy, int wants_dx,
                          const struct member *me)
{
    const seqnet_layer *layer = part->layer;
    accumulate_weight(part, rows, dy, me);
    if (linear_has_bias(layer))
        accumulate_bias(part, rows.count, dy, me);
    if (!wants_dx)
        return;
    const struct product whole = { .k = layer->output_size,
                                   .a = dy.data,
                                   .lda = dy.ld,
                                   .b = weight_of(layer),
                                   .ldb = layer->input_size,
                                   .c = row_at(part->dx, rows.first),
                                   .ldc = part->dx.ld };
    const struct product product = patch_nn(whole, patch_of(me, rows.count, layer->input_size));
    member_wait(me);
    layer->products->nn(&product);
}

static void backward(struct part *part, const struct window *window, struct rows dy, int wants_dx,
                     const struct member *me)
{
    backward_rows(part, (struct share){ 0, window->rows }, dy, wants_dx, me);
}

/* A tied weight is not packed: it may change without this layer being told. */
static size_t pack_size(const seqnet_layer *layer, enum pack pack)
{
    const int is_own = pack == PACK_INPUT && is_native(layer) && !layer->tied;
    return is_own ? packed_size(&((const struct linear *)layer)->packed) : 0;
}

/* The panels are shared. */
static void pack_weight(const seqnet_layer *layer, enum pack pack, real *data,
                        const struct member *me)
{
    (void)pack;
    struct packed packed = ((const struct linear *)layer)->packed;
    packed.data = data;
    packed_fill(&packed, layer->values, layer->input_size, share_of(me, packed_panels(&packed), 1));
}

static const struct layer_ops linear_ops = {
    .pack_size = pack_size,
    .pack = pack_weight,
    .lay_out = lay_out,
    .forward = forward,
    .backward = backward,
    .forward_rows = forward_rows,
    .backward_rows = backward_rows,
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
    if (is_native(layer))
        linear->packed = packed_columns(layer->input_size, layer->output_size);
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
