/* SPDX-License-Identifier: MIT */
#include "io/utf8.h"

#include <stddef.h>
#include <string.h>
#include <utf8proc.h>

int utf8_is_valid(const char *text)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(text);
    while (left > 0) {
        utf8proc_int32_t character;
        const utf8proc_ssize_t bytes = utf8proc_iterate(at, left, &character);
        if (bytes <= 0)
            return 0;
        at += bytes;
        left -= bytes;
    }
    return 1;
}
