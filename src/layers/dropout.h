/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_LAYERS_DROPOUT_H
#define SEQNET_LAYERS_DROPOUT_H

#include "layers/layer.h"
#include "layers/rows.h"
#include "layers/window.h"

int32_t dropout_create(int32_t size, float probability, const seqnet_allocator *hook,
                       seqnet_layer **out);

float dropout_probability(const seqnet_layer *layer);

/*
 * rows[r][j] *= m / (1 - p), m in {0, 1} with P(m = 0) = p; a pure function of (key, call, step,
 * sample, j), so that forward and backward agree without a stored mask and layout does not matter.
 * A member's share: window_share.
 */
void dropout_apply(struct rows rows, int32_t size, float probability, uint64_t key,
                   const struct window *window, const struct member *me);

#endif
