/* SPDX-License-Identifier: MIT */
#include "layers/dropout.h"

#include "core/random.h"
#include "layers/part.h"

struct dropout {
    seqnet_layer layer;
    float probability;
};

float dropout_probability(const seqnet_layer *layer)
{
    return ((const struct dropout *)layer)->probability;
}

/* One random block covers four features of one (step, sample). */
static void apply_row(real *row, int32_t size, float probability, uint64_t key, uint64_t place,
                      uint64_t call)
{
    const double threshold = (double)probability * 0x1p32;
    const real scale = 1 / (1 - (real)probability);
    for (int32_t j = 0; j < size; j += 4) {
        const uint64_t counter_high = call << 32 | (uint64_t)j / 4;
        const struct random_block block = random_philox(key, place, counter_high);
        for (int32_t k = 0; k < 4 && j + k < size; k++)
            row[j + k] = (double)block.word[k] < threshold ? 0 : row[j + k] * scale;
    }
}

void dropout_apply(struct rows rows, int32_t size, float probability, uint64_t key,
                   const struct window *window, const struct member *me)
{
    const struct share share = window_share(window, me);
    for (int32_t t = 0; t < window->steps; t++) {
        const int64_t first = window_offset(window, t);
        const struct places places = window_places(window, t, share);
        for (int32_t p = places.first; p < places.end; p++) {
            const uint64_t sample = (uint64_t)window_sample(window, p);
            apply_row(row_at(rows, first + p), size, probability, key + (window->call >> 32),
                      (uint64_t)t << 32 | sample, window->call);
        }
    }
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

static void copy_masked(struct part *part, const struct window *window, struct rows to,
                        struct rows from, const struct member *me)
{
    const float probability = dropout_probability(part->layer);
    const int32_t size = part->layer->output_size;
    const struct share share = window_share(window, me);
    rows_copy(rows_from(to, share.first), rows_from(from, share.first), share.count, size);
    if (window->dropout && probability > 0)
        dropout_apply(to, size, probability, part->dropout_key, window, me);
}

static void forward(struct part *part, const struct window *window, struct rows y,
                    const struct member *me)
{
    copy_masked(part, window, y, part->x, me);
}

static void backward(struct part *part, const struct window *window, struct rows dy, int wants_dx,
                     const struct member *me)
{
    if (wants_dx)
        copy_masked(part, window, part->dx, dy, me);
}

static const struct layer_ops dropout_ops = {
    .lay_out = lay_out,
    .forward = forward,
    .backward = backward,
};

int32_t dropout_create(int32_t size, float probability, const seqnet_allocator *hook,
                       seqnet_layer **out)
{
    struct dropout *dropout = layer_new(&dropout_ops, hook, sizeof *dropout, SEQNET_DROPOUT);
    if (!dropout)
        return SEQNET_ENOMEM;
    dropout->probability = probability;
    dropout->layer.input_size = dropout->layer.output_size = size;
    *out = &dropout->layer;
    return SEQNET_OK;
}
