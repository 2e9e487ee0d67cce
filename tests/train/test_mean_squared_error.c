/* SPDX-License-Identifier: MIT */
/* Squared error: sums, counts, marks, gradients and what is not finite. */
#include "loss_rows.h"

#include <string.h>

static void test_squared_error(void **state)
{
    (void)state;
    const struct loss_rows shape = { 3, 2, 3 };
    const real values[] = { 1, 2, 9, 9, NAN, NAN, 9, 9, -1, (real)0.5, 9, 9 };
    const int32_t marks[] = { 0, -1, 5 };
    const struct loss_values targets = { values, 4, marks };
    real y[] = { 3, 1, GAP, NAN, 8, GAP, -1, 2, GAP };
    real copy[9];
    const real expected[] = { 2, -1, GAP, 0, 0, GAP, 0, (real)1.5, GAP };
    struct loss_sum evaluated = { 1, 10, 0 }, trained = { 1, 10, 0 };
    memcpy(copy, y, sizeof y);
    mean_squared_error(y, &shape, &targets, &evaluated);
    assert_same_bytes(y, copy, sizeof y);
    assert_true(evaluated.loss == 8.25 && evaluated.count == 14 && evaluated.correct == 0);
    mean_squared_error_gradient(y, &shape, &targets, 0.5, &trained);
    assert_same_bytes(&trained, &evaluated, sizeof trained);
    assert_all_close(y, expected, 9, 0.0, 0.0);
}

static void test_squared_error_without_marks(void **state)
{
    (void)state;
    const struct loss_rows shape = { ROWS, 11, 13 };
    real y[ROWS * 13], t[ROWS * 13], expected[ROWS * 13];
    struct loss_sum sum = { 0 };
    double naive = 0;
    fill(y, &shape, 2);
    for (size_t i = 0; i < ROWS * 13; i++) {
        const int inside = i % 13 < 11;
        t[i] = random_uniform(6, 6, i);
        expected[i] = inside ? (real)(2 * ((double)y[i] - (double)t[i]) * 0.125) : GAP;
        naive += inside ? pow((double)y[i] - (double)t[i], 2) : 0;
    }
    const struct loss_values targets = { t, 13, NULL };
    mean_squared_error_gradient(y, &shape, &targets, 0.125, &sum);
    assert_near(sum.loss, naive, 1e-12);
    assert_int_equal(sum.count, 55);
    assert_all_close(y, expected, ROWS * 13, RTOL, 1e-7);
}

static void test_squared_error_not_finite(void **state)
{
    (void)state;
    static const real bad[] = { NAN, INFINITY, -INFINITY };
    const struct loss_rows shape = { 1, 3, 3 };
    for (size_t i = 0; i < 3; i++) {
        const real fine[] = { 1, 2, 3 }, broken[] = { 1, bad[i], 3 };
        const struct loss_values fine_targets = { fine, 3, NULL };
        const struct loss_values broken_targets = { broken, 3, NULL };
        struct loss_sum outputs = { 0 }, targets = { 0 };
        mean_squared_error(broken, &shape, &fine_targets, &outputs);
        mean_squared_error(fine, &shape, &broken_targets, &targets);
        assert_true(!isfinite(outputs.loss));
        assert_true(!isfinite(targets.loss));
    }
}

#ifdef SEQNET_DOUBLE
static double squared_error_at(const real *y, const struct loss_rows *shape,
                               const struct loss_values *targets)
{
    struct loss_sum sum = { 0 };
    mean_squared_error(y, shape, targets, &sum);
    return sum.loss / (double)sum.count;
}

static void test_squared_error_differences(void **state)
{
    (void)state;
    const struct loss_rows shape = { ROWS, 4, 4 };
    const int32_t marks[ROWS] = { 0, 0, -1, 0, 0 };
    const double step = 1e-6;
    real y[ROWS * 4], t[ROWS * 4], gradient[ROWS * 4];
    struct loss_sum sum = { 0 };
    fill(y, &shape, 1);
    fill(t, &shape, -3);
    const struct loss_values targets = { t, 4, marks };
    memcpy(gradient, y, sizeof y);
    mean_squared_error_gradient(gradient, &shape, &targets, 1.0 / 16, &sum);
    for (size_t i = 0; i < ROWS * 4; i++) {
        const real kept = y[i];
        y[i] = kept + step;
        const double above = squared_error_at(y, &shape, &targets);
        y[i] = kept - step;
        const double below = squared_error_at(y, &shape, &targets);
        y[i] = kept;
        const double expected = (above - below) / (2 * step);
        assert_all_close(&gradient[i], &expected, 1, 1e-6, 1e-8);
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_squared_error),
        cmocka_unit_test(test_squared_error_without_marks),
        cmocka_unit_test(test_squared_error_not_finite),
#ifdef SEQNET_DOUBLE
        cmocka_unit_test(test_squared_error_differences),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
