/* SPDX-License-Identifier: MIT */
#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char message[256];

int32_t error_set(int32_t code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return code;
}

const char *seqnet_error_message(void)
{
    return message;
}

const char *seqnet_error_name(int32_t code)
{
    static const char *const names[] = {
        "SEQNET_OK",      "SEQNET_EINVAL",    "SEQNET_ESHAPE",     "SEQNET_ERANGE",
        "SEQNET_ENOMEM",  "SEQNET_EBUSY",     "SEQNET_ENOTSUP",    "SEQNET_EIO",
        "SEQNET_EFORMAT", "SEQNET_ENOTFOUND", "SEQNET_ENONFINITE", "SEQNET_ESTATE",
    };
    const int32_t count = (int32_t)(sizeof names / sizeof *names);
    if (code > 0 || code <= -count)
        return "SEQNET_E?";
    return names[-code];
}
