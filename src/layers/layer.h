/* SPDX-License-Identifier: MIT */
/*
 * What every layer is: a counted reference to one contiguous block of parameters, a list of names
 * for its pieces, and a table of the functions that lay out and run its part of a context.
 */
#ifndef SEQNET_LAYERS_LAYER_H
#define SEQNET_LAYERS_LAYER_H

#include "core/memory.h"
#include "core/real.h"

#include <seqnet/layer.h>
#include <stdatomic.h>
#include <stdint.h>

struct layer_ops;
struct member;
struct products;

/*
 * Gate rows are stored in panels of `width` units, gate by gate in each, so that a register tile
 * holds all gates of its units: row (gate, unit) of H rows a gate is at
 *
 *     ((unit / width) * gates + gate) * width + unit % width
 *
 * width 0: rows are in their own order.
 */
struct panels {
    int32_t width;
    int32_t gates;
    int32_t hidden; /* H */
};

static inline int64_t panels_place(const struct panels *panels, int64_t row)
{
    if (panels->width == 0)
        return row;
    const int64_t gate = row / panels->hidden, unit = row % panels->hidden;
    return (unit / panels->width * panels->gates + gate) * panels->width + unit % panels->width;
}

/*
 * A named tensor inside a block: element (r, c) is at offset + r * row_stride + c * column_stride.
 * Vectors have rows = 1. The same description serves parameters, gradients and moments.
 */
struct parameter {
    char name[48];
    int32_t rank;
    int32_t rows;
    int32_t columns;
    size_t offset;
    ptrdiff_t row_stride;
    ptrdiff_t column_stride;
    struct panels panels; /* how rows (of a vector: columns) are arranged */
};

/* Packed weights of the native backend that only some contexts need. */
enum pack {
    PACK_INPUT,      /* W_ih^T: what multiplies x */
    PACK_TRANSPOSED, /* W_hh: what multiplies gradients of gates, step by step */
    PACK_COUNT
};

struct seqnet_layer {
    const struct layer_ops *ops;
    const struct products *products; /* the backend */
    seqnet_allocator memory;
    atomic_int references;
    int32_t kind; /* SEQNET_EMBEDDING .. SEQNET_SEQUENTIAL */
    int32_t token_input;
    int32_t input_size;
    int32_t output_size;
    int32_t fetches_x; /* 1: forward brings rows of x from where the caller has them (part.h) */

    real *values; /* the block of parameters; NULL if there are none */
    size_t value_count;
    struct parameter *parameters;
    int32_t parameter_count;

    /* The end of the block may be a table of rows whose gradient is sparse; table_rows 0: none. */
    size_t table_offset;
    int32_t table_rows;
    int32_t table_width;

    seqnet_layer **children; /* sequential */
    int32_t child_count;
    seqnet_layer *tied;               /* linear: the embedding whose table is its weight */
    real *packed;                     /* packed weights of the native backend, freed with it */
    _Atomic(real *) pack[PACK_COUNT]; /* NULL as long as no context needs them */
    void *extra;                      /* more memory of this kind of layer, freed with it */
};

/*
 * A zeroed layer of `bytes` bytes (a struct that begins with seqnet_layer), one reference; or
 * NULL.
 */
void *layer_new(const struct layer_ops *ops, const seqnet_allocator *hook, size_t bytes,
                int32_t kind);

void layer_retain(seqnet_layer *layer);
void layer_release(seqnet_layer *layer);

/* The layers that do the work, in order: a sequential's children, or the layer itself. */
static inline int32_t layer_leaf_count(const seqnet_layer *layer)
{
    return layer->kind == SEQNET_SEQUENTIAL ? layer->child_count : 1;
}

static inline seqnet_layer *layer_leaf(const seqnet_layer *layer, int32_t index)
{
    return layer->kind == SEQNET_SEQUENTIAL ? layer->children[index] : (seqnet_layer *)layer;
}

/* Room for `count` parameters; then add each by layer_add. SEQNET_ENOMEM without a message. */
int32_t layer_reserve(seqnet_layer *layer, int32_t count);

/* Append a parameter of which only name and sizes are set, at the block's end, 64-byte aligned. */
struct parameter *layer_add(seqnet_layer *layer, int32_t rank, int32_t rows, int32_t columns);

/* The same for `count` elements that no parameter describes yet; gives their offset. */
size_t layer_take(seqnet_layer *layer, size_t rows, size_t columns);

/*
 * Have weights packed; the first context that needs them has it done. PACK_INPUT is for contexts
 * that take few rows at a time: products of many rows pack pieces as they go. SEQNET_ENOMEM.
 */
int32_t layer_pack(seqnet_layer *layer, enum pack pack);

/* NULL: they are not packed. */
static inline real *layer_pack_of(const seqnet_layer *layer, enum pack pack)
{
    return atomic_load_explicit(&((seqnet_layer *)layer)->pack[pack], memory_order_acquire);
}

/* Parameters were written: make what is derived from them (packed weights) again. */
void layer_refresh(seqnet_layer *layer);

/* A member's share of it. */
void layer_refresh_share(seqnet_layer *layer, const struct member *me);

/* Allocate the block that layer_add has sized. */
int32_t layer_allocate(seqnet_layer *layer);

/* Fill parameter `index` with U(-range, range) or N(0, 1); equal for every storage layout. */
void layer_fill_uniform(seqnet_layer *layer, int32_t index, uint64_t seed, real range);
void layer_fill_normal(seqnet_layer *layer, int32_t index, uint64_t seed);
void layer_fill_constant(seqnet_layer *layer, int32_t index, int32_t from, int32_t to, real value);

/* A parameter found by its full name ("1.weight_hh_l0"): the leaf it is in, and its description. */
struct parameter_place {
    seqnet_layer *leaf;
    int32_t leaf_index;
    const struct parameter *parameter;
};

int32_t layer_tensor_count(const seqnet_layer *layer);
int layer_find(const seqnet_layer *layer, const char *name, struct parameter_place *place);
void layer_place(const seqnet_layer *layer, int32_t index, struct parameter_place *place);

/* The full name of a parameter of a leaf, into name[64]. */
void layer_full_name(const seqnet_layer *layer, const struct parameter_place *place, char *name);

/* Where a parameter's element is in a block of its layer's layout. */
size_t parameter_element(const struct parameter *parameter, int64_t index);

/* Copy a parameter out of, or into, a block of its layer's layout. */
void parameter_read(const struct parameter *parameter, const real *block, real *values);
void parameter_write(const struct parameter *parameter, real *block, const real *values);

/* The same from block to block, where both have equal shapes and panels. */
void parameter_copy(const struct parameter *from, const real *from_block,
                    const struct parameter *to, real *to_block);

static inline int64_t parameter_count(const struct parameter *parameter)
{
    return (int64_t)parameter->rows * parameter->columns;
}

#endif
