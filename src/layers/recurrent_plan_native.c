/* SPDX-License-Identifier: MIT */
/*
 * Native: panel by panel, so that a panel's gates are still in the cache when the cell runs on
 * them. Every pre-activation is one chain: bias, x in rising order, then h; so a window and
 * single steps, a row alone and in a batch, give the same bits.
 */
#include "layers/recurrent_plan.h"

/* Gate blocks without an input product start from their biases. */
static void fill_rest(const struct walk *walk, int64_t first, int64_t rows)
{
    const struct recurrent *layer = walk->layer;
    const struct cell *cell = layer->cell;
    const int64_t u = layer->width, rest = cell->blocks - cell->weights;
    for (int64_t r = first; rest && r < first + rows; r++)
        for (int64_t p = 0; p < layer->panels; p++) {
            const int64_t place = (p * cell->blocks + cell->weights) * u;
            copy_reals(row_at(walk->tape->gates, r) + place, walk->part->bias + place, rest * u);
        }
}

/* Panels [panel, panel + count) of gates = biases + x W_ih^T, for rows of the window. */
static void add_input(const struct walk *walk, int64_t first, int64_t rows, int64_t panel,
                      int64_t count)
{
    const struct rows x = rows_from(walk_x(walk), first);
    packed_multiply(&(struct packed_product){ .packed = &walk->direction->packed_x,
                                              .m = rows,
                                              .a = x.data,
                                              .lda = x.ld,
                                              .c = row_at(walk->tape->gates, first),
                                              .ldc = walk->tape->gates.ld,
                                              .start = walk->part->bias,
                                              .first = panel,
                                              .count = count });
}

/* A single step adds its input panel by panel, while the panel's gates are in the cache. */
static int is_fused(const struct walk *walk)
{
    return walk->window->steps == 1 && walk->direction->x_size > 0;
}

static void input(const struct walk *walk)
{
    fill_rest(walk, 0, walk->window->rows);
    if (!is_fused(walk))
        add_input(walk, 0, walk->window->rows, 0, walk->layer->panels);
}

static void run_panels(const struct walk *walk, int32_t stage, const struct cell_block *block,
                       const struct packed_product *product, int64_t first)
{
    if (stage == 0 && is_fused(walk))
        add_input(walk, first, product->m, product->first, product->count);
    packed_multiply(product);
    for (int64_t p = product->first; p < product->first + product->count; p++)
        walk_run_panel(walk, walk->layer->cell->forward[stage], block, (int32_t)p);
}

/*
 * Every other step goes through the panels from the last to the first: weights that do not fit
 * the second-level cache are found there at least in part.
 */
static void stage(const struct walk *walk, int32_t stage, const struct cell_block *block,
                  int64_t first)
{
    const struct rows a = stage_operand(walk, stage, block, first);
    const struct packed *packed = &walk->direction->packed_h[stage];
    const int64_t panels = walk->layer->panels, group = packed_group(packed, block->rows);
    const int64_t groups = (panels + group - 1) / group;
    const uint64_t parity = walk->window->call + (uint64_t)(block->rows ? first / block->rows : 0);
    const int backwards = parity & 1;
    struct packed_product product = { .packed = packed,
                                      .m = block->rows,
                                      .a = a.data,
                                      .lda = a.ld,
                                      .c = block->gates,
                                      .ldc = block->row_stride };
    for (int64_t i = 0; i < groups; i++) {
        product.first = (backwards ? groups - 1 - i : i) * group;
        product.count = panels - product.first < group ? panels - product.first : group;
        run_panels(walk, stage, block, &product, first);
    }
}

const struct recurrent_plan recurrent_plan_native = { .input = input, .stage = stage };
