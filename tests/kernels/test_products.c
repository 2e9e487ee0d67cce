/* SPDX-License-Identifier: MIT */
/*
 * Products of both backends against loops in double precision, for all small shapes with sizes
 * of 0 and 1, and some larger ones. Operands have slack at the end of their rows: NaN in A and B,
 * which must not be read, and marks in C, which must stay. A sum of k terms below 1 may err by k
 * eps.
 */
#include "blas/products.h"
#include "kernels/native.h"
#include "layers/noise.h"
#include "support/assert.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLACK 3
#define MARK 12345

#ifdef SEQNET_DOUBLE
#define EPSILON DBL_EPSILON
#else
#define EPSILON FLT_EPSILON
#endif

enum form { NT, NN, TN };

struct matrix {
    int64_t rows, columns, ld;
    real *values;
};

static struct matrix matrix_new(int64_t rows, int64_t columns, uint64_t stream, real slack)
{
    struct matrix m = { rows, columns, columns + SLACK, NULL };
    m.values = malloc((size_t)(rows * m.ld + PRODUCT_SLACK) * sizeof *m.values);
    assert_non_null(m.values);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < m.ld; j++)
            m.values[i * m.ld + j] =
                j < columns ? noise(stream, (uint64_t)(i * columns + j)) : slack;
    return m;
}

static double element(const struct matrix *m, int64_t i, int64_t j, int transposed)
{
    return (double)(transposed ? m->values[j * m->ld + i] : m->values[i * m->ld + j]);
}

static void check_element(enum form form, const struct matrix *a, const struct matrix *b, int64_t i,
                          int64_t j, int64_t k, double start, real actual)
{
    double sum = start, magnitude = fabs(start);
    for (int64_t l = 0; l < k; l++) {
        const double term = element(a, i, l, form == TN) * element(b, l, j, form == NT);
        sum += term;
        magnitude += fabs(term);
    }
    const real expected = (real)sum;
    assert_all_close(&actual, &expected, 1, EPSILON, 2 * EPSILON * magnitude);
}

static const struct products *backend;
static real *workspace;
static int64_t whole;

static void run_product(enum form form, const struct product *p)
{
    void (*const functions[])(const struct product *) = { backend->nt, backend->nn, backend->tn };
    functions[form](p);
}

static void check(enum form form, int64_t m, int64_t n, int64_t k, int accumulate)
{
    struct matrix a = form == TN ? matrix_new(k, m, 1, (real)NAN) : matrix_new(m, k, 1, (real)NAN);
    struct matrix b = form == NT ? matrix_new(n, k, 2, (real)NAN) : matrix_new(k, n, 2, (real)NAN);
    struct matrix c = matrix_new(m, n, 3, MARK), start = matrix_new(m, n, 3, MARK);
    for (int64_t i = 0; i < m * c.ld && !accumulate; i++)
        if (i % c.ld < n)
            c.values[i] = (real)NAN;
    run_product(form, &(struct product){ m, n, k, a.values, a.ld, b.values, b.ld, c.values, c.ld,
                                         accumulate, .whole = whole, .workspace = workspace });
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++)
            check_element(form, &a, &b, i, j, k, accumulate ? element(&start, i, j, 0) : 0,
                          c.values[i * c.ld + j]);
        for (int64_t j = n; j < c.ld; j++)
            assert_true(c.values[i * c.ld + j] == MARK);
    }
    free(a.values), free(b.values), free(c.values), free(start.values);
}

static void check_backend(enum form form)
{
    const int64_t small[] = { 0, 1, 2, 3, 5, 8, 17 };
    const int64_t large[][3] = { { 33, 70, 129 }, { 1, 200, 300 }, { 150, 1, 90 }, { 64, 64, 1 } };
    const size_t count = sizeof small / sizeof *small;
    for (int accumulate = 0; accumulate < 2; accumulate++) {
        for (size_t i = 0; i < count * count * count; i++)
            check(form, small[i / count / count], small[i / count % count], small[i % count],
                  accumulate);
        for (size_t i = 0; i < sizeof large / sizeof *large; i++)
            check(form, large[i][0], large[i][1], large[i][2], accumulate);
    }
}

static void check_shapes(enum form form)
{
    _Alignas(64) static real memory[NATIVE_WORKSPACE];
    backend = &blas_products;
    check_backend(form);
    backend = &native_products;
    check_backend(form);
    workspace = memory;
    check_backend(form);
    workspace = NULL;
    whole = INT64_MAX; /* as parts of a matrix that no cache holds */
    check_backend(form);
    whole = 0;
}

static void a_times_b_transposed(void **state)
{
    (void)state;
    check_shapes(NT);
}

static void a_times_b(void **state)
{
    (void)state;
    check_shapes(NN);
}

static void a_transposed_times_b(void **state)
{
    (void)state;
    check_shapes(TN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_times_b_transposed),
        cmocka_unit_test(a_times_b),
        cmocka_unit_test(a_transposed_times_b),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
