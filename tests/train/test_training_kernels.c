/* SPDX-License-Identifier: MIT */
/* Softmax rows and gradient kernels as compiled for each instruction set of this machine. */
#include "support/assert.h"

#include "core/random.h"
#include "kernels/training.h"

#include <float.h>
#include <math.h>
#include <string.h>

#ifdef SEQNET_DOUBLE
#define RTOL 1e-14
#define TINY 1e-300
#else
#define RTOL 1e-6
#define TINY 1e-37
#endif

#define MAX_COUNT 10007

static const size_t counts[] = { 1,  2,  3,   15,  16,  17,  31,   32,   33,       47,
                                 64, 65, 255, 256, 257, 511, 1000, 1024, MAX_COUNT };
#define COUNTS (sizeof counts / sizeof *counts)

typedef void check(const struct training_kernels *kernels, size_t count);

static void for_each(check *function)
{
    for (int isa = 0; isa < ISA_COUNT; isa++)
        for (size_t i = 0; i < COUNTS && isa_available((enum isa)isa); i++)
            function(training_kernels_get_isa((enum isa)isa), counts[i]);
}

static void fill(real *x, size_t count, double spread)
{
    for (size_t i = 0; i < count; i++)
        x[i] = (real)(spread * (double)random_normal(3, count, i));
}

static void check_largest(const struct training_kernels *kernels, size_t count)
{
    static real x[MAX_COUNT];
    fill(x, count, 1);
    const size_t places[] = { 0, count / 3, count / 2, count - 1 };
    for (size_t i = 0; i < 4; i++) {
        const real kept = x[places[i]];
        x[places[i]] = 100;
        assert_true(kernels->softmax->largest(x, count) == 100);
        x[places[i]] = INFINITY;
        assert_true(kernels->softmax->largest(x, count) == INFINITY);
        x[places[i]] = kept;
    }
    for (size_t i = 0; i < count; i++)
        x[i] = -INFINITY;
    assert_true(kernels->softmax->largest(x, count) == -INFINITY);
    x[count - 1] = -7;
    assert_true(kernels->softmax->largest(x, count) == -7);
}

static void test_largest(void **state)
{
    (void)state;
    for_each(check_largest);
}

/* Against libm in double, with spreads up to where most terms vanish. */
static void check_exp_sum(const struct training_kernels *kernels, size_t count)
{
    static const double spreads[] = { 0, 1, 10, 100, 3000 };
    static real x[MAX_COUNT], y[MAX_COUNT], expected[MAX_COUNT];
    for (size_t s = 0; s < sizeof spreads / sizeof *spreads; s++) {
        fill(x, count, spreads[s]);
        memcpy(y, x, sizeof x);
        const real top = kernels->softmax->largest(x, count);
        double naive = 0;
        for (size_t i = 0; i < count; i++) {
            expected[i] = (real)exp((double)(x[i] - top));
            naive += exp((double)x[i] - (double)top);
        }
        const double sum = kernels->softmax->exp_sum(x, count, top);
        const double same = kernels->softmax->exp_in_place(y, count, top);
        assert_true(fabs(sum - naive) <= 2 * RTOL * naive);
        assert_same_bytes(&same, &sum, sizeof sum);
        assert_all_close(y, expected, count, RTOL, TINY);
    }
}

static void test_exp_sum(void **state)
{
    (void)state;
    for_each(check_exp_sum);
}

static void check_scale(const struct training_kernels *kernels, size_t count)
{
    static real x[MAX_COUNT], expected[MAX_COUNT];
    fill(x, count, 1);
    for (size_t i = 0; i < count; i++)
        expected[i] = x[i] * (real)0.3;
    kernels->softmax->scale(x, count, (real)0.3);
    assert_same_bytes(x, expected, count * sizeof *x);
}

static void test_scale(void **state)
{
    (void)state;
    for_each(check_scale);
}

/* Other instruction sets give the bits of the baseline. */
static void check_gradient(const struct training_kernels *kernels, size_t count)
{
    const struct gradient_kernels *baseline = training_kernels_get_isa(ISA_BASELINE)->gradient;
    static real x[MAX_COUNT], y[MAX_COUNT];
    fill(x, count, 1e3);
    memcpy(y, x, sizeof x);
    const double sum = kernels->gradient->square_sum(x, count);
    const double expected = baseline->square_sum(x, count);
    assert_same_bytes(&sum, &expected, sizeof sum);
    kernels->gradient->clamp(x, count, (real)0.7);
    baseline->clamp(y, count, (real)0.7);
    assert_same_bytes(x, y, count * sizeof *x);
}

/* The sums of a loop over rows. */
static void check_add_rows(const struct training_kernels *kernels, size_t count)
{
    enum { ROWS = 21 };
    static real x[MAX_COUNT], expected[MAX_COUNT];
    const size_t ld = count / (ROWS + 1), columns = ld - (ld > 0);
    real *const sums = x + ROWS * ld;
    fill(x, count, 1);
    for (size_t j = 0; j < columns; j++) {
        expected[j] = sums[j];
        for (size_t r = 0; r < ROWS; r++)
            expected[j] += x[r * ld + j];
    }
    kernels->gradient->add_rows(sums, x, (ptrdiff_t)ld, ROWS, columns);
    assert_same_bytes(sums, expected, columns * sizeof *x);
}

static void test_gradient(void **state)
{
    (void)state;
    for_each(check_gradient);
    for_each(check_add_rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_largest),
        cmocka_unit_test(test_exp_sum),
        cmocka_unit_test(test_scale),
        cmocka_unit_test(test_gradient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
