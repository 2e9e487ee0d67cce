/* SPDX-License-Identifier: MIT */
/* Looking up named tensors on behalf of a public function. */
#ifndef SEQNET_API_TENSOR_H
#define SEQNET_API_TENSOR_H

#include "layers/layer.h"

/* SEQNET_EINVAL, SEQNET_ENOTFOUND or SEQNET_ESHAPE with a message that begins with `function`. */
int32_t find_parameter(const char *function, const seqnet_layer *layer, const char *name,
                       int64_t count, struct parameter_place *place);

#endif
