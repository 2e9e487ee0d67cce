/* SPDX-License-Identifier: MIT */
/**
 * @file error.hpp
 * @brief A failure, thrown or returned.
 */
#ifndef SEQNET_CPP_ERROR_HPP
#define SEQNET_CPP_ERROR_HPP

#include <seqnet/cpp/namespace.hpp>
#include <seqnet/error.h>

#include <cstring>
#include <exception>

SEQNET_BEGIN_NAMESPACE

/**
 * @brief A failure: its code and the library's message, which it keeps. Copying allocates nothing.
 */
class SEQNET_API error : public std::exception
{
public:
    /** The failure that seqnet_error_message describes now. */
    explicit error(int32_t code) noexcept : error(code, seqnet_error_message()) {}

    /** @param message copied, cut at 255 bytes as the library's are. */
    error(int32_t code, const char *message) noexcept : code_(code)
    {
        std::strncpy(message_, message, sizeof message_ - 1);
    }

    /** One of the negative SEQNET_E.. codes. */
    int32_t code() const noexcept { return code_; }

    /** The code's name, such as "SEQNET_EINVAL". */
    const char *name() const noexcept { return seqnet_error_name(code_); }

    /** The message: function, name = value, and what is needed. */
    const char *what() const noexcept override { return message_; }

private:
    int32_t code_;
    char message_[256] = {};
};

SEQNET_END_NAMESPACE

#endif
