/* SPDX-License-Identifier: MIT */
/* C = A B: gradients by h and x. B is read where it is, piece by piece. */
#include "kernels/native_block.h"
#include "kernels/product_kernels.h"

/*
 * Rows of B that lie further apart than FAR_STEP bytes are beyond what a processor foresees, so a
 * block of an nn product takes as many as the first level holds.
 */
#define FAR_STEP 2048
#define FAR_K 112

/* One block of rows and k of a product whose B is not packed, over all columns. */
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

/* One row: B is read once, so it is walked along its rows. */
static void nn_row(const struct product *p)
{
    const int64_t runs = p->runs ? p->runs : 1;
    struct stream s = { p->a, 0, p->b, p->ldb, p->c, 0, p->k, p->n, 0, native_is_far(p->whole) };
    if (!p->accumulate)
        native_clear(p);
    for (int64_t run = 0; run < runs; run++) {
        product_kernels_get()->stream->row(&s);
        s.a += p->k + p->a_jump;
        s.b += (p->k + p->b_jump) * p->ldb;
    }
}

/* Most steps of a block of an nn product. */
static int64_t most_steps(const struct product *p)
{
    return p->ldb * (ptrdiff_t)sizeof(real) > FAR_STEP ? FAR_K : BLOCK_K;
}

/* Short runs are many, and several make a block of k; a long one is cut into blocks. */
void native_nn(const struct product *p)
{
    const int64_t runs = p->runs ? p->runs : 1;
    const int64_t most = most_steps(p), steps = native_piece(p->k, most);
    const int64_t block_runs = native_piece(runs, most / smaller(p->k + !p->k, most));
    const int64_t a_run = p->k + p->a_jump, b_run = (p->k + p->b_jump) * p->ldb;
    if (p->m == 1) {
        nn_row(p);
        return;
    }
    if (p->k == 0 && !p->accumulate)
        native_clear(p);
    for (int64_t row = 0; row < p->m; row += BLOCK_M)
        for (int64_t run = 0; run < runs; run += block_runs)
            for (int64_t k = 0; k < p->k; k += steps) {
                const struct tile block = { .a = p->a + row * p->lda + run * a_run + k,
                                            .a_row = p->lda,
                                            .b = p->b + run * b_run + k * p->ldb,
                                            .b_step = p->ldb,
                                            .c = p->c + row * p->ldc,
                                            .c_row = p->ldc,
                                            .steps = smaller(steps, p->k - k),
                                            .runs = smaller(block_runs, runs - run),
                                            .a_jump = p->a_jump,
                                            .b_jump = p->b_jump * p->ldb };
                run_columns(p, &block, smaller(BLOCK_M, p->m - row), native_start(p, run + k));
            }
}
