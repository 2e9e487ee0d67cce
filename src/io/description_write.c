/* SPDX-License-Identifier: MIT */
#include "core/memory.h"
#include "io/decimal.h"
#include "io/description_fields.h"

#include <jansson.h>

static int is_default(const struct field *field, const struct layer_description *layer)
{
    if (field->type == FIELD_FRACTION)
        return field_get_fraction(field, layer) == 0.0f;
    return field_get_whole(field, layer) == (field->type == FIELD_INDEX ? -1 : 0);
}

/* In these three: NULL for no memory. */
static json_t *write_value(const struct field *field, const struct layer_description *layer)
{
    char text[DECIMAL_BYTES];
    switch (field->type) {
    case FIELD_FLAG:
        return json_true();
    case FIELD_FRACTION:
        decimal_write(field_get_fraction(field, layer), text);
        return json_string(text);
    case FIELD_NONLINEARITY:
        return json_string(field_nonlinearity_name(field_get_whole(field, layer)));
    default:
        return json_integer(field_get_whole(field, layer));
    }
}

static json_t *write_layer(const struct layer_description *layer)
{
    json_t *const object = json_pack("{s:s}", "kind", field_kind_name(layer->kind));
    const struct field *field = NULL;
    while (object && (field = field_next(field, layer->kind))) {
        if (is_default(field, layer))
            continue;
        if (json_object_set_new(object, field->name, write_value(field, layer))) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static json_t *write_layers(const struct model_description *description)
{
    if (!description->is_sequential)
        return write_layer(&description->layers[0]);
    json_t *const layers = json_array();
    for (int32_t i = 0; layers && i < description->count; i++) {
        if (json_array_append_new(layers, write_layer(&description->layers[i]))) {
            json_decref(layers);
            return NULL;
        }
    }
    return json_pack("{s:s, s:o}", "kind", DESCRIPTION_SEQUENTIAL, "layers", layers);
}

char *description_write(const struct model_description *description, const seqnet_allocator *memory)
{
    json_t *const model =
        json_pack("{s:i, s:o}", "version", DESCRIPTION_VERSION, "layer", write_layers(description));
    const size_t bytes = model ? json_dumpb(model, NULL, 0, JSON_COMPACT) : 0;
    char *text = bytes ? memory_new(memory, bytes + 1) : NULL;
    if (text && json_dumpb(model, text, bytes, JSON_COMPACT) != bytes) {
        memory_free(memory, text);
        text = NULL;
    }
    json_decref(model);
    return text;
}
