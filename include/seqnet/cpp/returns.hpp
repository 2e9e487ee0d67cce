/* SPDX-License-Identifier: MIT */
/**
 * @file returns.hpp
 * @brief How a function that can fail tells it.
 *
 * A function declared with the type returns<T>
 *
 *  - with exceptions returns a T and throws seqnet::error;
 *  - with SEQNET_NO_EXCEPTIONS, or if the compiler has exceptions switched off, returns a
 *    result<T>, which holds the T or the seqnet::error. The library then throws nothing.
 */
#ifndef SEQNET_CPP_RETURNS_HPP
#define SEQNET_CPP_RETURNS_HPP

#include <seqnet/cpp/error.hpp>
#include <seqnet/cpp/result.hpp>

#include <utility>

SEQNET_BEGIN_NAMESPACE

#ifdef SEQNET_NO_EXCEPTIONS
template <class T> using returns = result<T>;
#else
template <class T> using returns = T;
#endif

namespace detail
{

/* Throws, or returns the failure: the one place where the two ways part. */
template <class T> returns<T> fail(const error &failure)
{
#ifdef SEQNET_NO_EXCEPTIONS
    return failure;
#else
    throw failure;
#endif
}

/* What a C function told by its code. */
inline returns<void> finish(int32_t code)
{
    return code == SEQNET_OK ? returns<void>() : fail<void>(error(code));
}

template <class T> returns<T> finish(int32_t code, T value)
{
    if (code != SEQNET_OK)
        return fail<T>(error(code));
    return returns<T>(std::move(value));
}

} // namespace detail

SEQNET_END_NAMESPACE

#endif
