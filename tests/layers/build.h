/* SPDX-License-Identifier: MIT */
/*
 * Layers and contexts for tests, made through the internal functions, so that floats and
 * doubles do.
 */
#ifndef SEQNET_TESTS_LAYERS_BUILD_H
#define SEQNET_TESTS_LAYERS_BUILD_H

#include "layers/context.h"
#include "layers/recurrent.h"

/* num_layers 0 becomes 1; the rest of `options` as it is. */
seqnet_layer *build_recurrent(int32_t kind, int32_t input_size, int32_t hidden_size,
                              seqnet_recurrent_options options);

/* padding -1: none. */
seqnet_layer *build_embedding(int32_t vocabulary_size, int32_t embedding_size, int32_t padding);

/* tied: an embedding, or NULL. */
seqnet_layer *build_linear(int32_t input_size, int32_t output_size, int no_bias,
                           seqnet_layer *tied);
seqnet_layer *build_dropout(int32_t size, float probability);

/* Takes over the references to its children. */
seqnet_layer *build_sequential(seqnet_layer *const *layers, int32_t count);

/* Every parameter becomes noise of stream NOISE_PARAMETER + its number. */
void fill_parameters(seqnet_layer *layer);

seqnet_context *build_context(seqnet_layer *layer, int32_t steps, int32_t batch, int training);

/* A sequence-major input without x and tokens. lengths: (batch), or NULL. */
struct input build_input(int32_t steps, int32_t batch, const int32_t *lengths);

/* Elements of all slots and streams of a state tensor. */
size_t state_count(const seqnet_context *context, const struct state *state);

/*
 * Every state tensor becomes noise of stream NOISE_STATE + its number, every gradient of
 * NOISE_DSTATE.
 */
void fill_states(seqnet_context *context);
void fill_state_gradients(seqnet_context *context);

/* `count` reals, freed with free. */
real *new_reals(size_t count);

#endif
