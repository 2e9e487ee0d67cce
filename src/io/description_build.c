/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "io/description.h"
#include "io/file.h"

/* ---------------------------------------------------------------- how large */

static int64_t gates_of(int32_t kind)
{
    return kind == SEQNET_LSTM ? 4 : kind == SEQNET_GRU ? 3 : 1;
}

/*
 * One direction of one level: W_ih (G H, I), W_hh (G H, S), two biases (G H), and W_hr (P, H) of a
 * projection, with S = P or H. At most 2^53: sizes are at most 2^24 and an input at most 2^25.
 */
static int64_t direction_parameters(const struct layer_description *layer, int64_t input_size)
{
    const int64_t hidden = layer->size, rows = gates_of(layer->kind) * hidden;
    const int64_t state = layer->proj_size ? layer->proj_size : hidden;
    const int64_t biases = layer->no_bias ? 0 : 2;
    return rows * (input_size + state + biases) + layer->proj_size * hidden;
}

static int64_t recurrent_parameters(const struct layer_description *layer, int64_t limit)
{
    const int64_t directions = layer->bidirectional ? 2 : 1;
    const int64_t state = layer->proj_size ? layer->proj_size : layer->size;
    const int32_t levels = layer->num_layers ? layer->num_layers : 1;
    int64_t input_size = layer->input_size, count = 0;
    for (int32_t level = 0; level < levels && count <= limit; level++) {
        count += directions * direction_parameters(layer, input_size);
        input_size = directions * state;
    }
    return count;
}

static int64_t layer_parameters(const struct layer_description *layer, int64_t limit)
{
    const int64_t table = (int64_t)layer->input_size * layer->size;
    switch (layer->kind) {
    case SEQNET_EMBEDDING:
        return table;
    case SEQNET_LINEAR:
        return (layer->tied_embedding < 0 ? table : 0) + (layer->no_bias ? 0 : layer->size);
    case SEQNET_DROPOUT:
        return 0;
    default:
        return recurrent_parameters(layer, limit);
    }
}

int64_t description_parameter_count(const struct model_description *description, int64_t limit)
{
    int64_t count = 0;
    for (int32_t i = 0; i < description->count && count <= limit; i++)
        count += layer_parameters(&description->layers[i], limit);
    return count;
}

/* ---------------------------------------------------------------- making the layers */

static int32_t build_embedding(const struct layer_description *layer,
                               const seqnet_allocator *memory, seqnet_layer **out)
{
    seqnet_embedding_options options = SEQNET_EMBEDDING_OPTIONS_INIT;
    options.allocator = memory;
    options.has_padding_idx = layer->padding_idx >= 0;
    options.padding_idx = options.has_padding_idx ? layer->padding_idx : 0;
    return seqnet_embedding_create(layer->input_size, layer->size, &options, out);
}

static int32_t build_recurrent(const struct layer_description *layer,
                               const seqnet_allocator *memory, seqnet_layer **out)
{
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    options.allocator = memory;
    options.num_layers = layer->num_layers;
    options.bidirectional = layer->bidirectional;
    options.no_bias = layer->no_bias;
    options.token_input = layer->token_input;
    options.proj_size = layer->proj_size;
    options.nonlinearity = layer->nonlinearity;
    options.reset_before = layer->reset_before;
    options.dropout = layer->dropout;
    options.forget_bias = layer->forget_bias;
    options.init_range = layer->init_range;
    if (layer->kind == SEQNET_LSTM)
        return seqnet_lstm_create(layer->input_size, layer->size, &options, out);
    if (layer->kind == SEQNET_GRU)
        return seqnet_gru_create(layer->input_size, layer->size, &options, out);
    return seqnet_rnn_create(layer->input_size, layer->size, &options, out);
}

/* `before` are the `count` layers in front of it. */
static int32_t build_linear(const struct layer_description *layer, seqnet_layer *const *before,
                            int32_t count, const seqnet_allocator *memory, seqnet_layer **out)
{
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    RETURN_UNLESS(layer->tied_embedding < count, SEQNET_EINVAL,
                  "tied_embedding = %d of layer %d is not a layer before it",
                  (int)layer->tied_embedding, (int)count);
    options.allocator = memory;
    options.tied_embedding = layer->tied_embedding >= 0 ? before[layer->tied_embedding] : NULL;
    options.no_bias = layer->no_bias;
    options.init_range = layer->init_range;
    return seqnet_linear_create(layer->input_size, layer->size, &options, out);
}

static int32_t build_layer(const struct layer_description *layer, seqnet_layer *const *before,
                           int32_t count, const seqnet_allocator *memory, seqnet_layer **out)
{
    switch (layer->kind) {
    case SEQNET_EMBEDDING:
        return build_embedding(layer, memory, out);
    case SEQNET_LINEAR:
        return build_linear(layer, before, count, memory, out);
    case SEQNET_DROPOUT:
        return seqnet_dropout_create(layer->size, layer->dropout, memory, out);
    default:
        return build_recurrent(layer, memory, out);
    }
}

static int32_t build_sequential(const struct model_description *description,
                                const seqnet_allocator *memory, seqnet_layer **out)
{
    seqnet_layer *layers[DESCRIPTION_MAX_LAYERS] = { NULL };
    int32_t code = SEQNET_OK;
    for (int32_t i = 0; i < description->count && code == SEQNET_OK; i++)
        code = build_layer(&description->layers[i], layers, i, memory, &layers[i]);
    if (code == SEQNET_OK)
        code = seqnet_sequential_create(layers, description->count, memory, out);
    for (int32_t i = 0; i < description->count; i++)
        seqnet_layer_destroy(layers[i]); /* the sequential holds references of its own */
    return code;
}

int32_t description_build(const struct model_description *description, const char *path,
                          const seqnet_allocator *memory, seqnet_layer **layer)
{
    *layer = NULL;
    const int32_t code = description->is_sequential
                             ? build_sequential(description, memory, layer)
                             : build_layer(&description->layers[0], NULL, 0, memory, layer);
    if (code == SEQNET_OK || code == SEQNET_ENOMEM)
        return code;
    return file_refuse(path, "description: %s", seqnet_error_message());
}
