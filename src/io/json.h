/* SPDX-License-Identifier: MIT */
#ifndef SEQNET_IO_JSON_H
#define SEQNET_IO_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Parse one JSON object or array that is all of the text. Refused: invalid UTF-8, NUL characters,
 * keys that are there twice, anything but white space after the end.
 * SEQNET_EFORMAT with "PATH: what: reason"; SEQNET_ENOMEM.
 */
int32_t json_parse(const char *text, size_t length, const char *path, const char *what,
                   json_t **json);

#endif
