/* SPDX-License-Identifier: MIT */
/* Descriptions from JSON. Whether the constructors like the values is seen when they are called. */
#include "core/error.h"
#include "io/decimal.h"
#include "io/description_fields.h"
#include "io/file.h"
#include "io/json.h"

#include <string.h>

/* The layer being read, for messages. */
struct place {
    const char *path;
    int32_t index;
    struct layer_description *layer;
};

static int32_t refuse_field(const struct place *at, const struct field *field, const char *need)
{
    return file_refuse(at->path, "description of layer %d: %s is not %s", at->index, field->name,
                       need);
}

static int32_t read_whole(const struct place *at, const struct field *field, const json_t *value)
{
    const json_int_t least = field->type == FIELD_INDEX ? 0 : 1;
    const json_int_t number = json_is_integer(value) ? json_integer_value(value) : -1;
    if (number < least || number > SEQNET_MAX_SIZE)
        return refuse_field(at, field, least ? "one of 1..16777216" : "one of 0..16777216");
    field_set_whole(field, at->layer, (int32_t)number);
    return SEQNET_OK;
}

static int32_t read_flag(const struct place *at, const struct field *field, const json_t *value)
{
    if (!json_is_boolean(value))
        return refuse_field(at, field, "true or false");
    field_set_whole(field, at->layer, json_is_true(value));
    return SEQNET_OK;
}

static int32_t read_fraction(const struct place *at, const struct field *field, const json_t *value)
{
    float number;
    if (!json_is_string(value) || !decimal_read(json_string_value(value), &number))
        return refuse_field(at, field, "a decimal number in quotes");
    field_set_fraction(field, at->layer, number);
    return SEQNET_OK;
}

static int32_t read_nonlinearity(const struct place *at, const struct field *field,
                                 const json_t *value)
{
    const int32_t nonlinearity = field_nonlinearity_find(json_string_value(value));
    if (nonlinearity < 0)
        return refuse_field(at, field, "tanh, relu or sigmoid");
    field_set_whole(field, at->layer, nonlinearity);
    return SEQNET_OK;
}

static int32_t read_value(const struct place *at, const struct field *field, const json_t *value)
{
    switch (field->type) {
    case FIELD_FLAG:
        return read_flag(at, field, value);
    case FIELD_FRACTION:
        return read_fraction(at, field, value);
    case FIELD_NONLINEARITY:
        return read_nonlinearity(at, field, value);
    default:
        return read_whole(at, field, value);
    }
}

static int is_known(int32_t kind, const char *key)
{
    for (const struct field *field = NULL; (field = field_next(field, kind));)
        if (!strcmp(field->name, key))
            return 1;
    return !strcmp(key, "kind");
}

/* A member this version does not know could change what the layer computes. */
static int32_t refuse_unknown(const struct place *at, json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (!is_known(at->layer->kind, key))
            return file_refuse(at->path, "description of layer %d: %s has no \"%.64s\"", at->index,
                               field_kind_name(at->layer->kind), key);
    }
    return SEQNET_OK;
}

static int32_t read_layer(const struct place *at, json_t *object)
{
    const char *const name = json_string_value(json_object_get(object, "kind"));
    const int32_t kind = field_kind_find(name);
    if (kind < 0)
        return file_refuse(at->path, "description of layer %d: unknown kind \"%.64s\"", at->index,
                           name ? name : "");
    *at->layer = layer_description_of_kind(kind);
    RETURN_IF_ERROR(refuse_unknown(at, object));
    for (const struct field *field = NULL; (field = field_next(field, kind));) {
        const json_t *const value = json_object_get(object, field->name);
        if (value)
            RETURN_IF_ERROR(read_value(at, field, value));
        else if (field->type == FIELD_SIZE)
            return file_refuse(at->path, "description of layer %d: no %s", at->index, field->name);
    }
    return SEQNET_OK;
}

/* ---------------------------------------------------------------- all layers */

static int32_t read_sequential(const char *path, const json_t *object,
                               struct model_description *description)
{
    const json_t *const layers = json_object_get(object, "layers");
    const size_t count = json_array_size(layers);
    if (json_object_size(object) != 2 || count < 1 || count > DESCRIPTION_MAX_LAYERS)
        return file_refuse(path, "description: a sequential needs just a kind and 1..%d layers",
                           DESCRIPTION_MAX_LAYERS);
    description->is_sequential = 1;
    description->count = (int32_t)count;
    for (int32_t i = 0; i < description->count; i++) {
        const struct place at = { path, i, &description->layers[i] };
        RETURN_IF_ERROR(read_layer(&at, json_array_get(layers, (size_t)i)));
    }
    return SEQNET_OK;
}

static int32_t read_model(const char *path, const json_t *model,
                          struct model_description *description)
{
    const json_t *const version = json_object_get(model, "version");
    json_t *const layer = json_object_get(model, "layer");
    const char *const kind = json_string_value(json_object_get(layer, "kind"));
    if (!json_is_integer(version))
        return file_refuse(path, "description: no version");
    if (json_integer_value(version) != DESCRIPTION_VERSION)
        return file_refuse(path, "description: version %lld is not supported",
                           (long long)json_integer_value(version));
    if (json_object_size(model) != 2 || !layer)
        return file_refuse(path, "description: needs just a version and a layer");
    if (kind && !strcmp(kind, DESCRIPTION_SEQUENTIAL))
        return read_sequential(path, layer, description);
    const struct place at = { path, 0, &description->layers[0] };
    description->is_sequential = 0;
    description->count = 1;
    return read_layer(&at, layer);
}

int32_t description_read(const char *text, const char *path, struct model_description *description)
{
    json_t *model;
    RETURN_IF_ERROR(json_parse(text, strlen(text), path, "description", &model));
    const int32_t code = read_model(path, model, description);
    json_decref(model);
    return code;
}
