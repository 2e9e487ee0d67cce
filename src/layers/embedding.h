/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_LAYERS_EMBEDDING_H
#define SEQNET_LAYERS_EMBEDDING_H

#include "layers/layer.h"

/* Arguments are checked by the caller. padding: the row that is zero without gradient, -1: none. */
int32_t embedding_create(int32_t vocabulary_size, int32_t embedding_size, int32_t padding,
                         const seqnet_embedding_options *options, seqnet_layer **out);

/* -1: none */
int32_t embedding_padding(const seqnet_layer *layer);

/* The token whose row is nearest to the vector, the lowest on a tie. */
int32_t embedding_nearest(const seqnet_layer *layer, const real *vector);

#endif
