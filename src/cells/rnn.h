/* SPDX-License-Identifier: MIT */
/*
 * What the three Elman cells share (Elman 1990):
 *
 *     h_t = f(a),   a = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
 *     da = dh_t f'(a)
 *
 * A file that includes this names the two functions f(a) and f'(a), the latter in terms of h =
 * f(a).
 */
#ifndef SEQNET_CELLS_RNN_H
#define SEQNET_CELLS_RNN_H

#include "cells/cell.h"
#include "kernels/activation.h"

/* W_ih x + W_hh h into the only gate block. */
#define RNN_PLAN .weights = 1, .blocks = 1, .stages = 1, .terms = 1, .term = { { 0, 1, 0, 0 } }

typedef real rnn_function(real);

static inline __attribute__((always_inline)) void rnn_forward(const struct cell_block *b,
                                                              rnn_function *f)
{
    for (int32_t row = 0; row < b->rows; row++) {
        real *restrict a = b->gates + row * b->row_stride;
        real *restrict h = b->h + row * b->stride;
        ISA_INDEPENDENT_LOOP
        for (int32_t j = 0; j < b->units; j++)
            h[j] = a[j] = f(a[j]);
    }
}

static inline __attribute__((always_inline)) void rnn_backward(const struct cell_block *b,
                                                               rnn_function *slope)
{
    for (int32_t row = 0; row < b->rows; row++) {
        real *restrict a = b->gates + row * b->row_stride;
        real *dh = b->dh_prev + row * b->stride;
        const real *dh_in = b->dh + row * b->stride;
        ISA_INDEPENDENT_LOOP
        for (int32_t j = 0; j < b->units; j++) {
            a[j] = dh_in[j] * slope(a[j]);
            dh[j] = 0;
        }
    }
}

#endif
