/* SPDX-License-Identifier: MIT */
/* Layers made from descriptions of modules. */
#ifndef SEQNET_DIALECTS_BUILD_H
#define SEQNET_DIALECTS_BUILD_H

#include "dialects/module.h"

/* A layer, or a sequential, of the modules. Its parameters are still the initial ones. */
int32_t build_layer(const struct modules *modules, const struct request *request,
                    seqnet_layer **layer);

#endif
