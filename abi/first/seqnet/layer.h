/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_LAYER_H
#define SEQNET_LAYER_H

#include <seqnet/error.h>
#include <seqnet/export.h>
#include <seqnet/runtime.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_layer seqnet_layer;

#define SEQNET_MAX_SIZE 16777216

#define SEQNET_EMBEDDING 1
#define SEQNET_RNN 2
#define SEQNET_LSTM 3
#define SEQNET_GRU 4
#define SEQNET_LINEAR 5
#define SEQNET_DROPOUT 6
#define SEQNET_SEQUENTIAL 7

typedef struct seqnet_embedding_options {
    size_t struct_size;
    const seqnet_allocator *allocator;
    uint64_t seed;
    int32_t has_padding_idx;
    int32_t padding_idx;
} seqnet_embedding_options;

#define SEQNET_EMBEDDING_OPTIONS_INIT                   \
    {                                                   \
        sizeof(seqnet_embedding_options), NULL, 0, 0, 0 \
    }

SEQNET_API void seqnet_embedding_options_init(seqnet_embedding_options *options,
                                              size_t struct_size);
SEQNET_API int32_t seqnet_embedding_create(int32_t vocabulary_size, int32_t embedding_size,
                                           const seqnet_embedding_options *options,
                                           seqnet_layer **layer);
SEQNET_API int32_t seqnet_embedding_nearest(const seqnet_layer *layer, const float *vectors,
                                            int64_t count, int32_t *tokens);

#define SEQNET_TANH 0
#define SEQNET_RELU 1
#define SEQNET_SIGMOID 2

typedef struct seqnet_recurrent_options {
    size_t struct_size;
    const seqnet_allocator *allocator;
    uint64_t seed;
    int32_t num_layers;
    int32_t bidirectional;
    int32_t no_bias;
    int32_t token_input;
    int32_t proj_size;
    int32_t nonlinearity;
    int32_t reset_before;
    float dropout;
    float forget_bias;
    float init_range;
} seqnet_recurrent_options;

#define SEQNET_RECURRENT_OPTIONS_INIT                                                    \
    {                                                                                    \
        sizeof(seqnet_recurrent_options), NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0.0f, 0.0f, 0.0f \
    }

SEQNET_API void seqnet_recurrent_options_init(seqnet_recurrent_options *options,
                                              size_t struct_size);
SEQNET_API int32_t seqnet_rnn_create(int32_t input_size, int32_t hidden_size,
                                     const seqnet_recurrent_options *options, seqnet_layer **layer);
SEQNET_API int32_t seqnet_lstm_create(int32_t input_size, int32_t hidden_size,
                                      const seqnet_recurrent_options *options,
                                      seqnet_layer **layer);
SEQNET_API int32_t seqnet_gru_create(int32_t input_size, int32_t hidden_size,
                                     const seqnet_recurrent_options *options, seqnet_layer **layer);

typedef struct seqnet_linear_options {
    size_t struct_size;
    const seqnet_allocator *allocator;
    uint64_t seed;
    seqnet_layer *tied_embedding;
    int32_t no_bias;
    float init_range;
} seqnet_linear_options;

#define SEQNET_LINEAR_OPTIONS_INIT                            \
    {                                                         \
        sizeof(seqnet_linear_options), NULL, 0, NULL, 0, 0.0f \
    }

SEQNET_API void seqnet_linear_options_init(seqnet_linear_options *options, size_t struct_size);
SEQNET_API int32_t seqnet_linear_create(int32_t input_size, int32_t output_size,
                                        const seqnet_linear_options *options, seqnet_layer **layer);
SEQNET_API int32_t seqnet_dropout_create(int32_t size, float probability,
                                         const seqnet_allocator *allocator, seqnet_layer **layer);
SEQNET_API int32_t seqnet_sequential_create(seqnet_layer *const *layers, int32_t count,
                                            const seqnet_allocator *allocator,
                                            seqnet_layer **layer);
SEQNET_API int32_t seqnet_sequential_fold(const seqnet_layer *layer,
                                          const seqnet_allocator *allocator, seqnet_layer **folded);
SEQNET_API int32_t seqnet_sequential_fold_bytes(const seqnet_layer *layer, size_t *bytes);
SEQNET_API void seqnet_layer_retain(seqnet_layer *layer);
SEQNET_API void seqnet_layer_destroy(seqnet_layer *layer);

typedef struct seqnet_layer_info {
    size_t struct_size;
    int32_t kind;
    int32_t token_input;
    int32_t input_size;
    int32_t output_size;
    int32_t child_count;
    int32_t has_state;
    int64_t parameter_count;
} seqnet_layer_info;
SEQNET_API int32_t seqnet_layer_get_info(const seqnet_layer *layer, seqnet_layer_info *info);
SEQNET_API seqnet_layer *seqnet_layer_child(const seqnet_layer *layer, int32_t index);
SEQNET_API int32_t seqnet_embedding_get_options(const seqnet_layer *layer,
                                                seqnet_embedding_options *options);
SEQNET_API int32_t seqnet_recurrent_get_options(const seqnet_layer *layer, int32_t *hidden_size,
                                                seqnet_recurrent_options *options);
SEQNET_API int32_t seqnet_linear_get_options(const seqnet_layer *layer,
                                             seqnet_linear_options *options);
SEQNET_API int32_t seqnet_dropout_get_probability(const seqnet_layer *layer, float *probability);

typedef struct seqnet_tensor_info {
    size_t struct_size;
    char name[64];
    int32_t rank;
    int32_t reserved;
    int64_t shape[4];
    int64_t count;
} seqnet_tensor_info;
SEQNET_API int32_t seqnet_layer_tensor_count(const seqnet_layer *layer);
SEQNET_API int32_t seqnet_layer_tensor_info(const seqnet_layer *layer, int32_t index,
                                            seqnet_tensor_info *info);
SEQNET_API int32_t seqnet_layer_get_parameter(const seqnet_layer *layer, const char *name,
                                              float *values, int64_t count);
SEQNET_API int32_t seqnet_layer_set_parameter(seqnet_layer *layer, const char *name,
                                              const float *values, int64_t count);

SEQNET_END_DECLS

#endif
