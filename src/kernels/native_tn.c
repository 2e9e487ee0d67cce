/* SPDX-License-Identifier: MIT */
/* C = A^T B: weight gradients. A is packed in strips, block by block; B is read where it is. */
#include "kernels/native_block.h"
#include "kernels/product_kernels.h"
#include "kernels/strips.h"

_Static_assert(NATIVE_WORKSPACE >= NATIVE_TN_STEPS * BLOCK_M, "the strips of a tn product");

/* Some runs of rows of C, or some rows of one, and some steps. */
struct part {
    int64_t row; /* of the first run */
    int64_t run;
    int64_t runs;
    int64_t rows; /* of a run */
    int64_t k;
    int64_t steps;
};

static const real *part_a(const struct product *p, const struct part *part, int64_t run)
{
    return p->a + part->k * p->lda + run * (p->m + p->a_jump) + part->row;
}

static void pack(const struct product *p, const struct part *part, real *strips)
{
    for (int64_t run = part->run; run < part->run + part->runs; run++) {
        const struct strips some = { part_a(p, part, run), p->lda, part->steps, part->rows,
                                     product_kernels_get()->tile->rows[TILE_MAX_VECTORS] };
        product_kernels_get()->pack_strips(strips, &some);
        strips += part->steps * part->rows;
    }
}

/* A of the part that follows: with one run the next rows of it, else the next runs. */
static struct lines lines_of_a(const struct product *p, const struct part *part)
{
    const int64_t run = part->run + (part->rows == p->m ? part->runs : 0);
    const int64_t row = part->rows == p->m ? 0 : part->row + part->rows;
    const int64_t all = (native_runs(p) - run) * (p->m + p->a_jump) - row;
    const int64_t some = part->runs * (part->rows + (part->runs > 1 ? p->a_jump : 0));
    if (all <= 0)
        return (struct lines){ 0 };
    return (struct lines){ part_a(p, part, run) - part->row + row, p->lda,
                           (smaller(all, some) + PRODUCT_LINE - 1) / PRODUCT_LINE };
}

/* Columns of B. */
static struct lines lines_of_b(const struct product *p, const struct part *part, int64_t column)
{
    const int64_t reals = smaller(native_width(), p->n - column);
    return (struct lines){ p->b + part->k * p->ldb + column, p->ldb,
                           (reals + PRODUCT_LINE - 1) / PRODUCT_LINE };
}

/* All columns of a part: its tiles ask for the next ones, or at last for the part that follows. */
static void multiply(const struct product *p, const struct part *part, const real *strips)
{
    const int64_t width = native_width();
    const int64_t first = part->run * (p->m + p->c_jump) + part->row;
    for (int64_t column = 0; column < p->n; column += width) {
        const int is_last = column + width >= p->n;
        struct tile tile = { .a = strips,
                             .b = p->b + part->k * p->ldb + column,
                             .b_step = p->ldb,
                             .c = p->c + first * p->ldc + column,
                             .c_row = p->ldc,
                             .steps = part->steps,
                             .runs = 1 };
        const struct strip_block block = {
            .rows = part->rows,
            .runs = part->runs,
            .jump = p->c_jump,
            .columns = smaller(width, p->n - column),
            .next = lines_of_b(p, part, is_last ? 0 : column + width),
            .after = is_last ? lines_of_a(p, part) : (struct lines){ 0 }
        };
        block_start_from(&tile, native_start(p, part->k));
        block_run_strips(&tile, &block);
    }
}

/* All rows of some steps, of which so many at a time: whole runs, or rows of one. */
static void run_steps(const struct product *p, int64_t k, int64_t steps, int64_t most, real *strips)
{
    const int64_t runs = native_runs(p), rows = smaller(p->m, most);
    const int64_t group = p->m <= most ? native_piece(runs, most / p->m) : 1;
    for (int64_t run = 0; run < runs; run += group)
        for (int64_t row = 0; row < p->m; row += rows) {
            const struct part part = {
                row, run, smaller(group, runs - run), smaller(rows, p->m - row), k, steps
            };
            pack(p, &part, strips);
            multiply(p, &part, strips);
        }
}

/* Few steps: reading and writing C is most of the work, so it is walked along its rows. */
static void run_outer(const struct product *p)
{
    struct stream stream = { p->a,   p->lda, p->b, p->ldb, p->c,
                             p->ldc, p->m,   p->n, p->k,   native_is_far(p->whole) };
    for (int64_t run = 0; run < native_runs(p); run++) {
        product_kernels_get()->stream->outer(&stream);
        stream.a += p->m + p->a_jump;
        stream.c += (p->m + p->c_jump) * p->ldc;
    }
}

static void clear_runs(const struct product *p)
{
    struct product run = *p;
    for (int64_t i = 0; i < native_runs(p); i++) {
        native_clear(&run);
        run.c += (p->m + p->c_jump) * p->ldc;
    }
}

/* Without a workspace, one strip at a time. */
void native_tn(const struct product *p)
{
    _Alignas(64) real strip[NATIVE_TN_STEPS * TILE_MAX_ROWS];
    const int64_t most =
        p->workspace ? BLOCK_M : product_kernels_get()->tile->rows[TILE_MAX_VECTORS];
    const int64_t steps = native_piece(p->k, NATIVE_TN_STEPS);
    const int is_outer = p->k <= STREAM_STEPS;
    if (!p->accumulate && is_outer)
        clear_runs(p);
    if (p->m == 0 || p->k == 0)
        return;
    if (is_outer) {
        run_outer(p);
        return;
    }
    for (int64_t k = 0; k < p->k; k += steps)
        run_steps(p, k, smaller(steps, p->k - k), most, p->workspace ? p->workspace : strip);
}
