/* SPDX-License-Identifier: MIT */
/*
 * Optimizer rules on spans, formulas as in torch.optim. p parameter, g = s * gradient + decay * p.
 * Multiply-adds are not fused: the bits are those of every other instruction set.
 */
#include "kernels/training.h"

#include <float.h>

#ifdef SEQNET_DOUBLE
#define REAL_SQRT __builtin_sqrt
#define REAL_ABS __builtin_fabs
#define REAL_MIN DBL_MIN
#else
#define REAL_SQRT __builtin_sqrtf
#define REAL_ABS __builtin_fabsf
#define REAL_MIN FLT_MIN
#endif

/*
 * A moment whose gradients have stopped (an embedding row that no longer occurs) decays into the
 * denormal range and stays there, at a hundred times the cost of normal numbers; it becomes zero.
 */
static inline real flush(real moment)
{
    return REAL_ABS(moment) < REAL_MIN ? 0 : moment;
}

/* p -= lr g */
static void sgd(const struct optimizer_span *span, const struct optimizer_coefficients *c)
{
    real *restrict p = span->parameters;
    const real *restrict gradient = span->gradients;
    const real s = c->gradient_scale, decay = c->decay, rate = c->rate;
    for (size_t i = 0; i < span->count; i++) {
        const real g = s * gradient[i] + decay * p[i];
        p[i] -= rate * g;
    }
}

/*
 *     b = momentum b + g,   p -= lr b;   Nesterov: p -= lr (g + momentum b)
 *
 * A buffer that starts at zero gives b = g at the first update, as torch.optim does.
 */
static void sgd_momentum(const struct optimizer_span *span, const struct optimizer_coefficients *c)
{
    real *restrict p = span->parameters, *restrict b = span->moments[0];
    const real *restrict gradient = span->gradients;
    const real s = c->gradient_scale, decay = c->decay, rate = c->rate;
    const real momentum = c->momentum, direct = c->direct, through = c->through;
    for (size_t i = 0; i < span->count; i++) {
        const real g = s * gradient[i] + decay * p[i];
        b[i] = flush(momentum * b[i] + g);
        p[i] -= rate * (direct * g + through * b[i]);
    }
}

/* v += g^2,   p -= lr g / (sqrt(v) + eps)      (Duchi, Hazan, Singer 2011) */
static void adagrad(const struct optimizer_span *span, const struct optimizer_coefficients *c)
{
    real *restrict p = span->parameters, *restrict v = span->moments[0];
    const real *restrict gradient = span->gradients;
    const real s = c->gradient_scale, decay = c->decay, rate = c->rate, epsilon = c->epsilon;
    for (size_t i = 0; i < span->count; i++) {
        const real g = s * gradient[i] + decay * p[i];
        v[i] += g * g;
        p[i] -= rate * (g / (REAL_SQRT(v[i]) + epsilon));
    }
}

/* v = alpha v + (1 - alpha) g^2,   p -= lr g / (sqrt(v) + eps)      (Tieleman, Hinton 2012) */
static void rmsprop(const struct optimizer_span *span, const struct optimizer_coefficients *c)
{
    real *restrict p = span->parameters, *restrict v = span->moments[0];
    const real *restrict gradient = span->gradients;
    const real s = c->gradient_scale, decay = c->decay, rate = c->rate, epsilon = c->epsilon;
    const real keep = c->square_keep, share = c->square_share;
    for (size_t i = 0; i < span->count; i++) {
        const real g = s * gradient[i] + decay * p[i];
        v[i] = flush(keep * v[i] + share * (g * g));
        p[i] -= rate * (g / (REAL_SQRT(v[i]) + epsilon));
    }
}

/* v as above,   b = momentum b + g / (sqrt(v) + eps),   p -= lr b */
static void rmsprop_momentum(const struct optimizer_span *span,
                             const struct optimizer_coefficients *c)
{
    real *restrict p = span->parameters;
    real *restrict v = span->moments[0], *restrict b = span->moments[1];
    const real *restrict gradient = span->gradients;
    const real s = c->gradient_scale, decay = c->decay, rate = c->rate, epsilon = c->epsilon;
    const real keep = c->square_keep, share = c->square_share, momentum = c->momentum;
    for (size_t i = 0; i < span->count; i++) {
        const real g = s * gradient[i] + decay * p[i];
        v[i] = flush(keep * v[i] + share * (g * g));
        b[i] = flush(momentum * b[i] + g / (REAL_SQRT(v[i]) + epsilon));
        p[i] -= rate * b[i];
    }
}

/*
 *     m = m + (1 - beta1) (g - m),   v = beta2 v + (1 - beta2) g^2
 *     p -= shrink p + lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + eps)
 *
 * Kingma, Ba 2015 (shrink = 0); Loshchilov, Hutter 2019 (decay = 0, shrink = lr weight_decay).
 * Both changes are added before p is touched: 1 - shrink would round small decays away.
 */
static void adam(const struct optimizer_span *span, const struct optimizer_coefficients *c)
{
    real *restrict p = span->parameters;
    real *restrict m = span->moments[0], *restrict v = span->moments[1];
    const real *restrict gradient = span->gradients;
    const real s = c->gradient_scale, decay = c->decay, rate = c->rate, epsilon = c->epsilon;
    const real mean_share = c->mean_share, root_scale = c->root_scale;
    const real square_keep = c->square_keep, square_share = c->square_share, shrink = c->shrink;
    for (size_t i = 0; i < span->count; i++) {
        const real g = s * gradient[i] + decay * p[i];
        m[i] = flush(m[i] + mean_share * (g - m[i]));
        v[i] = flush(square_keep * v[i] + square_share * (g * g));
        const real change = rate * (m[i] / (REAL_SQRT(v[i]) * root_scale + epsilon));
        p[i] -= shrink * p[i] + change;
    }
}

extern optimizer_kernel *const ISA_SYMBOL(optimizer_kernels)[OPTIMIZER_KERNEL_COUNT];
optimizer_kernel *const ISA_SYMBOL(optimizer_kernels)[OPTIMIZER_KERNEL_COUNT] = {
    [OPTIMIZER_SGD] = sgd,
    [OPTIMIZER_SGD_MOMENTUM] = sgd_momentum,
    [OPTIMIZER_ADAGRAD] = adagrad,
    [OPTIMIZER_RMSPROP] = rmsprop,
    [OPTIMIZER_RMSPROP_MOMENTUM] = rmsprop_momentum,
    [OPTIMIZER_ADAM] = adam,
};
