/* SPDX-License-Identifier: MIT */
#include "io/decimal.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_DIGITS 18 /* fit uint64_t */
#define MAX_EXPONENT 999

/* ---------------------------------------------------------------- reading */

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A run of digits appended to *number; gives how many there were. */
static int read_digits(const char **at, uint64_t *number, int *digits)
{
    const int before = *digits;
    for (; is_digit(**at) && *digits <= MAX_DIGITS; ++*at, ++*digits)
        *number = *number * 10 + (uint64_t)(**at - '0');
    return *digits - before;
}

/* "e-12" or nothing; 0 for another form. */
static int read_exponent(const char **at, int *exponent)
{
    if (**at != 'e')
        return 1;
    ++*at;
    const int negative = **at == '-';
    if (**at == '-' || **at == '+')
        ++*at;
    int magnitude = 0, digits = 0;
    for (; is_digit(**at) && magnitude <= MAX_EXPONENT; ++*at, ++digits)
        magnitude = magnitude * 10 + (**at - '0');
    *exponent += negative ? -magnitude : magnitude;
    return digits > 0 && magnitude <= MAX_EXPONENT;
}

/*
 * number * 10^exponent: powers up to 10^22 are exact in double, the few roundings beyond are far
 * below a float's.
 */
static double scale(uint64_t number, int exponent)
{
    double value = (double)number;
    for (; exponent > 0 && value < 1e300; exponent--)
        value *= 10.0;
    double divisor = 1.0;
    for (; exponent < 0 && divisor < 1e300; exponent++)
        divisor *= 10.0;
    return value / divisor;
}

int decimal_read(const char *text, float *value)
{
    const char *at = text;
    uint64_t number = 0;
    int digits = 0, exponent = 0;
    const int negative = *at == '-';
    at += negative;
    if (!read_digits(&at, &number, &digits))
        return 0;
    if (*at == '.') {
        ++at;
        const int places = read_digits(&at, &number, &digits);
        if (!places)
            return 0;
        exponent = -places;
    }
    if (!read_exponent(&at, &exponent) || *at || digits > MAX_DIGITS)
        return 0;
    const float magnitude = (float)scale(number, exponent);
    *value = negative ? -magnitude : magnitude;
    return isfinite(magnitude) != 0;
}

/* ---------------------------------------------------------------- writing */

/*
 * printf's text with the locale's decimal separator, which may be several bytes long, as one point.
 */
static void print(float value, int digits, char text[DECIMAL_BYTES])
{
    char printed[64];
    snprintf(printed, sizeof printed, "%.*g", digits, (double)value);
    char *to = text;
    for (const char *from = printed; *from; from++) {
        if (is_digit(*from) || *from == '-' || *from == '+' || *from == 'e')
            *to++ = *from;
        else if (to == text || to[-1] != '.')
            *to++ = '.';
    }
    *to = '\0';
}

void decimal_write(float value, char text[DECIMAL_BYTES])
{
    float again;
    for (int digits = 1; digits <= 9; digits++) {
        print(value, digits, text);
        if (decimal_read(text, &again) && again == value)
            return;
    }
}
