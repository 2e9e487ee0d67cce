/* SPDX-License-Identifier: MIT */
/*
 * A copy of all parameters of a layer, as PyTorch lays them out, to be read or changed piece by
 * piece; what is changed reaches the layer only when all of it is there.
 */
#ifndef SEQNET_DIALECTS_STAGING_H
#define SEQNET_DIALECTS_STAGING_H

#include "dialects/plan.h"

struct staged {
    char name[64]; /* the layer's for it, such as "1.weight_ih_l0" */
    float *values;
    int64_t count;
};

struct staging {
    const seqnet_allocator *memory;
    struct staged *entries; /* parameters of the layer, then weights of tied linear layers */
    int32_t count;
    int32_t own;   /* entries that are the layer's parameters */
    float *values; /* of all */
};

/* Copy the parameters out. SEQNET_ENOMEM. */
int32_t staging_load(struct staging *staging, const struct request *request,
                     const struct modules *modules, const seqnet_layer *layer);

/* Copy them back. */
int32_t staging_store(const struct staging *staging, seqnet_layer *layer);

void staging_free(struct staging *staging);

/* A module's parameter, by its name in the module. */
float *staging_find(const struct staging *staging, const struct module *module,
                    struct parameter_name name);

#endif
