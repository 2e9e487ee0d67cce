/* SPDX-License-Identifier: MIT */
/* Learning rate schedules against their formulas; plateau cases as torch 2.13 decides them. */
#include "support/assert.h"

#include "train/schedule.h"

#include <math.h>

static const struct plateau fresh = { .best = INFINITY, .factor = 1 };

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-14 + 1e-12 * fabs(expected)))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static struct schedule make(int32_t kind, int64_t period, double gamma, double least)
{
    struct schedule schedule;
    seqnet_trainer_options options = SEQNET_TRAINER_OPTIONS_INIT;
    options.schedule = kind;
    options.period = period;
    options.gamma = gamma;
    options.min_learning_rate = least;
    schedule_init(&schedule, &options, 0.1);
    return schedule;
}

static void test_defaults(void **state)
{
    (void)state;
    assert_true(make(SEQNET_STEP, 5, 0, 0).gamma == 0.1);
    assert_true(make(SEQNET_PLATEAU, 0, 0, 0).gamma == 0.1);
    assert_true(make(SEQNET_EXPONENTIAL, 0, 0, 0).gamma == 0.999);
    assert_int_equal(make(SEQNET_PLATEAU, 0, 0, 0).patience, 10);
}

static void test_constant(void **state)
{
    (void)state;
    const struct schedule schedule = make(SEQNET_CONSTANT, 0, 0, 0);
    assert_true(schedule_rate(&schedule, &fresh, 0) == 0.1);
    assert_true(schedule_rate(&schedule, &fresh, INT64_C(1) << 60) == 0.1);
}

static void test_step(void **state)
{
    (void)state;
    const double expected[] = { 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125 };
    const struct schedule schedule = make(SEQNET_STEP, 3, 0.5, 0);
    for (int64_t u = 0; u < 10; u++)
        assert_near(schedule_rate(&schedule, &fresh, u), expected[u]);
    assert_near(schedule_rate(&schedule, &fresh, 300), 0.1 * pow(0.5, 100));
}

static void test_exponential(void **state)
{
    (void)state;
    const struct schedule schedule = make(SEQNET_EXPONENTIAL, 0, 0.9, 0);
    double expected = 0.1;
    for (int64_t u = 0; u < 50; u++, expected *= 0.9)
        assert_near(schedule_rate(&schedule, &fresh, u), expected);
}

static void test_cosine(void **state)
{
    (void)state;
    const double expected[] = { 0.1,
                                0.0965745789630079,
                                0.08681980515339463,
                                0.07222075445642905,
                                0.055,
                                0.03777924554357096,
                                0.023180194846605363,
                                0.013425421036992097,
                                0.01,
                                0.01,
                                0.01 };
    const struct schedule schedule = make(SEQNET_COSINE, 8, 0, 0.01);
    for (int64_t u = 0; u <= 10; u++)
        assert_near(schedule_rate(&schedule, &fresh, u), expected[u]);
}

/* Warm-up rises in equal steps and hands over to the schedule's own first update. */
static void test_warmup(void **state)
{
    (void)state;
    static const int32_t kinds[] = { SEQNET_CONSTANT, SEQNET_STEP, SEQNET_EXPONENTIAL,
                                     SEQNET_COSINE, SEQNET_PLATEAU };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct schedule plain = make(kinds[i], 3, 0.5, 0.01);
        struct schedule warm = plain;
        warm.warmup = 4;
        for (int64_t u = 0; u < 4; u++)
            assert_near(schedule_rate(&warm, &fresh, u), 0.1 * (double)(u + 1) / 5);
        for (int64_t u = 0; u < 12; u++)
            assert_near(schedule_rate(&warm, &fresh, u + 4), schedule_rate(&plain, &fresh, u));
    }
}

struct report {
    double loss, rate; /* rate after it */
};

static struct plateau check_reports(const struct schedule *schedule, const struct report *reports,
                                    size_t count)
{
    struct plateau plateau;
    plateau_init(&plateau);
    for (size_t i = 0; i < count; i++) {
        plateau_report(&plateau, schedule, reports[i].loss);
        assert_near(schedule_rate(schedule, &plateau, (int64_t)i), reports[i].rate);
    }
    return plateau;
}

static void test_plateau(void **state)
{
    (void)state;
    static const struct report reports[] = {
        { 1.0, 0.1 },   { 0.5, 0.1 },       { 0.49996, 0.1 }, /* too little to be better */
        { 0.5, 0.1 },   { 0.6, 0.05 },      { 0.4, 0.05 },    { NAN, 0.05 },
        { 0.41, 0.05 }, { 0.40, 0.025 },    { 0.4, 0.025 },   { 0.4, 0.025 },
        { 0.4, 0.02 },  { INFINITY, 0.02 }, { 0.4, 0.02 },    { 0.4, 0.02 },
        { 0.4, 0.02 },  { 0.39, 0.02 },     { 0.4, 0.02 },    { 0.4, 0.02 },
    };
    struct schedule schedule = make(SEQNET_PLATEAU, 0, 0.5, 0.02);
    schedule.patience = 2;
    const struct plateau end = check_reports(&schedule, reports, sizeof reports / sizeof *reports);
    assert_true(end.best == 0.39);
    assert_int_equal(end.bad, 2);
}

/* Rates that differ by 1e-8 or less are the same. */
static void test_plateau_stops(void **state)
{
    (void)state;
    static const struct report reports[] = {
        { 1, 4e-8 }, { 1, 4e-8 }, { 1, 2e-8 }, { 1, 2e-8 }, { 1, 2e-8 }, { 1, 2e-8 }, { 1, 2e-8 },
    };
    struct schedule schedule = make(SEQNET_PLATEAU, 0, 0.5, 0);
    schedule.patience = 1;
    schedule.learning_rate = 4e-8;
    check_reports(&schedule, reports, sizeof reports / sizeof *reports);
}

/* A copied state goes on as the original, and a new one is finite. */
static void test_plateau_state(void **state)
{
    (void)state;
    struct schedule schedule = make(SEQNET_PLATEAU, 0, 0.5, 0);
    struct plateau plateau;
    schedule.patience = 2;
    plateau_init(&plateau);
    assert_true(isfinite(plateau.best) && plateau.factor == 1 && plateau.bad == 0);
    for (int i = 0; i < 3; i++)
        plateau_report(&plateau, &schedule, 2);
    const struct plateau saved = plateau;
    struct plateau resumed = { .best = saved.best, .factor = saved.factor, .bad = saved.bad };
    plateau_report(&plateau, &schedule, 2);
    plateau_report(&resumed, &schedule, 2);
    assert_near(schedule_rate(&schedule, &plateau, 9), 0.05);
    assert_near(schedule_rate(&schedule, &resumed, 9), 0.05);
}

static void test_reports_to_other_schedules(void **state)
{
    (void)state;
    const struct schedule schedule = make(SEQNET_EXPONENTIAL, 0, 0.5, 0);
    struct plateau plateau, before;
    plateau_init(&plateau);
    before = plateau;
    for (int i = 0; i < 100; i++)
        plateau_report(&plateau, &schedule, 1);
    assert_same_bytes(&plateau, &before, sizeof plateau);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),      cmocka_unit_test(test_constant),
        cmocka_unit_test(test_step),          cmocka_unit_test(test_exponential),
        cmocka_unit_test(test_cosine),        cmocka_unit_test(test_warmup),
        cmocka_unit_test(test_plateau),       cmocka_unit_test(test_plateau_stops),
        cmocka_unit_test(test_plateau_state), cmocka_unit_test(test_reports_to_other_schedules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
