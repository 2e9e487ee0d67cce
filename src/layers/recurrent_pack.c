/* SPDX-License-Identifier: MIT */
/*
 * The forward weights of the native backend, packed once: panel p of a pack holds, for each k, the
 * weights of all gates of the panel's units side by side,
 *
 *     data[p][k][gate][unit] = W[gate of unit p U + unit][column of k]
 *
 * so that a register tile is the pre-activations of U units. The recurrent pack of a stage holds
 * the weight blocks of its terms; where they go to gate blocks with a hole (GRU: r z, then m), the
 * hole is before the last vector.
 *
 * Backward multiplies by W_hh row by row. Its pack keeps the rows, cut into panels of columns as
 * wide as a tile, so that what a tile reads is in one piece:
 *
 *     data[p][row][column] = W_hh[row][column of panel p]
 */
#include "layers/recurrent.h"

/* The weight blocks of a stage's terms are neighbours; the first and their number. */
static void stage_weights(const struct cell *cell, int32_t stage, int32_t *first, int32_t *count)
{
    *first = *count = 0;
    for (int32_t i = 0; i < cell->terms; i++) {
        if (cell->term[i].operand != stage)
            continue;
        if (*count == 0)
            *first = cell->term[i].weight;
        *count += cell->term[i].count;
    }
}

/* How far the last gate block of a stage is from where the block before it ends. */
static int32_t stage_gap(const struct cell *cell, int32_t stage)
{
    int32_t end = -1, gap = 0;
    for (int32_t i = 0; i < cell->terms; i++) {
        const struct cell_term *term = &cell->term[i];
        if (term->operand != stage)
            continue;
        gap = end < 0 ? 0 : term->gate - end;
        end = term->gate + term->count;
    }
    return gap;
}

static int32_t stage_gate(const struct cell *cell, int32_t stage)
{
    for (int32_t i = 0; i < cell->terms; i++)
        if (cell->term[i].operand == stage)
            return cell->term[i].gate;
    return 0;
}

static struct packed describe(const struct recurrent *layer, int64_t k, int32_t weights)
{
    const int32_t width = weights * layer->width;
    return (struct packed){ .k = k,
                            .n = (int64_t)layer->units * weights,
                            .width = width,
                            .vectors = width / native_lanes(),
                            .c_panel = (ptrdiff_t)layer->cell->blocks * layer->width };
}

static void describe_direction(const struct recurrent *layer, struct direction *d)
{
    const struct cell *cell = layer->cell;
    if (d->x_size)
        d->packed[PACK_INPUT] = describe(layer, d->x_size, cell->weights);
    d->packed[PACK_TRANSPOSED] = packed_columns(weight_rows(layer), layer->state_size);
    for (int32_t stage = 0; stage < cell->stages; stage++) {
        int32_t first = 0, count = 0;
        stage_weights(cell, stage, &first, &count);
        d->packed_h[stage] = describe(layer, layer->state_size, count);
        d->packed_h[stage].c_first = (ptrdiff_t)stage_gate(cell, stage) * layer->width;
        d->packed_h[stage].c_gap = (ptrdiff_t)stage_gap(cell, stage) * layer->width;
    }
}

/* The recurrent weights and the biases, which every context needs. */
static size_t place_all(const struct recurrent *layer, real *base)
{
    const int32_t slots = layer->options.num_layers * layer->directions;
    size_t used = 0;
    for (int32_t i = 0; i < slots; i++) {
        for (int32_t stage = 0; stage < layer->cell->stages; stage++) {
            struct packed *packed = &layer->direction[i].packed_h[stage];
            packed->data = base ? base + used : NULL;
            used = size_add(used, packed_size(packed));
        }
        layer->direction[i].bias = base ? base + used : NULL;
        used = size_add(used, (size_t)gate_size(layer));
    }
    return used;
}

/* Tokens have no weights that multiply x. */
static size_t size_of(const struct direction *d, enum pack pack)
{
    return d->packed[pack].k ? packed_size(&d->packed[pack]) : 0;
}

/* Where the packs of all directions are among each other. */
static void place_some(const struct recurrent *layer, enum pack pack)
{
    size_t used = 0;
    for (int32_t i = 0; i < layer->options.num_layers * layer->directions; i++) {
        struct direction *d = &layer->direction[i];
        d->place[pack] = used;
        used = size_add(used, size_of(d, pack));
    }
}

/* One panel: weight blocks [first, first + count) of its units, columns [column, column + k). */
static void fill_panel(const struct recurrent *layer, const struct direction *d,
                       const struct packed *packed, int32_t panel, int32_t first, int32_t column)
{
    const int64_t rows = packed->width;
    const int64_t stored = rows / layer->width * panel_units(layer, panel);
    const int64_t row = ((int64_t)panel * layer->cell->weights + first) * layer->width;
    const real *from = layer->layer.values + d->weight + row * d->ld + column;
    real *to = packed->data + panel * rows * packed->k;
    packed_fill_piece(to, rows, from, d->ld, packed->k, stored);
}

static void fill_direction(const struct recurrent *layer, const struct direction *d,
                           struct share panels)
{
    for (int32_t panel = (int32_t)panels.first; panel < panels.first + panels.count; panel++)
        for (int32_t stage = 0; stage < layer->cell->stages; stage++) {
            int32_t first = 0, count = 0;
            stage_weights(layer->cell, stage, &first, &count);
            fill_panel(layer, d, &d->packed_h[stage], panel, first, d->h_column);
        }
    recurrent_sum_biases(layer, d, panels, d->bias);
}

void recurrent_refresh(seqnet_layer *base, const struct member *me)
{
    const struct recurrent *layer = (const struct recurrent *)base;
    if (!base->packed)
        return;
    for (int32_t i = 0; i < layer->options.num_layers * layer->directions; i++)
        fill_direction(layer, &layer->direction[i], share_of(me, layer->panels, 1));
}

size_t recurrent_pack_size(const seqnet_layer *base, enum pack pack)
{
    const struct recurrent *layer = (const struct recurrent *)base;
    const struct direction *last =
        &layer->direction[layer->options.num_layers * layer->directions - 1];
    return base->packed ? size_add(last->place[pack], size_of(last, pack)) : 0;
}

/* Panels of rows that stay rows. */
static void fill_transposed(const struct packed *packed, const real *from, ptrdiff_t ld,
                            struct share panels)
{
    for (int64_t p = panels.first; p < panels.first + panels.count; p++) {
        const int64_t column = p * packed->width, left = packed->n - column;
        const int64_t count = left < packed->width ? left : packed->width;
        real *to = packed->data + column * packed->k;
        for (int64_t k = 0; k < packed->k; k++, to += packed->width) {
            copy_reals(to, from + k * ld + column, count);
            zero_reals(to + count, packed->width - count);
        }
    }
}

static void fill_some(const struct recurrent *layer, const struct direction *d, enum pack pack,
                      real *data, const struct member *me)
{
    const real *weights = layer->layer.values + d->weight;
    struct packed packed = d->packed[pack];
    const struct share panels = share_of(me, packed_panels(&packed), 1);
    packed.data = data + d->place[pack];
    if (pack == PACK_INPUT)
        packed_fill(&packed, weights + d->x_column, d->ld, panels);
    else
        fill_transposed(&packed, weights + d->h_column, d->ld, panels);
}

void recurrent_pack_some(const seqnet_layer *base, enum pack pack, real *data,
                         const struct member *me)
{
    const struct recurrent *layer = (const struct recurrent *)base;
    for (int32_t i = 0; i < layer->options.num_layers * layer->directions; i++)
        if (size_of(&layer->direction[i], pack))
            fill_some(layer, &layer->direction[i], pack, data, me);
}

int32_t recurrent_pack(struct recurrent *recurrent)
{
    seqnet_layer *layer = &recurrent->layer;
    if (layer->products != &native_products)
        return SEQNET_OK;
    for (int32_t i = 0; i < recurrent->options.num_layers * recurrent->directions; i++)
        describe_direction(recurrent, &recurrent->direction[i]);
    const size_t count = place_all(recurrent, NULL);
    layer->packed = memory_new_array(&layer->memory, count, sizeof(real));
    if (!layer->packed)
        return SEQNET_ENOMEM;
    place_all(recurrent, layer->packed);
    for (int pack = 0; pack < PACK_COUNT; pack++)
        place_some(recurrent, (enum pack)pack);
    layer_refresh(layer);
    return SEQNET_OK;
}
