/* SPDX-License-Identifier: MIT */
#include "io/json.h"

#include "core/error.h"
#include "io/file.h"

int32_t json_parse(const char *text, size_t length, const char *path, const char *what,
                   json_t **json)
{
    json_error_t error;
    *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (*json)
        return SEQNET_OK;
    if (!*error.text || json_error_code(&error) == json_error_out_of_memory)
        return file_no_memory(path);
    if (json_error_code(&error) == json_error_null_character ||
        json_error_code(&error) == json_error_null_byte_in_key)
        return file_refuse(path, "%s: a text with a NUL character", what);
    return file_refuse(path, "%s: %s", what, error.text);
}
