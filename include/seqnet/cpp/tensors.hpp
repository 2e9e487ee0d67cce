/* SPDX-License-Identifier: MIT */
/**
 * @file tensors.hpp
 * @brief safetensors files (tensors.h): named arrays and text metadata.
 */
#ifndef SEQNET_CPP_TENSORS_HPP
#define SEQNET_CPP_TENSORS_HPP

#include <seqnet/cpp/handle.hpp>
#include <seqnet/cpp/lengths.hpp>
#include <seqnet/tensors.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

SEQNET_BEGIN_NAMESPACE

/** @brief One tensor of a collection; its name and data are borrowed until that changes. */
using tensors_entry = seqnet_tensors_entry;

/** @brief The name of a SEQNET_DTYPE_ in the file, nullptr if unknown. */
inline const char *dtype_name(int32_t dtype) noexcept
{
    return seqnet_dtype_name(dtype);
}

/** @brief A collection of named arrays. */
class tensors
{
public:
    /** No collection; create() makes an empty one. */
    tensors() noexcept = default;

    /** Takes over a handle. */
    explicit tensors(seqnet_tensors *owned) noexcept : handle_(owned) {}

    /** @brief seqnet_tensors_create. */
    static returns<tensors> create(const seqnet_allocator *allocator = nullptr)
    {
        return detail::make<tensors, seqnet_tensors>(
            [&](seqnet_tensors **made) { return seqnet_tensors_create(allocator, made); });
    }

    /** @brief seqnet_tensors_load: read a file. */
    static returns<tensors> load(zstring path, const seqnet_allocator *allocator = nullptr)
    {
        return detail::make<tensors, seqnet_tensors>([&](seqnet_tensors **made) {
            return seqnet_tensors_load(path.c_str(), allocator, made);
        });
    }

    /** @brief seqnet_tensors_parse: read a file that is in memory. */
    static returns<tensors> parse(span<const unsigned char> data,
                                  const seqnet_allocator *allocator = nullptr)
    {
        return detail::make<tensors, seqnet_tensors>([&](seqnet_tensors **made) {
            return seqnet_tensors_parse(data.data(), data.size(), allocator, made);
        });
    }

    seqnet_tensors *get() const noexcept { return handle_.get(); }
    explicit operator bool() const noexcept { return handle_ != nullptr; }

    /** Give the handle away. */
    [[nodiscard]] seqnet_tensors *release() noexcept { return handle_.release(); }

    /** @brief seqnet_tensors_save. */
    returns<void> save(zstring path) const
    {
        return detail::finish(seqnet_tensors_save(get(), path.c_str()));
    }

    /** @brief seqnet_tensors_serialize: the bytes of a file. */
    returns<std::vector<unsigned char>> serialize() const
    {
        return detail::serialized([&](unsigned char *data, size_t capacity, size_t *bytes) {
            return seqnet_tensors_serialize(get(), data, capacity, bytes);
        });
    }

    /** @brief Number of tensors. */
    int32_t count() const noexcept { return seqnet_tensors_count(get()); }

    /** @brief seqnet_tensors_info: tensor `index` in the order of the names. */
    returns<tensors_entry> info(int32_t index) const
    {
        tensors_entry found = SEQNET_TENSORS_ENTRY_INIT;
        const int32_t code = seqnet_tensors_info(get(), index, &found);
        return detail::finish(code, found);
    }

    /** @brief seqnet_tensors_find: a tensor by name. */
    returns<tensors_entry> find(zstring name) const
    {
        tensors_entry found = SEQNET_TENSORS_ENTRY_INIT;
        const int32_t code = seqnet_tensors_find(get(), name.c_str(), &found);
        return detail::finish(code, found);
    }

    /** @brief seqnet_tensors_get: copy out as floats. */
    returns<void> get(zstring name, span<float> values) const
    {
        return detail::finish(
            seqnet_tensors_get(get(), name.c_str(), values.data(), values.count()));
    }

    /** @brief seqnet_tensors_set: add or replace an F32 tensor; a scalar has an empty shape. */
    returns<void> set(zstring name, span<const int64_t> shape, span<const float> values)
    {
        return detail::lengths("seqnet::tensors::set").need("values", values, shape).call([&] {
            return seqnet_tensors_set(get(), name.c_str(), shape.data(), detail::length(shape),
                                      values.data());
        });
    }

    /** @brief seqnet_tensors_set_entry: add or replace a tensor of any type. */
    returns<void> set_entry(const tensors_entry &entry)
    {
        return detail::finish(seqnet_tensors_set_entry(get(), &entry));
    }

    returns<void> remove(zstring name)
    {
        return detail::finish(seqnet_tensors_remove(get(), name.c_str()));
    }

    returns<void> set_metadata(zstring key, zstring value)
    {
        return detail::finish(seqnet_tensors_set_metadata(get(), key.c_str(), value.c_str()));
    }

    returns<void> remove_metadata(zstring key)
    {
        return detail::finish(seqnet_tensors_set_metadata(get(), key.c_str(), nullptr));
    }

    /** @brief The value of an entry, if there is one. */
    std::optional<std::string> get_metadata(zstring key) const
    {
        return detail::copy_text(seqnet_tensors_get_metadata(get(), key.c_str()));
    }

    /** @brief Key of entry `index` in the order of the keys; nothing past the last. */
    std::optional<std::string> metadata_key(int32_t index) const
    {
        return detail::copy_text(seqnet_tensors_metadata_key(get(), index));
    }

private:
    detail::unique<seqnet_tensors, seqnet_tensors_destroy> handle_;
};

SEQNET_END_NAMESPACE

#endif
