/* SPDX-License-Identifier: MIT */
#include "kernels/probe.h"

#include "kernels/activation.h"

static void probe_exp(const real *restrict x, real *restrict y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = real_exp(x[i]);
}

static void probe_sigmoid(const real *restrict x, real *restrict y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = real_sigmoid(x[i]);
}

static void probe_tanh(const real *restrict x, real *restrict y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        y[i] = real_tanh(x[i]);
}

probe_function *const ISA_SYMBOL(probe_table)[PROBE_COUNT] = { probe_exp, probe_sigmoid,
                                                               probe_tanh };
