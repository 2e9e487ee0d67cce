/* SPDX-License-Identifier: MIT */
#include "io/description_fields.h"

#include <string.h>

#define KIND(kind) (1u << (kind))
#define RECURRENT (KIND(SEQNET_RNN) | KIND(SEQNET_LSTM) | KIND(SEQNET_GRU))
#define AT(member) offsetof(struct layer_description, member)

static const struct field fields[] = {
    { "vocabulary_size", KIND(SEQNET_EMBEDDING), FIELD_SIZE, AT(input_size) },
    { "embedding_size", KIND(SEQNET_EMBEDDING), FIELD_SIZE, AT(size) },
    { "padding_idx", KIND(SEQNET_EMBEDDING), FIELD_INDEX, AT(padding_idx) },
    { "input_size", RECURRENT | KIND(SEQNET_LINEAR), FIELD_SIZE, AT(input_size) },
    { "hidden_size", RECURRENT, FIELD_SIZE, AT(size) },
    { "num_layers", RECURRENT, FIELD_NUMBER, AT(num_layers) },
    { "bidirectional", RECURRENT, FIELD_FLAG, AT(bidirectional) },
    { "token_input", RECURRENT, FIELD_FLAG, AT(token_input) },
    { "proj_size", KIND(SEQNET_LSTM), FIELD_NUMBER, AT(proj_size) },
    { "nonlinearity", KIND(SEQNET_RNN), FIELD_NONLINEARITY, AT(nonlinearity) },
    { "reset_before", KIND(SEQNET_GRU), FIELD_FLAG, AT(reset_before) },
    { "dropout", RECURRENT, FIELD_FRACTION, AT(dropout) },
    { "forget_bias", KIND(SEQNET_LSTM), FIELD_FRACTION, AT(forget_bias) },
    { "output_size", KIND(SEQNET_LINEAR), FIELD_SIZE, AT(size) },
    { "tied_embedding", KIND(SEQNET_LINEAR), FIELD_INDEX, AT(tied_embedding) },
    { "no_bias", RECURRENT | KIND(SEQNET_LINEAR), FIELD_FLAG, AT(no_bias) },
    { "init_range", RECURRENT | KIND(SEQNET_LINEAR), FIELD_FRACTION, AT(init_range) },
    { "size", KIND(SEQNET_DROPOUT), FIELD_SIZE, AT(size) },
    { "probability", KIND(SEQNET_DROPOUT), FIELD_FRACTION, AT(dropout) },
};

static const char *const kinds[] = {
    [SEQNET_EMBEDDING] = "embedding", [SEQNET_RNN] = "rnn",
    [SEQNET_LSTM] = "lstm",           [SEQNET_GRU] = "gru",
    [SEQNET_LINEAR] = "linear",       [SEQNET_DROPOUT] = "dropout",
};

static const char *const nonlinearities[] = {
    [SEQNET_TANH] = "tanh",
    [SEQNET_RELU] = "relu",
    [SEQNET_SIGMOID] = "sigmoid",
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

const struct field *field_next(const struct field *after, int32_t kind)
{
    for (size_t i = after ? (size_t)(after - fields) + 1 : 0; i < LENGTH(fields); i++)
        if (fields[i].kinds & KIND(kind))
            return &fields[i];
    return NULL;
}

int32_t field_get_whole(const struct field *field, const struct layer_description *layer)
{
    int32_t value;
    memcpy(&value, (const char *)layer + field->offset, sizeof value);
    return value;
}

float field_get_fraction(const struct field *field, const struct layer_description *layer)
{
    float value;
    memcpy(&value, (const char *)layer + field->offset, sizeof value);
    return value;
}

void field_set_whole(const struct field *field, struct layer_description *layer, int32_t value)
{
    memcpy((char *)layer + field->offset, &value, sizeof value);
}

void field_set_fraction(const struct field *field, struct layer_description *layer, float value)
{
    memcpy((char *)layer + field->offset, &value, sizeof value);
}

static int32_t find_name(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; name && i < count; i++)
        if (names[i] && !strcmp(names[i], name))
            return (int32_t)i;
    return -1;
}

const char *field_kind_name(int32_t kind)
{
    return kinds[kind];
}

int32_t field_kind_find(const char *name)
{
    return find_name(kinds, LENGTH(kinds), name);
}

const char *field_nonlinearity_name(int32_t nonlinearity)
{
    return nonlinearities[nonlinearity];
}

int32_t field_nonlinearity_find(const char *name)
{
    return find_name(nonlinearities, LENGTH(nonlinearities), name);
}

struct layer_description layer_description_of_kind(int32_t kind)
{
    return (struct layer_description){ .kind = kind, .padding_idx = -1, .tied_embedding = -1 };
}
