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
    const struct slice *slice = &walk->slice;
    const struct cell *cell = walk->layer->cell;
    const struct rows x = rows_from(walk_x(walk), slice->rows.first);
    if (cell->blocks > cell->weights)
        walk_fill_gates(walk);
    native_packed(&(struct packed_product){ .packed = &walk->direction->packed_x,
                                            .m = slice->rows.count,
                                            .a = x.data,
                                            .lda = x.ld,
                                            .c = walk_gates(walk, slice->rows.first).data,
                                            .ldc = walk->tape->gates.ld,
                                            .start = walk->scratch->bias,
                                            .first = slice->panels.first,
                                            .count = slice->panels.count });
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
    const struct share panels = walk->slice.panels;
    for (int32_t panel = (int32_t)panels.first; panel < panels.first + panels.count; panel++) {
        product.first = panel;
        native_packed(&product);
        walk_run_panel(walk, walk->layer->cell->forward[stage], block, panel);
    }
}

const struct recurrent_plan recurrent_plan_native = { .input = input, .stage = stage };
