/* SPDX-License-Identifier: MIT */
/*
 * The inner loops of training, compiled once per instruction set: softmax rows, gradient norms and
 * optimizer rules. Every sum has a fixed order (lanes, then blocks), so a result depends on the
 * data only. All arithmetic but e^x is plain IEEE add, multiply, divide and square root, so the
 * optimizer rules and the norms give the same bits on every instruction set.
 */
#ifndef SEQNET_KERNELS_TRAINING_H
#define SEQNET_KERNELS_TRAINING_H

#include "core/real.h"
#include "kernels/isa.h"

#include <stddef.h>

struct softmax_kernels {
    /* Largest of `count` numbers, NaN passed over; -Inf if there is none. */
    real (*largest)(const real *x, size_t count);
    /* Sum of e^(x - largest). */
    double (*exp_sum)(const real *x, size_t count, real largest);
    /* The same sum, bit for bit; x becomes e^(x - largest). */
    double (*exp_in_place)(real *x, size_t count, real largest);
    void (*scale)(real *x, size_t count, real factor);
};

struct gradient_kernels {
    /* Sum of x^2 in double; NaN or Inf if any x is. */
    double (*square_sum)(const real *x, size_t count);
    /* x into [-limit, limit]; NaN stays. */
    void (*clamp)(real *x, size_t count, real limit);
    /* sums[j] += from[0][j], then += from[1][j], ..; rows are `ld` apart. */
    void (*add_rows)(real *sums, const real *from, ptrdiff_t ld, size_t rows, size_t columns);
};

/* Corresponding pieces of parameters, gradients and as many moment arrays as the rule has. */
struct optimizer_span {
    size_t count;
    real *parameters;
    const real *gradients;
    real *moments[2];
};

/* The constants of one update, prepared in double by train/optimizer.c. */
struct optimizer_coefficients {
    real gradient_scale; /* s: every gradient is multiplied by it first (clipping by norm) */
    real decay;          /* L2: g = s * gradient + decay * p */
    real shrink;         /* decoupled decay: p loses shrink * p */
    real rate;           /* Adam: learning rate / (1 - beta1^t) */
    real momentum;
    real direct, through; /* SGD: step = direct * g + through * buffer; (0, 1), or (1, momentum) */
    real mean_share;      /* Adam: 1 - beta1 */
    real square_keep;     /* Adam: beta2; RMSprop: alpha */
    real square_share;    /* 1 - square_keep */
    real root_scale;      /* Adam: 1 / sqrt(1 - beta2^t) */
    real epsilon;
};

typedef void optimizer_kernel(const struct optimizer_span *span,
                              const struct optimizer_coefficients *coefficients);

enum optimizer_kernel_id {
    OPTIMIZER_SGD,
    OPTIMIZER_SGD_MOMENTUM,
    OPTIMIZER_ADAGRAD,
    OPTIMIZER_RMSPROP,
    OPTIMIZER_RMSPROP_MOMENTUM,
    OPTIMIZER_ADAM,
    OPTIMIZER_KERNEL_COUNT
};

struct training_kernels {
    const struct softmax_kernels *softmax;
    const struct gradient_kernels *gradient;
    optimizer_kernel *const *optimizer; /* by optimizer_kernel_id */
};

/* The kernels for the instruction set in use. */
const struct training_kernels *training_kernels_get(void);

/* The kernels as compiled for one set that isa_available says is there; for tests. */
const struct training_kernels *training_kernels_get_isa(enum isa isa);

#endif
