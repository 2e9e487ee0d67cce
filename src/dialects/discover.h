/* SPDX-License-Identifier: MIT */
/* Modules that names and shapes of tensors describe. */
#ifndef SEQNET_DIALECTS_DISCOVER_H
#define SEQNET_DIALECTS_DISCOVER_H

#include "dialects/module.h"

/*
 * Those of request->modules, those that are numbered, or the only one there is. Failures name the
 * modules or the tensor: SEQNET_ENOTFOUND, SEQNET_EINVAL, SEQNET_ESHAPE.
 */
int32_t discover_modules(struct modules *modules, const struct request *request);

#endif
