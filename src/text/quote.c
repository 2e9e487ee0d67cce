/* SPDX-License-Identifier: MIT */
#include "text/quote.h"

#include "text/unicode.h"

#include <stdio.h>
#include <string.h>

/* Write the character `bytes` begins with, in at most 10 bytes ("\u{10FFFF}"); gives its size. */
static size_t quote_character(const char *bytes, size_t size, char to[16])
{
    int32_t code_point;
    const size_t taken = unicode_decode(bytes, size, &code_point);
    if (!taken)
        snprintf(to, 16, "\\x%02X", (unsigned)(unsigned char)bytes[0]);
    else if (unicode_is_printable(code_point))
        snprintf(to, 16, "%.*s", (int)taken, bytes);
    else
        snprintf(to, 16, "\\u{%X}", (unsigned)code_point);
    return taken ? taken : 1;
}

const char *quote_text(const char *bytes, size_t size, char quoted[QUOTE_BYTES])
{
    size_t used = 0, at = 0;
    quoted[0] = '\0';
    while (at < size) {
        char character[16];
        at += quote_character(bytes + at, size - at, character);
        const size_t length = strlen(character);
        if (used + length + sizeof ".." > QUOTE_BYTES) {
            memcpy(quoted + used, "..", sizeof "..");
            break;
        }
        memcpy(quoted + used, character, length + 1);
        used += length;
    }
    return quoted;
}
