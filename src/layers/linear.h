/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_LAYERS_LINEAR_H
#define SEQNET_LAYERS_LINEAR_H

#include "layers/layer.h"

/* Arguments are checked by the caller; options->tied_embedding fits the sizes. */
int32_t linear_create(int32_t input_size, int32_t output_size, const seqnet_linear_options *options,
                      seqnet_layer **out);

int linear_has_bias(const seqnet_layer *layer);
float linear_init_range(const seqnet_layer *layer);

#endif
