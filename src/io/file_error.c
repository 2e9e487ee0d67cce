/* SPDX-License-Identifier: MIT */
#include "core/error.h"
#include "io/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * A message has 255 bytes: of a longer path its end is shown, cut before a whole UTF-8 character.
 */
#define SHOWN_PATH 96

static const char *shown(const char *path)
{
    const size_t length = strlen(path);
    if (length <= SHOWN_PATH)
        return path;
    const char *tail = path + length - SHOWN_PATH;
    while ((*tail & 0xC0) == 0x80)
        tail++;
    return tail;
}

int32_t file_failed(const char *path, const char *action, int error)
{
    char reason[96];
    if (!error)
        return error_set(SEQNET_EIO, "%s: %s", shown(path), action);
    if (strerror_r(error, reason, sizeof reason))
        snprintf(reason, sizeof reason, "error %d", error);
    return error_set(SEQNET_EIO, "%s: %s: %s", shown(path), action, reason);
}

static int32_t refuse(int32_t code, const char *path, const char *format, va_list arguments)
{
    char detail[256];
    vsnprintf(detail, sizeof detail, format, arguments);
    return error_set(code, "%s: %s", shown(path), detail);
}

int32_t file_refuse(const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int32_t code = refuse(SEQNET_EFORMAT, path, format, arguments);
    va_end(arguments);
    return code;
}

int32_t file_unsupported(const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int32_t code = refuse(SEQNET_ENOTSUP, path, format, arguments);
    va_end(arguments);
    return code;
}

int32_t file_no_memory(const char *path)
{
    return error_set(SEQNET_ENOMEM, "%s: out of memory", shown(path));
}
