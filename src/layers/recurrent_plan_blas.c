/* SPDX-License-Identifier: MIT */
/*
 * BLAS: one panel of all units, so gate blocks are whole. A window's input product is one gemm
 * over all rows; a single step is one product over [h;x] from the stacked matrix, except where
 * the cell's terms keep the two apart.
 */
#include "layers/recurrent_plan.h"

/*
 * Weight blocks [term.weight, ..), columns [column, column + k), of a's rows to their gate
 * blocks.
 */
static void add_product(const struct walk *walk, const struct cell_term *term, int32_t column,
                        int32_t k, struct rows a, int64_t first, int64_t rows)
{
    const struct direction *d = walk->direction;
    const seqnet_layer *layer = &walk->layer->layer;
    const int64_t h = walk->layer->hidden_size;
    const real *weights = layer->values + d->weight + term->weight * h * d->ld;
    layer->products->nt(&(struct product){ .m = rows,
                                           .n = term->count * h,
                                           .k = k,
                                           .a = a.data,
                                           .lda = a.ld,
                                           .b = weights + column,
                                           .ldb = d->ld,
                                           .c = walk_gates(walk, first).data + term->gate * h,
                                           .ldc = walk->tape->gates.ld,
                                           .accumulate = 1 });
}

static void add_input(const struct walk *walk, const struct cell_term *term)
{
    const struct direction *d = walk->direction;
    const struct share rows = walk->slice.rows;
    add_product(walk, term, d->x_column, d->x_size, walk_x(walk, rows.first), rows.first,
                rows.count);
}

static int is_single_step(const struct walk *walk)
{
    return walk->window->steps == 1 && walk->direction->x_size > 0;
}

/* Of a single step only what cannot be stacked with the recurrent products. */
static void input(const struct walk *walk)
{
    const struct cell *cell = walk->layer->cell;
    const struct cell_term all = { .count = cell->weights };
    walk_fill_gates(walk);
    if (!is_single_step(walk)) {
        add_input(walk, &all);
        return;
    }
    for (int32_t i = 0; i < cell->terms; i++) {
        const struct cell_term *term = &cell->term[i];
        const struct cell_term own = { term->weight, term->count, term->weight, 0 };
        if (!term_is_stacked(term))
            add_input(walk, &own);
    }
}

static void stage(const struct walk *walk, int32_t stage, const struct cell_block *block,
                  int64_t first)
{
    const struct direction *d = walk->direction;
    const struct cell *cell = walk->layer->cell;
    const int32_t k = walk->layer->state_size;
    const struct rows z = rows_from(rows_column(walk->level->z, d->z_column), first);
    for (int32_t i = 0; i < cell->terms; i++) {
        const struct cell_term *term = &cell->term[i];
        if (term->operand != stage)
            continue;
        if (is_single_step(walk) && term_is_stacked(term))
            add_product(walk, term, 0, d->x_size + k, z, first, block->rows);
        else
            add_product(walk, term, d->h_column, k, stage_operand(stage, block), first,
                        block->rows);
    }
    walk_run(walk, cell->forward[stage], block);
}

const struct recurrent_plan recurrent_plan_blas = { .input = input, .stage = stage };
