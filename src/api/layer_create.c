/* SPDX-License-Identifier: MIT */
/* Constructors of layers: defaults and argument checks. */
#include "api/allocator.h"
#include "api/check.h"
#include "core/options.h"
#include "layers/dropout.h"
#include "layers/embedding.h"
#include "layers/linear.h"
#include "layers/recurrent.h"
#include "layers/sequential.h"

#define MAX_LEVELS 64

static int32_t no_memory(const char *function, int32_t code)
{
    return code == SEQNET_OK ? code : error_set(code, "%s: out of memory", function);
}

void seqnet_embedding_options_init(seqnet_embedding_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

int32_t seqnet_embedding_create(int32_t vocabulary_size, int32_t embedding_size,
                                const seqnet_embedding_options *options, seqnet_layer **layer)
{
    RETURN_IF_NULL(layer);
    *layer = NULL;
    seqnet_embedding_options o;
    RETURN_IF_ERROR(options_read(&o, sizeof o, options, __func__, "options"));
    RETURN_IF_ERROR(check_allocator(o.allocator, __func__));
    RETURN_UNLESS_IN(vocabulary_size, 1, SEQNET_MAX_SIZE, SEQNET_EINVAL);
    RETURN_UNLESS_IN(embedding_size, 1, SEQNET_MAX_SIZE, SEQNET_EINVAL);
    const int32_t has_padding_idx = o.has_padding_idx, padding_idx = o.padding_idx;
    RETURN_UNLESS_IN(has_padding_idx, 0, 1, SEQNET_EINVAL);
    if (has_padding_idx)
        RETURN_UNLESS_IN(padding_idx, 0, vocabulary_size - 1, SEQNET_EINVAL);
    const int32_t padding = has_padding_idx ? padding_idx : -1;
    return no_memory(__func__,
                     embedding_create(vocabulary_size, embedding_size, padding, &o, layer));
}

int32_t seqnet_embedding_nearest(const seqnet_layer *layer, const float *vectors, int64_t count,
                                 int32_t *tokens)
{
    RETURN_IF_NULL(layer);
    RETURN_IF_NULL(vectors);
    RETURN_IF_NULL(tokens);
    RETURN_UNLESS(layer->kind == SEQNET_EMBEDDING, SEQNET_EINVAL, "%s: layer is not an embedding",
                  __func__);
    RETURN_UNLESS(count >= 0, SEQNET_EINVAL, "%s: count = %lld, need 0 or more", __func__,
                  (long long)count);
    for (int64_t i = 0; i < count; i++)
        tokens[i] = embedding_nearest(layer, vectors + i * layer->output_size);
    return SEQNET_OK;
}

void seqnet_recurrent_options_init(seqnet_recurrent_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

static int32_t check_range(const char *function, const char *name, float value)
{
    RETURN_UNLESS(value >= 0 && value <= 1e6f, SEQNET_EINVAL, "%s: %s = %g, need 0..1e6", function,
                  name, (double)value);
    return SEQNET_OK;
}

/* Options that only one kind of cell has. */
static int32_t check_kind(const char *function, int32_t kind, int32_t hidden_size,
                          const seqnet_recurrent_options *o)
{
    RETURN_UNLESS(kind == SEQNET_LSTM || o->proj_size == 0, SEQNET_EINVAL,
                  "%s: proj_size = %d, only an LSTM has one", function, (int)o->proj_size);
    RETURN_UNLESS(o->proj_size >= 0 && o->proj_size < hidden_size, SEQNET_EINVAL,
                  "%s: proj_size = %d, need 0..hidden_size - 1 = %d", function, (int)o->proj_size,
                  (int)hidden_size - 1);
    RETURN_UNLESS(kind == SEQNET_LSTM || o->forget_bias == 0, SEQNET_EINVAL,
                  "%s: forget_bias = %g, only an LSTM has one", function, (double)o->forget_bias);
    RETURN_UNLESS(o->forget_bias >= -1e6f && o->forget_bias <= 1e6f, SEQNET_EINVAL,
                  "%s: forget_bias = %g, need -1e6..1e6", function, (double)o->forget_bias);
    RETURN_UNLESS(kind == SEQNET_RNN || o->nonlinearity == 0, SEQNET_EINVAL,
                  "%s: nonlinearity = %d, only an RNN has one", function, (int)o->nonlinearity);
    RETURN_UNLESS(kind == SEQNET_GRU || o->reset_before == 0, SEQNET_EINVAL,
                  "%s: reset_before = %d, only a GRU has it", function, (int)o->reset_before);
    return SEQNET_OK;
}

/* Every flag is 0 or 1: other values may mean something in a later version. */
static int32_t check_flags(const char *function, const seqnet_recurrent_options *o)
{
    const struct {
        const char *name;
        int32_t value, most;
    } flags[] = {
        { "bidirectional", o->bidirectional, 1 },
        { "no_bias", o->no_bias, 1 },
        { "token_input", o->token_input, 1 },
        { "reset_before", o->reset_before, 1 },
        { "num_layers", o->num_layers, MAX_LEVELS },
        { "nonlinearity", o->nonlinearity, SEQNET_SIGMOID },
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        RETURN_UNLESS(flags[i].value >= 0 && flags[i].value <= flags[i].most, SEQNET_EINVAL,
                      "%s: %s = %d, need 0..%d", function, flags[i].name, (int)flags[i].value,
                      (int)flags[i].most);
    return SEQNET_OK;
}

static int32_t create_recurrent(const char *function, int32_t kind, int32_t input_size,
                                int32_t hidden_size, const seqnet_recurrent_options *options,
                                seqnet_layer **layer)
{
    RETURN_UNLESS(layer, SEQNET_EINVAL, "%s: layer = NULL", function);
    *layer = NULL;
    seqnet_recurrent_options o;
    RETURN_IF_ERROR(options_read(&o, sizeof o, options, function, "options"));
    RETURN_IF_ERROR(check_allocator(o.allocator, function));
    RETURN_UNLESS(input_size >= 1 && input_size <= SEQNET_MAX_SIZE, SEQNET_EINVAL,
                  "%s: input_size = %d, need 1..%d", function, (int)input_size, SEQNET_MAX_SIZE);
    RETURN_UNLESS(hidden_size >= 1 && hidden_size <= SEQNET_MAX_SIZE, SEQNET_EINVAL,
                  "%s: hidden_size = %d, need 1..%d", function, (int)hidden_size, SEQNET_MAX_SIZE);
    RETURN_IF_ERROR(check_flags(function, &o));
    RETURN_IF_ERROR(check_kind(function, kind, hidden_size, &o));
    RETURN_UNLESS(o.dropout >= 0 && o.dropout < 1, SEQNET_EINVAL,
                  "%s: dropout = %g, need 0 <= p < 1", function, (double)o.dropout);
    RETURN_IF_ERROR(check_range(function, "init_range", o.init_range));
    if (o.num_layers == 0)
        o.num_layers = 1;
    return no_memory(function, recurrent_create(kind, input_size, hidden_size, &o, layer));
}

int32_t seqnet_rnn_create(int32_t input_size, int32_t hidden_size,
                          const seqnet_recurrent_options *options, seqnet_layer **layer)
{
    return create_recurrent(__func__, SEQNET_RNN, input_size, hidden_size, options, layer);
}

int32_t seqnet_lstm_create(int32_t input_size, int32_t hidden_size,
                           const seqnet_recurrent_options *options, seqnet_layer **layer)
{
    return create_recurrent(__func__, SEQNET_LSTM, input_size, hidden_size, options, layer);
}

int32_t seqnet_gru_create(int32_t input_size, int32_t hidden_size,
                          const seqnet_recurrent_options *options, seqnet_layer **layer)
{
    return create_recurrent(__func__, SEQNET_GRU, input_size, hidden_size, options, layer);
}

void seqnet_linear_options_init(seqnet_linear_options *options, size_t struct_size)
{
    options_init(options, struct_size);
}

static int32_t check_tie(const char *function, const seqnet_layer *tied, int32_t input_size,
                         int32_t output_size)
{
    RETURN_UNLESS(tied->kind == SEQNET_EMBEDDING, SEQNET_EINVAL,
                  "%s: options->tied_embedding is not an embedding", function);
    RETURN_UNLESS(tied->input_size == output_size && tied->output_size == input_size, SEQNET_ESHAPE,
                  "%s: the tied table is (%d, %d), need (%d, %d)", function, (int)tied->input_size,
                  (int)tied->output_size, (int)output_size, (int)input_size);
    return SEQNET_OK;
}

int32_t seqnet_linear_create(int32_t input_size, int32_t output_size,
                             const seqnet_linear_options *options, seqnet_layer **layer)
{
    RETURN_IF_NULL(layer);
    *layer = NULL;
    seqnet_linear_options o;
    RETURN_IF_ERROR(options_read(&o, sizeof o, options, __func__, "options"));
    RETURN_IF_ERROR(check_allocator(o.allocator, __func__));
    RETURN_UNLESS_IN(input_size, 1, SEQNET_MAX_SIZE, SEQNET_EINVAL);
    RETURN_UNLESS_IN(output_size, 1, SEQNET_MAX_SIZE, SEQNET_EINVAL);
    const int32_t no_bias = o.no_bias;
    RETURN_UNLESS_IN(no_bias, 0, 1, SEQNET_EINVAL);
    RETURN_IF_ERROR(check_range(__func__, "init_range", o.init_range));
    if (o.tied_embedding)
        RETURN_IF_ERROR(check_tie(__func__, o.tied_embedding, input_size, output_size));
    return no_memory(__func__, linear_create(input_size, output_size, &o, layer));
}

int32_t seqnet_dropout_create(int32_t size, float probability, const seqnet_allocator *allocator,
                              seqnet_layer **layer)
{
    RETURN_IF_NULL(layer);
    *layer = NULL;
    RETURN_UNLESS_IN(size, 1, SEQNET_MAX_SIZE, SEQNET_EINVAL);
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    RETURN_UNLESS(probability >= 0 && probability < 1, SEQNET_EINVAL,
                  "%s: probability = %g, need 0 <= p < 1", __func__, (double)probability);
    return no_memory(__func__, dropout_create(size, probability, allocator, layer));
}

/* A layer in two places would be saved as two layers, and would run with one dropout mask. */
static int32_t check_different(const char *function, seqnet_layer *const *layers, int32_t i)
{
    for (int32_t before = 0; before < i; before++)
        RETURN_UNLESS(layers[before] != layers[i], SEQNET_EINVAL,
                      "%s: layers[%d] and layers[%d] are the same one", function, (int)before,
                      (int)i);
    return SEQNET_OK;
}

/* Layer `i` must fit the one before it; only the first may take tokens. */
static int32_t check_child(const char *function, seqnet_layer *const *layers, int32_t i)
{
    RETURN_UNLESS(layers[i], SEQNET_EINVAL, "%s: layers[%d] = NULL", function, (int)i);
    RETURN_UNLESS(layers[i]->kind != SEQNET_SEQUENTIAL, SEQNET_ENOTSUP,
                  "%s: layers[%d] is a sequential; list its layers instead", function, (int)i);
    RETURN_IF_ERROR(check_different(function, layers, i));
    if (i == 0)
        return SEQNET_OK;
    RETURN_UNLESS(!layers[i]->token_input, SEQNET_ESHAPE,
                  "%s: layers[%d] takes tokens, only the first layer may", function, (int)i);
    RETURN_UNLESS(layers[i]->input_size == layers[i - 1]->output_size, SEQNET_ESHAPE,
                  "%s: layers[%d] gives %d features, layers[%d] takes %d", function, (int)i - 1,
                  (int)layers[i - 1]->output_size, (int)i, (int)layers[i]->input_size);
    return SEQNET_OK;
}

int32_t seqnet_sequential_create(seqnet_layer *const *layers, int32_t count,
                                 const seqnet_allocator *allocator, seqnet_layer **layer)
{
    RETURN_IF_NULL(layer);
    *layer = NULL;
    RETURN_IF_NULL(layers);
    RETURN_UNLESS_IN(count, 1, MAX_LEVELS, SEQNET_EINVAL);
    RETURN_IF_ERROR(check_allocator(allocator, __func__));
    for (int32_t i = 0; i < count; i++)
        RETURN_IF_ERROR(check_child(__func__, layers, i));
    return no_memory(__func__, sequential_create(layers, count, allocator, layer));
}
