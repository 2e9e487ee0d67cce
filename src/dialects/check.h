/* SPDX-License-Identifier: MIT */
/* Whether the tensors that are there are those of a plan. */
#ifndef SEQNET_DIALECTS_CHECK_H
#define SEQNET_DIALECTS_CHECK_H

#include "dialects/plan.h"

/* A tensor by its whole name; 0, without a message: there is none. */
int check_find(const struct request *request, const char *name, seqnet_tensors_entry *entry);

/*
 * Every tensor of the plan is there, of floats and of its shape, and the modules have no others.
 * All failures name the tensor: SEQNET_ENOTFOUND, SEQNET_ESHAPE, SEQNET_ENOTSUP; SEQNET_ENOMEM.
 */
int32_t check_tensors(const struct request *request, const struct modules *modules,
                      const struct plan *plan);

/*
 * SEQNET_ENOTFOUND: there is no `name`, a tensor of the module that begins with `base`. The message
 * shows another one that is there and not in the plan (NULL: none is).
 */
int32_t check_missing(const struct request *request, const char *base, const struct plan *plan,
                      const char *name);

#endif
