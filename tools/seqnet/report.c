/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <seqnet/error.h>

#include <stdarg.h>
#include <stdio.h>

int report(int status, const char *format, ...)
{
    va_list arguments;
    fputs("seqnet: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return status;
}

/* What the user can put right by another option or file is a matter of usage. */
static int status_of(int32_t code)
{
    return code == SEQNET_ENOMEM || code == SEQNET_ENONFINITE || code == SEQNET_ESTATE
               ? STATUS_FAILED
               : STATUS_USAGE;
}

int report_library(int32_t code, const char *format, ...)
{
    char context[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context, sizeof(context), format, arguments);
    va_end(arguments);
    return report(status_of(code), "%s: %s", context, seqnet_error_message());
}
