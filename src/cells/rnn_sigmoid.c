/* SPDX-License-Identifier: MIT */
/* Elman cell with f = the logistic function, f' = h (1 - h). */
#include "cells/rnn.h"

static void forward(const struct cell_block *block)
{
    rnn_forward(block, real_sigmoid);
}

static void backward(const struct cell_block *block)
{
    rnn_backward(block, sigmoid_slope);
}

extern const struct cell ISA_SYMBOL(cell_rnn_sigmoid);
const struct cell ISA_SYMBOL(cell_rnn_sigmoid) = {
    .name = "rnn_sigmoid",
    RNN_PLAN,
    .forward = { forward },
    .backward = { backward },
};
