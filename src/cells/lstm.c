/* SPDX-License-Identifier: MIT */
/*
 * Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate Gers et al. 2000), gate order
 * i f g o as torch.nn.LSTM:
 *
 *     [i f g o] = [s tanh s ..](a),   a = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
 *     c_t = f c_{t-1} + i g,          h_t = o tanh(c_t)
 *
 * The tape keeps the activated gates and c_{t-1}; c_t is computed again in the backward pass.
 */
#include "cells/cell.h"
#include "kernels/activation.h"

static inline void forward_row(const struct cell_block *b, int32_t row, int32_t units)
{
    real *restrict i = b->gates + row * b->row_stride;
    real *restrict f = i + b->gate_stride, *restrict g = f + b->gate_stride;
    real *restrict o = g + b->gate_stride;
    const real *c_prev = b->c_prev + row * b->stride;
    real *c = b->c + row * b->stride;
    real *restrict h = b->h + row * b->stride;
    ISA_INDEPENDENT_LOOP
    for (int32_t j = 0; j < units; j++) {
        i[j] = real_sigmoid(i[j]);
        f[j] = real_sigmoid(f[j]);
        g[j] = real_tanh(g[j]);
        o[j] = real_sigmoid(o[j]);
        c[j] = real_fma(f[j], c_prev[j], i[j] * g[j]);
        h[j] = o[j] * real_tanh(c[j]);
    }
}

/*
 *     do = dh tanh(c_t),  dc_t += dh o (1 - tanh(c_t)^2)
 *     di = dc_t g,  df = dc_t c_{t-1},  dg = dc_t i,  dc_{t-1} = dc_t f
 * and each times the slope of its own activation.
 */
static inline void backward_row(const struct cell_block *b, int32_t row, int32_t units)
{
    real *restrict i = b->gates + row * b->row_stride;
    real *restrict f = i + b->gate_stride, *restrict g = f + b->gate_stride;
    real *restrict o = g + b->gate_stride;
    const real *restrict c_prev = b->c_prev + row * b->stride;
    const real *dh_in = b->dh + row * b->stride;
    real *dh_prev = b->dh_prev + row * b->stride;
    real *restrict dc = b->dc + row * b->stride;
    ISA_INDEPENDENT_LOOP
    for (int32_t j = 0; j < units; j++) {
        const real it = i[j], ft = f[j], gt = g[j], ot = o[j], dh = dh_in[j];
        const real tanh_c = real_tanh(real_fma(ft, c_prev[j], it * gt));
        const real dct = real_fma(dh * ot, tanh_slope(tanh_c), dc[j]);
        i[j] = dct * gt * sigmoid_slope(it);
        f[j] = dct * c_prev[j] * sigmoid_slope(ft);
        g[j] = dct * it * tanh_slope(gt);
        o[j] = dh * tanh_c * sigmoid_slope(ot);
        dc[j] = dct * ft;
        dh_prev[j] = 0;
    }
}

static void forward(const struct cell_block *block)
{
    cell_run_rows(block, forward_row);
}

static void backward(const struct cell_block *block)
{
    cell_run_rows(block, backward_row);
}

extern const struct cell ISA_SYMBOL(cell_lstm);
const struct cell ISA_SYMBOL(cell_lstm) = {
    .name = "lstm",
    .weights = 4,
    .blocks = 4,
    .has_c = 1,
    .stages = 1,
    .terms = 1,
    .term = { { 0, 4, 0, 0 } },
    .forward = { forward },
    .backward = { backward },
};
