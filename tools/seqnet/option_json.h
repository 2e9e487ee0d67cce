/* SPDX-License-Identifier: MIT */
/* The lasting options of a command as a JSON object, for model files and checkpoints. */
#ifndef SEQNET_TOOL_OPTION_JSON_H
#define SEQNET_TOOL_OPTION_JSON_H

#include "option.h"

#include <jansson.h>

/* A new reference. */
json_t *options_to_json(const struct command *command, const void *options);

/*
 * Stores the lasting options, checked as those of a command line are; rows without an entry stay.
 * Texts are borrowed from `object`. `file` is for the message.
 */
int options_from_json(const struct command *command, const json_t *object, const char *file,
                      void *options);

#endif
