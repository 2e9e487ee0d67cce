/* SPDX-License-Identifier: MIT */
/*
 * Clipping of gradients by value and by global L2 norm, and the check that they are finite. Spans
 * are given one after the other, always in the same order; then the norm is asked for:
 *
 *     struct clip_sums sums = { 0 };
 *     clip_add(&sums, gradients, count, clip_value);           for every span
 *     norm = clip_norm(&sums);                                 not finite: no update
 *     factor = clip_factor(&sums, limit);                      for optimizer_begin
 *
 * Clipping by value comes first and writes the gradients; clipping by norm is only a factor, which
 * the optimizer applies as it reads them.
 */
#ifndef SEQNET_TRAIN_CLIP_H
#define SEQNET_TRAIN_CLIP_H

#include "core/real.h"

#include <stddef.h>

struct clip_sums {
    double squares;         /* of the gradients as they came */
    double clipped_squares; /* after clipping by value */
};

/* Add a span's squares; clip_value > 0: then move it into [-clip_value, clip_value]. */
void clip_add(struct clip_sums *sums, real *gradients, size_t count, double clip_value);

/* Global norm before any clipping; NaN or Inf exactly if a gradient was. */
double clip_norm(const struct clip_sums *sums);

/* min(1, limit / norm after clipping by value); 1 if limit <= 0. */
double clip_factor(const struct clip_sums *sums, double limit);

#endif
