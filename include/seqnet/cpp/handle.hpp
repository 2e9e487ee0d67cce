/* SPDX-License-Identifier: MIT */
/**
 * @file handle.hpp
 * @brief Inner part: handles that have one owner, and how objects are made.
 */
#ifndef SEQNET_CPP_HANDLE_HPP
#define SEQNET_CPP_HANDLE_HPP

#include <seqnet/cpp/returns.hpp>

#include <memory>

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

} // namespace detail

SEQNET_END_NAMESPACE

#endif
