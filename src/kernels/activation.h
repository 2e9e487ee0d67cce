/* SPDX-License-Identifier: MIT */
/*
 * exp, sigmoid and tanh as branch-free inline functions that compilers vectorise, with NaN passed
 * through, exact limits at +-Inf, and no overflow on the way. Float error: see tests/kernels.
 *
 *     e^x = 2^n (1 + q(r)),   n = round(x / ln 2),   r = x - n ln 2,   |r| <= ln(2) / 2
 *     q(r) = e^r - 1 = r + r^2 P(r),   P of degree 4, minimax in the relative error of q (1.4e-8)
 *     sigmoid(x) = 1 / (1 + e^-|x|), mirrored for x < 0
 *     tanh(|x|) = -m / (2 + m),  m = e^(-2|x|) - 1
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

/* 2^n for -126 <= n <= 127 */
static inline float power_of_two(int32_t n)
{
    return float_from_bits((uint32_t)(n + 127) << 23);
}

/* n and q(r) of the equation above, for |x| < 150. */
struct exp_parts {
    int32_t n;
    float q;
};

static inline struct exp_parts exp_split(float x)
{
    /* adding 1.5 * 2^23 leaves the rounded integer in the low bits of the sum */
    const float shifter = 12582912.0f;
    const float shifted = real_fma(x, 1.44269504f, shifter);
    const float n = shifted - shifter;
    /* ln 2 in two parts; n has 8 bits, so n * high is exact */
    const float high = 0.693145752f, low = 1.42860677e-6f;
    const float r = real_fma(n, -low, real_fma(n, -high, x));
    float p = real_fma(r, 0x1.6bebf2p-10f, 0x1.1227f6p-7f);
    p = real_fma(p, r, 0x1.555674p-5f);
    p = real_fma(p, r, 0x1.5554b0p-3f);
    p = real_fma(p, r, 0x1.fffffep-2f);
    const int32_t whole = (int32_t)(bits_of_float(shifted) - bits_of_float(shifter));
    return (struct exp_parts){ whole, real_fma(p, r * r, r) };
}

/*
 * e^x in two exact scalings, so that results in the denormal range round correctly and e^89 is
 * Inf.
 */
static inline float real_exp(float x)
{
    const float clamped = x < -104.0f ? -104.0f : (x > 89.0f ? 89.0f : x); /* NaN stays */
    const struct exp_parts parts = exp_split(clamped);
    const int32_t half = parts.n >> 1;
    return (1.0f + parts.q) * power_of_two(half) * power_of_two(parts.n - half);
}

static inline float smooth_sigmoid(float x)
{
    const float e = real_exp(-fabsf(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

static inline float smooth_tanh(float x)
{
    const float magnitude = fabsf(x);
    const float y = magnitude > 20.0f ? -40.0f : -2.0f * magnitude; /* NaN stays */
    const struct exp_parts parts = exp_split(y);
    const float power = power_of_two(parts.n);
    const float m = real_fma(power, parts.q, power - 1.0f);
    return copysignf(m / (2.0f + m), x);
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
