/* SPDX-License-Identifier: MIT */
/* Numbers of other widths become floats. */
#include "core/random.h"
#include "support/assert.h"

#include <seqnet/tensors.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATTERNS 65536

static void get(seqnet_tensors *tensors, size_t count, float *out)
{
    assert_ok(seqnet_tensors_get(tensors, "x", out, (int64_t)count));
    seqnet_tensors_destroy(tensors);
}

static void set(seqnet_tensors *tensors, int32_t dtype, const void *data, size_t size, size_t count)
{
    seqnet_tensors_entry entry = SEQNET_TENSORS_ENTRY_INIT;
    entry.name = "x";
    entry.dtype = dtype;
    entry.rank = 1;
    entry.shape[0] = (int64_t)count;
    entry.data = data;
    entry.data_bytes = count * size;
    assert_ok(seqnet_tensors_set_entry(tensors, &entry));
}

/* Give a file in memory with a tensor "x" that begins at an odd byte. */
static seqnet_tensors *read_from_an_odd_place(int32_t dtype, const void *data, size_t bytes,
                                              size_t count)
{
    seqnet_tensors *tensors;
    unsigned char *const file = malloc(bytes + 512);
    assert_non_null(file);
    const int length =
        snprintf((char *)file + 8, 504,
                 "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                 "\"x\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[1,%zu]}}",
                 seqnet_dtype_name(dtype), count, bytes + 1);
    const size_t header = 8 + ((size_t)length + 1) / 2 * 2; /* even, so 1 + it is odd */
    memset(file, 0, 8);
    file[0] = (unsigned char)(header - 8);
    file[8 + length] = ' ';
    memcpy(file + header + 1, data, bytes);
    assert_ok(seqnet_tensors_parse(file, header + 1 + bytes, NULL, &tensors));
    free(file);
    return tensors;
}

/* What seqnet_tensors_get makes of `count` elements, whatever their place. */
static void convert(int32_t dtype, const void *data, size_t size, size_t count, float *out)
{
    seqnet_tensors *tensors;
    float *const odd = malloc(count * sizeof *odd);
    assert_non_null(odd);
    assert_ok(seqnet_tensors_create(NULL, &tensors));
    set(tensors, dtype, data, size, count);
    get(tensors, count, out);
    get(read_from_an_odd_place(dtype, data, count * size, count), count, odd);
    assert_same_bytes(odd, out, count * sizeof *odd);
    free(odd);
}

/*
 * The value of a 16-bit float with so many bits of mantissa, by the definition of IEEE 754: a sum
 * of powers of two, nothing of which needs rounding in double.
 */
static double value_of(uint32_t pattern, int mantissa_bits)
{
    const int exponent_bits = 15 - mantissa_bits;
    const int bias = (1 << (exponent_bits - 1)) - 1, top = (1 << exponent_bits) - 1;
    const int exponent = (int)(pattern >> mantissa_bits) & top;
    const int mantissa = (int)pattern & ((1 << mantissa_bits) - 1);
    const double sign = pattern >> 15 ? -1.0 : 1.0;
    if (exponent == top)
        return mantissa ? NAN : sign * INFINITY;
    if (exponent == 0)
        return sign * ldexp(mantissa, 1 - bias - mantissa_bits);
    return sign * ldexp(mantissa + (1 << mantissa_bits), exponent - bias - mantissa_bits);
}

/* All 65536 patterns, the sign of zero and of NaN included. */
static void check_every_pattern(int32_t dtype, int mantissa_bits)
{
    static uint16_t patterns[PATTERNS];
    static float out[PATTERNS];
    for (uint32_t i = 0; i < PATTERNS; i++)
        patterns[i] = (uint16_t)i;
    convert(dtype, patterns, sizeof *patterns, PATTERNS, out);
    for (uint32_t i = 0; i < PATTERNS; i++) {
        const double expected = value_of(i, mantissa_bits);
        if (!isnan(expected) ? (double)out[i] != expected : !isnan(out[i]))
            fail_msg("pattern 0x%04X gave %a, need %a", i, (double)out[i], expected);
        if (!signbit(out[i]) != (i < PATTERNS / 2))
            fail_msg("pattern 0x%04X gave the other sign", i);
    }
}

static void every_half_becomes_a_float(void **state)
{
    (void)state;
    check_every_pattern(SEQNET_DTYPE_F16, 10);
}

static void every_brain_float_becomes_a_float(void **state)
{
    (void)state;
    check_every_pattern(SEQNET_DTYPE_BF16, 7);
}

/* The reference itself, by constants everybody knows. */
static void the_reference_is_right(void **state)
{
    (void)state;
    assert_true(value_of(0x3C00, 10) == 1.0 && value_of(0xC000, 10) == -2.0);
    assert_true(value_of(0x7BFF, 10) == 65504.0 && value_of(0x3555, 10) == 0x1.554p-2);
    assert_true(value_of(0x0001, 10) == 0x1p-24 && value_of(0x0400, 10) == 0x1p-14);
    assert_true(value_of(0x7F7F, 7) == 0x1.fep127 && value_of(0x0001, 7) == 0x1p-133);
    assert_true(value_of(0x3EAB, 7) == 0x1.56p-2);
}

/* To nearest, ties to even: normal and subnormal numbers, zeros, overflow. */
static void doubles_are_rounded_to_nearest_even(void **state)
{
    (void)state;
    const double data[] = { 0.1,
                            1.0 + 0x1p-25,
                            1.0 + 0x1p-24,
                            1.0 + 0x1.8p-24,
                            1.0 + 0x1.8p-23,
                            -0.0,
                            0x1p-149,
                            0x1p-150,
                            0x1.000001p-150,
                            0x1.8p-149,
                            -0x1p-1000,
                            0x1.fffffefffffffp127,
                            -1e300,
                            0x1.ffffffp127,
                            -0x1.fffffep127,
                            -INFINITY,
                            0x1.fffffffffffffp-127 };
    const float expected[] = { 0.1f,      1.0f,      1.0f,      1.0f + 0x1p-23f, 1.0f + 0x1p-22f,
                               -0.0f,     0x1p-149f, 0.0f,      0x1p-149f,       0x1p-148f,
                               -0.0f,     FLT_MAX,   -INFINITY, INFINITY,        -FLT_MAX,
                               -INFINITY, 0x1p-126f };
    enum { COUNT = sizeof data / sizeof *data };
    float out[COUNT];
    const double not_a_number = NAN;
    convert(SEQNET_DTYPE_F64, data, sizeof *data, COUNT, out);
    assert_same_bytes(out, expected, sizeof expected);
    convert(SEQNET_DTYPE_F64, &not_a_number, sizeof not_a_number, 1, out);
    assert_true(isnan(out[0]));
}

/* Of random doubles no other float is nearer, and one as near has an odd mantissa. */
static void no_float_is_nearer(void **state)
{
    (void)state;
    enum { COUNT = 4096 };
    static double data[COUNT];
    static float out[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        const struct random_block bits = random_philox(7, i, 0);
        const double mantissa = bits.word[0] + bits.word[1] * 0x1p32;
        data[i] =
            ldexp(i % 2 ? mantissa : bits.word[0] & 0x3FFFFFF, (int)(bits.word[2] % 180) - 165);
    }
    convert(SEQNET_DTYPE_F64, data, sizeof *data, COUNT, out);
    for (uint32_t i = 0; i < COUNT; i++) {
        const double error = fabs(data[i] - out[i]);
        const double below = data[i] - nextafterf(out[i], -INFINITY);
        const double above = nextafterf(out[i], INFINITY) - data[i];
        uint32_t bits;
        memcpy(&bits, &out[i], sizeof bits);
        assert_true(error < below || (error == below && bits % 2 == 0));
        assert_true(error < above || (error == above && bits % 2 == 0));
    }
}

/* F32 is copied: every bit of a NaN comes through. */
static void floats_keep_their_bits(void **state)
{
    (void)state;
    const uint32_t bits[] = { 0x7F800001, 0xFFC12345, 0x80000000, 0x00000001, 0xFF800000 };
    float out[5];
    convert(SEQNET_DTYPE_F32, bits, sizeof *bits, 5, out);
    assert_same_bytes(out, bits, sizeof bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reference_is_right),
        cmocka_unit_test(every_half_becomes_a_float),
        cmocka_unit_test(every_brain_float_becomes_a_float),
        cmocka_unit_test(doubles_are_rounded_to_nearest_even),
        cmocka_unit_test(no_float_is_nearer),
        cmocka_unit_test(floats_keep_their_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
