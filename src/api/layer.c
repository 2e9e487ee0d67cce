/* SPDX-License-Identifier: MIT */
/* Handles, descriptions and parameters of layers. */
#include "layers/layer.h"

#include "api/check.h"
#include "api/tensor.h"
#include "core/options.h"
#include "layers/dropout.h"
#include "layers/embedding.h"
#include "layers/linear.h"
#include "layers/recurrent.h"

void seqnet_layer_retain(seqnet_layer *layer)
{
    layer_retain(layer);
}

void seqnet_layer_destroy(seqnet_layer *layer)
{
    layer_release(layer);
}

static int64_t scalar_count(const seqnet_layer *layer)
{
    int64_t count = 0;
    for (int32_t i = 0; i < layer_tensor_count(layer); i++) {
        struct parameter_place place;
        layer_place(layer, i, &place);
        count += parameter_count(place.parameter);
    }
    return count;
}

static int32_t has_state(const seqnet_layer *layer)
{
    for (int32_t i = 0; i < layer_leaf_count(layer); i++) {
        const int32_t kind = layer_leaf(layer, i)->kind;
        if (kind == SEQNET_RNN || kind == SEQNET_LSTM || kind == SEQNET_GRU)
            return 1;
    }
    return 0;
}

int32_t seqnet_layer_get_info(const seqnet_layer *layer, seqnet_layer_info *info)
{
    RETURN_IF_NULL(layer);
    const seqnet_layer_info found = {
        .kind = layer->kind,
        .token_input = layer->token_input,
        .input_size = layer->input_size,
        .output_size = layer->output_size,
        .child_count = layer->child_count,
        .has_state = has_state(layer),
        .parameter_count = scalar_count(layer),
    };
    return options_write(info, &found, sizeof found, __func__, "info");
}

seqnet_layer *seqnet_layer_child(const seqnet_layer *layer, int32_t index)
{
    if (!layer || index < 0 || index >= layer->child_count)
        return NULL;
    return layer->children[index];
}

int32_t seqnet_embedding_get_options(const seqnet_layer *layer, seqnet_embedding_options *options)
{
    RETURN_IF_NULL(layer);
    RETURN_UNLESS(layer->kind == SEQNET_EMBEDDING, SEQNET_EINVAL, "%s: layer is not an embedding",
                  __func__);
    const int32_t padding = embedding_padding(layer);
    const seqnet_embedding_options found = {
        .has_padding_idx = padding >= 0,
        .padding_idx = padding >= 0 ? padding : 0,
    };
    return options_write(options, &found, sizeof found, __func__, "options");
}

int32_t seqnet_recurrent_get_options(const seqnet_layer *layer, int32_t *hidden_size,
                                     seqnet_recurrent_options *options)
{
    RETURN_IF_NULL(layer);
    RETURN_IF_NULL(hidden_size);
    RETURN_UNLESS(layer->kind == SEQNET_RNN || layer->kind == SEQNET_LSTM ||
                      layer->kind == SEQNET_GRU,
                  SEQNET_EINVAL, "%s: layer is no RNN, LSTM or GRU", __func__);
    const struct recurrent *recurrent = (const struct recurrent *)layer;
    seqnet_recurrent_options found = recurrent->options;
    found.allocator = NULL;
    found.seed = 0;
    RETURN_IF_ERROR(options_write(options, &found, sizeof found, __func__, "options"));
    *hidden_size = recurrent->hidden_size;
    return SEQNET_OK;
}

int32_t seqnet_linear_get_options(const seqnet_layer *layer, seqnet_linear_options *options)
{
    RETURN_IF_NULL(layer);
    RETURN_UNLESS(layer->kind == SEQNET_LINEAR, SEQNET_EINVAL, "%s: layer is not linear", __func__);
    const seqnet_linear_options found = {
        .tied_embedding = layer->tied,
        .no_bias = !linear_has_bias(layer),
        .init_range = linear_init_range(layer),
    };
    return options_write(options, &found, sizeof found, __func__, "options");
}

int32_t seqnet_dropout_get_probability(const seqnet_layer *layer, float *probability)
{
    RETURN_IF_NULL(layer);
    RETURN_IF_NULL(probability);
    RETURN_UNLESS(layer->kind == SEQNET_DROPOUT, SEQNET_EINVAL, "%s: layer is no dropout",
                  __func__);
    *probability = dropout_probability(layer);
    return SEQNET_OK;
}

int32_t seqnet_layer_tensor_count(const seqnet_layer *layer)
{
    return layer ? layer_tensor_count(layer) : 0;
}

int32_t seqnet_layer_tensor_info(const seqnet_layer *layer, int32_t index, seqnet_tensor_info *info)
{
    RETURN_IF_NULL(layer);
    RETURN_UNLESS(index >= 0 && index < layer_tensor_count(layer), SEQNET_ERANGE,
                  "%s: index = %d, need 0..%d", __func__, (int)index,
                  (int)layer_tensor_count(layer) - 1);
    struct parameter_place place;
    layer_place(layer, index, &place);
    const struct parameter *p = place.parameter;
    seqnet_tensor_info found = { .rank = p->rank, .shape = { p->rows, p->columns, 1, 1 } };
    if (p->rank == 1)
        found.shape[0] = p->columns;
    if (p->rank == 1)
        found.shape[1] = 1;
    found.count = parameter_count(p);
    layer_full_name(layer, &place, found.name);
    return options_write(info, &found, sizeof found, __func__, "info");
}

int32_t find_parameter(const char *function, const seqnet_layer *layer, const char *name,
                       int64_t count, struct parameter_place *place)
{
    RETURN_UNLESS(layer && name, SEQNET_EINVAL, "%s: %s = NULL", function,
                  layer ? "name" : "layer");
    RETURN_UNLESS(layer_find(layer, name, place), SEQNET_ENOTFOUND, "%s: no parameter \"%s\"",
                  function, name);
    RETURN_UNLESS(count == parameter_count(place->parameter), SEQNET_ESHAPE,
                  "%s: count = %lld, \"%s\" has %lld", function, (long long)count, name,
                  (long long)parameter_count(place->parameter));
    return SEQNET_OK;
}

int32_t seqnet_layer_get_parameter(const seqnet_layer *layer, const char *name, float *values,
                                   int64_t count)
{
    struct parameter_place place;
    RETURN_IF_NULL(values);
    RETURN_IF_ERROR(find_parameter(__func__, layer, name, count, &place));
    parameter_read(place.parameter, place.leaf->values, values);
    return SEQNET_OK;
}

int32_t seqnet_layer_set_parameter(seqnet_layer *layer, const char *name, const float *values,
                                   int64_t count)
{
    struct parameter_place place;
    RETURN_IF_NULL(values);
    RETURN_IF_ERROR(find_parameter(__func__, layer, name, count, &place));
    parameter_write(place.parameter, place.leaf->values, values);
    layer_refresh(place.leaf);
    return SEQNET_OK;
}
