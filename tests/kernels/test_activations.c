/* SPDX-License-Identifier: MIT */
/*
 * exp, sigmoid and tanh of every instruction set: errors over all floats in units in the last
 * place, limits, and the same bits from the vector body and the scalar tail of a loop.
 */
#include "kernels/probe.h"
#include "support/assert.h"

#include <math.h>
#include <string.h>

static probe_function *const *table_of(enum isa isa)
{
    switch (isa) {
#ifdef SEQNET_HAVE_AVX512
    case ISA_AVX512:
        return probe_table_avx512;
#endif
#ifdef SEQNET_HAVE_AVX2
    case ISA_AVX2:
        return probe_table_avx2;
#endif
    default:
        return probe_table_baseline;
    }
}

static double exact(enum probe_id id, double x)
{
    if (id == PROBE_EXP)
        return exp(x);
    if (id == PROBE_TANH)
        return tanh(x);
    return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

/* |actual - expected| in units of the last place of a float of the size of `expected`. */
static double ulps(float actual, double expected)
{
    int exponent;
    if ((double)actual == expected || (isinf(actual) && expected > 3.4028235677973366e38))
        return 0;
    frexp(expected, &exponent);
    return fabs((double)actual - expected) / ldexp(1, exponent < -125 ? -149 : exponent - 24);
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Sigmoids too small for a normal number. */
static int may_be_zero(enum probe_id id, double expected)
{
    return id == PROBE_SIGMOID && expected < 0x1p-126;
}

/* Every `stride`-th float from zero to infinity, of both signs. */
static double worst_error(probe_function *probe, enum probe_id id, float *where)
{
    enum { BLOCK = 1024, STRIDE = 1499 };
    double worst = 0;
    float x[BLOCK], y[BLOCK];
    for (uint32_t bits = 0; bits < 0x7F800000u;) {
        size_t count = 0;
        for (; count < BLOCK && bits < 0x7F800000u; bits += STRIDE) {
            x[count++] = float_of(bits);
            x[count++] = -float_of(bits);
        }
        probe(x, y, count);
        for (size_t i = 0; i < count; i++) {
            const double expected = exact(id, (double)x[i]);
            const double error = may_be_zero(id, expected) && y[i] >= 0 && y[i] < 0x1p-126f
                                     ? 0
                                     : ulps(y[i], expected);
            if (error > worst || isnan(error)) {
                worst = error;
                *where = x[i];
            }
        }
    }
    return worst;
}

/* Bounds in units in the last place; found: 1.01, 2.31 and 2.46. */
static const double bounds[PROBE_COUNT] = { 1.25, 2.5, 3 };
static const char *const names[PROBE_COUNT] = { "exp", "sigmoid", "tanh" };

static void errors_are_small(void **state)
{
    (void)state;
    for (int isa = 0; isa < ISA_COUNT; isa++)
        for (int id = 0; id < PROBE_COUNT && isa_available((enum isa)isa); id++) {
            float where = 0;
            const double worst =
                worst_error(table_of((enum isa)isa)[id], (enum probe_id)id, &where);
            print_message("%8s %-8s %.3f ulp at %.9g\n", isa_name((enum isa)isa), names[id], worst,
                          (double)where);
            assert_true(worst <= bounds[id]);
        }
}

static float one(enum isa isa, enum probe_id id, float x)
{
    float y = NAN;
    table_of(isa)[id](&x, &y, 1);
    return y;
}

static void limits_are_exact(void **state)
{
    (void)state;
    const float large[] = { 1e4f, 1e30f, 3.4e38f, INFINITY };
    for (int i = 0; i < ISA_COUNT; i++) {
        const enum isa isa = (enum isa)i;
        if (!isa_available(isa))
            break;
        assert_true(one(isa, PROBE_EXP, 0) == 1 && one(isa, PROBE_EXP, -0.0f) == 1);
        assert_true(one(isa, PROBE_SIGMOID, 0) == 0.5f && one(isa, PROBE_SIGMOID, -0.0f) == 0.5f);
        assert_true(one(isa, PROBE_TANH, 0) == 0 && one(isa, PROBE_TANH, -0.0f) == 0);
        assert_true(one(isa, PROBE_SIGMOID, 88) == 1 && one(isa, PROBE_TANH, 88) == 1);
        assert_true(one(isa, PROBE_TANH, -88) == -1);
        assert_true(one(isa, PROBE_SIGMOID, -88) > 0 && one(isa, PROBE_SIGMOID, -88) < 1e-37f);
        assert_true(isfinite(one(isa, PROBE_EXP, 88)) && one(isa, PROBE_EXP, -88) > 0);
        for (int j = 0; j < 4; j++) {
            assert_true(isinf(one(isa, PROBE_EXP, large[j])));
            assert_true(one(isa, PROBE_EXP, -large[j]) == 0);
            assert_true(one(isa, PROBE_SIGMOID, large[j]) == 1);
            assert_true(one(isa, PROBE_SIGMOID, -large[j]) == 0);
            assert_true(one(isa, PROBE_TANH, large[j]) == 1);
            assert_true(one(isa, PROBE_TANH, -large[j]) == -1);
        }
        for (int id = 0; id < PROBE_COUNT; id++) {
            assert_true(isnan(one(isa, (enum probe_id)id, NAN)));
            assert_true(isnan(one(isa, (enum probe_id)id, -NAN)));
        }
    }
}

/* Whatever its length, a loop gives for each element what it gives for that element alone. */
static void body_and_tail_agree(void **state)
{
    (void)state;
    enum { MOST = 67 };
    float x[MOST], y[MOST];
    for (int i = 0; i < MOST; i++)
        x[i] = (float)(i - MOST / 2) * 0.37f;
    x[5] = NAN, x[9] = INFINITY, x[20] = -INFINITY, x[33] = 1e-40f, x[50] = -95;
    for (int isa = 0; isa < ISA_COUNT && isa_available((enum isa)isa); isa++)
        for (int id = 0; id < PROBE_COUNT; id++)
            for (size_t length = 1; length <= MOST; length++) {
                table_of((enum isa)isa)[id](x, y, length);
                for (size_t i = 0; i < length; i++) {
                    const float alone = one((enum isa)isa, (enum probe_id)id, x[i]);
                    if (!isnan(alone) || !isnan(y[i]))
                        assert_same_bytes(&y[i], &alone, sizeof alone);
                }
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_small),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(body_and_tail_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
