/* SPDX-License-Identifier: MIT */
#include "text/unicode.h"

#include "core/memory.h"
#include "text/array.h"

#include <seqnet/error.h>

#include <assert.h>
#include <utf8proc.h>

size_t unicode_decode(const char *text, size_t size, int32_t *code_point)
{
    const utf8proc_ssize_t limit = size < 4 ? (utf8proc_ssize_t)size : 4;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    const utf8proc_ssize_t taken = utf8proc_iterate(bytes, limit, code_point);
    return taken > 0 ? (size_t)taken : 0;
}

size_t unicode_cluster(const char *text, size_t size)
{
    int32_t last, next, state = 0;
    size_t cluster = unicode_decode(text, size, &last);
    for (size_t taken = cluster; taken; last = next) {
        taken = unicode_decode(text + cluster, size - cluster, &next);
        if (!taken || utf8proc_grapheme_break_stateful(last, next, &state))
            break;
        cluster += taken;
    }
    return cluster;
}

int unicode_is_space(int32_t code_point)
{
    if (code_point <= 0x20)
        return code_point == 0x20 || (code_point >= '\t' && code_point <= '\r');
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return 1;
    default:
        return code_point == 0x85;
    }
}

int unicode_is_word(int32_t code_point)
{
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
        return 1;
    default:
        return code_point == 0x27 || code_point == 0x2019;
    }
}

int unicode_is_printable(int32_t code_point)
{
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return 0;
    default:
        return 1;
    }
}

/* Room for the code points and for the 0 that utf8proc_reencode puts behind its result. */
static int reserve(const seqnet_allocator *memory, struct unicode_buffer *buffer, size_t count)
{
    int32_t *larger =
        array_grow(memory, buffer->code_points, 0, &buffer->capacity, count + 1, sizeof *larger);
    if (larger)
        buffer->code_points = larger;
    return larger != NULL;
}

int32_t unicode_map(const seqnet_allocator *memory, struct unicode_buffer *buffer, const char *text,
                    size_t size, int fold_case, int normalize, const char **mapped,
                    size_t *mapped_size)
{
    const utf8proc_option_t options =
        (utf8proc_option_t)((fold_case ? UTF8PROC_CASEFOLD : 0) |
                            (normalize ? UTF8PROC_STABLE | UTF8PROC_COMPOSE : 0));
    size_t count = size;
    utf8proc_ssize_t result;
    do {
        if (!reserve(memory, buffer, count))
            return SEQNET_ENOMEM;
        result = utf8proc_decompose((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size,
                                    buffer->code_points, (utf8proc_ssize_t)buffer->capacity - 1,
                                    options);
        if (result < 0) /* valid text can only be too long */
            return SEQNET_ENOMEM;
        count = (size_t)result;
    } while (count > buffer->capacity - 1);
    result = utf8proc_reencode(buffer->code_points, (utf8proc_ssize_t)count, options);
    assert(result >= 0);
    *mapped = (const char *)buffer->code_points;
    *mapped_size = (size_t)result;
    return SEQNET_OK;
}

void unicode_buffer_free(const seqnet_allocator *memory, struct unicode_buffer *buffer)
{
    memory_free(memory, buffer->code_points);
    *buffer = (struct unicode_buffer){ NULL, 0 };
}
