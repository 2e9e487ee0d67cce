/* SPDX-License-Identifier: MIT */
#include "kernels/native.h"

#include "kernels/tile.h"

#include <string.h>

/*
 * A block of k takes BLOCK_K * 4 vectors of B: 32 KiB with AVX-512. Its rows of A and C come from
 * the second level, BLOCK_M at a time.
 */
#define BLOCK_K 128
#define BLOCK_M 192
#define MAX_WIDTH (TILE_MAX_VECTORS * 16)

_Static_assert(BLOCK_K *BLOCK_M == NATIVE_WORKSPACE, "the block of A that a tn product packs");

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int32_t native_lanes(void)
{
    return tile_kernels_get()->lanes;
}

static int64_t panel_width(const struct packed *packed)
{
    return (int64_t)packed->vectors * native_lanes();
}

int64_t packed_panels(const struct packed *packed)
{
    const int64_t width = panel_width(packed);
    return (packed->n + width - 1) / width;
}

size_t packed_size(const struct packed *packed)
{
    return (size_t)(packed_panels(packed) * packed->k * panel_width(packed));
}

/* `rows` rows of tiles, as many in each as the registers hold; the last ones share what is left. */
static void run_rows(const struct tile_kernels *kernels, struct tile tile, int32_t vectors,
                     int64_t rows)
{
    const int64_t most = kernels->rows[vectors];
    int64_t tiles = (rows + most - 1) / most;
    for (; rows > 0; tiles--) {
        const int64_t height = (rows + tiles - 1) / tiles;
        tile.next = tile.start + height * tile.start_row;
        kernels->run[vectors][height](&tile);
        tile.a += height * tile.a_row;
        tile.c += height * tile.c_row;
        tile.start += height * tile.start_row;
        rows -= height;
    }
}

/*
 * A panel whose last columns are not part of C goes through a buffer. B may hold anything there, as
 * long as it can be read.
 */
static void run_partial(const struct tile_kernels *kernels, const struct tile *whole,
                        int32_t vectors, int64_t rows, int64_t columns)
{
    real buffer[TILE_MAX_ROWS * MAX_WIDTH];
    const int64_t most = kernels->rows[vectors];
    const size_t bytes = (size_t)columns * sizeof(real);
    struct tile tile = *whole;
    tile.start = tile.next = tile.c = buffer;
    tile.start_row = tile.c_row = (ptrdiff_t)vectors * kernels->lanes;
    memset(buffer, 0, sizeof buffer);
    for (int64_t first = 0; first < rows; first += most) {
        const int64_t height = smaller(most, rows - first);
        for (int64_t i = 0; i < height; i++)
            memcpy(buffer + i * tile.c_row, whole->start + (first + i) * whole->start_row, bytes);
        tile.a = whole->a + first * whole->a_row;
        kernels->run[vectors][height](&tile);
        for (int64_t i = 0; i < height; i++)
            memcpy(whole->c + (first + i) * whole->c_row, buffer + i * tile.c_row, bytes);
    }
}

/* Columns [0, columns) of a panel, of at most four vectors. */
static void run_panel(const struct tile_kernels *kernels, const struct tile *tile, int64_t rows,
                      int64_t columns)
{
    const int32_t vectors = (int32_t)((columns + kernels->lanes - 1) / kernels->lanes);
    if (columns == (int64_t)vectors * kernels->lanes)
        run_rows(kernels, *tile, vectors, rows);
    else
        run_partial(kernels, tile, vectors, rows, columns);
}

/* Columns of C that panel `p` has. */
static int64_t panel_columns(const struct packed *packed, int64_t p)
{
    const int64_t width = panel_width(packed);
    return smaller(width, packed->n - p * width);
}

/* Chains of the first block of k may start from a row of zeros instead of C. */
static const real zeros[2 * MAX_WIDTH];

static void start_from(struct tile *tile, const real *row)
{
    tile->start = row ? row : tile->c;
    tile->start_row = row ? 0 : tile->c_row;
}

/* Only a product over nothing needs this. */
static void clear(const struct product *p)
{
    if (!p->accumulate)
        for (int64_t i = 0; i < p->m; i++)
            memset(p->c + i * p->ldc, 0, (size_t)p->n * sizeof(real));
}

/* One block of rows and k of one panel. */
static void packed_block(const struct packed_product *p, int64_t row, int64_t panel, int64_t k,
                         int64_t steps)
{
    const struct packed *packed = p->packed;
    const int64_t width = panel_width(packed);
    const ptrdiff_t column = packed->c_first + panel * packed->c_panel;
    struct tile tile = {
        .a = p->a + row * p->lda + k,
        .a_row = p->lda,
        .a_step = 1,
        .b = packed->data + (panel * packed->k + k) * width,
        .b_step = width,
        .c = p->c + row * p->ldc + column,
        .c_row = p->ldc,
        .c_gap = packed->c_gap,
        .steps = smaller(steps, packed->k - k),
        .runs = 1,
    };
    start_from(&tile, k == 0 && p->start ? p->start + column : NULL);
    run_panel(tile_kernels_get(), &tile, smaller(BLOCK_M, p->m - row),
              panel_columns(packed, panel));
}

/* The rows of a single tile read B once: no need to cut k. */
void native_packed(const struct packed_product *p)
{
    const int32_t one_tile = tile_kernels_get()->rows[p->packed->vectors];
    const int64_t steps = p->m <= one_tile ? p->packed->k : BLOCK_K;
    for (int64_t row = 0; row < p->m; row += BLOCK_M)
        for (int64_t panel = p->first; panel < p->first + p->count; panel++)
            for (int64_t k = 0; k < p->packed->k; k += steps)
                packed_block(p, row, panel, k, steps);
}

/* The piece (k, columns) of B^T of an nt product, as [k][width]. */
static void pack_piece(real *to, int64_t width, const real *b, ptrdiff_t ldb, int64_t steps,
                       int64_t columns)
{
    for (int64_t j = 0; j < width; j++)
        for (int64_t k = 0; k < steps; k++)
            to[k * width + j] = j < columns ? b[j * ldb + k] : 0;
}

struct packed packed_columns(int64_t k, int64_t n)
{
    const ptrdiff_t width = (ptrdiff_t)TILE_MAX_VECTORS * native_lanes();
    return (struct packed){ .k = k, .n = n, .vectors = TILE_MAX_VECTORS, .c_panel = width };
}

void packed_fill(const struct packed *packed, const real *b, ptrdiff_t ldb, struct share panels)
{
    const int64_t width = panel_width(packed);
    for (int64_t p = panels.first; p < panels.first + panels.count; p++)
        pack_piece(packed->data + p * packed->k * width, width, b + p * width * ldb, ldb, packed->k,
                   panel_columns(packed, p));
}

/* Whether chains of a block at `k` start from zero, and the row of zeros if so. */
static const real *first_start(const struct product *p, int64_t k)
{
    return k == 0 && !p->accumulate ? zeros : NULL;
}

/* Without a packed operand: each piece of B is packed as it is needed. */
static void native_nt(const struct product *p)
{
    const struct tile_kernels *kernels = tile_kernels_get();
    const int64_t width = (int64_t)TILE_MAX_VECTORS * kernels->lanes;
    _Alignas(64) real piece[BLOCK_K * MAX_WIDTH];
    if (p->k == 0)
        clear(p);
    for (int64_t column = 0; column < p->n; column += width)
        for (int64_t k = 0; k < p->k; k += BLOCK_K) {
            const int64_t steps = smaller(BLOCK_K, p->k - k);
            const int64_t columns = smaller(width, p->n - column);
            pack_piece(piece, width, p->b + column * p->ldb + k, p->ldb, steps, columns);
            struct tile tile = { .a = p->a + k,
                                 .a_row = p->lda,
                                 .a_step = 1,
                                 .b = piece,
                                 .b_step = width,
                                 .c = p->c + column,
                                 .c_row = p->ldc,
                                 .steps = steps,
                                 .runs = 1 };
            start_from(&tile, first_start(p, k));
            run_panel(kernels, &tile, p->m, columns);
        }
}

/* One block of rows and k of a product whose B is not packed, over all columns. */
static void run_columns(const struct product *p, const struct tile *block, int64_t rows,
                        const real *start)
{
    const struct tile_kernels *kernels = tile_kernels_get();
    const int64_t width = (int64_t)TILE_MAX_VECTORS * kernels->lanes;
    for (int64_t column = 0; column < p->n; column += width) {
        struct tile tile = *block;
        tile.b += column;
        tile.c += column;
        start_from(&tile, start);
        run_panel(kernels, &tile, rows, smaller(width, p->n - column));
    }
}

/* Runs are short and many, so several make a block of k; a single run is cut into blocks. */
static void native_nn(const struct product *p)
{
    const int64_t runs = p->runs ? p->runs : 1;
    const int64_t steps = runs > 1 ? p->k : smaller(p->k, BLOCK_K);
    const int64_t block_runs = runs > 1 && p->k < BLOCK_K && p->k ? BLOCK_K / p->k : 1;
    const int64_t a_run = p->k + p->a_jump, b_run = (p->k + p->b_jump) * p->ldb;
    if (p->k == 0)
        clear(p);
    for (int64_t row = 0; row < p->m; row += BLOCK_M)
        for (int64_t run = 0; run < runs; run += block_runs)
            for (int64_t k = 0; k < p->k; k += steps) {
                const struct tile block = { .a = p->a + row * p->lda + run * a_run + k,
                                            .a_row = p->lda,
                                            .a_step = 1,
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

/*
 * A piece of A (k, m), steps of `rows` neighbours, as strips that a tile reads from end to end:
 * [strip][k][height]. Strips have equal heights but the last.
 */
static void pack_strips(real *to, const real *a, ptrdiff_t lda, int64_t steps, int64_t rows,
                        int64_t height)
{
    for (int64_t first = 0; first < rows; first += height) {
        const int64_t count = smaller(height, rows - first);
        for (int64_t k = 0; k < steps; k++)
            for (int64_t i = 0; i < count; i++)
                *to++ = a[k * lda + first + i];
    }
}

/* One block (m, k): A in strips, B piece by piece in the order the tiles read them. */
static void tn_block(const struct product *p, int64_t row, int64_t k)
{
    const struct tile_kernels *kernels = tile_kernels_get();
    const int64_t width = (int64_t)TILE_MAX_VECTORS * kernels->lanes;
    const int64_t steps = smaller(BLOCK_K, p->k - k), rows = smaller(BLOCK_M, p->m - row);
    const int64_t height = kernels->rows[TILE_MAX_VECTORS];
    pack_strips(p->workspace, p->a + k * p->lda + row, p->lda, steps, rows, height);
    for (int64_t column = 0; column < p->n; column += width)
        for (int64_t first = 0; first < rows; first += height) {
            const int64_t count = smaller(height, rows - first);
            struct tile tile = { .a = p->workspace + first * steps,
                                 .a_row = 1,
                                 .a_step = count,
                                 .b = p->b + k * p->ldb + column,
                                 .b_step = p->ldb,
                                 .c = p->c + (row + first) * p->ldc + column,
                                 .c_row = p->ldc,
                                 .steps = steps,
                                 .runs = 1 };
            start_from(&tile, first_start(p, k));
            tile.next = tile.start + height * tile.start_row;
            run_panel(kernels, &tile, count, smaller(width, p->n - column));
        }
}

/* Without a workspace: A is walked down its columns where it is. */
static void tn_in_place(const struct product *p)
{
    for (int64_t k = 0; k < p->k; k += BLOCK_K) {
        const struct tile block = { .a = p->a + k * p->lda,
                                    .a_row = 1,
                                    .a_step = p->lda,
                                    .b = p->b + k * p->ldb,
                                    .b_step = p->ldb,
                                    .c = p->c,
                                    .c_row = p->ldc,
                                    .steps = smaller(BLOCK_K, p->k - k),
                                    .runs = 1 };
        run_columns(p, &block, p->m, first_start(p, k));
    }
}

static void native_tn(const struct product *p)
{
    if (p->k == 0)
        clear(p);
    if (!p->workspace || p->n < 64) {
        tn_in_place(p);
        return;
    }
    for (int64_t k = 0; k < p->k; k += BLOCK_K)
        for (int64_t row = 0; row < p->m; row += BLOCK_M)
            tn_block(p, row, k);
}

const struct products native_products = {
    .name = "native",
    .nt = native_nt,
    .nn = native_nn,
    .tn = native_tn,
};
