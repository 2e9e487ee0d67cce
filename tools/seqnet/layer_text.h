/* SPDX-License-Identifier: MIT */
/* A layer in a few words. */
#ifndef SEQNET_TOOL_LAYER_TEXT_H
#define SEQNET_TOOL_LAYER_TEXT_H

#include <jansson.h>
#include <seqnet/layer.h>

/* A new object: kind, sizes and the options that are not at their defaults. */
json_t *layer_to_json(const seqnet_layer *layer);

/* The same on one line: "lstm 65 -> 128, levels 2, one-hot". */
void layer_print(json_t *object, char *text, size_t size);

#endif
