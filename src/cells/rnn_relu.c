/* SPDX-License-Identifier: MIT */
/* Elman cell with f = max(0, a), f' = 1 where h > 0, else 0. */
#include "cells/rnn.h"

static inline real relu(real a)
{
    return a < 0 ? 0 : a; /* NaN stays */
}

static inline real relu_slope(real h)
{
    return h > 0 ? 1 : 0;
}

static void forward(const struct cell_block *block)
{
    rnn_forward(block, relu);
}

static void backward(const struct cell_block *block)
{
    rnn_backward(block, relu_slope);
}

extern const struct cell ISA_SYMBOL(cell_rnn_relu);
const struct cell ISA_SYMBOL(cell_rnn_relu) = {
    .name = "rnn_relu",
    RNN_PLAN,
    .forward = { forward },
    .backward = { backward },
};
