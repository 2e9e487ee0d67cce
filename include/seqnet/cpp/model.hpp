/* SPDX-License-Identifier: MIT */
/**
 * @file model.hpp
 * @brief Model files (io.h).
 */
#ifndef SEQNET_CPP_MODEL_HPP
#define SEQNET_CPP_MODEL_HPP

#include <seqnet/cpp/handle.hpp>
#include <seqnet/cpp/layer.hpp>
#include <seqnet/io.h>

#include <optional>
#include <string>

SEQNET_BEGIN_NAMESPACE

/** @brief A layer and metadata, in one file. */
class model
{
public:
    /** No model. */
    model() noexcept = default;

    /** Takes over a handle. */
    explicit model(seqnet_model *owned) noexcept : handle_(owned) {}

    /** @brief seqnet_model_create. */
    static returns<model> create(const seqnet::layer &of,
                                 const seqnet_allocator *allocator = nullptr)
    {
        return detail::make<model, seqnet_model>(
            [&](seqnet_model **made) { return seqnet_model_create(of.get(), allocator, made); });
    }

    /** @brief seqnet_model_load. */
    static returns<model> load(zstring path, const seqnet_allocator *allocator = nullptr)
    {
        return detail::make<model, seqnet_model>(
            [&](seqnet_model **made) { return seqnet_model_load(path.c_str(), allocator, made); });
    }

    /** @brief seqnet_model_parse: read a file that is in memory. */
    static returns<model> parse(span<const unsigned char> data,
                                const seqnet_allocator *allocator = nullptr)
    {
        return detail::make<model, seqnet_model>([&](seqnet_model **made) {
            return seqnet_model_parse(data.data(), data.size(), allocator, made);
        });
    }

    seqnet_model *get() const noexcept { return handle_.get(); }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    /** Give the handle away. */
    [[nodiscard]] seqnet_model *release() noexcept { return handle_.release(); }

    /** @brief seqnet_model_save. */
    returns<void> save(zstring path) const
    {
        return detail::finish(seqnet_model_save(get(), path.c_str()));
    }

    /** @brief seqnet_model_serialize: the bytes of a file. */
    returns<std::vector<unsigned char>> serialize() const
    {
        return detail::serialized([&](unsigned char *data, size_t capacity, size_t *bytes) {
            return seqnet_model_serialize(get(), data, capacity, bytes);
        });
    }

    /** @brief The model's layer: a reference of one's own. */
    seqnet::layer layer() const noexcept { return seqnet::layer::share(seqnet_model_layer(get())); }

    returns<void> set_metadata(zstring key, zstring value)
    {
        return detail::finish(seqnet_model_set_metadata(get(), key.c_str(), value.c_str()));
    }

    returns<void> remove_metadata(zstring key)
    {
        return detail::finish(seqnet_model_set_metadata(get(), key.c_str(), nullptr));
    }

    /** @brief The value of an entry, if there is one. */
    std::optional<std::string> get_metadata(zstring key) const
    {
        return detail::copy_text(seqnet_model_get_metadata(get(), key.c_str()));
    }

    /** @brief Key of entry `index` in the order of the keys; nothing past the last. */
    std::optional<std::string> metadata_key(int32_t index) const
    {
        return detail::copy_text(seqnet_model_metadata_key(get(), index));
    }

private:
    detail::unique<seqnet_model, seqnet_model_destroy> handle_;
};

SEQNET_END_NAMESPACE

#endif
