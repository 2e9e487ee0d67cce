/* SPDX-License-Identifier: MIT */
/*
 * exp, sigmoid and tanh as branch-free inline functions that compilers vectorise, with NaN passed
 * through, exact limits at +-Inf, and no overflow on the way. Float error: see tests/kernels. A
 * sigmoid below 2^-126 may be any smaller number, and tanh(-0) is +0.
 *
 *     e^x = 2^n (1 + q(r)),   n = round(x / ln 2),   r = x - n ln 2,   |r| <= ln(2) / 2
 *     q(r) = e^r - 1 = r + r^2 P(r),   P of degree 4, minimax in the relative error of q (1.4e-8)
 *     sigmoid(x) = 1 / (1 + e^-x)
 *     tanh(x) = m / (m + 2),  m = e^(2x) - 1
 *
 * Every multiply-add is written as real_fma, and these files are compiled without contraction, so
 * that the vector body and the scalar tail of a loop compute the same bits.
 */
#ifndef SEQNET_KERNELS_ACTIVATION_H
#define SEQNET_KERNELS_ACTIVATION_H

#include "core/real.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef SEQNET_DOUBLE

static inline real real_fma(real a, real b, real c)
{
    return a * b + c;
}

static inline real real_exp(real x)
{
    return exp(x);
}

static inline real smooth_sigmoid(real x)
{
    const real e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

static inline real smooth_tanh(real x)
{
    return tanh(x);
}

#else

/* One rounding where the instruction set has it, two where it has not. */
static inline float real_fma(float a, float b, float c)
{
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}

static inline float float_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint32_t bits_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/*
 * n and q(r) of the equation above for |x| < 150, and 2^(n + bias), which must be a normal number.
 * Adding 1.5 * 2^23 leaves a rounded integer in the low bits of the sum; with the bias of exponents
 * in it as well, those bits are the exponent of the power.
 */
struct exp_parts {
    float q;
    float power;
};

static inline struct exp_parts exp_split(float x, float bias)
{
    const float shifter = 12582912.0f + 127.0f + bias;
    const float shifted = real_fma(x, 1.44269504f, shifter);
    const float n = shifted - shifter;
    /* ln 2 in two parts; n has 8 bits, so n * high is exact */
    const float high = 0.693145752f, low = 1.42860677e-6f;
    const float r = real_fma(n, -low, real_fma(n, -high, x));
    float p = real_fma(r, 0x1.6bebf2p-10f, 0x1.1227f6p-7f);
    p = real_fma(p, r, 0x1.555674p-5f);
    p = real_fma(p, r, 0x1.5554b0p-3f);
    p = real_fma(p, r, 0x1.fffffep-2f);
    return (struct exp_parts){ real_fma(p, r * r, r),
                               float_from_bits(bits_of_float(shifted) << 23) };
}

/* NaN stays. */
static inline float clamp(float x, float least, float most)
{
    const float above = x < least ? least : x;
    return above > most ? most : above;
}

/* In two exact scalings, so that denormal results round correctly and e^89 is Inf. */
static inline float real_exp(float x)
{
    const float c = clamp(x, -104.0f, 89.0f);
    const int is_small = c < 0.0f;
    const struct exp_parts parts = exp_split(c, is_small ? 30.0f : -30.0f);
    return (1.0f + parts.q) * parts.power * (is_small ? 0x1p-30f : 0x1p30f);
}

/* A quarter of e^-x is finite where 1 + e^-x is not: there, and at -Inf, the result is 0. */
static inline float smooth_sigmoid(float x)
{
    const struct exp_parts parts = exp_split(-clamp(x, -89.2f, 85.0f), -2.0f);
    const float quarter = real_fma(parts.power, parts.q, parts.power);
    return 1.0f / real_fma(quarter, 4.0f, 1.0f);
}

/* 1 - 2^-57 rounds to 1. */
static inline float smooth_tanh(float x)
{
    const struct exp_parts parts = exp_split(clamp(2.0f * x, -40.0f, 40.0f), 0.0f);
    const float m = real_fma(parts.power, parts.q, parts.power - 1.0f);
    return m / (m + 2.0f);
}

#endif

/* The test build with linear activations checks the wiring of the cells in exact integers. */
#ifdef SEQNET_LINEAR_ACTIVATIONS

static inline real real_sigmoid(real x)
{
    return x;
}

static inline real real_tanh(real x)
{
    return x;
}

static inline real sigmoid_slope(real y)
{
    return y * 0 + 1;
}

static inline real tanh_slope(real y)
{
    return y * 0 + 1;
}

#else

static inline real real_sigmoid(real x)
{
    return smooth_sigmoid(x);
}

static inline real real_tanh(real x)
{
    return smooth_tanh(x);
}

/* ds/dx = y (1 - y) at y = s(x) */
static inline real sigmoid_slope(real y)
{
    return real_fma(-y, y, y);
}

/* dtanh/dx = 1 - y^2 at y = tanh(x) */
static inline real tanh_slope(real y)
{
    return real_fma(-y, y, 1);
}

#endif

#endif
