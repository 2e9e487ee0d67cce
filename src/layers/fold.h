/* SPDX-License-Identifier: MIT */
/*
 * Folding: the rows of an embedding pass through the input product of the recurrent layer they
 * feed, once for all,
 *
 *     table[token] = b + E[token] W_ih^T        (V, D G H), b: the biases of the gates x goes to
 *
 * and a layer of token inputs with this table takes the place of both. A gate is one chain of sums,
 * bias first, then x, then h; the table holds the chain up to x, and the folded biases become -0,
 * which leaves what is added to it as it is. So with the native backend no bit changes.
 */
#ifndef SEQNET_LAYERS_FOLD_H
#define SEQNET_LAYERS_FOLD_H

#include "layers/recurrent.h"

struct fold {
    const seqnet_layer *embedding;
    const struct recurrent *recurrent;
    int32_t next; /* the child after the recurrent layer */
};

/*
 * 1 if the layer is a sequential of an embedding, any dropouts, and a recurrent layer, then
 * anything.
 */
int fold_find(const seqnet_layer *model, struct fold *fold);

/* Of the table; SIZE_MAX if they do not fit. */
size_t fold_bytes(const struct fold *fold);

/* A sequential of the folded layer and the model's further children, which are retained. */
int32_t fold_create(const seqnet_layer *model, const struct fold *fold,
                    const seqnet_allocator *hook, seqnet_layer **out);

#endif
