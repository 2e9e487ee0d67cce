/* SPDX-License-Identifier: MIT */
#include "layers/output.h"

/* Rows that a weight gradient takes at once: with fewer it would be read and written more often. */
#define PIECE_ROWS NATIVE_TN_STEPS

/* Outputs that are no trouble, in reals. */
#define PIECE_SIZE (1 << 18)

int32_t output_tail(const seqnet_layer *layer)
{
    const int32_t last = layer_leaf_count(layer) - 1;
    return layer_leaf(layer, last)->ops->forward_rows ? last : last + 1;
}

/* Pieces are as equal as can be. They need room for means over time besides (objective.c). */
int64_t output_most_rows(const seqnet_layer *layer, int64_t rows, int32_t max_batch)
{
    const int64_t fit = PIECE_SIZE / layer->output_size;
    const int64_t most = fit > PIECE_ROWS ? fit : PIECE_ROWS;
    const int64_t pieces = (rows + most - 1) / most, piece = (rows + pieces - 1) / pieces;
    const int has_tail = output_tail(layer) < layer_leaf_count(layer);
    return has_tail && piece + max_batch < rows ? piece : rows;
}

void output_make(seqnet_context *context, const struct output *output, const struct member *me)
{
    member_wait(me);
    if (context->tail == context->leaf_count)
        return;
    struct part *part = context->part[context->tail];
    part->layer->ops->forward_rows(part, output->rows, output->values, me);
    member_wait(me);
}

void output_take_gradient(seqnet_context *context, const struct output *output, int wants_dx,
                          const struct member *me)
{
    member_wait(me);
    if (context->tail == context->leaf_count)
        return;
    struct part *part = context->part[context->tail];
    part->layer->ops->backward_rows(part, output->rows, output->values,
                                    context->tail > 0 || wants_dx, me);
    member_wait(me);
}
