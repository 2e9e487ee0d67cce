/* SPDX-License-Identifier: MIT */
/**
 * @file namespace.hpp
 * @brief How failures are told in this source file, and the namespace that follows from it.
 *
 * Inline functions of one name have to be the same in all of a program. The inline namespace holds
 * the version of the headers and the way failures are told, so that those of files or libraries
 * that were compiled differently have different names.
 */
#ifndef SEQNET_CPP_NAMESPACE_HPP
#define SEQNET_CPP_NAMESPACE_HPP

#include <seqnet/version.h>

#if !defined(SEQNET_NO_EXCEPTIONS) && !defined(__cpp_exceptions)
#define SEQNET_NO_EXCEPTIONS
#endif

#define SEQNET_CPP_JOIN(major, minor, mode) v##major##_##minor##_##mode
#define SEQNET_CPP_NAME(major, minor, mode) SEQNET_CPP_JOIN(major, minor, mode)

#ifdef SEQNET_NO_EXCEPTIONS
#define SEQNET_CPP_VERSION SEQNET_CPP_NAME(SEQNET_VERSION_MAJOR, SEQNET_VERSION_MINOR, results)
#else
#define SEQNET_CPP_VERSION SEQNET_CPP_NAME(SEQNET_VERSION_MAJOR, SEQNET_VERSION_MINOR, throws)
#endif

/* clang-format off */
#define SEQNET_BEGIN_NAMESPACE namespace seqnet { inline namespace SEQNET_CPP_VERSION {
#define SEQNET_END_NAMESPACE } }
/* clang-format on */

#endif
