/* SPDX-License-Identifier: MIT */
#include "support/assert.h"

#include <seqnet/error.h>

#include <math.h>
#include <string.h>

/* How far an element is outside its tolerance: <= 0 is close; NaN and unequal infinities never. */
static double excess(double actual, double expected, double rtol, double atol)
{
    if (isnan(actual) || isnan(expected))
        return INFINITY;
    if (isinf(actual) || isinf(expected))
        return actual == expected ? 0.0 : INFINITY;
    return fabs(actual - expected) - (atol + rtol * fabs(expected));
}

static void print_element(const char *word, size_t i, double actual, double expected)
{
    print_error("  %s [%zu]: actual %.9g, expected %.9g, difference %.3g\n", word, i, actual,
                expected, fabs(actual - expected));
}

void assert_all_close_at(const real *actual, const real *expected, size_t count, double rtol,
                         double atol, const char *file, int line)
{
    size_t bad = 0, first = 0, worst = 0;
    double worst_excess = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double over = excess((double)actual[i], (double)expected[i], rtol, atol);
        if (over <= 0.0)
            continue;
        if (bad++ == 0)
            first = i;
        if (over > worst_excess) {
            worst_excess = over;
            worst = i;
        }
    }
    if (bad == 0)
        return;
    print_error("%zu of %zu elements differ by more than %g + %g * |expected|\n", bad, count, atol,
                rtol);
    print_element("first", first, (double)actual[first], (double)expected[first]);
    print_element("worst", worst, (double)actual[worst], (double)expected[worst]);
    _fail(file, line);
}

double largest_difference(const real *actual, const real *expected, size_t count)
{
    double largest = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double difference = fabs((double)actual[i] - (double)expected[i]);
        if (difference > largest || isnan(difference))
            largest = difference;
        if (isnan(largest))
            break;
    }
    return largest;
}

void assert_ok_at(int32_t code, const char *call, const char *file, int line)
{
    if (code == SEQNET_OK)
        return;
    print_error("%s\n  gave %s: %s\n", call, seqnet_error_name(code), seqnet_error_message());
    _fail(file, line);
}

void assert_error_at(int32_t actual, int32_t code, const char *part, const char *call,
                     const char *file, int line)
{
    if (actual != code) {
        print_error("%s\n  gave %s, expected %s; message: \"%s\"\n", call,
                    seqnet_error_name(actual), seqnet_error_name(code), seqnet_error_message());
        _fail(file, line);
    }
    if (!strstr(seqnet_error_message(), part)) {
        print_error("%s\n  said \"%s\", which does not contain \"%s\"\n", call,
                    seqnet_error_message(), part);
        _fail(file, line);
    }
}

void assert_same_bytes_at(const void *actual, const void *expected, size_t bytes, const char *file,
                          int line)
{
    const unsigned char *a = actual, *e = expected;
    size_t i = 0;
    while (i < bytes && a[i] == e[i])
        i++;
    if (i == bytes)
        return;
    print_error("byte %zu of %zu (float %zu) is %02x, expected %02x\n", i, bytes, i / sizeof(float),
                (unsigned)a[i], (unsigned)e[i]);
    _fail(file, line);
}
