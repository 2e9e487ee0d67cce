/* SPDX-License-Identifier: MIT */
/* Entering contexts and checking their input on behalf of a public function. */
#ifndef SEQNET_API_CONTEXT_H
#define SEQNET_API_CONTEXT_H

#include "layers/context.h"

#include "api/tensor.h"

/* 1: nobody was inside, now the caller is and must leave. */
int context_try(seqnet_context *context);

/* SEQNET_EINVAL for NULL, SEQNET_EBUSY if somebody is inside; else the caller must leave. */
int32_t context_enter(const char *function, seqnet_context *context);

/* Gives `code` back. */
int32_t context_leave(seqnet_context *context, int32_t code);

/* Whether x or tokens is there as the layer takes, and lengths and valid tokens are in range. */
int32_t check_input(const char *function, const seqnet_layer *layer, const struct input *input);

#endif
