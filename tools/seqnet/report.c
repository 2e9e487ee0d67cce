/* SPDX-License-Identifier: MIT */
#include "report.h"
#include "plain.h"

#include <seqnet/error.h>

#include <stdarg.h>
#include <stdio.h>

int report(int status, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    plain_text(text);
    fprintf(stderr, "seqnet: %s\n", text);
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
