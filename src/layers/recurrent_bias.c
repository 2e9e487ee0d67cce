/* SPDX-License-Identifier: MIT */
/*
 * What a row of gates starts from: bias[g] = b_ih[g] for the G input blocks, and b_hh[w] added
 * where its term puts it. The native backend keeps the sums with its packed weights.
 */
#include "layers/recurrent.h"

void recurrent_add_weights(const struct recurrent *layer, struct share panels,
                           const struct cell_term *term, real *gates, const real *rows)
{
    add_blocks(layer, panels, term->count, gate_blocks(layer, term, gates),
               weight_blocks(layer, term, rows));
}

void recurrent_sum_biases(const struct recurrent *layer, const struct direction *d,
                          struct share panels, real *bias)
{
    const struct cell_term all = { .count = layer->cell->weights };
    const struct share gates = panel_elements(layer, panels, layer->cell->blocks);
    const real *values = layer->layer.values;
    neutral_reals(bias + gates.first, gates.count);
    if (layer->options.no_bias)
        return;
    recurrent_add_weights(layer, panels, &all, bias, values + d->bias_ih);
    for (int32_t i = 0; i < layer->cell->terms; i++)
        recurrent_add_weights(layer, panels, &layer->cell->term[i], bias, values + d->bias_hh);
}

void walk_sum_biases(const struct walk *walk)
{
    if (!walk->direction->bias)
        recurrent_sum_biases(walk->layer, walk->direction,
                             share_of(walk->me, walk->layer->panels, 1), walk->scratch->bias);
}

const real *walk_bias(const struct walk *walk)
{
    return walk->direction->bias ? walk->direction->bias : walk->scratch->bias;
}
