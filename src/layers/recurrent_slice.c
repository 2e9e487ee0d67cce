/* SPDX-License-Identifier: MIT */
/*
 * A step is h_{t-1} W_hh^T and the cell: it can be shared by places of the batch or by units.
 *
 * Places need nobody else, from the first step to the last, but each member reads all weights, and
 * with few places each makes low tiles, that wait for weights. Units need a barrier a step, and in
 * return each member reads only its own weights, which its own second-level cache may hold.
 */
#include "layers/recurrent_slice.h"

/* From so many places a member on, a step by places is bound by arithmetic. */
#define MANY_PLACES 12

/* With fewer weights than this in W_hh a step is too short for a barrier. */
#define FEW_WEIGHTS 100000

/* Weights that stay in a core's second-level cache while a window is walked through. */
#define CACHED_WEIGHTS 393216

static int64_t step_weights(const struct recurrent *layer)
{
    return (int64_t)weight_rows(layer) * layer->state_size;
}

int recurrent_has_short_steps(const seqnet_layer *layer)
{
    return step_weights((const struct recurrent *)layer) < FEW_WEIGHTS;
}

static int goes_by_units(const struct recurrent *layer, const struct window *window,
                         const struct member *me)
{
    const int64_t weights = step_weights(layer);
    if (me->count == 1 || window->batch >= MANY_PLACES * me->count || weights < FEW_WEIGHTS)
        return 0;
    return window->batch < 4 * me->count || weights > CACHED_WEIGHTS;
}

/* Rows in places before `place`. */
static int64_t rows_before(const struct window *window, int64_t place)
{
    int64_t rows = 0;
    for (int32_t t = 0; t < window->steps; t++)
        rows += window->active[t] < place ? window->active[t] : place;
    return rows;
}

/* The first place of member `index`: of a ragged window all have about as many rows. */
static int64_t first_place(const struct window *window, const struct member *me, int32_t index)
{
    const int64_t wanted = window->rows * index / me->count;
    int64_t low = 0, high = window->batch;
    while (low < high) {
        const int64_t middle = (low + high) / 2;
        if (rows_before(window, middle) < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct share share_places(const struct window *window, const struct member *me)
{
    if (window->dense || me->count == 1)
        return share_of(me, window->batch, 1);
    const int64_t first = first_place(window, me, me->index);
    const int64_t end =
        me->index + 1 == me->count ? window->batch : first_place(window, me, me->index + 1);
    return (struct share){ first, end - first };
}

struct slice slice_of(const struct recurrent *layer, const struct window *window,
                      const struct member *me)
{
    const int32_t h = layer->hidden_size, r = layer->state_size, u = layer->width;
    struct slice slice = { .places = { 0, window->batch },
                           .panels = { 0, layer->panels },
                           .units = { 0, h },
                           .states = { 0, r } };
    slice.by_units = goes_by_units(layer, window, me);
    if (!slice.by_units) {
        slice.places = share_places(window, me);
        return slice;
    }
    slice.panels = share_of(me, layer->panels, 1);
    slice.units = share_of(me, h, u);
    slice.states = r == h ? slice.units : share_of(me, r, u);
    return slice;
}
