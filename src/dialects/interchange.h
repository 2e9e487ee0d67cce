/* SPDX-License-Identifier: MIT */
/* The public functions, after their arguments have been checked. */
#ifndef SEQNET_DIALECTS_INTERCHANGE_H
#define SEQNET_DIALECTS_INTERCHANGE_H

#include "dialects/request.h"

int32_t interchange_import(const struct request *request, seqnet_layer *layer);
int32_t interchange_export(const struct request *request, const seqnet_layer *layer,
                           seqnet_tensors *tensors);
int32_t interchange_create(const struct request *request, seqnet_layer **layer);

#endif
