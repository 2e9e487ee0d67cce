/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_LAYERS_SEQUENTIAL_H
#define SEQNET_LAYERS_SEQUENTIAL_H

#include "layers/layer.h"

/* Layers that fit each other, checked by the caller; retained. */
int32_t sequential_create(seqnet_layer *const *layers, int32_t count, const seqnet_allocator *hook,
                          seqnet_layer **out);

#endif
