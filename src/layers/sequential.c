/* SPDX-License-Identifier: MIT */
/* Only a list: contexts run the leaves of a layer one after the other (layers/context.c). */
#include "layers/sequential.h"

int32_t sequential_create(seqnet_layer *const *layers, int32_t count, const seqnet_allocator *hook,
                          seqnet_layer **out)
{
    seqnet_layer *layer = layer_new(NULL, hook, sizeof *layer, SEQNET_SEQUENTIAL);
    if (!layer)
        return SEQNET_ENOMEM;
    layer->children = memory_new_array(&layer->memory, (size_t)count, sizeof *layer->children);
    if (!layer->children) {
        layer_release(layer);
        return SEQNET_ENOMEM;
    }
    layer->child_count = count;
    for (int32_t i = 0; i < count; i++) {
        layer->children[i] = layers[i];
        layer_retain(layers[i]);
    }
    layer->token_input = layers[0]->token_input;
    layer->input_size = layers[0]->input_size;
    layer->output_size = layers[count - 1]->output_size;
    *out = layer;
    return SEQNET_OK;
}
