/* SPDX-License-Identifier: MIT */
/* What a public call asks for, checked by src/api: handed down to everything here. */
#ifndef SEQNET_DIALECTS_REQUEST_H
#define SEQNET_DIALECTS_REQUEST_H

#include "core/error.h"
#include "core/memory.h"

#include <seqnet/interchange.h>

struct dialect;

struct request {
    const char *function; /* the public one, for messages */
    const struct dialect *dialect;
    const seqnet_tensors *tensors; /* to read from; NULL in an export */
    seqnet_allocator memory;
    const char *prefix;  /* "" if there is none */
    const char *modules; /* NULL if there are none */
    int32_t gru_form;
    int32_t nonlinearity;
    int32_t token_input;
};

#endif
