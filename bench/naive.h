/* SPDX-License-Identifier: MIT */
/*
 * The baseline the stacked step is measured against: what one writes first from the equations. Each
 * gate has its own W_x and W_h, and a step is 2 G products
 *
 *     a_g = b_g + W_x[g] x + W_h[g] h,   g = 0 .. G-1
 *
 * followed by the library's own element-wise functions, so that only the products differ.
 */
#ifndef SEQNET_BENCH_NAIVE_H
#define SEQNET_BENCH_NAIVE_H

#include "cases.h"

struct naive;

/* The case's network with a copy of the layer's weights, its state zero. */
struct naive *naive_create(const struct bench_case *c, const seqnet_layer *layer);
void naive_destroy(struct naive *naive);

/* One step: x (B, I), y (B, H). */
void naive_step(struct naive *naive, const float *x, float *y);

#endif
