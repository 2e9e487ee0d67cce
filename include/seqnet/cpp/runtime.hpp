/* SPDX-License-Identifier: MIT */
/**
 * @file runtime.hpp
 * @brief What the library is and runs on (runtime.h, version.h).
 */
#ifndef SEQNET_CPP_RUNTIME_HPP
#define SEQNET_CPP_RUNTIME_HPP

#include <seqnet/cpp/returns.hpp>
#include <seqnet/runtime.h>
#include <seqnet/version.h>

SEQNET_BEGIN_NAMESPACE

/** @brief The version of the loaded library, comparable with SEQNET_VERSION of the headers. */
inline int32_t version() noexcept
{
    return seqnet_version();
}

/** @brief The same as text, such as "0.1.0". */
inline const char *version_string() noexcept
{
    return seqnet_version_string();
}

namespace runtime
{

inline const char *backend() noexcept
{
    return seqnet_runtime_backend();
}

inline const char *isa() noexcept
{
    return seqnet_runtime_isa();
}

inline const char *blas() noexcept
{
    return seqnet_runtime_blas();
}

inline const char *blas_core() noexcept
{
    return seqnet_runtime_blas_core();
}

inline int32_t blas_threads() noexcept
{
    return seqnet_runtime_blas_threads();
}

/** @brief Of the whole process, which is why the library never calls it itself. */
inline returns<void> set_blas_threads(int32_t threads)
{
    return detail::finish(seqnet_runtime_set_blas_threads(threads));
}

} // namespace runtime

SEQNET_END_NAMESPACE

#endif
