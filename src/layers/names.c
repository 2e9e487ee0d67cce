/* SPDX-License-Identifier: MIT */
/* Parameters by name and by number across the leaves of a layer. */
#include "layers/layer.h"

#include <stdio.h>
#include <string.h>

int32_t layer_tensor_count(const seqnet_layer *layer)
{
    int32_t count = 0;
    for (int32_t i = 0; i < layer_leaf_count(layer); i++)
        count += layer_leaf(layer, i)->parameter_count;
    return count;
}

void layer_place(const seqnet_layer *layer, int32_t index, struct parameter_place *place)
{
    int32_t leaf_index = 0;
    while (index >= layer_leaf(layer, leaf_index)->parameter_count)
        index -= layer_leaf(layer, leaf_index++)->parameter_count;
    place->leaf = layer_leaf(layer, leaf_index);
    place->leaf_index = leaf_index;
    place->parameter = &place->leaf->parameters[index];
}

void layer_full_name(const seqnet_layer *layer, const struct parameter_place *place, char *name)
{
    const size_t size = sizeof((seqnet_tensor_info *)0)->name;
    if (layer->kind == SEQNET_SEQUENTIAL)
        snprintf(name, size, "%d.%s", (int)place->leaf_index, place->parameter->name);
    else
        snprintf(name, size, "%s", place->parameter->name);
}

int layer_find(const seqnet_layer *layer, const char *name, struct parameter_place *place)
{
    for (int32_t i = 0; i < layer_tensor_count(layer); i++) {
        char full[sizeof((seqnet_tensor_info *)0)->name];
        layer_place(layer, i, place);
        layer_full_name(layer, place, full);
        if (strcmp(full, name) == 0)
            return 1;
    }
    return 0;
}
