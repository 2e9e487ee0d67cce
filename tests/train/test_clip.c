/* SPDX-License-Identifier: MIT */
/* Gradient norm, clipping by value and by norm, and what is not finite. */
#include "support/assert.h"

#include "core/random.h"
#include "train/clip.h"

#include <math.h>
#include <string.h>

#define COUNT 5000 /* several blocks and a tail */

static void fill(real *x, size_t count)
{
    for (size_t i = 0; i < count; i++)
        x[i] = random_normal(1, 2, i);
}

static struct clip_sums sums_of(real *x, size_t count, double clip_value)
{
    struct clip_sums sums = { 0 };
    clip_add(&sums, x, count, clip_value);
    return sums;
}

static double naive_norm(const real *x, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)x[i] * (double)x[i];
    return sqrt(sum);
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void test_norm(void **state)
{
    (void)state;
    static real x[COUNT], copy[COUNT];
    static const size_t counts[] = { 0, 1, 15, 16, 17, 2047, 2048, 2049, COUNT };
    fill(x, COUNT);
    memcpy(copy, x, sizeof x);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const struct clip_sums sums = sums_of(x, counts[i], 0);
        assert_near(clip_norm(&sums), naive_norm(x, counts[i]));
    }
    assert_same_bytes(x, copy, sizeof x);
}

static void test_norm_is_global(void **state)
{
    (void)state;
    real a[] = { 2, -1 }, b[] = { 2, 4 }, c[] = { 12 };
    struct clip_sums sums = { 0 };
    clip_add(&sums, a, 2, 0);
    clip_add(&sums, b, 2, 0);
    clip_add(&sums, c, 1, 0);
    assert_true(clip_norm(&sums) == 13);
    assert_true(clip_factor(&sums, 26) == 1);
    assert_true(clip_factor(&sums, 13) == 1);
    assert_true(clip_factor(&sums, 6.5) == 0.5);
    assert_true(clip_factor(&sums, 0) == 1);
    assert_true(clip_factor(&sums, -1) == 1);
}

static void test_large_and_small(void **state)
{
    (void)state;
    real large[] = { (real)3e37, (real)4e37 }, small[] = { (real)3e-30, (real)4e-30 };
    const struct clip_sums of_large = sums_of(large, 2, 0), of_small = sums_of(small, 2, 0);
    assert_true(fabs(clip_norm(&of_large) / 5e37 - 1) < 1e-6);
    assert_true(fabs(clip_norm(&of_small) / 5e-30 - 1) < 1e-6);
}

static void test_clip_by_value(void **state)
{
    (void)state;
    real x[] = { 3, -4, (real)0.5, (real)-0.25, 1, -1, INFINITY, -INFINITY, NAN };
    const real expected[] = { 1, -1, (real)0.5, (real)-0.25, 1, -1, 1, -1 };
    const struct clip_sums sums = sums_of(x, 6, 1);
    assert_near(clip_norm(&sums), sqrt(27.3125));
    assert_near(clip_factor(&sums, 0.5), 0.5 / sqrt(4.3125));
    assert_true(isinf(sqrt(sums_of(x + 6, 2, 1).squares)));
    assert_true(isnan(sums_of(x + 8, 1, 1).squares));
    assert_all_close(x, expected, 8, 0.0, 0.0);
    assert_true(isnan(x[8]));
}

static void test_clip_by_value_everywhere(void **state)
{
    (void)state;
    static real x[COUNT], expected[COUNT];
    fill(x, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        expected[i] = (real)fmax(-0.5, fmin(0.5, (double)x[i]));
    const double before = naive_norm(x, COUNT);
    const struct clip_sums sums = sums_of(x, COUNT, 0.5);
    assert_near(clip_norm(&sums), before);
    assert_near(sqrt(sums.clipped_squares), naive_norm(expected, COUNT));
    assert_all_close(x, expected, COUNT, 0.0, 0.0);
}

/* One number that is not finite shows wherever it stands, with clipping on or off. */
static void check_not_finite(real bad, double clip_value)
{
    static real x[COUNT];
    static const size_t places[] = { 0, 7, 2047, 2048, COUNT - 1 };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        fill(x, COUNT);
        x[places[i]] = bad;
        const struct clip_sums sums = sums_of(x, COUNT, clip_value);
        assert_true(!isfinite(clip_norm(&sums)));
    }
}

static void test_not_finite(void **state)
{
    (void)state;
    for (int clipped = 0; clipped < 2; clipped++) {
        check_not_finite(NAN, clipped);
        check_not_finite(INFINITY, clipped);
        check_not_finite(-INFINITY, clipped);
    }
}

static void test_deterministic(void **state)
{
    (void)state;
    static real storage[COUNT + 16];
    fill(storage, COUNT);
    const double norm = sums_of(storage, COUNT, 0).squares;
    for (size_t shift = 1; shift < 16; shift++) {
        fill(storage + shift, COUNT);
        const double again = sums_of(storage + shift, COUNT, 0).squares;
        assert_same_bytes(&again, &norm, sizeof norm);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_norm),
        cmocka_unit_test(test_norm_is_global),
        cmocka_unit_test(test_large_and_small),
        cmocka_unit_test(test_clip_by_value),
        cmocka_unit_test(test_clip_by_value_everywhere),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_deterministic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
