/* SPDX-License-Identifier: MIT */
#include "layers/layer.h"

#include "core/random.h"
#include "layers/backend.h"
#include "layers/part.h"

#include <assert.h>

void *layer_new(const struct layer_ops *ops, const seqnet_allocator *hook, size_t bytes,
                int32_t kind)
{
    const seqnet_allocator memory = memory_hook(hook);
    seqnet_layer *layer = memory_new(&memory, bytes);
    if (!layer)
        return NULL;
    layer->ops = ops;
    layer->memory = memory;
    layer->kind = kind;
    layer->products = backend_selected();
    atomic_init(&layer->references, 1);
    return layer;
}

void layer_retain(seqnet_layer *layer)
{
    if (layer)
        atomic_fetch_add_explicit(&layer->references, 1, memory_order_relaxed);
}

static void destroy(seqnet_layer *layer)
{
    for (int32_t i = 0; i < layer->child_count; i++)
        layer_release(layer->children[i]);
    layer_release(layer->tied);
    const seqnet_allocator memory = layer->memory;
    memory_free(&memory, layer->children);
    memory_free(&memory, layer->parameters);
    memory_free(&memory, layer->values);
    memory_free(&memory, layer->extra);
    memory_free(&memory, layer->packed);
    for (int pack = 0; pack < PACK_COUNT; pack++)
        memory_free(&memory, layer_pack_of(layer, (enum pack)pack));
    memory_free(&memory, layer);
}

void layer_release(seqnet_layer *layer)
{
    if (layer && atomic_fetch_sub_explicit(&layer->references, 1, memory_order_acq_rel) == 1)
        destroy(layer);
}

int32_t layer_reserve(seqnet_layer *layer, int32_t count)
{
    layer->parameters = memory_new_array(&layer->memory, (size_t)count, sizeof(struct parameter));
    return layer->parameters ? SEQNET_OK : SEQNET_ENOMEM;
}

struct parameter *layer_add(seqnet_layer *layer, int32_t rank, int32_t rows, int32_t columns)
{
    struct parameter *parameter = &layer->parameters[layer->parameter_count++];
    parameter->rank = rank;
    parameter->rows = rows;
    parameter->columns = columns;
    parameter->offset = layer_take(layer, (size_t)rows, (size_t)columns);
    parameter->row_stride = columns;
    parameter->column_stride = 1;
    return parameter;
}

size_t layer_take(seqnet_layer *layer, size_t rows, size_t columns)
{
    const size_t offset = layer->value_count;
    layer->value_count = size_round_up(size_add(offset, size_multiply(rows, columns)),
                                       MEMORY_ALIGNMENT / sizeof(real));
    return offset;
}

/* Of two threads that get here at the same time the later one gives its memory back. */
static int32_t pack_leaf(seqnet_layer *leaf, enum pack pack)
{
    const struct member alone = MEMBER_ALONE;
    const size_t count = leaf->ops->pack_size ? leaf->ops->pack_size(leaf, pack) : 0;
    if (count == 0 || layer_pack_of(leaf, pack))
        return SEQNET_OK;
    real *packed = memory_new_array(&leaf->memory, count, sizeof(real)), *none = NULL;
    if (!packed)
        return SEQNET_ENOMEM;
    leaf->ops->pack(leaf, pack, packed, &alone);
    if (!atomic_compare_exchange_strong(&leaf->pack[pack], &none, packed))
        memory_free(&leaf->memory, packed);
    return SEQNET_OK;
}

int32_t layer_pack(seqnet_layer *layer, enum pack pack)
{
    int32_t code = SEQNET_OK;
    for (int32_t i = 0; i < layer_leaf_count(layer) && code == SEQNET_OK; i++)
        code = pack_leaf(layer_leaf(layer, i), pack);
    return code;
}

void layer_refresh_share(seqnet_layer *layer, const struct member *me)
{
    for (int32_t i = 0; i < layer_leaf_count(layer); i++) {
        seqnet_layer *leaf = layer_leaf(layer, i);
        for (int pack = 0; pack < PACK_COUNT; pack++) {
            real *packed = layer_pack_of(leaf, (enum pack)pack);
            if (packed)
                leaf->ops->pack(leaf, (enum pack)pack, packed, me);
        }
        if (leaf->ops->refresh)
            leaf->ops->refresh(leaf, me);
    }
}

void layer_refresh(seqnet_layer *layer)
{
    const struct member alone = MEMBER_ALONE;
    layer_refresh_share(layer, &alone);
}

int32_t layer_allocate(seqnet_layer *layer)
{
    if (layer->value_count == 0)
        return SEQNET_OK;
    layer->values =
        memory_new_array(&layer->memory, size_add(layer->value_count, PRODUCT_SLACK), sizeof(real));
    return layer->values ? SEQNET_OK : SEQNET_ENOMEM;
}

size_t parameter_element(const struct parameter *parameter, int64_t index)
{
    int64_t row = index / parameter->columns, column = index % parameter->columns;
    if (parameter->rank == 1)
        column = panels_place(&parameter->panels, column);
    else
        row = panels_place(&parameter->panels, row);
    return parameter->offset +
           (size_t)(row * parameter->row_stride + column * parameter->column_stride);
}

static real *element(const struct parameter *parameter, real *block, int64_t index)
{
    return block + parameter_element(parameter, index);
}

void layer_fill_uniform(seqnet_layer *layer, int32_t index, uint64_t seed, real range)
{
    const struct parameter *parameter = &layer->parameters[index];
    for (int64_t i = 0; i < parameter_count(parameter); i++) {
        const real unit = random_uniform(seed, (uint64_t)index, (uint64_t)i);
        *element(parameter, layer->values, i) = (2 * unit - 1) * range;
    }
}

void layer_fill_normal(seqnet_layer *layer, int32_t index, uint64_t seed)
{
    const struct parameter *parameter = &layer->parameters[index];
    for (int64_t i = 0; i < parameter_count(parameter); i++)
        *element(parameter, layer->values, i) = random_normal(seed, (uint64_t)index, (uint64_t)i);
}

void layer_fill_constant(seqnet_layer *layer, int32_t index, int32_t from, int32_t to, real value)
{
    for (int32_t i = from; i < to; i++)
        *element(&layer->parameters[index], layer->values, i) = value;
}

void parameter_read(const struct parameter *parameter, const real *block, real *values)
{
    for (int64_t i = 0; i < parameter_count(parameter); i++)
        values[i] = *element(parameter, (real *)block, i);
}

void parameter_write(const struct parameter *parameter, real *block, const real *values)
{
    for (int64_t i = 0; i < parameter_count(parameter); i++)
        *element(parameter, block, i) = values[i];
}

void parameter_copy(const struct parameter *from, const real *from_block,
                    const struct parameter *to, real *to_block)
{
    for (int64_t i = 0; i < parameter_count(to); i++)
        *element(to, to_block, i) = *element(from, (real *)from_block, i);
}
