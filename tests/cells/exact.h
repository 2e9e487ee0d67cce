/* SPDX-License-Identifier: MIT */
/*
 * Recurrent layers with s(x) = tanh(x) = x in whole numbers: triple loops over the equations of
 * layer.h, with nothing shared with the library. One level, one direction.
 */
#ifndef SEQNET_TESTS_EXACT_H
#define SEQNET_TESTS_EXACT_H

#include "cells/cell.h"

#include <stdint.h>

#define EXACT_STEPS 2
#define EXACT_BATCH 3
#define EXACT_INPUT 5
#define EXACT_HIDDEN 19 /* a vector body and a scalar tail */
#define EXACT_GATES 4

typedef int64_t hidden_row[EXACT_HIDDEN];

struct exact_weights {
    int64_t ih[EXACT_GATES][EXACT_HIDDEN][EXACT_INPUT];
    int64_t hh[EXACT_GATES][EXACT_HIDDEN][EXACT_HIDDEN];
    int64_t bias_ih[EXACT_GATES][EXACT_HIDDEN];
    int64_t bias_hh[EXACT_GATES][EXACT_HIDDEN];
};

/* One sample's step: input part and recurrent part of every gate, apart, and their gradients. */
struct exact_step {
    int64_t x[EXACT_INPUT], dx[EXACT_INPUT];
    hidden_row in[EXACT_GATES], rec[EXACT_GATES], d_in[EXACT_GATES], d_rec[EXACT_GATES];
    hidden_row r, operand; /* operand: what W_hh of the last gate multiplies */
    hidden_row h_prev, c_prev, h, c;
};

struct exact {
    enum cell_id cell;
    int gates;
    int64_t largest; /* magnitude of everything computed so far */
    struct exact_weights weights, gradients;
    struct exact_step step[EXACT_STEPS][EXACT_BATCH];
    hidden_row h[EXACT_BATCH], c[EXACT_BATCH];   /* states before, then after */
    hidden_row dh[EXACT_BATCH], dc[EXACT_BATCH]; /* gradients after, then before */
    hidden_row dy[EXACT_STEPS][EXACT_BATCH];
};

/* Run x of all steps from h and c. */
void exact_forward(struct exact *e);

/* Back-propagate dy, dh and dc into dx, dh, dc and the gradients of the weights. */
void exact_backward(struct exact *e);

#endif
