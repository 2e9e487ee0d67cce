/* SPDX-License-Identifier: MIT */
#include "kernels/packed.h"

#include "kernels/native_block.h"
#include "kernels/product_kernels.h"

/* Steps of a piece that is packed as it is needed, and that the first level is to have by then. */
#define PIECE_K 128

int64_t packed_panels(const struct packed *packed)
{
    return (packed->n + packed->width - 1) / packed->width;
}

size_t packed_size(const struct packed *packed)
{
    return (size_t)(packed_panels(packed) * packed->k * packed->width);
}

const real *packed_panel(const struct packed *packed, int64_t panel)
{
    return packed->data ? packed->data + panel * packed->k * packed->width : NULL;
}

/* Columns of C that panel `p` has. */
static int64_t panel_columns(const struct packed *packed, int64_t p)
{
    return smaller(packed->width, packed->n - p * packed->width);
}

struct packed packed_columns(int64_t k, int64_t n)
{
    const ptrdiff_t width = (ptrdiff_t)TILE_MAX_VECTORS * native_lanes();
    return (struct packed){
        .k = k, .n = n, .width = width, .vectors = TILE_MAX_VECTORS, .c_panel = width
    };
}

void packed_fill_piece(real *to, int64_t width, const real *b, ptrdiff_t ldb, int64_t steps,
                       int64_t columns)
{
    product_kernels_get()->transpose(to, width, b, ldb, columns, steps);
    for (int64_t k = 0; k < steps && columns < width; k++)
        memset(to + k * width + columns, 0, (size_t)(width - columns) * sizeof *to);
}

void packed_fill(const struct packed *packed, const real *b, ptrdiff_t ldb, struct share panels)
{
    const int64_t width = packed->width;
    for (int64_t p = panels.first; p < panels.first + panels.count; p++)
        packed_fill_piece(packed->data + p * packed->k * width, width, b + p * width * ldb, ldb,
                          packed->k, panel_columns(packed, p));
}

int64_t packed_group(const struct packed *packed, int64_t m)
{
    return m == 1 ? product_kernels_get()->tile->panels[packed->vectors] : 1;
}

static struct tile first_tile(const struct packed_product *p, int64_t row, int64_t panel, int64_t k,
                              int64_t steps)
{
    const struct packed *packed = p->packed;
    const int64_t width = packed->width;
    const ptrdiff_t column = packed->c_first + panel * packed->c_panel;
    struct tile tile = {
        .a = p->a + row * p->lda + k,
        .a_row = p->lda,
        .b = packed->data ? packed_panel(packed, panel) + k * width : NULL,
        .b_step = width,
        .b_panel = packed->k * width,
        .c = p->c + row * p->ldc + column,
        .c_row = p->ldc,
        .c_gap = packed->c_gap,
        .c_panel = packed->c_panel,
        .steps = smaller(steps, packed->k - k),
        .runs = 1,
    };
    block_start_from(&tile, k == 0 && p->start ? p->start + column : NULL);
    return tile;
}

/* A single row takes several panels at once; a last one that is not whole goes by itself. */
static void multiply_row(const struct packed_product *p)
{
    const struct packed *packed = p->packed;
    const int64_t end = p->first + p->count;
    const int whole = panel_columns(packed, end - 1) == packed->width;
    struct tile tile = first_tile(p, 0, p->first, 0, packed->k);
    block_run_row(&tile, packed->vectors, whole ? p->count : p->count - 1);
    if (!whole) {
        tile = first_tile(p, 0, end - 1, 0, packed->k);
        block_run(&tile, &(struct block){ .rows = 1, .columns = panel_columns(packed, end - 1) });
    }
}

/* Pieces are about equal, and whole vectors long but for the last; k is 1 or more. */
static int64_t piece_steps(int64_t k)
{
    const int64_t lanes = (k + PIECE_K - 1) / PIECE_K * BLOCK_LANES;
    return (k + lanes - 1) / lanes * BLOCK_LANES;
}

/* Each piece of B is packed, then all rows are multiplied with it. */
static void multiply_unpacked(const struct packed_product *p)
{
    const struct packed *packed = p->packed;
    const int64_t width = packed->width;
    const int64_t steps = packed->k ? piece_steps(packed->k) : 1;
    _Alignas(64) real piece[PIECE_K * BLOCK_WIDTH];
    for (int64_t panel = p->first; panel < p->first + p->count; panel++)
        for (int64_t k = 0; k < packed->k; k += steps) {
            const int64_t columns = panel_columns(packed, panel);
            struct tile tile = first_tile(p, 0, panel, k, steps);
            packed_fill_piece(piece, width, p->b + panel * width * p->ldb + k, p->ldb, tile.steps,
                              columns);
            tile.b = piece;
            block_run(&tile, &(struct block){ .rows = p->m, .columns = columns });
        }
}

/* The piece that is needed after the one that begins with panel `panel`'s step `k`. */
static const real *piece_after(const struct packed_product *p, int64_t row, int64_t panel,
                               int64_t k, int64_t steps)
{
    const struct packed *packed = p->packed;
    if (k + steps < packed->k)
        return packed_panel(packed, panel) + (k + steps) * packed->width;
    if (panel + 1 < p->first + p->count)
        return packed_panel(packed, panel + 1);
    return row + BLOCK_M < p->m ? packed_panel(packed, p->first) : p->next;
}

/* The rows of a single tile read B once: no need to cut k. */
static int64_t steps_of(const struct packed_product *p)
{
    const struct packed *packed = p->packed;
    if (p->m <= product_kernels_get()->tile->rows[packed->vectors])
        return packed->k;
    return native_piece(packed->k, native_most_k(p->m, (int64_t)packed_size(packed)));
}

static void multiply_packed(const struct packed_product *p)
{
    const int64_t k_end = p->packed->k, steps = steps_of(p);
    for (int64_t row = 0; row < p->m; row += BLOCK_M)
        for (int64_t panel = p->first; panel < p->first + p->count; panel++)
            for (int64_t k = 0; k < k_end; k += steps) {
                const struct tile tile = first_tile(p, row, panel, k, steps);
                block_run(&tile, &(struct block){ .rows = smaller(BLOCK_M, p->m - row),
                                                  .columns = panel_columns(p->packed, panel),
                                                  .next = piece_after(p, row, panel, k, steps),
                                                  .next_reals = tile.steps * tile.b_step });
            }
}

void packed_multiply(const struct packed_product *p)
{
    if (!p->packed->data)
        multiply_unpacked(p);
    else if (p->m == 1 && p->count > 0)
        multiply_row(p);
    else
        multiply_packed(p);
}
