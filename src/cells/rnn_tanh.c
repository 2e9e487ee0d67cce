/* SPDX-License-Identifier: MIT */
/* Elman cell with f = tanh, f' = 1 - h^2. */
#include "cells/rnn.h"

static void forward(const struct cell_block *block)
{
    rnn_forward(block, real_tanh);
}

static void backward(const struct cell_block *block)
{
    rnn_backward(block, tanh_slope);
}

extern const struct cell ISA_SYMBOL(cell_rnn_tanh);
const struct cell ISA_SYMBOL(cell_rnn_tanh) = {
    .name = "rnn_tanh",
    RNN_PLAN,
    .forward = { forward },
    .backward = { backward },
};
