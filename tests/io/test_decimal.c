/* SPDX-License-Identifier: MIT */
#include "core/random.h"
#include "io/decimal.h"
#include "io/scratch.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void assert_text(float value, const char *text)
{
    char written[DECIMAL_BYTES];
    decimal_write(value, written);
    assert_string_equal(written, text);
}

static void check_texts(void)
{
    assert_text(0.1f, "0.1");
    assert_text(0.08f, "0.08");
    assert_text(-2.5f, "-2.5");
    assert_text(1.0f, "1");
    assert_text(0.333333343f, "0.33333334");
    assert_text(1e-8f, "1e-08");
    assert_text(16777216.0f, "16777216");
}

static void writes_the_shortest_text(void **state)
{
    (void)state;
    check_texts();
}

static void check_round_trip(float value)
{
    char text[DECIMAL_BYTES];
    float again = NAN;
    decimal_write(value, text);
    assert_null(strchr(text, ','));
    assert_true(decimal_read(text, &again));
    assert_memory_equal(&again, &value, sizeof value);
}

/* Every finite float is as likely as the next: random bits, and the borders. */
static void check_round_trips(void)
{
    const float borders[] = { 0.0f,         -0.0f,       FLT_MIN,   FLT_MAX,          -FLT_MAX,
                              FLT_TRUE_MIN, FLT_EPSILON, 0x1p-126f, 0x1.fffffep-127f, 0x1p24f,
                              1e10f,        1e22f,       1e23f,     1e-22f,           1e-23f };
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++)
        check_round_trip(borders[i]);
    for (uint64_t i = 0; i < 100000; i++) {
        const uint32_t bits = random_philox(7, i, 0).word[0];
        float value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            check_round_trip(value);
    }
}

static void every_float_comes_back(void **state)
{
    (void)state;
    check_round_trips();
}

static void a_comma_locale_changes_nothing(void **state)
{
    (void)state;
    use_comma_locale();
    check_texts();
    check_round_trips();
}

/* The nearest float, as the C library finds it in the C locale. */
static void reads_as_strtof(void **state)
{
    (void)state;
    const char *const texts[] = { "1",
                                  "1.0",
                                  "0.10000",
                                  "1e5",
                                  "1e+5",
                                  "1e-45",
                                  "3e38",
                                  "0.1e-3",
                                  "00012.50",
                                  "1e-999",
                                  "123456789012345678",
                                  "0e999",
                                  "-1.5e-7",
                                  "1e-46" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const float expected = strtof(texts[i], NULL);
        float value = NAN;
        assert_true(decimal_read(texts[i], &value));
        assert_memory_equal(&value, &expected, sizeof value);
    }
}

static void other_forms_are_refused(void **state)
{
    (void)state;
    const char *const texts[] = { "",
                                  " 1",
                                  "1 ",
                                  "+1",
                                  ".5",
                                  "5.",
                                  "1,5",
                                  "nan",
                                  "inf",
                                  "0x1p3",
                                  "1e",
                                  "1e+",
                                  "e5",
                                  "-",
                                  "--1",
                                  "1.2.3",
                                  "1e1.5",
                                  "1f",
                                  "1E5",
                                  "1e39",
                                  "1e1000",
                                  "1e99999999999999999999",
                                  "1234567890123456789",
                                  "0.1234567890123456789" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        float value;
        if (decimal_read(texts[i], &value))
            fail_msg("\"%s\" was read as a number", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_shortest_text),   cmocka_unit_test(every_float_comes_back),
        scratch_test(a_comma_locale_changes_nothing), cmocka_unit_test(reads_as_strtof),
        cmocka_unit_test(other_forms_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
