/* SPDX-License-Identifier: MIT */
/*
 * Gated recurrent unit in the reset-before form (Cho et al. 2014, the default of ONNX), order r z
 * n:
 *
 *     r = s(W_ir x + b_ir + W_hr h + b_hr),  z = s(W_iz x + b_iz + W_hz h + b_hz)
 *     n = tanh(W_in x + b_in + W_hn (r h_{t-1}) + b_hn),  h_t = (1 - z) n + z h_{t-1}
 *
 * Two stages, because the product of n runs on q = r h_{t-1} (the operand). The tape keeps r, z, n,
 * q and h_{t-1}.
 */
#include "cells/cell.h"
#include "kernels/activation.h"

static inline void forward_reset_row(const struct cell_block *b, int32_t row, int32_t units)
{
    real *restrict r = b->gates + row * b->row_stride;
    real *restrict z = r + b->gate_stride;
    const real *restrict h_prev = b->h_prev + row * b->h_prev_stride;
    real *restrict q = b->operand + row * b->stride;
    ISA_INDEPENDENT_LOOP
    for (int32_t j = 0; j < units; j++) {
        r[j] = real_sigmoid(r[j]);
        z[j] = real_sigmoid(z[j]);
        q[j] = r[j] * h_prev[j];
    }
}

static inline void forward_update_row(const struct cell_block *b, int32_t row, int32_t units)
{
    const real *restrict z = b->gates + row * b->row_stride + b->gate_stride;
    real *restrict n = b->gates + row * b->row_stride + 2 * b->gate_stride;
    const real *restrict h_prev = b->h_prev + row * b->h_prev_stride;
    real *restrict h = b->h + row * b->stride;
    ISA_INDEPENDENT_LOOP
    for (int32_t j = 0; j < units; j++) {
        n[j] = real_tanh(n[j]);
        h[j] = real_fma(z[j], h_prev[j] - n[j], n[j]);
    }
}

/* dz = dh (h_{t-1} - n) z(1-z),  da_n = dh (1 - z) (1 - n^2),  dh_{t-1} = dh z  (+ below) */
static inline void backward_update_row(const struct cell_block *b, int32_t row, int32_t units)
{
    real *restrict z = b->gates + row * b->row_stride + b->gate_stride;
    real *restrict n = b->gates + row * b->row_stride + 2 * b->gate_stride;
    const real *restrict h_prev = b->h_prev + row * b->h_prev_stride;
    const real *dh_in = b->dh + row * b->stride;
    real *dh_prev = b->dh_prev + row * b->stride;
    ISA_INDEPENDENT_LOOP
    for (int32_t j = 0; j < units; j++) {
        const real zt = z[j], nt = n[j], dh = dh_in[j];
        z[j] = dh * (h_prev[j] - nt) * sigmoid_slope(zt);
        n[j] = dh * (1 - zt) * tanh_slope(nt);
        dh_prev[j] = dh * zt;
    }
}

/* The operand now holds dq = da_n W_hn:  dr = dq h_{t-1} r(1-r),  dh_{t-1} += dq r  (+ products) */
static inline void backward_reset_row(const struct cell_block *b, int32_t row, int32_t units)
{
    real *restrict r = b->gates + row * b->row_stride;
    const real *restrict h_prev = b->h_prev + row * b->h_prev_stride;
    const real *restrict dq = b->operand + row * b->stride;
    real *restrict dh_prev = b->dh_prev + row * b->stride;
    ISA_INDEPENDENT_LOOP
    for (int32_t j = 0; j < units; j++) {
        const real rt = r[j];
        dh_prev[j] = real_fma(dq[j], rt, dh_prev[j]);
        r[j] = dq[j] * h_prev[j] * sigmoid_slope(rt);
    }
}

static void forward_reset(const struct cell_block *block)
{
    cell_run_rows(block, forward_reset_row);
}

static void forward_update(const struct cell_block *block)
{
    cell_run_rows(block, forward_update_row);
}

static void backward_update(const struct cell_block *block)
{
    cell_run_rows(block, backward_update_row);
}

static void backward_reset(const struct cell_block *block)
{
    cell_run_rows(block, backward_reset_row);
}

extern const struct cell ISA_SYMBOL(cell_gru_reset_before);
const struct cell ISA_SYMBOL(cell_gru_reset_before) = {
    .name = "gru_reset_before",
    .weights = 3,
    .blocks = 3,
    .stages = 2,
    .terms = 2,
    .term = { { 0, 2, 0, 0 }, { 2, 1, 2, 1 } },
    .forward = { forward_reset, forward_update },
    .backward = { backward_update, backward_reset },
};
