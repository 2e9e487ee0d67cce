/* SPDX-License-Identifier: MIT */
#include "core/options.h"

#include "core/error.h"

#include <string.h>

static size_t struct_size_of(const void *options)
{
    size_t size;
    memcpy(&size, options, sizeof size);
    return size;
}

static int is_zero(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i])
            return 0;
    return 1;
}

/* Larger than any struct of any version. */
#define MOST_BYTES 65536

int32_t options_check(const void *options, const char *function, const char *name)
{
    const size_t size = struct_size_of(options);
    RETURN_UNLESS(size >= sizeof(size_t) && size <= MOST_BYTES, SEQNET_EINVAL,
                  "%s: %s->struct_size = %zu, need sizeof *%s", function, name, size, name);
    return SEQNET_OK;
}

int32_t options_read(void *options, size_t size, const void *from, const char *function,
                     const char *name)
{
    memset(options, 0, size);
    memcpy(options, &size, sizeof size);
    if (!from)
        return SEQNET_OK;
    const size_t given = struct_size_of(from);
    RETURN_IF_ERROR(options_check(from, function, name));
    if (given > size)
        RETURN_UNLESS(is_zero((const unsigned char *)from + size, given - size), SEQNET_ENOTSUP,
                      "%s: %s->struct_size = %zu has members set that this library (%zu bytes) "
                      "does not know",
                      function, name, given, size);
    const size_t known = given < size ? given : size;
    memcpy((char *)options + sizeof(size_t), (const char *)from + sizeof(size_t),
           known - sizeof(size_t));
    return SEQNET_OK;
}

void options_init(void *options, size_t struct_size)
{
    if (!options || struct_size < sizeof struct_size)
        return;
    memset(options, 0, struct_size);
    memcpy(options, &struct_size, sizeof struct_size);
}

int32_t options_write(void *to, const void *info, size_t size, const char *function,
                      const char *name)
{
    RETURN_UNLESS(to, SEQNET_EINVAL, "%s: %s = NULL", function, name);
    const size_t wanted = struct_size_of(to);
    RETURN_IF_ERROR(options_check(to, function, name));
    memset((char *)to + sizeof(size_t), 0, wanted - sizeof(size_t));
    const size_t known = wanted < size ? wanted : size;
    memcpy((char *)to + sizeof(size_t), (const char *)info + sizeof(size_t),
           known - sizeof(size_t));
    return SEQNET_OK;
}
