/* SPDX-License-Identifier: MIT */
/*
 * Gated recurrent unit in the reset-after form (cuDNN, torch.nn.GRU), gate order r z n:
 *
 *     r = s(W_ir x + b_ir + W_hr h + b_hr),  z = s(W_iz x + b_iz + W_hz h + b_hz)
 *     m = W_hn h + b_hn,  n = tanh(W_in x + b_in + r m),  h_t = (1 - z) n + z h_{t-1}
 *
 * The recurrent and the input part of n cannot be one sum, so a row has four blocks: r, z, n (input
 * part, then n) and m. The tape keeps r, z, n, m and h_{t-1}.
 */
#include "cells/cell.h"
#include "kernels/activation.h"

static inline void forward_row(const struct cell_block *b, int32_t row, int32_t units)
{
    real *restrict r = b->gates + row * b->row_stride;
    real *restrict z = r + b->gate_stride, *restrict n = z + b->gate_stride;
    const real *restrict m = n + b->gate_stride;
    const real *restrict h_prev = b->h_prev + row * b->h_prev_stride;
    real *restrict h = b->h + row * b->stride;
    ISA_INDEPENDENT_LOOP
    for (int32_t j = 0; j < units; j++) {
        r[j] = real_sigmoid(r[j]);
        z[j] = real_sigmoid(z[j]);
        n[j] = real_tanh(real_fma(r[j], m[j], n[j]));
        h[j] = real_fma(z[j], h_prev[j] - n[j], n[j]);
    }
}

/*
 *     dz = dh (h_{t-1} - n) z(1-z),  da_n = dh (1 - z) (1 - n^2),  dm = da_n r
 *     dr = da_n m r(1-r),            dh_{t-1} = dh z  (+ products, by the driver)
 */
static inline void backward_row(const struct cell_block *b, int32_t row, int32_t units)
{
    real *restrict r = b->gates + row * b->row_stride;
    real *restrict z = r + b->gate_stride, *restrict n = z + b->gate_stride;
    real *restrict m = n + b->gate_stride;
    const real *restrict h_prev = b->h_prev + row * b->h_prev_stride;
    const real *dh_in = b->dh + row * b->stride;
    real *dh_prev = b->dh_prev + row * b->stride;
    ISA_INDEPENDENT_LOOP
    for (int32_t j = 0; j < units; j++) {
        const real rt = r[j], zt = z[j], nt = n[j], dh = dh_in[j];
        const real dn = dh * (1 - zt) * tanh_slope(nt);
        r[j] = dn * m[j] * sigmoid_slope(rt);
        z[j] = dh * (h_prev[j] - nt) * sigmoid_slope(zt);
        n[j] = dn;
        m[j] = dn * rt;
        dh_prev[j] = dh * zt;
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

extern const struct cell ISA_SYMBOL(cell_gru);
const struct cell ISA_SYMBOL(cell_gru) = {
    .name = "gru",
    .weights = 3,
    .blocks = 4,
    .stages = 1,
    .terms = 2,
    .term = { { 0, 2, 0, 0 }, { 2, 1, 3, 0 } },
    .forward = { forward },
    .backward = { backward },
};
