/* SPDX-License-Identifier: MIT */
/**
 * @file interchange.hpp
 * @brief Weights in the names and layouts of PyTorch, Keras 3, ONNX and oneDNN (interchange.h).
 */
#ifndef SEQNET_CPP_INTERCHANGE_HPP
#define SEQNET_CPP_INTERCHANGE_HPP

#include <seqnet/cpp/layers.hpp>
#include <seqnet/cpp/tensors.hpp>
#include <seqnet/interchange.h>

#include <string>

SEQNET_BEGIN_NAMESPACE

enum class dialect : int32_t {
    torch = SEQNET_DIALECT_TORCH,
    keras = SEQNET_DIALECT_KERAS,
    onnx = SEQNET_DIALECT_ONNX,
    onednn = SEQNET_DIALECT_ONEDNN
};

enum class gru_form : int32_t {
    automatic = SEQNET_GRU_FORM_AUTO,
    reset_after = SEQNET_GRU_FORM_RESET_AFTER,
    reset_before = SEQNET_GRU_FORM_RESET_BEFORE
};

/** @brief seqnet_interchange_options. */
struct interchange_options {
    seqnet::dialect dialect = seqnet::dialect::torch;
    std::string prefix = {};
    std::string modules = {}; /**< empty: the layers are "0", "1", .. */
    seqnet::gru_form gru_form = seqnet::gru_form::automatic;
    seqnet::nonlinearity nonlinearity = seqnet::nonlinearity::tanh;
    bool token_input = false;
    const seqnet_allocator *allocator = nullptr;

    /** Its texts are those of this object, which must outlive it. */
    seqnet_interchange_options to_c() const noexcept
    {
        seqnet_interchange_options c = SEQNET_INTERCHANGE_OPTIONS_INIT;
        c.allocator = allocator;
        c.prefix = prefix.c_str();
        c.modules = modules.empty() ? nullptr : modules.c_str();
        c.dialect = static_cast<int32_t>(dialect);
        c.gru_form = static_cast<int32_t>(gru_form);
        c.nonlinearity = static_cast<int32_t>(nonlinearity);
        c.token_input = token_input;
        return c;
    }
};

/** @brief seqnet_layer_import: set all parameters from tensors. */
inline returns<void> layer_import(layer &to, const tensors &from,
                                  const interchange_options &options = {})
{
    const seqnet_interchange_options given = options.to_c();
    return detail::finish(seqnet_layer_import(to.get(), from.get(), &given));
}

/** @brief seqnet_layer_export: add all parameters to tensors. */
inline returns<void> layer_export(const layer &from, tensors &to,
                                  const interchange_options &options = {})
{
    const seqnet_interchange_options given = options.to_c();
    return detail::finish(seqnet_layer_export(from.get(), to.get(), &given));
}

/** @brief seqnet_layer_from_tensors: the layer that names and shapes describe. */
inline returns<layer> layer_from_tensors(const tensors &from,
                                         const interchange_options &options = {})
{
    const seqnet_interchange_options given = options.to_c();
    return detail::make<layer, seqnet_layer>(
        [&](seqnet_layer **made) { return seqnet_layer_from_tensors(from.get(), &given, made); });
}

SEQNET_END_NAMESPACE

#endif
