/* SPDX-License-Identifier: MIT */
/**
 * @file layer.hpp
 * @brief Layers (layer.h): a counted reference to parameters.
 */
#ifndef SEQNET_CPP_LAYER_HPP
#define SEQNET_CPP_LAYER_HPP

#include <seqnet/cpp/returns.hpp>
#include <seqnet/cpp/span.hpp>
#include <seqnet/layer.h>

#include <utility>

SEQNET_BEGIN_NAMESPACE

using layer_info = seqnet_layer_info;
using tensor_info = seqnet_tensor_info;

/**
 * @brief A layer. A copy is another reference to the same parameters, not a copy of them.
 */
class layer
{
public:
    /** No layer. */
    layer() noexcept = default;

    /** Takes over one reference. */
    explicit layer(seqnet_layer *owned) noexcept : handle_(owned) {}

    layer(const layer &other) noexcept : handle_(other.handle_) { seqnet_layer_retain(handle_); }
    layer(layer &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    layer &operator=(layer other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~layer() { seqnet_layer_destroy(handle_); }

    /** Another reference to a layer that somebody else holds too. */
    static layer share(seqnet_layer *borrowed) noexcept
    {
        seqnet_layer_retain(borrowed);
        return layer(borrowed);
    }

    seqnet_layer *get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    /** Give the reference away. */
    [[nodiscard]] seqnet_layer *release() noexcept { return std::exchange(handle_, nullptr); }

    /** @brief seqnet_layer_get_info. */
    returns<layer_info> info() const
    {
        layer_info found{};
        found.struct_size = sizeof found;
        const int32_t code = seqnet_layer_get_info(handle_, &found);
        return detail::finish(code, found);
    }

    /** @brief seqnet_layer_child: a layer inside a sequential, or an empty handle. */
    layer child(int32_t index) const noexcept { return share(seqnet_layer_child(handle_, index)); }

    int32_t tensor_count() const noexcept { return seqnet_layer_tensor_count(handle_); }

    /** @brief seqnet_layer_tensor_info: name and shape of a parameter. */
    returns<tensor_info> tensor(int32_t index) const
    {
        tensor_info found{};
        found.struct_size = sizeof found;
        const int32_t code = seqnet_layer_tensor_info(handle_, index, &found);
        return detail::finish(code, found);
    }

    returns<void> get_parameter(zstring name, span<float> values) const
    {
        return detail::finish(
            seqnet_layer_get_parameter(handle_, name.c_str(), values.data(), values.count()));
    }

    returns<void> set_parameter(zstring name, span<const float> values)
    {
        return detail::finish(
            seqnet_layer_set_parameter(handle_, name.c_str(), values.data(), values.count()));
    }

private:
    seqnet_layer *handle_ = nullptr;
};

SEQNET_END_NAMESPACE

#endif
