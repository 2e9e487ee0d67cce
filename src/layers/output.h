/* SPDX-License-Identifier: MIT */
/* The outputs of a window, piece by piece (context.h says why). */
#ifndef SEQNET_LAYERS_OUTPUT_H
#define SEQNET_LAYERS_OUTPUT_H

#include "layers/context.h"

/* Neighbouring rows of a window, and their outputs: `values` begins with the first of them. */
struct output {
    struct share rows;
    struct rows values;
};

/* Most rows of a piece of a context's outputs. */
int64_t output_most_rows(const seqnet_layer *layer, int64_t rows, int32_t max_batch);

/* The leaf that makes outputs in pieces; the number of leaves if there is none. */
int32_t output_tail(const seqnet_layer *layer);

/*
 * The pieces in their order:
 *
 *     for (struct output output = output_start(context); output_next(context, &output);)
 */
static inline struct output output_start(const seqnet_context *context)
{
    return (struct output){ { 0, 0 }, context->output };
}

static inline int output_next(const seqnet_context *context, struct output *output)
{
    output->rows.first += output->rows.count;
    const int64_t left = context->window.rows - output->rows.first;
    output->rows.count = left < context->output_rows ? left : context->output_rows;
    return left > 0;
}

/*
 * By all members, after context_forward_share. All of them are done with the piece before when it
 * begins, and have made this one when it comes back.
 */
void output_make(seqnet_context *context, const struct output *output, const struct member *me);

/* By all members: `values` now holds the gradient by the outputs. They come back together. */
void output_take_gradient(seqnet_context *context, const struct output *output, int wants_dx,
                          const struct member *me);

#endif
