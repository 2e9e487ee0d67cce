/* SPDX-License-Identifier: MIT */
/**
 * @file interchange.h
 * @brief Weights in the names and layouts of PyTorch, Keras 3, ONNX and oneDNN.
 *
 * A dialect says how a framework names, orders and lays out the parameters of a module; here it is
 * always one named array of a seqnet_tensors (tensors.h) for one array of the framework. A name is
 *
 *     {prefix}{module}.{tensor}        such as "encoder.rnn.weight_ih_l0"
 *
 * with the prefix and the modules' names from the options. Without names of modules a sequential's
 * layers are "0", "1", .., as in torch.nn.Sequential, and a single layer has no module part. In
 * the tables below {level} is nothing for one level and "l{k}." for more, {way} is nothing for one
 * direction and "forward." and "backward." for two, I_k is the input size of level k, and R is H,
 * or P with a projection. Gates are those of seqnet_lstm_create and seqnet_gru_create.
 *
 * SEQNET_DIALECT_TORCH, a state_dict; gates i f g o, r z n; suffix "_reverse":
 *
 *     Embedding       weight (V, E)
 *     RNN, LSTM, GRU  weight_ih_l{k} (G*H, I_k), weight_hh_l{k} (G*H, R), bias_ih_l{k} (G*H),
 *                     bias_hh_l{k} (G*H), weight_hr_l{k} (P, H)
 *     Linear          weight (O, I), bias (O)
 *
 * SEQNET_DIALECT_KERAS, the arrays of Keras layers; gates i f g o, z r n:
 *
 *     Embedding       embeddings (V, E)
 *     RNN, LSTM, GRU  {level}{way}kernel (I_k, G*H), {level}{way}recurrent_kernel (H, G*H),
 *                     {level}{way}bias (G*H), of a reset-after GRU (2, 3*H)
 *     Linear          kernel (I, O), bias (O)
 *
 * SEQNET_DIALECT_ONNX, inputs of the operators Gather, RNN, LSTM, GRU and Gemm (transB = 1), one
 * operator a level; gates i o f g, z r n; D directions in one array:
 *
 *     Embedding       data (V, E)
 *     RNN, LSTM, GRU  {level}W (D, G*H, I_k), {level}R (D, G*H, H), {level}B (D, 2*G*H)
 *     Linear          B (O, I), C (O)
 *
 * SEQNET_DIALECT_ONEDNN, logical dimensions ldigo, ldgo, ldio, oi; gates i f g o, z r n. One
 * primitive has all levels, with {level} nothing and first size L, if there is one direction and
 * all levels have inputs of equal size; else there is one a level, with first size 1 (a stack of
 * several bidirectional levels in one primitive would keep the directions apart to the end):
 *
 *     Embedding       table (V, E), for which oneDNN has no primitive
 *     RNN, LSTM, GRU  {level}weights_layer (L, D, I_k, G, H), {level}weights_iter (L, D, R, G, H),
 *                     {level}bias (L, D, G, H), of a reset-after GRU (L, D, 4, H): z r n n',
 *                     {level}weights_projection (L, D, H, P)
 *     Linear          weights (O, I), bias (O)
 *
 * Biases: where a dialect has one bias for two (Keras: all but the reset-after GRU; oneDNN: all but
 * the n of the reset-after GRU) export writes bias_ih + bias_hh, and import sets bias_ih to it and
 * bias_hh to zero. All else is moved, never computed: import undoes export bit by bit.
 *
 * Refused, naming the tensor: one that is missing, has another shape, is not of floats, or is there
 * without being one of the module's; and what a dialect cannot say: a projection in Keras and ONNX,
 * a reset-before GRU in PyTorch (unless gru_form asks for its weights all the same), and ONNX
 * peepholes ({level}P) that are not zero.
 *
 * A linear layer tied to an embedding is exported with its weight. On import that may be missing;
 * if it is there it must equal the embedding's.
 *
 * Threads: import needs the layer to be otherwise idle; export may run beside readers. See
 *          tensors.h for the tensors.
 */
#ifndef SEQNET_INTERCHANGE_H
#define SEQNET_INTERCHANGE_H

#include <seqnet/layer.h>
#include <seqnet/tensors.h>

SEQNET_BEGIN_DECLS

/** Dialects. */
#define SEQNET_DIALECT_TORCH 0
#define SEQNET_DIALECT_KERAS 1
#define SEQNET_DIALECT_ONNX 2
#define SEQNET_DIALECT_ONEDNN 3

/** Forms of a GRU, see seqnet_gru_create. AUTO: what the layer, the tensors or the dialect say. */
#define SEQNET_GRU_FORM_AUTO 0
#define SEQNET_GRU_FORM_RESET_AFTER 1
#define SEQNET_GRU_FORM_RESET_BEFORE 2

typedef struct seqnet_interchange_options {
    size_t struct_size;
    const seqnet_allocator *allocator; /**< of a new layer and of working memory; NULL: malloc */
    const char *prefix;                /**< of every name, such as "encoder."; NULL: "" */
    /**
     * Names of the modules that have tensors (dropout has none), comma-separated, in the order of
     * the layers: "embed,rnn,head". Tensors of other modules are left alone. NULL: see above; then
     * every tensor that begins with the prefix must be one of the layer's.
     */
    const char *modules;
    int32_t dialect;      /**< SEQNET_DIALECT_TORCH .. SEQNET_DIALECT_ONEDNN */
    int32_t gru_form;     /**< SEQNET_GRU_FORM_AUTO, _RESET_AFTER or _RESET_BEFORE */
    int32_t nonlinearity; /**< from_tensors, RNN: SEQNET_TANH, SEQNET_RELU or SEQNET_SIGMOID */
    int32_t token_input;  /**< from_tensors: 1: a first RNN, LSTM or GRU takes one-hot tokens */
} seqnet_interchange_options;

/* clang-format off */
#define SEQNET_INTERCHANGE_OPTIONS_INIT \
    { sizeof(seqnet_interchange_options), NULL, NULL, NULL, 0, 0, 0, 0 }
/* clang-format on */

SEQNET_API void seqnet_interchange_options_init(seqnet_interchange_options *options,
                                                size_t struct_size);

/**
 * @brief Set all parameters of a layer from tensors in a dialect.
 *
 * @param layer    its kinds, sizes and options decide which tensors there must be.
 * @param tensors  F32, F64, F16 or BF16.
 * @param options  NULL: PyTorch's dialect, no prefix.
 * @retval SEQNET_ENOTFOUND a tensor is missing; the message shows one that is there instead.
 * @retval SEQNET_ESHAPE    a tensor has another shape, or is none of the layer's; or a tied linear
 *                          layer's weight is not the embedding's.
 * @retval SEQNET_ENOTSUP   a tensor is not of floats; the dialect cannot say what the layer or the
 *                          tensors hold, see above; or a newer option struct with an unknown
 *                          non-zero member.
 * @retval SEQNET_EINVAL    an argument or option outside its values; modules does not name as many
 *                          as the layer has; gru_form is not the layer's.
 * @retval SEQNET_ENOMEM
 * On error the layer is unchanged.
 *
 * Memory: a copy of the parameters, and of the largest tensor, while it runs.
 */
SEQNET_API int32_t seqnet_layer_import(seqnet_layer *layer, const seqnet_tensors *tensors,
                                       const seqnet_interchange_options *options);

/**
 * @brief Add a layer's parameters to tensors, in a dialect; those of equal names are replaced.
 *
 * @param layer   read only.
 * @param tensors gets F32 copies; its other tensors and its metadata stay.
 * @param options NULL: PyTorch's dialect, no prefix.
 * @retval SEQNET_ENOTSUP, SEQNET_EINVAL as seqnet_layer_import.
 * @retval SEQNET_ENOMEM
 * On error the tensors are unchanged.
 *
 * What the dialects do not carry is not exported either: dropout, the non-linearity of an RNN, and
 * in ONNX, or without biases, the form of a GRU.
 */
SEQNET_API int32_t seqnet_layer_export(const seqnet_layer *layer, seqnet_tensors *tensors,
                                       const seqnet_interchange_options *options);

/**
 * @brief Make the layer that names and shapes of tensors describe, with their values.
 *
 * Kinds, sizes, levels, directions, biases and projections are read from the tensors. One module
 * makes a layer of its kind, several make a sequential: those of options->modules in its order, or
 * without it those numbered "0", "1", .. (gaps are layers without tensors), or the only one there
 * is. In PyTorch's dialect a weight without bias is an embedding in the first module and a linear
 * layer in the others.
 *
 * @param tensors    as seqnet_layer_import.
 * @param options    NULL: PyTorch's dialect, no prefix.
 * @param[out] layer the new layer, NULL on error; release it with seqnet_layer_destroy.
 * @retval SEQNET_ENOTFOUND a module or tensor is missing; the message lists the modules there are.
 * @retval SEQNET_ESHAPE    shapes do not fit each other, or give no known number of gates.
 * @retval SEQNET_EINVAL    also: there are several modules and nothing says their order; the form
 *                          of a GRU is open and gru_form is AUTO, or the tensors say another one.
 * @retval SEQNET_ENOTSUP, SEQNET_ENOMEM as seqnet_layer_import.
 */
SEQNET_API int32_t seqnet_layer_from_tensors(const seqnet_tensors *tensors,
                                             const seqnet_interchange_options *options,
                                             seqnet_layer **layer);

SEQNET_END_DECLS

#endif
