/* SPDX-License-Identifier: MIT */
/*
 * Native: panel by panel, so that a panel's gates are still in the cache when the cell runs on
 * them. Every pre-activation is one chain: bias, x in rising order, then h; so a window and
 * single steps, a row alone and in a batch, give the same bits.
 */
#include "layers/recurrent_plan.h"

/* Gate blocks without an input product start from their biases. */
static void fill_rest(const struct walk *walk)
{
    const struct cell *cell = walk->layer->cell;
    const struct share rows = walk->slice.rows, panels = walk->slice.panels;
    const int64_t u = walk->layer->width, rest = cell->blocks - cell->weights;
    const real *bias = walk_bias(walk);
    for (int64_t r = rows.first; rest && r < rows.first + rows.count; r++)
        for (int64_t p = panels.first; p < panels.first + panels.count; p++) {
            const int64_t place = (p * cell->blocks + cell->weights) * u;
            copy_reals(walk_gates(walk, r).data + place, bias + place, rest * u);
        }
}

/* W_ih, packed or not. */
static struct packed input_weights(const struct walk *walk)
{
    real *data = walk->part->part.pack[PACK_INPUT];
    struct packed packed = walk->direction->packed[PACK_INPUT];
    packed.data = data ? data + walk->direction->place[PACK_INPUT] : NULL;
    return packed;
}

/* Some panels of gates = biases + x W_ih^T, for some rows of the window; then `next` is needed. */
static void add_input(const struct walk *walk, struct share rows, struct share panels,
                      const real *next)
{
    const struct rows x = walk_x(walk, rows.first);
    const struct direction *d = walk->direction;
    const struct packed packed = input_weights(walk);
    packed_multiply(
        &(struct packed_product){ .packed = &packed,
                                  .b = walk->layer->layer.values + d->weight + d->x_column,
                                  .ldb = d->ld,
                                  .m = rows.count,
                                  .a = x.data,
                                  .lda = x.ld,
                                  .c = walk_gates(walk, rows.first).data,
                                  .ldc = walk->tape->gates.ld,
                                  .start = walk_bias(walk),
                                  .first = panels.first,
                                  .count = panels.count,
                                  .next = next });
}

/* A single step adds its input panel by panel, while the panel's gates are in the cache. */
static int is_fused(const struct walk *walk)
{
    return walk->window->steps == 1 && walk->direction->x_size > 0;
}

/* Members share the panels if weights are packed here, so that each is packed once. */
static void input(const struct walk *walk)
{
    const int packs = !walk->part->part.pack[PACK_INPUT];
    fill_rest(walk);
    if (is_fused(walk))
        return;
    if (packs && !walk->slice.by_units)
        add_input(walk, walk->block, share_of(walk->me, walk->layer->panels, 1), NULL);
    else
        add_input(walk, walk->slice.rows, walk->slice.panels, NULL);
}

static void run_panels(const struct walk *walk, int32_t stage, const struct cell_block *block,
                       const struct packed_product *product, int64_t first)
{
    if (stage == 0 && is_fused(walk))
        add_input(walk, (struct share){ first, product->m },
                  (struct share){ product->first, product->count },
                  packed_panel(product->packed, product->first));
    packed_multiply(product);
    for (int64_t p = product->first; p < product->first + product->count; p++)
        walk_run_panel(walk, walk->layer->cell->forward[stage], block, (int32_t)p);
}

/* The weights that the panel at `place` of the slice reads first; NULL if there is none. */
static const real *first_weights(const struct walk *walk, int32_t stage, int64_t place)
{
    const struct share panels = walk->slice.panels;
    struct packed packed = walk->direction->packed_h[stage];
    if (place < 0 || place >= panels.count)
        return NULL;
    if (stage == 0 && is_fused(walk))
        packed = input_weights(walk);
    return packed_panel(&packed, panels.first + place);
}

/*
 * Every other step goes through the panels from the last to the first: weights that do not fit
 * the second-level cache are found there at least in part.
 */
static void stage(const struct walk *walk, int32_t stage, const struct cell_block *block,
                  int64_t first)
{
    const struct rows a = stage_operand(stage, block);
    const struct packed *packed = &walk->direction->packed_h[stage];
    const struct share panels = walk->slice.panels;
    const int64_t group = packed_group(packed, block->rows);
    const int64_t groups = (panels.count + group - 1) / group;
    const uint64_t parity = walk->window->call + (uint64_t)(block->rows ? first / block->rows : 0);
    const int backwards = parity & 1;
    struct packed_product product = { .packed = packed,
                                      .m = block->rows,
                                      .a = a.data,
                                      .lda = a.ld,
                                      .c = block->gates,
                                      .ldc = block->row_stride };
    for (int64_t i = 0; i < groups; i++) {
        const int64_t done = (backwards ? groups - 1 - i : i) * group, left = panels.count - done;
        product.first = panels.first + done;
        product.count = left < group ? left : group;
        product.next = first_weights(walk, stage, backwards ? done - group : done + group);
        run_panels(walk, stage, block, &product, first);
    }
}

const struct recurrent_plan recurrent_plan_native = { .input = input, .stage = stage };
