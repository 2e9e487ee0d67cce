/* SPDX-License-Identifier: MIT */
/* C = A B: gradients by h and x. B is read where it is, or comes in panels as wide as a tile. */
#include "kernels/native_block.h"
#include "kernels/product_kernels.h"

/*
 * Rows of B that lie further apart than FAR_STEP bytes are beyond what a processor foresees, so a
 * block takes as many as the first level holds.
 */
#define FAR_STEP 2048
#define FAR_K 112

/* How k is cut: a block is some runs, or some steps of one. */
struct cut {
    int64_t steps;
    int64_t runs;
};

/* Short runs are many, and several make a block of k; a long one is cut into blocks. */
static struct cut cut_of(const struct product *p)
{
    const int64_t all = p->k * native_runs(p);
    int64_t most = native_most_k(p->m, p->b_panel ? all * p->n : 0);
    if (!p->b_panel && p->ldb * (ptrdiff_t)sizeof(real) > FAR_STEP)
        most = FAR_K;
    return (struct cut){ native_piece(p->k, most),
                         native_piece(native_runs(p), most / smaller(p->k + !p->k, most)) };
}

/* Elements of B from one run to the next. */
static ptrdiff_t run_of_b(const struct product *p)
{
    return (p->k + p->b_jump) * p->ldb;
}

/* The block of rows, runs and steps that begins there, and the first columns. */
static struct tile block_tile(const struct product *p, const struct cut *cut, int64_t row,
                              int64_t run, int64_t k)
{
    return (struct tile){ .a = p->a + row * p->lda + run * (p->k + p->a_jump) + k,
                          .a_row = p->lda,
                          .b = p->b + run * run_of_b(p) + k * p->ldb,
                          .b_step = p->ldb,
                          .c = p->c + row * p->ldc,
                          .c_row = p->ldc,
                          .steps = smaller(cut->steps, p->k - k),
                          .runs = smaller(cut->runs, native_runs(p) - run),
                          .a_jump = p->a_jump,
                          .b_jump = p->b_jump * p->ldb };
}

/* One block of rows and k over all columns; then the rows of B that follow are needed. */
static void run_columns(const struct product *p, const struct tile *block, int64_t rows,
                        const real *start)
{
    const int64_t width = native_width(), pieces = (p->n + width - 1) / width;
    const int64_t run = block->steps * p->ldb + block->b_jump;
    const int64_t share = pieces ? (block->steps * p->ldb + pieces - 1) / pieces : 0;
    for (int64_t piece = 0; piece < pieces; piece++) {
        const int64_t column = piece * width;
        struct tile tile = *block;
        tile.b += column;
        tile.c += column;
        block_start_from(&tile, start);
        block_run(&tile, &(struct block){ .rows = rows,
                                          .columns = smaller(width, p->n - column),
                                          .next = block->b + block->runs * run + piece * share,
                                          .next_reals = share,
                                          .next_run = run });
    }
}

/* One block of one panel; then the steps of it that follow are needed, or the next panel. */
static void run_panel(const struct product *p, const struct tile *block, int64_t rows,
                      int64_t column, const real *start)
{
    const int64_t width = native_width(), run = block->steps * p->ldb + block->b_jump;
    struct tile tile = *block;
    tile.b += column / width * p->b_panel;
    tile.c += column;
    block_start_from(&tile, start);
    block_run(&tile, &(struct block){ .rows = rows,
                                      .columns = smaller(width, p->n - column),
                                      .next = tile.b + tile.runs * run,
                                      .next_reals = tile.steps * p->ldb,
                                      .next_run = run });
}

/* All k of some rows: of all columns, or of the panel that begins with `column`. */
static void run_rows(const struct product *p, const struct cut *cut, int64_t row, int64_t column)
{
    const int64_t rows = smaller(BLOCK_M, p->m - row);
    for (int64_t run = 0; run < native_runs(p); run += cut->runs)
        for (int64_t k = 0; k < p->k; k += cut->steps) {
            const struct tile block = block_tile(p, cut, row, run, k);
            if (p->b_panel)
                run_panel(p, &block, rows, column, native_start(p, run + k));
            else
                run_columns(p, &block, rows, native_start(p, run + k));
        }
}

/* One row: B is read once, so it is walked along its rows. */
static void run_row(const struct product *p)
{
    struct stream s = { p->a, 0, p->b, p->ldb, p->c, 0, p->k, p->n, 0, native_is_far(p->whole) };
    if (!p->accumulate)
        native_clear(p);
    for (int64_t run = 0; run < native_runs(p); run++) {
        product_kernels_get()->stream->row(&s);
        s.a += p->k + p->a_jump;
        s.b += run_of_b(p);
    }
}

void native_nn(const struct product *p)
{
    const struct cut cut = cut_of(p);
    if (p->m == 1 && !p->b_panel) {
        run_row(p);
        return;
    }
    if (p->k == 0 && !p->accumulate)
        native_clear(p);
    for (int64_t row = 0; row < p->m; row += BLOCK_M)
        for (int64_t column = 0; column < p->n; column += p->b_panel ? native_width() : p->n)
            run_rows(p, &cut, row, column);
}
