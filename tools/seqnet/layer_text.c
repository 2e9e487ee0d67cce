/* SPDX-License-Identifier: MIT */
#include "layer_text.h"

#include <stdio.h>
#include <string.h>

static const char *kind_name(int32_t kind)
{
    static const char *const names[] = {
        [SEQNET_EMBEDDING] = "embedding",
        [SEQNET_RNN] = "rnn",
        [SEQNET_LSTM] = "lstm",
        [SEQNET_GRU] = "gru",
        [SEQNET_LINEAR] = "linear",
        [SEQNET_DROPOUT] = "dropout",
        [SEQNET_SEQUENTIAL] = "sequential",
    };
    const int known = kind >= SEQNET_EMBEDDING && kind <= SEQNET_SEQUENTIAL;
    return known ? names[kind] : "unknown";
}

static void set_flag(json_t *object, const char *name, int32_t flag)
{
    if (flag)
        json_object_set_new(object, name, json_true());
}

static void set_positive(json_t *object, const char *name, int32_t value)
{
    if (value > 0)
        json_object_set_new(object, name, json_integer(value));
}

static void set_probability(json_t *object, float probability)
{
    if (probability > 0)
        json_object_set_new(object, "dropout", json_real((double)probability));
}

static void add_recurrent(const seqnet_layer *layer, json_t *object)
{
    static const char *const nonlinearities[] = { "tanh", "relu", "sigmoid" };
    seqnet_recurrent_options options = SEQNET_RECURRENT_OPTIONS_INIT;
    int32_t hidden = 0;
    if (seqnet_recurrent_get_options(layer, &hidden, &options) != SEQNET_OK)
        return;
    set_positive(object, "hidden", hidden);
    set_positive(object, "levels", options.num_layers);
    set_flag(object, "bidirectional", options.bidirectional);
    set_flag(object, "one-hot", options.token_input);
    set_flag(object, "no bias", options.no_bias);
    set_flag(object, "reset before", options.reset_before);
    set_positive(object, "projection", options.proj_size);
    set_probability(object, options.dropout);
    if (options.nonlinearity != SEQNET_TANH)
        json_object_set_new(object, "nonlinearity",
                            json_string(nonlinearities[options.nonlinearity]));
}

static void add_linear(const seqnet_layer *layer, json_t *object)
{
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    if (seqnet_linear_get_options(layer, &options) != SEQNET_OK)
        return;
    set_flag(object, "tied", options.tied_embedding != NULL);
    set_flag(object, "no bias", options.no_bias);
}

static void add_dropout(const seqnet_layer *layer, json_t *object)
{
    float probability = 0;
    if (seqnet_dropout_get_probability(layer, &probability) == SEQNET_OK)
        set_probability(object, probability);
}

json_t *layer_to_json(const seqnet_layer *layer)
{
    seqnet_layer_info info = { .struct_size = sizeof(info) };
    json_t *object = json_object();
    seqnet_layer_get_info(layer, &info);
    json_object_set_new(object, "kind", json_string(kind_name(info.kind)));
    json_object_set_new(object, "input", json_integer(info.input_size));
    json_object_set_new(object, "output", json_integer(info.output_size));
    if (info.kind == SEQNET_RNN || info.kind == SEQNET_LSTM || info.kind == SEQNET_GRU)
        add_recurrent(layer, object);
    if (info.kind == SEQNET_LINEAR)
        add_linear(layer, object);
    if (info.kind == SEQNET_DROPOUT)
        add_dropout(layer, object);
    return object;
}

static int is_first_part(const char *key)
{
    return strcmp(key, "kind") == 0 || strcmp(key, "input") == 0 || strcmp(key, "output") == 0;
}

/* "name" for a flag, "name value" for the rest. */
static void print_entry(const char *key, const json_t *value, char *text, size_t size)
{
    if (json_is_true(value))
        snprintf(text, size, ", %s", key);
    else if (json_is_integer(value))
        snprintf(text, size, ", %s %" JSON_INTEGER_FORMAT, key, json_integer_value(value));
    else if (json_is_real(value))
        snprintf(text, size, ", %s %g", key, json_real_value(value));
    else
        snprintf(text, size, ", %s", json_string_value(value));
}

void layer_print(json_t *object, char *text, size_t size)
{
    const char *key;
    json_t *value;
    snprintf(text, size, "%s %" JSON_INTEGER_FORMAT " -> %" JSON_INTEGER_FORMAT,
             json_string_value(json_object_get(object, "kind")),
             json_integer_value(json_object_get(object, "input")),
             json_integer_value(json_object_get(object, "output")));
    json_object_foreach(object, key, value)
    {
        const size_t used = strlen(text);
        if (!is_first_part(key))
            print_entry(key, value, text + used, size - used);
    }
}
