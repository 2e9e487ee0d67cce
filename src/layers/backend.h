/* SPDX-License-Identifier: MIT */
/* Which backend new layers use. */
#ifndef SEQNET_LAYERS_BACKEND_H
#define SEQNET_LAYERS_BACKEND_H

#include "core/products.h"

/* Native, unless the environment variable SEQNET_BACKEND is "blas". Chosen once, at first use. */
const struct products *backend_selected(void);

#endif
