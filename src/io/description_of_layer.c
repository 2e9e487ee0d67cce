/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "io/description.h"

static int32_t describe_embedding(const seqnet_layer *layer, struct layer_description *description)
{
    seqnet_embedding_options options = SEQNET_EMBEDDING_OPTIONS_INIT;
    RETURN_IF_ERROR(seqnet_embedding_get_options(layer, &options));
    if (options.has_padding_idx)
        description->padding_idx = options.padding_idx;
    return SEQNET_OK;
}

static int32_t describe_recurrent(const seqnet_layer *layer, struct layer_description *description)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    RETURN_IF_ERROR(seqnet_recurrent_get_options(layer, &description->size, &options));
    description->num_layers = options.num_layers;
    description->bidirectional = options.bidirectional;
    description->no_bias = options.no_bias;
    description->token_input = options.token_input;
    description->proj_size = options.proj_size;
    description->nonlinearity = options.nonlinearity;
    description->reset_before = options.reset_before;
    description->dropout = options.dropout;
    description->forget_bias = options.forget_bias;
    description->init_range = options.init_range;
    return SEQNET_OK;
}

/* The embedding it is tied to must be one of the `count` layers before it, in `parent`. */
static int32_t describe_linear(const seqnet_layer *layer, const seqnet_layer *parent, int32_t count,
                               struct layer_description *description)
{
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    RETURN_IF_ERROR(seqnet_linear_get_options(layer, &options));
    description->no_bias = options.no_bias;
    description->init_range = options.init_range;
    if (!options.tied_embedding)
        return SEQNET_OK;
    for (int32_t i = 0; i < count; i++)
        if (seqnet_layer_child(parent, i) == options.tied_embedding)
            description->tied_embedding = i;
    RETURN_UNLESS(description->tied_embedding >= 0, SEQNET_EINVAL,
                  "seqnet_model_save: layer %d is tied to an embedding that is not before it",
                  (int)count);
    return SEQNET_OK;
}

static int32_t describe(const seqnet_layer *layer, const seqnet_layer *parent, int32_t index,
                        struct layer_description *description)
{
    seqnet_layer_info info = { .struct_size = sizeof info };
    RETURN_IF_ERROR(seqnet_layer_get_info(layer, &info));
    *description = layer_description_of_kind(info.kind);
    description->input_size = info.input_size;
    description->size = info.output_size;
    switch (info.kind) {
    case SEQNET_EMBEDDING:
        return describe_embedding(layer, description);
    case SEQNET_LINEAR:
        return describe_linear(layer, parent, index, description);
    case SEQNET_DROPOUT:
        return seqnet_dropout_get_probability(layer, &description->dropout);
    default:
        return describe_recurrent(layer, description);
    }
}

int32_t description_of_layer(const seqnet_layer *layer, struct model_description *description)
{
    seqnet_layer_info info = { .struct_size = sizeof info };
    RETURN_IF_ERROR(seqnet_layer_get_info(layer, &info));
    description->is_sequential = info.kind == SEQNET_SEQUENTIAL;
    description->count = info.kind == SEQNET_SEQUENTIAL ? info.child_count : 1;
    if (!description->is_sequential)
        return describe(layer, NULL, 0, &description->layers[0]);
    for (int32_t i = 0; i < description->count; i++)
        RETURN_IF_ERROR(describe(seqnet_layer_child(layer, i), layer, i, &description->layers[i]));
    return SEQNET_OK;
}
