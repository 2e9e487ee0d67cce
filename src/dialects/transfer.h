/* SPDX-License-Identifier: MIT */
/* Values between tensors and the copy of a layer's parameters, as a plan says. */
#ifndef SEQNET_DIALECTS_TRANSFER_H
#define SEQNET_DIALECTS_TRANSFER_H

#include "dialects/staging.h"

/* All that the staged parameters, plan, modules and tensors are in. */
struct transfer {
    const struct request *request;
    struct modules modules;
    struct plan plan;
    struct staging staging;
};

/*
 * Checked tensors into the parameters. SEQNET_ESHAPE: a tied weight is not its embedding's;
 * SEQNET_ENOMEM.
 */
int32_t transfer_in(struct transfer *transfer);

/* The parameters into tensors, which stay as they are on SEQNET_ENOMEM. */
int32_t transfer_out(const struct transfer *transfer, seqnet_tensors *tensors);

void transfer_free(struct transfer *transfer);

#endif
