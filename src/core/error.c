/* SPDX-License-Identifier: MIT */
#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static _Thread_local char message[256];

static int is_control(utf8proc_int32_t character)
{
    return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

/*
 * Names and texts out of files are in messages, and a long one is cut anywhere: what is not UTF-8,
 * and what a terminal would obey, becomes '?'.
 */
static void make_plain(char *text)
{
    utf8proc_uint8_t *at = (utf8proc_uint8_t *)text;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(text);
    while (left > 0) {
        utf8proc_int32_t character;
        const utf8proc_ssize_t read = utf8proc_iterate(at, left, &character);
        const utf8proc_ssize_t bytes = read > 0 ? read : 1;
        if (read <= 0 || is_control(character))
            memset(at, '?', (size_t)bytes);
        at += bytes;
        left -= bytes;
    }
}

int32_t error_set(int32_t code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    make_plain(message);
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
