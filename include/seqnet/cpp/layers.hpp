/* SPDX-License-Identifier: MIT */
/**
 * @file layers.hpp
 * @brief Kinds of layers (layer.h): their options, constructors and functions.
 */
#ifndef SEQNET_CPP_LAYERS_HPP
#define SEQNET_CPP_LAYERS_HPP

#include <seqnet/cpp/handle.hpp>
#include <seqnet/cpp/layer.hpp>
#include <seqnet/cpp/lengths.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <vector>

SEQNET_BEGIN_NAMESPACE

/* ---------------------------------------------------------------- options */

/** @brief seqnet_embedding_options. */
struct embedding_options {
    std::optional<int32_t> padding_idx = {};
    uint64_t seed = 0;
    const seqnet_allocator *allocator = nullptr;

    seqnet_embedding_options to_c() const noexcept
    {
        seqnet_embedding_options c = SEQNET_EMBEDDING_OPTIONS_INIT;
        c.allocator = allocator;
        c.seed = seed;
        c.has_padding_idx = padding_idx.has_value();
        c.padding_idx = padding_idx.value_or(0);
        return c;
    }
};

enum class nonlinearity : int32_t {
    tanh = SEQNET_TANH,
    relu = SEQNET_RELU,
    sigmoid = SEQNET_SIGMOID
};

/** @brief seqnet_recurrent_options. */
struct recurrent_options {
    int32_t num_layers = 1;
    bool bidirectional = false;
    bool no_bias = false;
    bool token_input = false;
    int32_t proj_size = 0;
    seqnet::nonlinearity nonlinearity = seqnet::nonlinearity::tanh;
    bool reset_before = false;
    float dropout = 0;
    float forget_bias = 0;
    float init_range = 0;
    uint64_t seed = 0;
    const seqnet_allocator *allocator = nullptr;

    seqnet_recurrent_options to_c() const noexcept
    {
        seqnet_recurrent_options c = SEQNET_RECURRENT_OPTIONS_INIT;
        c.allocator = allocator;
        c.seed = seed;
        c.num_layers = num_layers;
        c.bidirectional = bidirectional;
        c.no_bias = no_bias;
        c.token_input = token_input;
        c.proj_size = proj_size;
        c.nonlinearity = static_cast<int32_t>(nonlinearity);
        c.reset_before = reset_before;
        c.dropout = dropout;
        c.forget_bias = forget_bias;
        c.init_range = init_range;
        return c;
    }
};

/** @brief seqnet_linear_options. */
struct linear_options {
    bool no_bias = false;
    float init_range = 0;
    layer tied_embedding = {};
    uint64_t seed = 0;
    const seqnet_allocator *allocator = nullptr;

    seqnet_linear_options to_c() const noexcept
    {
        seqnet_linear_options c = SEQNET_LINEAR_OPTIONS_INIT;
        c.allocator = allocator;
        c.seed = seed;
        c.tied_embedding = tied_embedding.get();
        c.no_bias = no_bias;
        c.init_range = init_range;
        return c;
    }
};

/* ---------------------------------------------------------------- constructors */

/** @brief seqnet_embedding_create. */
inline returns<layer> embedding(int32_t vocabulary_size, int32_t embedding_size,
                                const embedding_options &options = {})
{
    const seqnet_embedding_options given = options.to_c();
    return detail::make<layer, seqnet_layer>([&](seqnet_layer **made) {
        return seqnet_embedding_create(vocabulary_size, embedding_size, &given, made);
    });
}

/** @brief seqnet_rnn_create. */
inline returns<layer> rnn(int32_t input_size, int32_t hidden_size,
                          const recurrent_options &options = {})
{
    const seqnet_recurrent_options given = options.to_c();
    return detail::make<layer, seqnet_layer>([&](seqnet_layer **made) {
        return seqnet_rnn_create(input_size, hidden_size, &given, made);
    });
}

/** @brief seqnet_lstm_create. */
inline returns<layer> lstm(int32_t input_size, int32_t hidden_size,
                           const recurrent_options &options = {})
{
    const seqnet_recurrent_options given = options.to_c();
    return detail::make<layer, seqnet_layer>([&](seqnet_layer **made) {
        return seqnet_lstm_create(input_size, hidden_size, &given, made);
    });
}

/** @brief seqnet_gru_create. */
inline returns<layer> gru(int32_t input_size, int32_t hidden_size,
                          const recurrent_options &options = {})
{
    const seqnet_recurrent_options given = options.to_c();
    return detail::make<layer, seqnet_layer>([&](seqnet_layer **made) {
        return seqnet_gru_create(input_size, hidden_size, &given, made);
    });
}

/** @brief seqnet_linear_create. */
inline returns<layer> linear(int32_t input_size, int32_t output_size,
                             const linear_options &options = {})
{
    const seqnet_linear_options given = options.to_c();
    return detail::make<layer, seqnet_layer>([&](seqnet_layer **made) {
        return seqnet_linear_create(input_size, output_size, &given, made);
    });
}

/** @brief seqnet_dropout_create. */
inline returns<layer> dropout(int32_t size, float probability,
                              const seqnet_allocator *allocator = nullptr)
{
    return detail::make<layer, seqnet_layer>([&](seqnet_layer **made) {
        return seqnet_dropout_create(size, probability, allocator, made);
    });
}

/** @brief seqnet_sequential_create. */
inline returns<layer> sequential(span<const layer> layers,
                                 const seqnet_allocator *allocator = nullptr)
{
    std::vector<seqnet_layer *> handles;
    for (const layer &each : layers)
        handles.push_back(each.get());
    return detail::make<layer, seqnet_layer>([&](seqnet_layer **made) {
        return seqnet_sequential_create(handles.data(), detail::length(layers), allocator, made);
    });
}

inline returns<layer> sequential(std::initializer_list<layer> layers,
                                 const seqnet_allocator *allocator = nullptr)
{
    return sequential(span<const layer>(layers.begin(), layers.size()), allocator);
}

/* ---------------------------------------------------------------- functions of one kind */

/** @brief seqnet_embedding_nearest: the token of each of tokens.size() vectors. */
inline returns<void> embedding_nearest(const layer &embedding, span<const float> vectors,
                                       span<int32_t> tokens)
{
    layer_info info{};
    info.struct_size = sizeof info;
    const int32_t code = seqnet_layer_get_info(embedding.get(), &info);
    if (code != SEQNET_OK)
        return detail::finish(code);
    return detail::lengths("seqnet::embedding_nearest")
        .need("vectors", vectors, { tokens.count(), info.output_size })
        .call([&] {
            return seqnet_embedding_nearest(embedding.get(), vectors.data(), tokens.count(),
                                            tokens.data());
        });
}

/** @brief seqnet_sequential_fold: a faster form for inference. */
inline returns<layer> sequential_fold(const layer &model,
                                      const seqnet_allocator *allocator = nullptr)
{
    return detail::make<layer, seqnet_layer>([&](seqnet_layer **folded) {
        return seqnet_sequential_fold(model.get(), allocator, folded);
    });
}

/** @brief seqnet_sequential_fold_bytes. */
inline returns<std::size_t> sequential_fold_bytes(const layer &model)
{
    std::size_t bytes = 0;
    const int32_t code = seqnet_sequential_fold_bytes(model.get(), &bytes);
    return detail::finish(code, bytes);
}

/** @brief seqnet_embedding_get_options. */
inline returns<embedding_options> embedding_get_options(const layer &embedding)
{
    seqnet_embedding_options c = SEQNET_EMBEDDING_OPTIONS_INIT;
    const int32_t code = seqnet_embedding_get_options(embedding.get(), &c);
    embedding_options options;
    if (c.has_padding_idx)
        options.padding_idx = c.padding_idx;
    return detail::finish(code, options);
}

/** @brief seqnet_recurrent_get_options. */
inline returns<recurrent_options> recurrent_get_options(const layer &recurrent,
                                                        int32_t *hidden_size = nullptr)
{
    int32_t ignored;
    seqnet_recurrent_options c = SEQNET_RECURRENT_OPTIONS_INIT;
    const int32_t code =
        seqnet_recurrent_get_options(recurrent.get(), hidden_size ? hidden_size : &ignored, &c);
    recurrent_options options;
    options.num_layers = c.num_layers;
    options.bidirectional = c.bidirectional != 0;
    options.no_bias = c.no_bias != 0;
    options.token_input = c.token_input != 0;
    options.proj_size = c.proj_size;
    options.nonlinearity = static_cast<nonlinearity>(c.nonlinearity);
    options.reset_before = c.reset_before != 0;
    options.dropout = c.dropout;
    options.forget_bias = c.forget_bias;
    options.init_range = c.init_range;
    return detail::finish(code, options);
}

/** @brief seqnet_linear_get_options. */
inline returns<linear_options> linear_get_options(const layer &linear)
{
    seqnet_linear_options c = SEQNET_LINEAR_OPTIONS_INIT;
    const int32_t code = seqnet_linear_get_options(linear.get(), &c);
    linear_options options;
    options.no_bias = c.no_bias != 0;
    options.init_range = c.init_range;
    options.tied_embedding = layer::share(c.tied_embedding);
    return detail::finish(code, std::move(options));
}

/** @brief seqnet_dropout_get_probability. */
inline returns<float> dropout_get_probability(const layer &dropout)
{
    float probability = 0;
    const int32_t code = seqnet_dropout_get_probability(dropout.get(), &probability);
    return detail::finish(code, probability);
}

SEQNET_END_NAMESPACE

#endif
