/* SPDX-License-Identifier: MIT */
/*
 * Native: panel by panel, so that a panel's gates are still in the cache when the cell runs on
 * them. Every pre-activation is one chain: bias, x in rising order, then h; so a window and
 * single steps, a row alone and in a batch, give the same bits.
 */
#include "layers/recurrent_plan.h"

/* The biases are where the chains start; gate blocks without an input product are filled first. */
static void input(const struct walk *walk)
{
    const struct packed *packed = &walk->direction->packed_x;
    const struct cell *cell = walk->layer->cell;
    const struct rows x = walk_x(walk);
    if (cell->blocks > cell->weights)
        rows_fill(walk->tape->gates, walk->part->bias, walk->window->rows, gate_size(walk->layer));
    packed_multiply(&(struct packed_product){ .packed = packed,
                                              .m = walk->window->rows,
                                              .a = x.data,
                                              .lda = x.ld,
                                              .c = walk->tape->gates.data,
                                              .ldc = walk->tape->gates.ld,
                                              .start = walk->part->bias,
                                              .count = walk->layer->panels });
}

static void stage(const struct walk *walk, int32_t stage, const struct cell_block *block,
                  int64_t first)
{
    const struct rows a = stage_operand(walk, stage, block, first);
    struct packed_product product = { .packed = &walk->direction->packed_h[stage],
                                      .m = block->rows,
                                      .a = a.data,
                                      .lda = a.ld,
                                      .c = block->gates,
                                      .ldc = block->row_stride,
                                      .count = 1 };
    for (int32_t panel = 0; panel < walk->layer->panels; panel++) {
        product.first = panel;
        packed_multiply(&product);
        walk_run_panel(walk, walk->layer->cell->forward[stage], block, panel);
    }
}

const struct recurrent_plan recurrent_plan_native = { .input = input, .stage = stage };
