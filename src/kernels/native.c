/* SPDX-License-Identifier: MIT */
#include "kernels/native.h"

#include "kernels/block.h"
#include "kernels/product_kernels.h"

#include <string.h>

/*
 * A block of k takes at most BLOCK_K * 4 vectors of B: 64 KiB with AVX-512. That is more than the
 * first level has, but a tile reads it in a row and does 12 bytes a cycle, which the second level
 * gives; shorter blocks load and store C more often. The rows of A and C of a block come from the
 * second level, too, BLOCK_M at a time (block.h).
 */
#define BLOCK_K 256

/*
 * Rows of B that lie further apart than FAR_STEP bytes are beyond what a processor foresees, so a
 * block of an nn product takes as many as the first level holds.
 */
#define FAR_STEP 2048
#define FAR_K 112

/* A tn product packs A, BLOCK_M rows at a time, which costs less for longer blocks. */
#define TN_K 384

_Static_assert(NATIVE_WORKSPACE >= TN_K * BLOCK_M + TILE_MAX_ROWS, "the strips of a tn product");

/* A matrix of more bytes than this is not in the second-level cache. */
#define FAR_BYTES (3 << 19)

static int is_far(int64_t reals)
{
    return reals > FAR_BYTES / (int64_t)sizeof(real);
}

/* Pieces of at most `most`, as few and as equal as can be; at least 1. */
static int64_t equal_piece(int64_t whole, int64_t most)
{
    const int64_t pieces = (whole + most - 1) / most;
    return pieces > 1 ? (whole + pieces - 1) / pieces : whole + !whole;
}

int64_t native_block_k(int64_t k)
{
    return equal_piece(k, BLOCK_K);
}

int32_t native_lanes(void)
{
    return product_kernels_get()->tile->lanes;
}

static int64_t full_width(void)
{
    return (int64_t)TILE_MAX_VECTORS * native_lanes();
}

/* C = 0, for what then adds to it. */
static void clear(const struct product *p)
{
    for (int64_t i = 0; i < p->m; i++)
        memset(p->c + i * p->ldc, 0, (size_t)p->n * sizeof(real));
}

/* Where chains of a block at `k` start if it is not C. */
static const real *first_start(const struct product *p, int64_t k)
{
    return k == 0 && !p->accumulate ? block_zeros : NULL;
}

/* Without a packed operand, each piece of B is packed as it is needed. */
static void native_nt(const struct product *p)
{
    const struct packed b = packed_columns(p->k, p->n);
    if (!p->accumulate)
        clear(p);
    packed_multiply(&(struct packed_product){ .packed = &b,
                                              .b = p->b,
                                              .ldb = p->ldb,
                                              .m = p->m,
                                              .a = p->a,
                                              .lda = p->lda,
                                              .c = p->c,
                                              .ldc = p->ldc,
                                              .count = packed_panels(&b) });
}

/* One block of rows and k of a product whose B is not packed, over all columns. */
static void run_columns(const struct product *p, const struct tile *block, int64_t rows,
                        const real *start)
{
    const int64_t width = full_width(), pieces = (p->n + width - 1) / width;
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
    struct stream s = { p->a, 0, p->b, p->ldb, p->c, 0, p->k, p->n, 0, is_far(p->whole) };
    if (!p->accumulate)
        clear(p);
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
static void native_nn(const struct product *p)
{
    const int64_t runs = p->runs ? p->runs : 1;
    const int64_t most = most_steps(p), steps = equal_piece(p->k, most);
    const int64_t block_runs = equal_piece(runs, most / smaller(p->k + !p->k, most));
    const int64_t a_run = p->k + p->a_jump, b_run = (p->k + p->b_jump) * p->ldb;
    if (p->m == 1) {
        nn_row(p);
        return;
    }
    if (p->k == 0 && !p->accumulate)
        clear(p);
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
                run_columns(p, &block, smaller(BLOCK_M, p->m - row), first_start(p, run + k));
            }
}

/* Rows [row, row + rows) of one block of k, A packed, B piece by piece as the tiles read it. */
static void tn_block(const struct product *p, real *strips, int64_t row, int64_t rows, int64_t k)
{
    const int64_t width = full_width(), steps = smaller(equal_piece(p->k, TN_K), p->k - k);
    block_pack_strips(strips, p->a + k * p->lda + row, p->lda, steps, rows);
    for (int64_t column = 0; column < p->n; column += width) {
        struct tile tile = { .a = strips,
                             .b = p->b + k * p->ldb + column,
                             .b_step = p->ldb,
                             .c = p->c + row * p->ldc + column,
                             .c_row = p->ldc,
                             .steps = steps,
                             .runs = 1 };
        block_start_from(&tile, first_start(p, k));
        block_run_strips(&tile,
                         &(struct block){ .rows = rows, .columns = smaller(width, p->n - column) });
    }
}

/* Few steps: reading and writing C is most of the work, so it is walked along its rows. */
static void tn_outer(const struct product *p)
{
    if (!p->accumulate)
        clear(p);
    product_kernels_get()->stream->outer(&(struct stream){ p->a, p->lda, p->b, p->ldb, p->c, p->ldc,
                                                           p->m, p->n, p->k, is_far(p->whole) });
}

/* Without a workspace, one strip at a time. */
static void native_tn(const struct product *p)
{
    _Alignas(64) real strip[TN_K * TILE_MAX_ROWS + TILE_MAX_ROWS];
    const int64_t rows =
        p->workspace ? BLOCK_M : product_kernels_get()->tile->rows[TILE_MAX_VECTORS];
    real *strips = p->workspace ? p->workspace : strip;
    if (p->k == 0 && !p->accumulate)
        clear(p);
    if (p->k > 0 && p->k <= STREAM_STEPS) {
        tn_outer(p);
        return;
    }
    for (int64_t k = 0; k < p->k; k += equal_piece(p->k, TN_K))
        for (int64_t row = 0; row < p->m; row += rows)
            tn_block(p, strips, row, smaller(rows, p->m - row), k);
}

const struct products native_products = {
    .name = "native",
    .nt = native_nt,
    .nn = native_nn,
    .tn = native_tn,
};
