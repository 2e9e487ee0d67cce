/* SPDX-License-Identifier: MIT */
/**
 * @file layer.h
 * @brief Layers: the parameters of Embedding, RNN, LSTM, GRU, Linear, Dropout and Sequential.
 *
 * A seqnet_layer owns parameters and nothing that changes while a model runs; all of that is in a
 * seqnet_context (context.h). Parameters are read and written by copy, under PyTorch's names and in
 * PyTorch's shapes and gate order; how they are stored is private.
 *
 * Threads:   any number of threads may run contexts of one layer, and read its parameters, at once.
 *            Writing parameters (set_parameter, a trainer's update, loading) needs the layer to be
 *            otherwise idle.
 * Ownership: a handle is a counted reference. create gives one reference, retain adds one, destroy
 *            drops one. Contexts, trainers and composed layers hold references of their own, so
 *            handles can be dropped in any order.
 * Options:   zero always means default, so a zeroed struct with struct_size set is a good start
 *            (X_INIT, X_init). struct_size is sizeof the struct the caller was compiled with; one
 *            that no struct has (below sizeof(size_t), above 65536) is SEQNET_EINVAL.
 */
#ifndef SEQNET_LAYER_H
#define SEQNET_LAYER_H

#include <seqnet/error.h>
#include <seqnet/export.h>
#include <seqnet/runtime.h>

SEQNET_BEGIN_DECLS

typedef struct seqnet_layer seqnet_layer;

/** Largest input, hidden, projection, output and vocabulary size a layer takes. */
#define SEQNET_MAX_SIZE 16777216

/** Kinds of layers, as seqnet_layer_info tells them. */
#define SEQNET_EMBEDDING 1
#define SEQNET_RNN 2
#define SEQNET_LSTM 3
#define SEQNET_GRU 4
#define SEQNET_LINEAR 5
#define SEQNET_DROPOUT 6
#define SEQNET_SEQUENTIAL 7

/* ---------------------------------------------------------------- embedding */

typedef struct seqnet_embedding_options {
    size_t struct_size;
    const seqnet_allocator *allocator; /**< NULL: malloc */
    uint64_t seed;                     /**< of the N(0,1) initial rows */
    int32_t has_padding_idx;           /**< 1: row padding_idx is zero and gets no gradient */
    int32_t padding_idx;               /**< 0..vocabulary_size-1; read only if has_padding_idx */
} seqnet_embedding_options;

/* clang-format off */
#define SEQNET_EMBEDDING_OPTIONS_INIT { sizeof(seqnet_embedding_options), NULL, 0, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_embedding_options_init(seqnet_embedding_options *options,
                                              size_t struct_size);

/**
 * @brief A table of V rows; token k becomes row k, any leading shape kept.
 *
 * Parameter: "weight" (V, embedding_size), initially N(0,1), as torch.nn.Embedding.
 * Gradient: row-sparse; its cost follows the number of tokens in the window, not V, and the order
 * of its sums is fixed, so equal calls give equal bits.
 *
 * @param vocabulary_size V, 1..SEQNET_MAX_SIZE.
 * @param embedding_size  1..SEQNET_MAX_SIZE.
 * @param options         NULL: all defaults.
 * @param[out] layer      the new layer, NULL on error; release it with seqnet_layer_destroy.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM, SEQNET_ENOTSUP (a newer option struct with an unknown
 *         non-zero member).
 */
SEQNET_API int32_t seqnet_embedding_create(int32_t vocabulary_size, int32_t embedding_size,
                                           const seqnet_embedding_options *options,
                                           seqnet_layer **layer);

/**
 * @brief Map vectors back to tokens: the row with the least Euclidean distance (lowest token on a
 *        tie).
 *
 *     tokens[n] = argmin_v || vectors[n] - weight[v] ||^2
 *
 * A row at a distance that is NaN or infinite is never the nearest; if all are, the token is 0.
 *
 * @param layer         an embedding.
 * @param[in] vectors   (count, embedding_size) float.
 * @param count         number of vectors, 0 or more.
 * @param[out] tokens   (count).
 * @retval SEQNET_EINVAL not an embedding, NULL arguments, or count < 0.
 */
SEQNET_API int32_t seqnet_embedding_nearest(const seqnet_layer *layer, const float *vectors,
                                            int64_t count, int32_t *tokens);

/* ---------------------------------------------------------------- recurrent: rnn, lstm, gru */

/** Non-linearities of the RNN cell. */
#define SEQNET_TANH 0
#define SEQNET_RELU 1
#define SEQNET_SIGMOID 2

typedef struct seqnet_recurrent_options {
    size_t struct_size;
    const seqnet_allocator *allocator; /**< NULL: malloc */
    uint64_t seed;                     /**< of the initial parameters */
    int32_t num_layers;                /**< 0: 1. Levels stacked on each other, at most 64 */
    int32_t bidirectional;             /**< 1: two directions, outputs side by side (T, B, 2H) */
    int32_t no_bias;                   /**< 1: no bias_ih and bias_hh */
    int32_t token_input;               /**< 1: int32 tokens, as one-hot vectors of input_size */
    int32_t proj_size;                 /**< LSTM: output W_hr h, size below hidden_size; 0: none */
    int32_t nonlinearity;              /**< RNN: SEQNET_TANH, SEQNET_RELU or SEQNET_SIGMOID */
    int32_t reset_before;              /**< GRU: 1: n = tanh(W x + U (r * h)), as Cho 2014 */
    float dropout;                     /**< between levels, in training: probability 0 <= p < 1 */
    float forget_bias;                 /**< LSTM: non-zero: initial bias_ih of f (bias_hh: 0) */
    float init_range;                  /**< non-zero a: U(-a, a) instead of U(-1/sqrt(H), ..) */
} seqnet_recurrent_options;

/* clang-format off */
#define SEQNET_RECURRENT_OPTIONS_INIT \
    { sizeof(seqnet_recurrent_options), NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0.0f, 0.0f, 0.0f }
/* clang-format on */

SEQNET_API void seqnet_recurrent_options_init(seqnet_recurrent_options *options,
                                              size_t struct_size);

/**
 * @brief An Elman RNN, as torch.nn.RNN.
 *
 *     h_t = f(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh),   f = tanh, relu or sigmoid
 *
 * Parameters, for level k (suffix "_reverse" for the second direction): "weight_ih_l{k}" (H, I or
 * D*H), "weight_hh_l{k}" (H, H), "bias_ih_l{k}" (H), "bias_hh_l{k}" (H).
 * State: "h" (L*D, B, H).
 *
 * @param input_size  I, 1..SEQNET_MAX_SIZE.
 * @param hidden_size H, 1..SEQNET_MAX_SIZE.
 * @param options     NULL: all defaults.
 * @param[out] layer  the new layer, NULL on error; release it with seqnet_layer_destroy.
 * @retval SEQNET_EINVAL a size, option or combination outside its values.
 * @retval SEQNET_ENOTSUP a newer option struct with an unknown non-zero member.
 * @retval SEQNET_ENOMEM
 * Source: Elman 1990.
 */
SEQNET_API int32_t seqnet_rnn_create(int32_t input_size, int32_t hidden_size,
                                     const seqnet_recurrent_options *options, seqnet_layer **layer);

/**
 * @brief A long short-term memory, as torch.nn.LSTM.
 *
 *     [i f g o] = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh
 *     c_t = s(f) c_{t-1} + s(i) tanh(g)
 *     h_t = s(o) tanh(c_t)              with proj_size: h_t = W_hr (s(o) tanh(c_t))
 *
 * Parameters as seqnet_rnn_create with 4H rows in the order i f g o; with proj_size P also
 * "weight_hr_l{k}" (P, H), and weight_hh (4H, P).
 * State: "h" (L*D, B, H or P) and "c" (L*D, B, H).
 * Arguments and errors as seqnet_rnn_create.
 * Source: Hochreiter & Schmidhuber 1997; forget gate Gers et al. 2000; projection Sak et al. 2014.
 */
SEQNET_API int32_t seqnet_lstm_create(int32_t input_size, int32_t hidden_size,
                                      const seqnet_recurrent_options *options,
                                      seqnet_layer **layer);

/**
 * @brief A gated recurrent unit, as torch.nn.GRU.
 *
 *     r = s(W_ir x + b_ir + W_hr h + b_hr),  z = s(W_iz x + b_iz + W_hz h + b_hz)
 *     n = tanh(W_in x + b_in + r * (W_hn h + b_hn))            reset after (default)
 *     n = tanh(W_in x + b_in + W_hn (r * h) + b_hn)            reset before (option)
 *     h_t = (1 - z) * n + z * h_{t-1}
 *
 * Parameters as seqnet_rnn_create with 3H rows in the order r z n. State: "h" (L*D, B, H).
 * Arguments and errors as seqnet_rnn_create.
 * Source: Cho et al. 2014; the reset-after form is cuDNN's and PyTorch's.
 */
SEQNET_API int32_t seqnet_gru_create(int32_t input_size, int32_t hidden_size,
                                     const seqnet_recurrent_options *options, seqnet_layer **layer);

/* ---------------------------------------------------------------- linear, dropout, sequential */

typedef struct seqnet_linear_options {
    size_t struct_size;
    const seqnet_allocator *allocator; /**< NULL: malloc */
    uint64_t seed;                     /**< of the initial parameters */
    seqnet_layer *tied_embedding;      /**< non-NULL: use this embedding's table as weight */
    int32_t no_bias;                   /**< 1: no bias */
    float init_range;                  /**< non-zero a: U(-a, a), not U(-1/sqrt(input_size), ..) */
} seqnet_linear_options;

/* clang-format off */
#define SEQNET_LINEAR_OPTIONS_INIT { sizeof(seqnet_linear_options), NULL, 0, NULL, 0, 0.0f }
/* clang-format on */

SEQNET_API void seqnet_linear_options_init(seqnet_linear_options *options, size_t struct_size);

/**
 * @brief y = x W^T + b, for every step, as torch.nn.Linear.
 *
 * Parameters: "weight" (output_size, input_size), "bias" (output_size). With tied_embedding the
 * weight is that embedding's table, (V, embedding_size) = (output_size, input_size), one storage
 * and one gradient; it is then listed under the embedding only.
 *
 * @param input_size  1..SEQNET_MAX_SIZE.
 * @param output_size 1..SEQNET_MAX_SIZE.
 * @param options     NULL: all defaults.
 * @param[out] layer  the new layer, NULL on error.
 * @retval SEQNET_EINVAL, SEQNET_ESHAPE (the tied table has another shape), SEQNET_ENOMEM,
 *         SEQNET_ENOTSUP.
 */
SEQNET_API int32_t seqnet_linear_create(int32_t input_size, int32_t output_size,
                                        const seqnet_linear_options *options, seqnet_layer **layer);

/**
 * @brief In training contexts: y = x * m / (1 - p) with m = 0 with probability p, else 1. Otherwise
 *        y = x.
 *
 * The mask is a function of the context's seed, a call counter, the layer's place, step, sample and
 * feature (Philox 4x32-10, Salmon et al. 2011): it does not depend on threads, padding or the
 * layout of the batch.
 *
 * @param size        features per step.
 * @param probability 0 <= p < 1.
 * @param allocator   NULL: malloc.
 * @param[out] layer  the new layer, NULL on error.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_dropout_create(int32_t size, float probability,
                                         const seqnet_allocator *allocator, seqnet_layer **layer);

/**
 * @brief Layers in a row, each one's output the next one's input, as torch.nn.Sequential.
 *
 * Parameter and state names get the prefix "{index}.", such as "1.weight_ih_l0". Only the first
 * layer may take tokens. The layers are retained, not copied; a sequential may not contain a
 * sequential, nor one layer twice (two layers share a table by tied_embedding).
 *
 * @param layers    (count) handles, all different.
 * @param count     1..64.
 * @param allocator NULL: malloc.
 * @param[out] layer the new layer, NULL on error.
 * @retval SEQNET_ESHAPE one layer's output size is not the next one's input size (the message names
 *                       them), or takes tokens and is not the first.
 * @retval SEQNET_EINVAL  a handle is NULL or there twice, or count is outside 1..64.
 * @retval SEQNET_ENOTSUP a layer is a sequential.
 * @retval SEQNET_ENOMEM
 */
SEQNET_API int32_t seqnet_sequential_create(seqnet_layer *const *layers, int32_t count,
                                            const seqnet_allocator *allocator,
                                            seqnet_layer **layer);

/**
 * @brief A faster form of a language model, for inference: the embedding is folded into the
 *        recurrent layer that follows it.
 *
 *     table[token] = b + W_ih E[token]        (V, D*G*H)
 *
 * Every token's input product is made here, once, and looked up in each step. The new sequential is
 * a recurrent layer of token inputs (seqnet_recurrent_options.token_input), whose weight_ih_l0 is
 * the table, then the layers that came after the old one, retained. Dropouts between embedding and
 * recurrent layer are left out. It does not follow later changes of the old model's first layers.
 *
 * It gives the same outputs: the same bits with the native backend, close with BLAS. To carry the
 * biases in the table, the new layer's own are -0, which adds nothing; but for a GRU that resets
 * after, whose b_hn stays. It is a layer like all others: it can be saved, and training it trains
 * the table.
 *
 * @param layer     a sequential that begins with an embedding, any dropouts, and an RNN, LSTM or
 *                  GRU.
 * @param allocator of the new layers; NULL: malloc.
 * @param[out] folded the new sequential, NULL on error; release it with seqnet_layer_destroy.
 * @retval SEQNET_ENOTSUP layer does not begin like that.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM
 *
 * Threads: reads the layer's parameters.
 */
SEQNET_API int32_t seqnet_sequential_fold(const seqnet_layer *layer,
                                          const seqnet_allocator *allocator, seqnet_layer **folded);

/**
 * @brief Bytes of the table that seqnet_sequential_fold would make. The embedding is V*E floats,
 *        the table V*D*G*H, with H rounded up to whole registers.
 *
 * @param[out] bytes unchanged on error.
 * @retval SEQNET_ENOTSUP as seqnet_sequential_fold.
 * @retval SEQNET_EINVAL, SEQNET_ENOMEM (the size does not fit size_t)
 */
SEQNET_API int32_t seqnet_sequential_fold_bytes(const seqnet_layer *layer, size_t *bytes);

/* ---------------------------------------------------------------- every layer */

/** @brief Add a reference. NULL is accepted. */
SEQNET_API void seqnet_layer_retain(seqnet_layer *layer);

/** @brief Drop a reference; the last one frees the layer. NULL is accepted. */
SEQNET_API void seqnet_layer_destroy(seqnet_layer *layer);

/** What a layer is; all sizes in elements. */
typedef struct seqnet_layer_info {
    size_t struct_size;
    int32_t kind;            /**< SEQNET_EMBEDDING .. SEQNET_SEQUENTIAL */
    int32_t token_input;     /**< 1: takes int32 tokens 0..input_size-1 instead of floats */
    int32_t input_size;      /**< features per step, or the number of tokens */
    int32_t output_size;     /**< features per step of the output */
    int32_t child_count;     /**< sequential: number of layers in it; otherwise 0 */
    int32_t has_state;       /**< 1: carries state from step to step */
    int64_t parameter_count; /**< scalar parameters in all, tied ones once */
} seqnet_layer_info;

/** @brief Describe a layer; info->struct_size must be set by the caller. */
SEQNET_API int32_t seqnet_layer_get_info(const seqnet_layer *layer, seqnet_layer_info *info);

/** @brief A layer inside a sequential; borrowed: retain it to keep it. NULL if there is none. */
SEQNET_API seqnet_layer *seqnet_layer_child(const seqnet_layer *layer, int32_t index);

/**
 * @brief What an embedding was created with (allocator and seed excepted, which come back zero).
 * @param options its struct_size must be set.
 * @retval SEQNET_EINVAL not an embedding.
 */
SEQNET_API int32_t seqnet_embedding_get_options(const seqnet_layer *layer,
                                                seqnet_embedding_options *options);

/** @brief What an RNN, LSTM or GRU was created with, as seqnet_embedding_get_options. */
SEQNET_API int32_t seqnet_recurrent_get_options(const seqnet_layer *layer, int32_t *hidden_size,
                                                seqnet_recurrent_options *options);

/** @brief What a linear layer was created with, as above; tied_embedding is borrowed. */
SEQNET_API int32_t seqnet_linear_get_options(const seqnet_layer *layer,
                                             seqnet_linear_options *options);

/** @brief The probability a dropout layer was created with. */
SEQNET_API int32_t seqnet_dropout_get_probability(const seqnet_layer *layer, float *probability);

/** One named parameter, gradient or state array: a row-major float tensor. */
typedef struct seqnet_tensor_info {
    size_t struct_size;
    char name[64]; /**< such as "0.weight_ih_l1_reverse" */
    int32_t rank;  /**< 1..3 */
    int32_t reserved;
    int64_t shape[4]; /**< the first `rank` are used, the rest are 1 */
    int64_t count;    /**< product of the shape */
} seqnet_tensor_info;

/** @brief Number of named parameter tensors of a layer. */
SEQNET_API int32_t seqnet_layer_tensor_count(const seqnet_layer *layer);

/**
 * @brief Name and shape of parameter tensor `index`, 0..seqnet_layer_tensor_count-1, in PyTorch's
 *        order.
 * @retval SEQNET_ERANGE no such index.
 */
SEQNET_API int32_t seqnet_layer_tensor_info(const seqnet_layer *layer, int32_t index,
                                            seqnet_tensor_info *info);

/**
 * @brief Copy a parameter out.
 * @param[out] values (count) float, row-major, PyTorch's gate order.
 * @param count       must equal the tensor's count.
 * @retval SEQNET_ENOTFOUND no parameter of that name; SEQNET_ESHAPE another count.
 */
SEQNET_API int32_t seqnet_layer_get_parameter(const seqnet_layer *layer, const char *name,
                                              float *values, int64_t count);

/** @brief Copy a parameter in; arguments and errors as seqnet_layer_get_parameter. */
SEQNET_API int32_t seqnet_layer_set_parameter(seqnet_layer *layer, const char *name,
                                              const float *values, int64_t count);

SEQNET_END_DECLS

#endif
