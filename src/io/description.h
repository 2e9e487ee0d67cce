/* SPDX-License-Identifier: MIT */
/*
 * The model description: which layers a model file holds and how they were created, as JSON.
 *
 *     {"version": 1, "layer": {"kind": "sequential", "layers": [
 *         {"kind": "embedding", "vocabulary_size": 65, "embedding_size": 32},
 *         {"kind": "lstm", "input_size": 32, "hidden_size": 128, "num_layers": 2, "dropout":
 *   "0.1"},
 *         {"kind": "linear", "input_size": 128, "output_size": 65}]}}
 *
 * Options have the names of the option structs; those at their default are left out, so that an
 * older library can read a newer file as long as it uses nothing new. Fractions are decimal text
 * (decimal.h). "tied_embedding" is the index of a layer before.
 */
#ifndef SEQNET_IO_DESCRIPTION_H
#define SEQNET_IO_DESCRIPTION_H

#include <seqnet/layer.h>

#include <stddef.h>
#include <stdint.h>

#define DESCRIPTION_MAX_LAYERS 64

/* One layer. What its kind does not have is at its default: 0, or -1 for an index. */
struct layer_description {
    int32_t kind;           /* SEQNET_EMBEDDING .. SEQNET_DROPOUT */
    int32_t input_size;     /* or the vocabulary's; dropout has none */
    int32_t size;           /* of the embedding, hidden state, output or dropout */
    int32_t padding_idx;    /* index */
    int32_t tied_embedding; /* index */
    int32_t num_layers;
    int32_t bidirectional;
    int32_t no_bias;
    int32_t token_input;
    int32_t proj_size;
    int32_t nonlinearity;
    int32_t reset_before;
    float dropout; /* or a dropout layer's probability */
    float forget_bias;
    float init_range;
};

struct model_description {
    int32_t is_sequential; /* 0: just layers[0] */
    int32_t count;
    struct layer_description layers[DESCRIPTION_MAX_LAYERS];
};

/* One layer of that kind, all else at its default. */
struct layer_description layer_description_of_kind(int32_t kind);

/*
 * Describe a layer. SEQNET_EINVAL: it shares parameters in a way that a description cannot say: a
 * linear layer is tied to an embedding that is not in front of it.
 */
int32_t description_of_layer(const seqnet_layer *layer, struct model_description *description);

/* The JSON text, to be freed with memory_free; NULL for no memory. */
char *description_write(const struct model_description *description,
                        const seqnet_allocator *memory);

/* Read JSON text; `path` is for messages. SEQNET_EFORMAT, SEQNET_ENOMEM. */
int32_t description_read(const char *text, const char *path, struct model_description *description);

/*
 * Scalar parameters the layers would have, found without making them. Above `limit` it is some
 * number above `limit`.
 */
int64_t description_parameter_count(const struct model_description *description, int64_t limit);

/* Make the layers. SEQNET_EFORMAT: a constructor refuses what is described; SEQNET_ENOMEM. */
int32_t description_build(const struct model_description *description, const char *path,
                          const seqnet_allocator *memory, seqnet_layer **layer);

#endif
