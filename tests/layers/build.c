/* SPDX-License-Identifier: MIT */
#include "layers/build.h"

#include "layers/dropout.h"
#include "layers/embedding.h"
#include "layers/linear.h"
#include "layers/noise.h"
#include "layers/sequential.h"
#include "support/assert.h"

#include <stdlib.h>

seqnet_layer *build_recurrent(int32_t kind, int32_t input_size, int32_t hidden_size,
                              seqnet_recurrent_options options)
{
    seqnet_layer *layer;
    options.num_layers += options.num_layers == 0;
    assert_ok(recurrent_create(kind, input_size, hidden_size, &options, &layer));
    return layer;
}

seqnet_layer *build_embedding(int32_t vocabulary_size, int32_t embedding_size, int32_t padding)
{
    const seqnet_embedding_options options = SEQNET_EMBEDDING_OPTIONS_INIT;
    seqnet_layer *layer;
    assert_ok(embedding_create(vocabulary_size, embedding_size, padding, &options, &layer));
    return layer;
}

seqnet_layer *build_linear(int32_t input_size, int32_t output_size, int no_bias, seqnet_layer *tied)
{
    seqnet_linear_options options = SEQNET_LINEAR_OPTIONS_INIT;
    options.no_bias = no_bias;
    options.tied_embedding = tied;
    seqnet_layer *layer;
    assert_ok(linear_create(input_size, output_size, &options, &layer));
    return layer;
}

seqnet_layer *build_dropout(int32_t size, float probability)
{
    seqnet_layer *layer;
    assert_ok(dropout_create(size, probability, NULL, &layer));
    return layer;
}

seqnet_layer *build_sequential(seqnet_layer *const *layers, int32_t count)
{
    seqnet_layer *layer;
    assert_ok(sequential_create(layers, count, NULL, &layer));
    for (int32_t i = 0; i < count; i++)
        layer_release(layers[i]);
    return layer;
}

void fill_parameters(seqnet_layer *layer)
{
    for (int32_t i = 0; i < layer_tensor_count(layer); i++) {
        struct parameter_place place;
        layer_place(layer, i, &place);
        const size_t count = (size_t)parameter_count(place.parameter);
        real *values = new_reals(count);
        noise_fill(values, count, (uint64_t)(NOISE_PARAMETER + i));
        parameter_write(place.parameter, place.leaf->values, values);
        free(values);
    }
    layer_refresh(layer);
}

seqnet_context *build_context(seqnet_layer *layer, int32_t steps, int32_t batch, int training)
{
    const struct context_spec spec = { .memory = memory_hook(NULL),
                                       .max_steps = steps,
                                       .max_batch = batch,
                                       .training = training,
                                       .seed = 1 };
    seqnet_context *context;
    assert_ok(context_create(layer, &spec, &context));
    return context;
}

struct input build_input(int32_t steps, int32_t batch, const int32_t *lengths)
{
    return (struct input){
        .lengths = lengths, .steps = steps, .batch = batch, .layout = layout_of(steps, batch, 0, 1)
    };
}

size_t state_count(const seqnet_context *context, const struct state *state)
{
    return (size_t)state->slots * (size_t)context->max_batch * (size_t)state->size;
}

void fill_states(seqnet_context *context)
{
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        noise_fill(state->values, state_count(context, state), (uint64_t)(NOISE_STATE + i));
    }
}

void fill_state_gradients(seqnet_context *context)
{
    for (int32_t i = 0; i < context_state_count(context); i++) {
        const struct state *state = context_state(context, i, NULL);
        noise_fill(state->gradients, state_count(context, state), (uint64_t)(NOISE_DSTATE + i));
    }
}

real *new_reals(size_t count)
{
    real *values = malloc((count + 1) * sizeof *values);
    assert_non_null(values);
    memset(values, 0xFF, (count + 1) * sizeof *values);
    return values;
}
