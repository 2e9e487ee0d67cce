/* SPDX-License-Identifier: MIT */
/* Softmax cross entropy: sums, counts, gradients, limits and what is not finite. */
#include "loss_rows.h"

#include <string.h>

#define STRIDE 300

static void check_gaps(const real *x, const struct loss_rows *shape)
{
    for (size_t i = 0; i < shape->rows * shape->stride; i++)
        assert_true(i % shape->stride < shape->size || x[i] == GAP);
}

static double naive_log_sum(const real *row, size_t size)
{
    double top = -INFINITY, sum = 0;
    for (size_t j = 0; j < size; j++)
        top = row[j] > top ? row[j] : top;
    for (size_t j = 0; j < size; j++)
        sum += exp((double)row[j] - top);
    return log(sum) + top;
}

static struct loss_sum naive_cross_entropy(const real *x, const struct loss_rows *shape,
                                           const int32_t *targets)
{
    struct loss_sum sum = { 0 };
    for (size_t r = 0; r < shape->rows; r++) {
        const real *row = x + r * shape->stride;
        size_t best = 0;
        for (size_t j = 1; j < shape->size; j++)
            best = row[j] > row[best] ? j : best;
        if (targets[r] < 0)
            continue;
        sum.loss += naive_log_sum(row, shape->size) - (double)row[targets[r]];
        sum.count++;
        sum.correct += (size_t)targets[r] == best;
    }
    return sum;
}

static void naive_gradient(real *dx, const real *x, const struct loss_rows *shape,
                           const int32_t *targets, double scale)
{
    for (size_t r = 0; r < shape->rows; r++) {
        const double log_sum = naive_log_sum(x + r * shape->stride, shape->size);
        for (size_t j = 0; j < shape->size; j++) {
            const size_t i = r * shape->stride + j;
            const double p = exp((double)x[i] - log_sum), hit = (size_t)targets[r] == j;
            dx[i] = targets[r] < 0 ? 0 : (real)((p - hit) * scale);
        }
        for (size_t j = shape->size; j < shape->stride; j++)
            dx[r * shape->stride + j] = GAP;
    }
}

static void assert_same_sum(const struct loss_sum *actual, const struct loss_sum *expected)
{
    assert_near(actual->loss, expected->loss, RTOL);
    assert_int_equal(actual->count, expected->count);
    assert_int_equal(actual->correct, expected->correct);
}

/* Evaluation and training against the naive sums; both give the same bits. */
static void check_cross_entropy(const struct loss_rows *shape, const int32_t *targets,
                                double spread)
{
    real x[ROWS * STRIDE], copy[ROWS * STRIDE], expected[ROWS * STRIDE];
    struct loss_sum evaluated = { 0 }, trained = { 0 };
    const double scale = 0.25;
    fill(x, shape, spread);
    memcpy(copy, x, sizeof x);
    cross_entropy(x, shape, targets, &evaluated);
    assert_same_bytes(x, copy, shape->rows * shape->stride * sizeof *x);
    const struct loss_sum naive = naive_cross_entropy(x, shape, targets);
    assert_same_sum(&evaluated, &naive);
    naive_gradient(expected, x, shape, targets, scale);
    cross_entropy_gradient(x, shape, targets, scale, &trained);
    assert_same_bytes(&trained, &evaluated, sizeof trained);
    assert_all_close(x, expected, shape->rows * shape->stride, RTOL, RTOL * scale * 1e-3);
    check_gaps(x, shape);
}

static void test_cross_entropy(void **state)
{
    (void)state;
    static const size_t sizes[] = { 2, 3, 15, 16, 17, 65, 256, 257, STRIDE };
    static const double spreads[] = { 0.1, 1, 10, 1000 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t s = 0; s < sizeof spreads / sizeof *spreads; s++) {
            const struct loss_rows shape = { ROWS, sizes[i], STRIDE };
            const int32_t last = (int32_t)sizes[i] - 1;
            const int32_t targets[ROWS] = { last, -1, 0, last / 2, 1 };
            check_cross_entropy(&shape, targets, spreads[s]);
        }
}

static void test_ignored_rows(void **state)
{
    (void)state;
    const struct loss_rows shape = { ROWS, 7, 9 };
    const int32_t targets[ROWS] = { -1, -1, -1, -1, -1 };
    real x[ROWS * 9];
    struct loss_sum sum = { 0 };
    fill(x, &shape, 1);
    x[3] = NAN; /* not read */
    cross_entropy(x, &shape, targets, &sum);
    cross_entropy_gradient(x, &shape, targets, 1, &sum);
    assert_true(sum.loss == 0 && sum.count == 0 && sum.correct == 0);
    for (size_t i = 0; i < ROWS * 9; i++)
        assert_true(x[i] == (i % 9 < 7 ? 0 : GAP));
}

static void test_no_rows(void **state)
{
    (void)state;
    const struct loss_rows shape = { 0, 7, 7 };
    struct loss_sum sum = { 2, 3, 1 };
    cross_entropy(NULL, &shape, NULL, &sum);
    cross_entropy_gradient(NULL, &shape, NULL, 1, &sum);
    assert_true(sum.loss == 2 && sum.count == 3 && sum.correct == 1);
}

static void test_one_class(void **state)
{
    (void)state;
    const struct loss_rows shape = { 3, 1, 1 };
    const int32_t targets[] = { 0, 0, 0 };
    real x[] = { (real)1e4, -3, 0 };
    struct loss_sum sum = { 0 };
    cross_entropy_gradient(x, &shape, targets, 0.5, &sum);
    assert_true(sum.loss == 0 && sum.count == 3 && sum.correct == 3);
    assert_true(x[0] == 0 && x[1] == 0 && x[2] == 0);
}

static struct loss_sum loss_of(const real *row, size_t size, int32_t target)
{
    const struct loss_rows shape = { 1, size, size };
    struct loss_sum sum = { 0 };
    cross_entropy(row, &shape, &target, &sum);
    return sum;
}

static void test_large_logits(void **state)
{
    (void)state;
    const struct loss_rows shape = { 2, 3, 3 };
    const int32_t targets[] = { 0, 1 };
    real x[] = { (real)1e4, (real)-1e4, 0, (real)1e4, (real)-1e4, (real)1e4 };
    const real expected[] = { 0, 0, 0, (real)0.5, -1, (real)0.5 };
    struct loss_sum sum = { 0 };
    assert_true(loss_of(x, 3, 0).loss == 0);
    assert_near(loss_of(x + 3, 3, 1).loss, 2e4 + log(2), 1e-12);
    cross_entropy_gradient(x, &shape, targets, 1, &sum);
    assert_near(sum.loss, 2e4 + log(2), 1e-12);
    assert_all_close(x, expected, 6, 0.0, 0.0);
}

/* A sure and right answer keeps its tiny gradient: p - 1 by subtraction would be zero in float. */
static void test_nearly_sure(void **state)
{
    (void)state;
    const struct loss_rows shape = { 1, 2, 2 };
    const int32_t target = 0;
    const real p = (real)exp(-18);
    real x[] = { 18, 0 };
    const real expected[] = { -p, p };
    struct loss_sum sum = { 0 };
    cross_entropy_gradient(x, &shape, &target, 1, &sum);
    assert_all_close(x, expected, 2, 1e-5, 0.0);
}

static void test_ties(void **state)
{
    (void)state;
    const real x[] = { 1, 5, 5, 2, 5 };
    for (int32_t target = 0; target < 5; target++)
        assert_int_equal(loss_of(x, 5, target).correct, target == 1);
    const real equal[20] = { 0 };
    for (int32_t target = 0; target < 20; target++)
        assert_int_equal(loss_of(equal, 20, target).correct, target == 0);
}

static void test_impossible_classes(void **state)
{
    (void)state;
    const struct loss_rows shape = { 1, 3, 3 };
    const int32_t target = 2;
    real x[] = { -INFINITY, 1, 1 };
    const real expected[] = { 0, (real)0.5, (real)-0.5 };
    struct loss_sum sum = { 0 };
    assert_true(loss_of(x, 3, 0).loss == INFINITY);
    cross_entropy_gradient(x, &shape, &target, 1, &sum);
    assert_near(sum.loss, log(2), 1e-12);
    assert_all_close(x, expected, 3, 0.0, 0.0);
}

/* Wherever it stands, by itself or at the target. */
static void check_bad_logit(real bad, size_t size)
{
    const struct loss_rows shape = { 1, size, STRIDE };
    real x[STRIDE];
    for (size_t place = 0; place < size; place++) {
        fill(x, &shape, 1);
        x[place] = bad;
        for (int32_t target = 0; target < (int32_t)size; target += (int32_t)size / 5 + 1) {
            const struct loss_sum sum = loss_of(x, size, target);
            assert_true(!isfinite(sum.loss));
            assert_int_equal(sum.count, 1);
        }
    }
}

static void test_not_finite(void **state)
{
    (void)state;
    const real impossible[] = { -INFINITY, -INFINITY, -INFINITY };
    static const size_t sizes[] = { 1, 2, 31, 33, 290 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check_bad_logit(NAN, sizes[i]);
        check_bad_logit(INFINITY, sizes[i]);
    }
    assert_true(!isfinite(loss_of(impossible, 3, 1).loss));
}

/* Rows given in two calls add up to the bits of one call. */
static void test_pieces(void **state)
{
    (void)state;
    const struct loss_rows whole = { ROWS, 65, 70 }, head = { 2, 65, 70 }, tail = { 3, 65, 70 };
    const int32_t targets[ROWS] = { 3, -1, 64, 0, 20 };
    real x[ROWS * 70];
    struct loss_sum one = { 0 }, two = { 0 };
    fill(x, &whole, 1);
    cross_entropy(x, &whole, targets, &one);
    cross_entropy(x, &head, targets, &two);
    cross_entropy(x + 2 * head.stride, &tail, targets + 2, &two);
    assert_same_bytes(&two, &one, sizeof one);
}

#ifdef SEQNET_DOUBLE
static double cross_entropy_at(const real *x, const struct loss_rows *shape, const int32_t *targets)
{
    struct loss_sum sum = { 0 };
    cross_entropy(x, shape, targets, &sum);
    return sum.loss / (double)sum.count;
}

/* Every coordinate by central differences. */
static void test_cross_entropy_differences(void **state)
{
    (void)state;
    const struct loss_rows shape = { ROWS, 19, 21 };
    const int32_t targets[ROWS] = { 18, 0, -1, 7, 7 };
    const double step = 1e-6;
    real x[ROWS * 21], gradient[ROWS * 21];
    struct loss_sum sum = { 0 };
    fill(x, &shape, 2);
    memcpy(gradient, x, sizeof x);
    cross_entropy_gradient(gradient, &shape, targets, 1.0 / 4, &sum);
    for (size_t i = 0; i < ROWS * 21; i++) {
        if (i % 21 >= 19)
            continue;
        const real kept = x[i];
        x[i] = kept + step;
        const double above = cross_entropy_at(x, &shape, targets);
        x[i] = kept - step;
        const double below = cross_entropy_at(x, &shape, targets);
        x[i] = kept;
        const double expected = (above - below) / (2 * step);
        assert_all_close(&gradient[i], &expected, 1, 1e-6, 1e-9);
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cross_entropy),
        cmocka_unit_test(test_ignored_rows),
        cmocka_unit_test(test_no_rows),
        cmocka_unit_test(test_one_class),
        cmocka_unit_test(test_large_logits),
        cmocka_unit_test(test_nearly_sure),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_impossible_classes),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_pieces),
#ifdef SEQNET_DOUBLE
        cmocka_unit_test(test_cross_entropy_differences),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
