/* SPDX-License-Identifier: MIT */
/**
 * @file handle.hpp
 * @brief Inner part: handles that have one owner, how objects are made, and what they give.
 */
#ifndef SEQNET_CPP_HANDLE_HPP
#define SEQNET_CPP_HANDLE_HPP

#include <seqnet/cpp/returns.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

SEQNET_BEGIN_NAMESPACE

namespace detail
{

template <class Handle, void (*destroy)(Handle *)> struct destroyer {
    void operator()(Handle *handle) const noexcept { destroy(handle); }
};

template <class Handle, void (*destroy)(Handle *)>
using unique = std::unique_ptr<Handle, destroyer<Handle, destroy>>;

/* An Object around the handle that create(&handle) gives. */
template <class Object, class Handle, class Create> returns<Object> make(Create create)
{
    Handle *handle = nullptr;
    const int32_t code = create(&handle);
    return finish(code, Object(handle));
}

/* A text that the library lends, or nothing for NULL. */
inline std::optional<std::string> copy_text(const char *text)
{
    return text ? std::optional<std::string>(text) : std::nullopt;
}

/* Bytes whose number the first call of write(data, capacity, &bytes) tells. */
template <class Write> returns<std::vector<unsigned char>> serialized(Write write)
{
    std::vector<unsigned char> data;
    std::size_t bytes = 0;
    int32_t code = write(nullptr, 0, &bytes);
    if (code == SEQNET_OK) {
        data.resize(bytes);
        code = write(data.data(), data.size(), &bytes);
    }
    return finish(code, std::move(data));
}

} // namespace detail

SEQNET_END_NAMESPACE

#endif
