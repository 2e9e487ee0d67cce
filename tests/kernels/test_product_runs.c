/* SPDX-License-Identifier: MIT */
/*
 * Native products whose operands come in runs or in panels give the bits of those whose operands
 * are in one piece, and leave alone what is between the runs of C.
 */
#include "kernels/native.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <stdlib.h>
#include <string.h>

#define MARK ((real)0.001)

struct shape {
    int64_t m, n, k, runs, a_jump, other_jump;
};

/* Runs as of gates; runs longer than a block; one row; columns that are no whole vectors. */
static const struct shape shapes[] = {
    { 20, 70, 32, 12, 32, 0 }, { 64, 64, 16, 40, 48, 32 }, { 5, 130, 300, 2, 7, 3 },
    { 1, 33, 16, 9, 16, 16 },  { 2, 1, 3, 2, 1, 1 },       { 250, 19, 5, 3, 0, 0 },
    { 7, 20, 800, 3, 2, 2 },
};

static real *numbers(int64_t count, uint64_t stream)
{
    return noise_new(count + PRODUCT_SLACK, stream);
}

static real *marks(int64_t count)
{
    real *values = numbers(count, 0);
    for (int64_t i = 0; i < count; i++)
        values[i] = MARK;
    return values;
}

/* Row r of the pieces is row r + r / run * jump of all. */
static real *pieces(const real *all, int64_t rows, int64_t columns, int64_t run, int64_t jump)
{
    real *values = numbers(rows * columns, 0);
    for (int64_t r = 0; r < rows; r++)
        memcpy(values + r * columns, all + (r + r / run * jump) * columns,
               (size_t)columns * sizeof *values);
    return values;
}

/* The same of columns. */
static real *column_pieces(const real *all, int64_t rows, int64_t columns, int64_t run, int64_t ld)
{
    const int64_t jump = ld / (columns / run) - run;
    real *values = numbers(rows * columns, 0);
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            values[r * columns + c] = all[r * ld + c + c / run * jump];
    return values;
}

/* B (k, n) in panels as wide as the widest tile. */
static real *panels(const real *b, int64_t k, int64_t n, int64_t width)
{
    const int64_t count = (n + width - 1) / width;
    real *values = numbers(count * k * width, 0);
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < k; i++)
            values[(j / width * k + i) * width + j % width] = b[i * n + j];
    return values;
}

static void summed_in_runs(const struct shape *s, int accumulate, int64_t whole)
{
    const int64_t width = packed_columns(1, 1).width;
    const int64_t all_k = s->runs * (s->k + s->other_jump), k = s->runs * s->k;
    const int64_t lda = s->runs * (s->k + s->a_jump);
    real *a = numbers(s->m * lda, 1), *b = numbers(all_k * s->n, 2);
    real *one_a = column_pieces(a, s->m, k, s->k, lda);
    real *one_b = pieces(b, k, s->n, s->k, s->other_jump);
    real *wide = panels(b, all_k, s->n, width);
    real *expected = numbers(s->m * s->n, 3), *actual = numbers(s->m * s->n, 3);
    real *packed = numbers(s->m * s->n, 3);
    struct product p = { .m = s->m,
                         .n = s->n,
                         .k = k,
                         .a = one_a,
                         .lda = k,
                         .b = one_b,
                         .ldb = s->n,
                         .c = expected,
                         .ldc = s->n,
                         .accumulate = accumulate };
    native_products.nn(&p);
    p.k = s->k, p.runs = s->runs, p.a_jump = s->a_jump, p.b_jump = s->other_jump;
    p.a = a, p.lda = lda, p.b = b, p.c = actual, p.whole = whole;
    native_products.nn(&p);
    assert_memory_equal(actual, expected, (size_t)(s->m * s->n) * sizeof *actual);
    p.b = wide, p.ldb = width, p.b_panel = all_k * width, p.c = packed;
    native_products.nn(&p);
    assert_memory_equal(packed, expected, (size_t)(s->m * s->n) * sizeof *actual);
    free(a), free(b), free(one_a), free(one_b), free(wide);
    free(expected), free(actual), free(packed);
}

static void rows_in_runs(const struct shape *s, int accumulate, int64_t whole, real *workspace)
{
    const int64_t lda = s->runs * (s->m + s->a_jump);
    const int64_t rows = s->runs * (s->m + s->other_jump);
    real *a = numbers(s->k * lda, 1), *b = numbers(s->k * s->n, 2);
    real *expected = marks(rows * s->n), *actual = marks(rows * s->n);
    struct product p = { .m = s->m,
                         .n = s->n,
                         .k = s->k,
                         .a = a,
                         .lda = lda,
                         .b = b,
                         .ldb = s->n,
                         .c = expected,
                         .ldc = s->n,
                         .accumulate = accumulate,
                         .whole = whole,
                         .workspace = workspace };
    for (int64_t run = 0; run < s->runs; run++) {
        native_products.tn(&p);
        p.a += s->m + s->a_jump;
        p.c += (s->m + s->other_jump) * s->n;
    }
    p.a = a, p.c = actual;
    p.runs = s->runs, p.a_jump = s->a_jump, p.c_jump = s->other_jump;
    native_products.tn(&p);
    assert_memory_equal(actual, expected, (size_t)(rows * s->n) * sizeof *actual);
    for (int64_t i = 0; i < rows * s->n; i++)
        assert_true((i / s->n % (s->m + s->other_jump) < s->m) != (actual[i] == MARK));
    free(a), free(b), free(expected), free(actual);
}

static void sums(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int accumulate = 0; accumulate < 2; accumulate++) {
            summed_in_runs(&shapes[i], accumulate, 0);
            summed_in_runs(&shapes[i], accumulate, INT64_MAX);
        }
}

static void rows(void **state)
{
    (void)state;
    _Alignas(64) static real workspace[NATIVE_WORKSPACE];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int accumulate = 0; accumulate < 2; accumulate++) {
            rows_in_runs(&shapes[i], accumulate, INT64_MAX, NULL);
            rows_in_runs(&shapes[i], accumulate, 0, workspace);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(sums), cmocka_unit_test(rows) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
