/* SPDX-License-Identifier: MIT */
/*
 * How a backend makes the forward products of a recurrent layer. With BLAS a slice is all there is:
 * such contexts have one member.
 */
#ifndef SEQNET_LAYERS_RECURRENT_PLAN_H
#define SEQNET_LAYERS_RECURRENT_PLAN_H

#include "layers/recurrent.h"

struct recurrent_plan {
    /* gates = biases + x W_ih^T of the slice's rows and panels. Not called for tokens. */
    void (*input)(const struct walk *walk);

    /*
     * Of the block's rows, the first at packed row `first`, and the slice's panels: products of a
     * stage, then the cell.
     */
    void (*stage)(const struct walk *walk, int32_t stage, const struct cell_block *block,
                  int64_t first);
};

extern const struct recurrent_plan recurrent_plan_blas;
extern const struct recurrent_plan recurrent_plan_native;

static inline const struct recurrent_plan *recurrent_plan_of(const struct recurrent *layer)
{
    return layer->layer.packed ? &recurrent_plan_native : &recurrent_plan_blas;
}

/* What a stage multiplies: h_{t-1} in Z, or what stage 0 wrote. */
static inline struct rows stage_operand(int32_t stage, const struct cell_block *block)
{
    if (stage == 1)
        return (struct rows){ block->operand, block->stride };
    return (struct rows){ (real *)block->h_prev, block->h_prev_stride };
}

#endif
